// A worker's allocation cache: the span it allocates from for each class, and the current block of tiny objects.
#pragma once

#include <array>
#include <cstdint>

#include "gc/heap.h"
#include "gc/sampler.h"
#include "gc/span.h"

namespace govm::gc {

class Cache {
 public:
  Cache(Span* empty, std::uint64_t seed) : sample_clock(seed) {
    current.fill(empty);
    until_sample.fill(INT64_MAX);
  }

  std::array<Span*, kSpanClasses> current;  // never null: an always full span stands for none
  std::uintptr_t tiny = 0;                  // next free byte of the tiny block
  std::uintptr_t tiny_end = 0;
  std::uint64_t tiny_objects = 0;           // packed into blocks, since the last flush

  std::array<std::int64_t, kSpanClasses> until_sample;  // bytes, as of when the class's span was aimed at it
  std::int64_t large_until_sample = INT64_MAX;
  std::int64_t sample_rate = 0;             // for which they were drawn
  SampleClock sample_clock;
};

}  // namespace govm::gc
