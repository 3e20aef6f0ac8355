#include "scheduler/bubble.h"

#include <algorithm>
#include <mutex>

#include "scheduler/scheduler.h"

namespace govm::sched {
namespace {

constexpr std::int64_t kEpoch = 946'684'800'000'000'000;  // 1 January 2000, UTC

using Guard = std::lock_guard<Mutex>;

}  // namespace

bool is_durable(WaitReason reason) {
  switch (reason) {
    case WaitReason::kChanReceiveNil: case WaitReason::kChanSendNil: case WaitReason::kSelectNoCases:
    case WaitReason::kSleep: case WaitReason::kSyncCondWait: case WaitReason::kSyncWaitGroupWait:
    case WaitReason::kCoroutine: case WaitReason::kSynctestRun: case WaitReason::kSynctestWait:
    case WaitReason::kSynctestChanReceive: case WaitReason::kSynctestChanSend: case WaitReason::kSynctestSelect:
      return true;
    default:
      return false;
  }
}

Bubble::Bubble(Scheduler& scheduler, Goroutine& root_goroutine)
    : timers(scheduler, &now_), root(&root_goroutine), now_(kEpoch) {}

Goroutine* Bubble::wake_locked() {
  if (running_ > 0 || active_ > 0) return nullptr;
  active_++;  // until the woken one has seen it
  return waiter_ != nullptr ? waiter_ : root;
}

void Bubble::joined() {
  Guard guard(lock_);
  total_++;
  running_++;
}

void Bubble::begin_park(bool durable) {
  Guard guard(lock_);
  active_++;
  if (durable) running_--;
}

void Bubble::abandon_park(bool durable) {
  Guard guard(lock_);
  active_--;
  if (durable) running_++;
}

Goroutine* Bubble::end_park(bool is_root) {
  Guard guard(lock_);
  active_ -= is_root ? 2 : 1;  // what woke the root last, too
  return wake_locked();
}

void Bubble::waking() {
  Guard guard(lock_);
  running_++;
}

void Bubble::starts_parked() {
  Guard guard(lock_);
  running_--;  // its creator runs
}

Goroutine* Bubble::left() {
  Guard guard(lock_);
  total_--;
  running_--;
  return wake_locked();
}

void Bubble::hold() {
  Guard guard(lock_);
  active_++;
}

Goroutine* Bubble::unhold() {
  Guard guard(lock_);
  active_--;
  return wake_locked();
}

bool Bubble::begin_wait(Goroutine& g) {
  Guard guard(lock_);
  if (waiting_) return false;
  waiting_ = true;
  waiter_ = &g;
  g.wait_reason = WaitReason::kSynctestWait;
  return true;
}

void Bubble::end_wait() {
  Guard guard(lock_);
  active_--;
  waiting_ = false;
  waiter_ = nullptr;
}

bool Bubble::advance(Worker& worker) {
  const std::int64_t when = timers.next_when();
  if (when == INT64_MAX) return false;
  now_.store(std::max(now(), when), std::memory_order_relaxed);
  timers.run_due(&worker);
  return true;
}

bool Bubble::alone() {
  Guard guard(lock_);
  return total_ == 1;
}

Timers& timers_of(Scheduler& scheduler, const Goroutine& g) {
  return g.bubble != nullptr ? g.bubble->timers : scheduler.timers();
}

}  // namespace govm::sched
