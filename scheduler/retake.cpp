// What the monitor does for one scheduler: ends time slices and takes workers from threads that stay in blocking natives.
#include <algorithm>

#include "base/clock.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"

namespace govm::sched {
namespace {

constexpr std::int64_t kMinSleep = 100'000;
constexpr std::int64_t kMaxSleep = 3'200'000;
constexpr std::int64_t kNudgeInterval = 500'000;
constexpr std::int64_t kPollInterval = 10'000'000;
constexpr std::int64_t kPatience = 10'000'000;  // a blocking native may keep its worker that long if nobody needs it

}  // namespace

std::int64_t Scheduler::Impl::look(std::int64_t now) {
  std::unique_lock lock(mutex, std::try_to_lock);
  if (!lock) return kMinSleep;
  const bool nudges = nudge_blocked();
  if (workers_idle() || s.killed()) {
    monitor_sleep = kMinSleep;
    return nudges ? kNudgeInterval : unwatch();
  }
  bool acted = false;
  for (int i = 0; i < worker_total.load(); i++) {
    Worker& w = *workers[i].load();
    if (w.status.load(std::memory_order_seq_cst) == WorkerStatus::kBlocking) {
      acted |= retake(w, now);
    } else {
      preempt_if_long(w, now);
    }
  }
  poll_if_long(lock, now);
  monitor_sleep = acted ? kMinSleep : std::clamp(monitor_sleep * 2, kMinSleep, kMaxSleep);
  return monitor_sleep;
}

// While all workers are busy nobody else looks at the network.
void Scheduler::Impl::poll_if_long(std::unique_lock<std::mutex>& lock, std::int64_t now) {
  if (!s.netpoll_->has_waiters() || now - last_poll.load(std::memory_order_relaxed) < kPollInterval) return;
  bool no = false;
  if (!polling.compare_exchange_strong(no, true)) return;
  GoroutineList ready;
  lock.unlock();
  s.netpoll_->wait(0, ready);
  lock.lock();
  while (Goroutine* g = ready.pop()) push_global(g);
  last_poll.store(now, std::memory_order_relaxed);
  polling.store(false, std::memory_order_seq_cst);
  pass_on();  // to run what is ready, or to poll: a thread that went idle meanwhile has left that to this one
}

bool Scheduler::Impl::retake(Worker& w, std::int64_t now) {
  const bool timers = s.timers_->next_when() != INT64_MAX && !polling.load();
  const bool needed = !w.queue.empty() || global_head != nullptr || timers;
  const std::uint64_t count = w.run_count.load(std::memory_order_relaxed);
  if (w.seen_run_count != count) {  // just entered: let it be for one round
    w.seen_run_count = count;
    w.seen_since = now;
    return needed;
  }
  if (!needed && now - w.seen_since < kPatience) return false;
  if (stopping.load(std::memory_order_relaxed)) return false;
  WorkerStatus expected = WorkerStatus::kBlocking;
  if (!w.status.compare_exchange_strong(expected, WorkerStatus::kRunning, std::memory_order_seq_cst)) return false;
  if (needed && !w.retired) {
    if (!start_on(&w, false)) put_idle(&w);
  } else {
    release_worker(&w);
    check_deadlock();    // what kept it may have been a host's thread between calls
  }
  return true;
}

void Scheduler::Impl::preempt_if_long(Worker& w, std::int64_t now) {
  std::uint64_t count = w.run_count.load(std::memory_order_relaxed);
  if (w.seen_run_count != count || w.status.load() != WorkerStatus::kRunning) {
    w.seen_run_count = count;
    w.seen_since = now;
  } else if (now - w.seen_since >= options.slice_ns) {
    w.request_poll(kPollPreempt);
    w.seen_since = now;
  }
}

}  // namespace govm::sched
