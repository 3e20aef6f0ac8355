// Stores of pointers: while the collector marks beside the program, the old value is shaded (gc/heap.h).
#pragma once

#include "base/abi.h"
#include "gc/heap.h"
#include "vm/interp/handler.h"

namespace govm::interp {

inline bool barrier_on(sched::Worker* w) { return w->heap->barrier_on.load(std::memory_order_relaxed); }

inline void store_pointer(sched::Worker* w, void* address, void* value) {
  if (barrier_on(w)) [[unlikely]] w->heap->shade(load<void*>(address));
  store(address, value);
}

// Shades what type's pointer words hold at p, before it is overwritten.
void shade_typed(sched::Worker* w, const void* p, const abi::Type* type);

}  // namespace govm::interp
