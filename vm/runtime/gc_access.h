// Writing pointers to Go memory with the collector's barrier, and allocation that cannot fail quietly.
#pragma once

#include <cstring>

#include "base/abi.h"
#include "base/memory.h"
#include "gc/heap.h"
#include "scheduler/worker.h"

namespace govm::rt {

inline bool barrier_on(const sched::Worker& w) { return w.heap->barrier_on.load(std::memory_order_relaxed); }

inline void store_pointer(sched::Worker& w, void* address, const void* value) {
  auto** p = static_cast<const void**>(address);
  if (barrier_on(w)) [[unlikely]] w.heap->shade(*p);
  *p = value;
}

// Shades what overwriting `count` values of type at p loses.
void shade_values(gc::Heap& heap, const void* p, const abi::Type* type, std::size_t count);

// count values of type, ranges may overlap.
inline void move_values(sched::Worker& w, void* to, const void* from, const abi::Type* type, std::size_t count = 1) {
  if (type->ptr_bytes == 0) return move_bytes(to, from, type->size * count);
  if (barrier_on(w)) [[unlikely]] shade_values(*w.heap, to, type, count);
  move_words(to, from, type->size * count);
}
inline void zero_values(sched::Worker& w, void* to, const abi::Type* type, std::size_t count = 1) {
  if (type->ptr_bytes != 0 && barrier_on(w)) [[unlikely]] shade_values(*w.heap, to, type, count);
  std::memset(to, 0, type->size * count);
}

// As Heap::allocate on the worker's cache, with the goroutine's pc and fp saved by the caller. Null over the hard limit:
// the caller ends the program (out_of_memory in fatal.h).
inline void* allocate(sched::Worker& w, std::size_t size, const abi::Type* type) {
  return w.heap->allocate(*w.cache, size, type);
}

}  // namespace govm::rt
