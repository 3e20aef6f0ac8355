#include "vm/runtime/wait_profile.h"

#include <algorithm>
#include <utility>

#include "scheduler/scheduler.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/heap_profile.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {
namespace {

using sched::WaitReason;

// `skip` innermost ones left out.
WaitProfile::Stack stack_of(Runtime& runtime, sched::Goroutine& g, std::size_t skip) {
  WaitProfile::Stack out;
  append_pcs(note_stack(runtime, g, kProfiledFrames + skip), &out);
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(std::min(skip, out.size())));
  return out;
}

// The native of a semaphore operation, and those of its callers that its third parameter says are of no interest.
std::size_t frames_to_skip(const sched::Goroutine& g) {
  constexpr std::uint16_t kSkipFrames = 2;
  const auto* fp = reinterpret_cast<const Slot*>(g.fp);
  return 1 + (function_of(fp)->param_slots > kSkipFrames ? fp[kSkipFrames].u : 0);
}

}  // namespace

void WaitProfile::add(Stack stack, Counts counts) {
  if (stack.size() > kProfiledFrames) stack.resize(kProfiledFrames);
  std::lock_guard guard(lock_);
  Counts& sum = table_[std::move(stack)];
  sum.count += counts.count;
  sum.ns += counts.ns;
}

WaitProfile::Table WaitProfile::table() {
  std::lock_guard guard(lock_);
  return table_;
}

WaitProfiles::WaitProfiles(Runtime& runtime) : runtime_(runtime) {
  receive_ = place_in_runtime(runtime.types(), "runtime.chanrecv1", "runtime/chan.go", 506);
  send_ = place_in_runtime(runtime.types(), "runtime.chansend1", "runtime/chan.go", 161);
  select_ = place_in_runtime(runtime.types(), "runtime.selectgo", "runtime/select.go", 122);
}

void WaitProfiles::set_block_rate(std::int64_t ns) {
  std::lock_guard guard(settings_);
  block_rate_.store(std::max<std::int64_t>(ns, 0), std::memory_order_relaxed);
  runtime_.scheduler().tell_of_waits(block_rate_.load() != 0, mutex_fraction_.load() != 0);
}

std::int64_t WaitProfiles::set_mutex_fraction(std::int64_t n) {
  std::lock_guard guard(settings_);
  const std::int64_t previous = mutex_fraction_.load(std::memory_order_relaxed);
  if (n >= 0) mutex_fraction_.store(n, std::memory_order_relaxed);
  runtime_.scheduler().tell_of_waits(block_rate_.load() != 0, mutex_fraction_.load() != 0);
  return previous;
}

bool WaitProfiles::takes(sched::Worker& worker, std::int64_t ns) const {
  const std::int64_t rate = block_rate_.load(std::memory_order_relaxed);
  return rate != 0 && (ns >= rate || static_cast<std::int64_t>(worker.random() >> 1) % rate <= ns);
}

// A short wait stands for those that were not taken.
void WaitProfiles::add_block(WaitProfile::Stack stack, std::int64_t ns) {
  const auto rate = static_cast<double>(block_rate_.load(std::memory_order_relaxed));
  const auto time = static_cast<double>(std::max<std::int64_t>(ns, 1));
  block.add(std::move(stack), time < rate ? WaitProfile::Counts{rate / time, rate} : WaitProfile::Counts{1, time});
}

void WaitProfiles::waited(sched::Worker& worker, sched::Goroutine& g, WaitReason reason, std::int64_t ns) {
  if (!takes(worker, ns)) return;
  switch (reason) {
    case WaitReason::kChanReceive: case WaitReason::kSynctestChanReceive:
    case WaitReason::kChanSend: case WaitReason::kSynctestChanSend:
    case WaitReason::kSelect: case WaitReason::kSynctestSelect: {
      WaitProfile::Stack stack = stack_of(runtime_, g, 0);
      stack.insert(stack.begin(), pc_of(reason));
      return add_block(std::move(stack), ns);
    }
    case WaitReason::kSemacquire: case WaitReason::kSyncWaitGroupWait: case WaitReason::kSyncCondWait:
    case WaitReason::kSyncMutexLock: case WaitReason::kSyncRWMutexRLock: case WaitReason::kSyncRWMutexLock:
      return add_block(stack_of(runtime_, g, frames_to_skip(g)), ns);
    default: return;                           // for time, for input, for the runtime: not for another goroutine
  }
}

std::uint64_t WaitProfiles::pc_of(WaitReason reason) const {
  const bool receives = reason == WaitReason::kChanReceive || reason == WaitReason::kSynctestChanReceive;
  const bool sends = reason == WaitReason::kChanSend || reason == WaitReason::kSynctestChanSend;
  return pc_in(receives ? *receive_ : sends ? *send_ : *select_);
}

void WaitProfiles::blocked(sched::Worker& worker, sched::Goroutine& g, std::size_t skip, std::int64_t ns) {
  if (takes(worker, ns)) add_block(stack_of(runtime_, g, skip + 1), ns);
}

void WaitProfiles::contended(sched::Worker& worker, std::int64_t ns) {
  const std::int64_t fraction = mutex_fraction_.load(std::memory_order_relaxed);
  sched::Goroutine* g = worker.current;
  if (fraction == 0 || g == nullptr || static_cast<std::int64_t>(worker.random() >> 1) % fraction != 0) return;
  const auto times = static_cast<double>(fraction);
  mutex.add(stack_of(runtime_, *g, frames_to_skip(*g)), {times, times * static_cast<double>(ns)});
}

}  // namespace govm::rt
