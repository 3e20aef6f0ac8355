// A worker's allocation cache: the span it allocates from for each class, and the current block of tiny objects.
#pragma once

#include <array>
#include <cstdint>

#include "gc/heap.h"
#include "gc/span.h"

namespace govm::gc {

class Cache {
 public:
  explicit Cache(Span* empty) { current.fill(empty); }

  std::array<Span*, kSpanClasses> current;  // never null: an always full span stands for none
  std::uintptr_t tiny = 0;                  // next free byte of the tiny block
  std::uintptr_t tiny_end = 0;
  std::uint64_t tiny_objects = 0;           // packed into blocks, since the last flush
};

}  // namespace govm::gc
