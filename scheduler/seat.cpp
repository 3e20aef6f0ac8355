#include "scheduler/seat.h"

#include <algorithm>

#include "base/assert.h"
#include "gc/heap.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"

namespace govm::sched {

Seat::Seat() : own_(std::make_unique<Thread>()) {}
Seat::~Seat() = default;
Worker& Seat::worker() const { return *thread_->worker; }

Seat* Scheduler::new_seat() {
  auto seat = std::make_unique<Seat>();
  seat->own_->scheduler = this;
  seat->own_->host = true;
  Goroutine* g = impl_->new_goroutine(nullptr, nullptr, {});
  g->seat = true;
  g->awaited = true;
  seat->own_->awaits = g;
  seat->g_ = g;
  std::lock_guard lock(impl_->mutex);
  return impl_->seats.emplace_back(std::move(seat)).get();
}

// ---- workers

bool Scheduler::Impl::give_to_waiter(Worker* w) {
  if (worker_waiters.empty() || stopping.load(std::memory_order_relaxed) || s.killed() || w->retired) return false;
  Thread* t = worker_waiters.front();
  worker_waiters.erase(worker_waiters.begin());
  waiting.fetch_sub(1);
  w->status.store(WorkerStatus::kRunning, std::memory_order_seq_cst);
  t->worker = w;
  signal(*t);
  return true;
}

bool Scheduler::Impl::take_worker(Thread& t) {
  if (s.killed()) return false;
  Worker* w = t.left;
  t.left = nullptr;
  WorkerStatus expected = WorkerStatus::kBlocking;
  if (w != nullptr && w->status.compare_exchange_strong(expected, WorkerStatus::kRunning, std::memory_order_seq_cst)) {
    t.worker = w;
  } else if (!wait_for_worker(t)) {
    return false;
  }
  w = t.worker;
  w->run_count.store(w->run_count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  const std::uint32_t poll = w->poll.load(std::memory_order_seq_cst);
  if (poll == 0) return true;
  if ((poll & kPollPreempt) != 0) w->poll.fetch_and(~static_cast<std::uint32_t>(kPollPreempt), std::memory_order_seq_cst);
  if ((poll & kPollStop) != 0) stop_here(*w);
  return true;
}

bool Scheduler::Impl::wait_for_worker(Thread& t) {
  std::unique_lock lock(mutex);
  if (s.killed()) return false;
  if (!stopping.load(std::memory_order_relaxed)) {
    if ((t.worker = take_idle()) != nullptr) return true;
    // One that another thread has left and may not need again.
    for (int i = 0; i < worker_total.load(); i++) {
      Worker* w = workers[i].load();
      WorkerStatus expected = WorkerStatus::kBlocking;
      if (w->retired || !w->status.compare_exchange_strong(expected, WorkerStatus::kRunning, std::memory_order_seq_cst)) continue;
      t.worker = w;
      return true;
    }
    // Else the one that has run for longest, by the order they are asked.
    workers[next_asked++ % static_cast<unsigned>(worker_total.load())].load()->request_poll(kPollPreempt);
  }
  t.signalled = false;
  worker_waiters.push_back(&t);
  waiting.fetch_add(1);
  t.wake.wait(lock, [&] { return t.worker != nullptr || s.killed(); });
  t.signalled = false;
  if (t.worker != nullptr) return true;
  std::erase(worker_waiters, &t);
  waiting.fetch_sub(1);
  return false;
}

void Scheduler::Impl::leave_worker(Thread& t) {
  Worker& w = *t.worker;
  w.current = nullptr;
  const bool needed = options.deterministic || !w.queue.empty() || w.handoff != nullptr || global_size.load(std::memory_order_relaxed) != 0 ||
                      waiting.load(std::memory_order_relaxed) != 0 || w.retired.load(std::memory_order_relaxed) ||
                      (!polling.load(std::memory_order_relaxed) &&
                       (s.timers_->next_when() != INT64_MAX || s.netpoll_->has_waiters()));
  if (needed) [[unlikely]] {
    if (Goroutine* g = w.handoff) {
      w.handoff = nullptr;
      if (!s.killed()) s.ready(&w, g);
    }
    std::lock_guard lock(mutex);
    t.worker = nullptr;
    release_worker(&w);
    pass_on();
    return;
  }
  t.worker = nullptr;
  t.left = &w;
  w.status.store(WorkerStatus::kBlocking, std::memory_order_seq_cst);
  if (stopping.load(std::memory_order_seq_cst)) [[unlikely]] {
    std::lock_guard lock(mutex);
    stop_done.notify_all();
  }
}

// ---- host to Go

bool Scheduler::enter(Seat& seat) {
  Thread* outer = current_thread();
  Thread* t = outer != nullptr && outer->scheduler == this ? outer : seat.own_.get();
  seat.outer_ = outer;
  seat.thread_ = t;
  if (outer != t) current_thread() = t;
  if (t->worker == nullptr && !impl_->take_worker(*t)) [[unlikely]] {   // (deterministic: it may have kept its worker)
    if (outer != t) current_thread() = outer;
    return false;
  }
  Goroutine& g = *seat.g_;
  impl_->skip_visit(g);
  g.status.store(Status::kRunning, std::memory_order_release);
  t->worker->current = &g;
  return true;
}

RunEnd Scheduler::run(Seat& seat) {
  Thread& t = *seat.thread_;
  const Outcome outcome = executor_.run(*t.worker, *seat.g_);
  if (outcome == Outcome::kExited && t.worker != nullptr) [[likely]] return RunEnd::kFinished;
  return impl_->run_slowly(seat, t, outcome);
}

// The goroutine waits, or its time is up: this thread works for the Vm until it ends.
RunEnd Scheduler::Impl::run_slowly(Seat& seat, Thread& t, Outcome outcome) {
  Thread& h = *seat.own_;
  Goroutine* g = seat.g_;
  h.done.store(false);
  h.goexit = false;
  h.end = RunEnd::kKilled;
  if (&h != &t) {
    h.worker = t.worker;
    t.worker = nullptr;
    current_thread() = &h;
  }
  {
    std::lock_guard lock(mutex);
    g->awaited = true;
    g->awaited_by = &h;
    hosts.push_back(&h);
  }
  if (after_run(h, g, outcome)) execute(h, g);
  work(h);
  RunEnd end;
  {
    std::lock_guard lock(mutex);
    std::erase(hosts, &h);
    end = h.done ? h.end : RunEnd::kKilled;
    if (end != RunEnd::kFinished) g->awaited_by = nullptr;
  }
  current_thread() = &t;
  if (end == RunEnd::kFinished && take_worker(t)) {
    visit_before_running(*g);
    g->status.store(Status::kRunning, std::memory_order_relaxed);
    t.worker->current = g;
    return RunEnd::kFinished;
  }
  seat.lost_ = true;
  current_thread() = seat.outer_;
  return end == RunEnd::kFinished ? RunEnd::kKilled : end;
}

void Scheduler::leave(Seat& seat) {
  Thread& t = *seat.thread_;
  seat.g_->status.store(Status::kDead, std::memory_order_release);
  if (impl_->options.deterministic && seat.outer_ == &t) {
    t.worker->current = nullptr;       // out of a native: it keeps the only worker
  } else {
    impl_->leave_worker(t);
  }
  if (seat.outer_ != &t) current_thread() = seat.outer_;
}

// ---- Go to host

int Scheduler::busy_workers() const {
  int busy = 0;
  for (int i = 0; i < impl_->worker_total.load(); i++) {
    const Worker* w = impl_->workers[i].load();
    if (w->status.load(std::memory_order_relaxed) == WorkerStatus::kRunning) busy++;
  }
  return busy;
}

bool Scheduler::works_here() const {
  const Thread* t = current_thread();
  return t != nullptr && t->scheduler == this;
}

bool Scheduler::may_step_out(Goroutine& g) {
  Thread* t = current_thread();
  return impl_->options.deterministic || !t->host || t->awaits == &g;
}

void Scheduler::step_out(Worker& worker, Goroutine& g) {
  impl_->blocking.fetch_add(1);
  g.status.store(Status::kBlocking, std::memory_order_release);
  if (impl_->options.deterministic) {
    worker.current = nullptr;
    return;
  }
  impl_->leave_worker(*current_thread());
}

Worker* Scheduler::step_in(Goroutine& g) {
  Thread& t = *current_thread();
  if (t.worker == nullptr && !impl_->take_worker(t)) {
    impl_->blocking.fetch_sub(1);
    return nullptr;
  }
  impl_->blocking.fetch_sub(1);
  impl_->visit_before_running(g);
  g.status.store(Status::kRunning, std::memory_order_relaxed);
  t.worker->current = &g;
  t.worker->set_stack_limit(g.stack.limit());
  return t.worker;
}

}  // namespace govm::sched
