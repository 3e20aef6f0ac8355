// Small conveniences shared by the natives.
#pragma once

#include "scheduler/scheduler.h"
#include "scheduler/worker.h"
#include "vm/runtime/access.h"
#include "vm/runtime/native.h"
#include "vm/runtime/runtime.h"

namespace govm::natives {

using bc::NativeFrame;
using rt::Native;
using rt::NativeTable;

inline sched::Worker& worker() { return *sched::Scheduler::current_worker(); }
inline sched::Scheduler& scheduler() { return *worker().scheduler; }
inline rt::Access& access(NativeFrame& frame) { return frame.runtime().access(); }
inline std::string_view view(abi::String s) {
  return {reinterpret_cast<const char*>(s.data), static_cast<std::size_t>(s.len)};
}

}  // namespace govm::natives
