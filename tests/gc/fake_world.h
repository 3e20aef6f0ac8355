// A world of one mutator whose roots are a vector.
#pragma once

#include <cstring>
#include <vector>

#include "gc/heap.h"

namespace govm::gc {

struct FakeWorld final : World {
  std::vector<void*> roots;
  bool stopped = false;
  void stop() override { stopped = true; }
  void start() override { stopped = false; }
  void visit_roots(Marker& marker) override {
    for (void* p : roots) marker.mark_pointer(p);
  }
  void before_mark() override {}
  void after_mark() override {}
};

inline abi::Type make_type(std::uint64_t size, std::uint64_t ptr_bytes, const std::uint8_t* mask) {
  abi::Type t{};
  t.size = size;
  t.ptr_bytes = ptr_bytes;
  t.gc_data = mask;
  t.align = t.field_align = 8;
  return t;
}

}  // namespace govm::gc
