// What a thread does: find a goroutine, run it, put it where its outcome says.

#include <algorithm>

#include "base/assert.h"
#include "base/clock.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"

namespace govm::sched {
namespace {

constexpr std::uint32_t kGlobalQueueInterval = 61;  // a busy worker looks at the global queue that often

}  // namespace

bool Scheduler::Impl::finished(Thread& t) { return s.killed() || (t.host && t.done.load(std::memory_order_acquire)); }

void Scheduler::Impl::work(Thread& t) {
  while (true) {
    if (Goroutine* g = t.blocked) {
      t.blocked = nullptr;
      if (run_blocking(t, g)) execute(t, g);
    }
    if (t.pinned != nullptr) [[unlikely]] {
      if (!run_pinned(t)) return;
      continue;
    }
    if (t.worker == nullptr && !acquire_worker(t)) return;
    if (t.blocked != nullptr) continue;
    if (finished(t)) {
      if (t.spinning) stop_spinning(t, false);
      Worker& w = *t.worker;
      if (Goroutine* g = w.handoff) {
        w.handoff = nullptr;
        if (!s.killed()) s.ready(&w, g);
      }
      std::lock_guard lock(mutex);
      release_worker(&w);
      t.worker = nullptr;
      pass_on();
      return;
    }
    if (waiting.load(std::memory_order_relaxed) != 0) {
      std::lock_guard lock(mutex);
      if (give_to_waiter(t.worker)) {
        if (t.spinning) {
          t.spinning = false;
          spinning.fetch_sub(1);
        }
        t.worker = nullptr;
        continue;
      }
    }
    if (Goroutine* g = find_runnable(t)) execute(t, g);
  }
}

// Waits for a worker: takes an idle one, or is given one by start_on. One of the waiting threads polls.
bool Scheduler::Impl::acquire_worker(Thread& t) {
  std::unique_lock lock(mutex);
  while (true) {
    if (t.worker != nullptr || t.blocked != nullptr) return true;
    if (finished(t)) {
      pass_on();
      return false;
    }
    if (t.look || global_head != nullptr) {
      if ((t.worker = take_idle()) != nullptr) return true;
    }
    check_deadlock();
    if (finished(t)) {
      pass_on();
      return false;
    }
    std::int64_t when = s.timers_->next_when();
    bool stopped = stopping.load(std::memory_order_relaxed);
    bool polled = false;
    const bool jumps = options.virtual_time && when != INT64_MAX;
    if (!stopped && !jumps && idle_count.load() != 0 && (when != INT64_MAX || s.netpoll_->has_waiters()) &&
        polling.compare_exchange_strong(polled, true, std::memory_order_seq_cst)) {
      // Who adds a timer wakes the poller if it comes before poll_until, which is an old one's until here.
      poll_until.store(INT64_MAX);
      when = s.timers_->next_when();
      poll_until.store(when);
      bool work_waits = global_size.load(std::memory_order_seq_cst) != 0;
      lock.unlock();
      GoroutineList ready;
      if (!work_waits) s.netpoll_->wait(when == INT64_MAX ? -1 : when, ready);
      lock.lock();
      while (Goroutine* g = ready.pop()) push_global(g);
      last_poll.store(coarse_nanos(), std::memory_order_relaxed);
      polling.store(false, std::memory_order_seq_cst);
      t.look = true;
      continue;
    }
    if (jumps && !stopped && all_idle()) {
      let_time_pass(lock);
      t.look = true;
      continue;
    }
    t.signalled = false;
    idle_threads.push_back(&t);
    t.wake.wait(lock, [&] { return t.signalled; });
    t.signalled = false;
    std::erase(idle_threads, &t);
    t.look = true;
  }
}

Goroutine* Scheduler::Impl::find_local(Worker& w) {
  if (s.timers_->next_when() != INT64_MAX) s.timers_->run_due(&w);
  if (w.tick % kGlobalQueueInterval == 0 && global_size.load(std::memory_order_relaxed) != 0) {
    std::lock_guard lock(mutex);
    if (Goroutine* g = pop_global()) return g;
  }
  bool from_next;
  if (Goroutine* g = w.queue.pop(&from_next)) return g;
  if (global_size.load(std::memory_order_relaxed) != 0) {
    if (Goroutine* g = take_global(w)) return g;
  }
  return nullptr;
}

Goroutine* Scheduler::Impl::find_runnable(Thread& t) {
  Worker& w = *t.worker;
  if ((w.poll.load(std::memory_order_relaxed) & kPollStop) != 0) stop_here(w);
  if (Goroutine* g = w.handoff) {
    w.handoff = nullptr;
    if (t.spinning) stop_spinning(t, true);
    return g;
  }
  if (w.retired) {
    if (t.spinning) stop_spinning(t, false);
    std::lock_guard lock(mutex);
    release_worker(&w);
    t.worker = nullptr;
    return nullptr;
  }
  w.tick++;
  Goroutine* g = find_local(w);
  if (g == nullptr && s.netpoll_->has_waiters() && !polling.load(std::memory_order_relaxed)) {
    bool no = false;
    if (polling.compare_exchange_strong(no, true)) {
      GoroutineList ready;
      s.netpoll_->wait(0, ready);
      last_poll.store(coarse_nanos(), std::memory_order_relaxed);
      polling.store(false, std::memory_order_seq_cst);
      g = ready.pop();
      while (Goroutine* other = ready.pop()) enqueue(&w, other, false);
      if (g != nullptr) wake_worker();  // somebody to poll meanwhile
    }
  }
  if (g == nullptr && worker_total.load(std::memory_order_relaxed) > 1) g = steal(t, w);
  if (g != nullptr) {
    if (t.spinning) stop_spinning(t, true);
    return g;
  }
  go_idle(t);
  return nullptr;
}

Goroutine* Scheduler::Impl::steal(Thread& t, Worker& w) {
  int total = worker_total.load(std::memory_order_acquire);
  int busy = s.worker_count() - idle_count.load(std::memory_order_relaxed);
  if (!t.spinning) {
    if (2 * spinning.load(std::memory_order_relaxed) >= busy) return nullptr;
    t.spinning = true;
    spinning.fetch_add(1);
  }
  for (int round = 0; round < 4; round++) {
    auto start = static_cast<int>(w.random() % static_cast<std::uint64_t>(total));
    for (int i = 0; i < total; i++) {
      Worker* victim = workers[(start + i) % total].load(std::memory_order_acquire);
      if (victim == &w) continue;
      if ((w.poll.load(std::memory_order_relaxed) & (kPollStop | kPollKill)) != 0) return nullptr;
      if (Goroutine* g = victim->queue.steal_into(w.queue, round == 3)) return g;
    }
  }
  return nullptr;
}

// The last spinner that finds work wakes another, so that there is always one looking while work may be left.
void Scheduler::Impl::stop_spinning(Thread& t, bool found) {
  t.spinning = false;
  bool last = spinning.fetch_sub(1, std::memory_order_seq_cst) == 1;
  if (found && last) wake_worker();
}

bool Scheduler::Impl::any_queue_nonempty() {
  if (global_size.load(std::memory_order_seq_cst) != 0) return true;
  int total = worker_total.load(std::memory_order_acquire);
  for (int i = 0; i < total; i++) {
    if (!workers[i].load(std::memory_order_acquire)->queue.empty()) return true;
  }
  return false;
}

void Scheduler::Impl::go_idle(Thread& t) {
  {
    std::lock_guard lock(mutex);
    if (stopping.load(std::memory_order_relaxed) || s.killed() || global_head != nullptr) return;
    put_idle(t.worker);
    t.worker = nullptr;
    t.look = false;
  }
  bool was_spinning = t.spinning;
  if (was_spinning) stop_spinning(t, false);
  if (!any_queue_nonempty()) return;
  std::lock_guard lock(mutex);
  t.worker = take_idle();
  if (t.worker != nullptr && was_spinning) {
    t.spinning = true;
    spinning.fetch_add(1);
  }
}

void Scheduler::Impl::execute(Thread& t, Goroutine* g) {
  Outcome outcome = Outcome::kParked;
  do {
    if (g->thread_locks != 0 && t.pinned != g) [[unlikely]] {
      if (give_to_owner(t, g)) return;
    }
    Worker& w = *t.worker;
    g->status.store(Status::kRunning, std::memory_order_relaxed);
    visit_before_running(*g);
    if (outcome != Outcome::kYielded) begin_time_slice(w);  // else it yielded to the collector only
    w.current = g;
    if (w.counted) begin_slice(w, *g);
    if (g->ready_since != 0) count_latency(*g);
    outcome = Outcome::kParked;
    auto resume = g->on_resume;
    g->on_resume = nullptr;
    if (resume == nullptr || resume(w, *g)) {
      if (s.tell_waits_.load(std::memory_order_relaxed)) [[unlikely]] tell_of_wait(w, *g);
      g->wait_reason = WaitReason::kNone;
      if (s.tell_events_.load(std::memory_order_relaxed)) [[unlikely]] s.executor_.happened(Executor::Event::kStarted, &w, *g);
      w.set_stack_limit(g->stack.limit());
      outcome = s.executor_.run(w, *g);
    }
    if (w.counted && t.worker != nullptr) end_slice(*t.worker);
  } while (after_run(t, g, outcome));
}

void Scheduler::Impl::begin_time_slice(Worker& w) {
  if ((w.poll.load(std::memory_order_relaxed) & kPollPreempt) != 0) {
    w.poll.fetch_and(~static_cast<std::uint32_t>(kPollPreempt), std::memory_order_seq_cst);
  }
  w.run_count.store(w.run_count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void Scheduler::Impl::tell_of_outcome(Worker& w, Goroutine& g, Outcome outcome) {
  using Event = Executor::Event;
  switch (outcome) {
    case Outcome::kParked: return s.executor_.happened(Event::kParked, &w, g);
    case Outcome::kYielded: return s.executor_.happened(Event::kYielded, &w, g);
    case Outcome::kBlocking: return s.executor_.happened(Event::kBlocked, &w, g);
    case Outcome::kExited: return s.executor_.happened(g.seat ? Event::kBlocked : Event::kEnded, &w, g);
    case Outcome::kKill: return;
  }
}

void Scheduler::Impl::tell_of_wait(Worker& w, Goroutine& g) {
  const std::int64_t waited = monotonic_nanos() - std::atomic_ref(g.wait_since).load(std::memory_order_relaxed);
  if (g.wait_reason != WaitReason::kNone) s.executor_.waited(w, g, g.wait_reason, std::max<std::int64_t>(waited, 0));
}

bool Scheduler::Impl::after_run(Thread& t, Goroutine* g, Outcome outcome) {
  if (t.worker == nullptr) {           // it stepped out, and the Vm has ended meanwhile
    g->status.store(Status::kRunnable, std::memory_order_release);
    enqueue_global(g);
    return false;
  }
  Worker& w = *t.worker;
  if (s.tell_events_.load(std::memory_order_relaxed)) [[unlikely]] tell_of_outcome(w, *g, outcome);
  if (g->thread_locks != 0 || t.pinned != nullptr) [[unlikely]] pin(t, *g);
  switch (outcome) {
    case Outcome::kParked:
      if (options.trace != nullptr) trace(*g, wait_reason_text(g->wait_reason));
      return !park(w, g);
    case Outcome::kYielded: {
      std::uint32_t poll = w.poll.load(std::memory_order_seq_cst);
      if (s.killed()) {
        w.current = nullptr;
        g->status.store(Status::kRunnable, std::memory_order_release);
        enqueue_global(g);
        return false;
      }
      if ((poll & kPollTurn) != 0) take_turn(w);
      if ((poll & kPollStop) != 0) stop_here(w);
      if (poll != 0 && (poll & ~(kPollStop | kPollTurn)) == 0) return true;  // only for the collector: its time slice goes on
      w.current = nullptr;
      g->status.store(Status::kRunnable, std::memory_order_release);
      enqueue_global(g);
      wake_worker();
      return false;
    }
    case Outcome::kBlocking:
      if (t.host && (t.awaits != g || options.free_hosts) && !options.deterministic) {
        // The host's thread must come back when its own goroutine ends: another one waits in the native.
        w.current = nullptr;
        g->status.store(Status::kBlocking, std::memory_order_release);
        blocking.fetch_add(1);
        std::lock_guard lock(mutex);
        start_on(nullptr, false, g);
        return false;
      }
      blocking.fetch_add(1);
      return run_blocking(t, g);
    case Outcome::kExited:
      g->thread_locks = 0;
      if (t.pinned != nullptr) [[unlikely]] pin(t, *g);
      finish_goroutine(w, g);
      return false;
    case Outcome::kKill:
      w.current = nullptr;
      g->status.store(Status::kRunnable, std::memory_order_release);
      enqueue_global(g);
      s.kill();
      return false;
  }
  return false;
}

bool Scheduler::Impl::park_in_bubble(Worker& w, Goroutine* g) {
  Bubble& bubble = *g->bubble;
  const bool durable = is_durable(g->wait_reason);
  const bool is_root = g->wait_reason == WaitReason::kSynctestRun;
  bubble.begin_park(durable);
  Status expected = Status::kRunning;
  if (!g->status.compare_exchange_strong(expected, Status::kWaiting, std::memory_order_acq_rel)) {
    bubble.abandon_park(durable);
    return false;
  }
  if (Goroutine* wake = bubble.end_park(is_root)) s.ready(&w, wake);  // perhaps g
  return true;
}

bool Scheduler::Impl::park(Worker& w, Goroutine* g) {
  w.current = nullptr;
  std::atomic_ref(g->wait_since).store(s.wait_clock(), std::memory_order_relaxed);  // who wakes it may read it
  if (g->bubble != nullptr) [[unlikely]] return park_in_bubble(w, g);
  Status expected = Status::kRunning;
  if (g->status.compare_exchange_strong(expected, Status::kWaiting, std::memory_order_acq_rel)) return true;
  GOVM_ASSERT(expected == Status::kRunningWoken);
  return false;
}

void Scheduler::Impl::finish_goroutine(Worker& w, Goroutine* g) {
  w.current = nullptr;
  if (options.trace != nullptr) trace(*g, "ends");
  if (g->seat) return finish_seat(*g);
  if (!g->system) s.user_goroutines_.fetch_sub(1, std::memory_order_relaxed);
  if (g->awaited) {
    std::lock_guard lock(mutex);
    auto* host = static_cast<Thread*>(g->awaited_by);
    g->awaited = false;
    g->awaited_by = nullptr;
    if (host != nullptr && g->goexit && !g->contained) {
      host->goexit = true;  // the program goes on without its main goroutine
    } else if (host != nullptr && !host->done) {  // or it was interrupted: that is why g ends
      host->end = RunEnd::kFinished;
      host->done.store(true, std::memory_order_release);
      signal(*host);
      if (polling.load(std::memory_order_relaxed)) s.netpoll_->wake();  // perhaps it is the one that polls
    }
  }
  Bubble* bubble = g->bubble;
  free_goroutine(w, g);
  if (bubble == nullptr) return;
  if (Goroutine* wake = bubble->left()) s.ready(&w, wake);
}

// Its frames hold the results until the host's thread has read them.
void Scheduler::Impl::finish_seat(Goroutine& g) {
  std::lock_guard lock(mutex);
  g.status.store(Status::kBlocking, std::memory_order_release);
  auto* host = static_cast<Thread*>(g.awaited_by);
  g.awaited_by = nullptr;
  if (host == nullptr) return;
  host->end = RunEnd::kFinished;
  host->done.store(true, std::memory_order_release);
  signal(*host);
  if (polling.load(std::memory_order_relaxed)) s.netpoll_->wake();
}

bool Scheduler::Impl::run_blocking(Thread& t, Goroutine* g) {
  Worker* w = t.worker;
  bool keep = options.deterministic;
  if (w != nullptr) w->current = nullptr;
  g->status.store(Status::kBlocking, std::memory_order_release);
  if (w != nullptr && !keep) {
    t.worker = nullptr;
    w->status.store(WorkerStatus::kBlocking, std::memory_order_seq_cst);
    if (stopping.load(std::memory_order_seq_cst)) {
      std::lock_guard lock(mutex);
      stop_done.notify_all();
    }
  }
  t.in_native.store(true, std::memory_order_seq_cst);
  if (!finished(t)) g->blocking(*g, g->blocking_context);
  t.in_native.store(false, std::memory_order_release);
  if (keep) {
    g->status.store(Status::kRunning, std::memory_order_relaxed);
    blocking.fetch_sub(1);
    return true;
  }
  WorkerStatus expected = WorkerStatus::kBlocking;
  if (w != nullptr && w->status.compare_exchange_strong(expected, WorkerStatus::kRunning, std::memory_order_seq_cst)) {
    t.worker = w;
  } else {
    std::lock_guard lock(mutex);
    t.worker = take_idle();
    if (t.worker == nullptr) {
      g->status.store(Status::kRunnable, std::memory_order_release);
      push_global(g);
      blocking.fetch_sub(1);
      return false;
    }
  }
  g->status.store(Status::kRunning, std::memory_order_relaxed);
  blocking.fetch_sub(1);
  if ((t.worker->poll.load() & kPollStop) != 0) stop_here(*t.worker);
  return true;
}

bool Scheduler::Impl::workers_idle() {
  for (int i = 0; i < worker_total.load(); i++) {
    if (workers[i].load()->status.load() != WorkerStatus::kIdle) return false;
  }
  return !any_queue_nonempty();
}

bool Scheduler::Impl::all_idle() { return blocking.load() == 0 && workers_idle(); }

// All asleep: every worker idle and nothing that could wake a goroutine.
void Scheduler::Impl::check_deadlock() {
  if (hosts.empty() || s.killed() || stopping.load() || s.holds_.load() != 0) return;
  if (!all_idle() || s.timers_->next_when() != INT64_MAX || s.netpoll_->has_waiters()) return;
  if (polling.load(std::memory_order_relaxed)) {  // it may have goroutines in hand that are counted no more
    s.netpoll_->wake();
    return;
  }
  for (Thread* t : hosts) {
    if (t->done.load()) continue;
    if (t->awaits != nullptr && t->awaits->contained) t->awaits->interrupted.store(true, std::memory_order_release);
    t->end = t->goexit ? RunEnd::kGoexitDeadlock : RunEnd::kDeadlock;
    t->done.store(true, std::memory_order_release);
    signal(*t);
  }
}

}  // namespace govm::sched
