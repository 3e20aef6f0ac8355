// What a goroutine's stack refers to, for the collector.
#pragma once

#include "gc/heap.h"
#include "scheduler/goroutine.h"

namespace govm::rt {

// World stopped, pc and fp saved: frames (slots that live at their pc; frames of natives whole), what variables in frames
// refer to if they are reachable, closures, deferred calls, objects under construction.
void visit_frames(sched::Goroutine& g, gc::Marker& marker);

}  // namespace govm::rt
