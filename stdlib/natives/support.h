// Small conveniences shared by the natives.
#pragma once

#include <algorithm>

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

// Gives `work` (const std::uint8_t* bytes, std::size_t size) all of `data`, in parts of so many bytes that whoever asked this
// worker for something (a collection, another goroutine's turn, the end of the Vm) need not wait: between two parts the
// native returns, is called again, and goes on here. What `work` sums up must be in Go memory, arguments or locals.
template <typename Work>
void in_parts(NativeFrame& frame, abi::Slice data, Work work) {
  constexpr std::int64_t kPartBytes = 64 << 10;
  for (int part = frame.phase();; ++part) {
    const std::int64_t begin = part * kPartBytes, size = std::min(data.len - begin, kPartBytes);
    work(static_cast<const std::uint8_t*>(data.data) + begin, static_cast<std::size_t>(size));
    if (begin + size == data.len) return;
    if (frame.worker().poll.load(std::memory_order_relaxed) != 0) return frame.repeat(part + 1);
  }
}

}  // namespace govm::natives
