// Stores of pointers: while the collector marks concurrently, the old and the new value are shaded (gc/heap.h).
#pragma once

#include "base/abi.h"
#include "gc/heap.h"
#include "vm/interp/handler.h"

namespace govm::interp {

inline bool barrier_on(sched::Worker* w) { return w->heap->barrier_on.load(std::memory_order_relaxed); }

inline void store_pointer(sched::Worker* w, void* address, void* value) {
  if (barrier_on(w)) [[unlikely]] w->heap->shade(load<void*>(address), value);
  store(address, value);
}

// Shades what type's pointer words hold at `to` and will hold from `from` (null: zero).
void shade_typed(sched::Worker* w, const void* to, const void* from, const abi::Type* type);

}  // namespace govm::interp
