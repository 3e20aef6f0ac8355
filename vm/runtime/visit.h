// What a goroutine's stack refers to, for the collector.
#pragma once

#include "gc/heap.h"
#include "scheduler/goroutine.h"

namespace govm::rt {

// World stopped, pc and fp saved: frames (slots their function's map says may hold pointers; all where it has none),
// closures, deferred calls, objects under construction.
void visit_frames(sched::Goroutine& g, gc::Marker& marker);

}  // namespace govm::rt
