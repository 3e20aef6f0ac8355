// Stopping the world, roots, and the set of workers.
#include <sched.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/clock.h"
#include "base/relax.h"
#include "gc/heap.h"
#include "scheduler/impl.h"
#include "scheduler/select.h"
#include "scheduler/timer.h"

namespace govm::sched {
namespace {

// Most stops are shorter than what it takes to put a thread to sleep and to wake it again: who waits for one to begin or to
// end looks for a short time first.
template <class Over>
void spin_until(Over&& over) {
  constexpr std::int64_t kPatienceNs = 100'000;
  for (const std::int64_t until = monotonic_nanos() + kPatienceNs; !over() && monotonic_nanos() < until;) relax();
}

Worker* worker_of_thread(Scheduler& scheduler) {
  Thread* t = current_thread();
  return t != nullptr && t->scheduler == &scheduler ? t->worker : nullptr;
}

}  // namespace

void Scheduler::Impl::stop_here(Worker& w) {
  std::unique_lock lock(mutex);
  if (!stopping.load(std::memory_order_relaxed)) return;
  w.status.store(WorkerStatus::kStopped, std::memory_order_seq_cst);
  stop_done.notify_all();
  lock.unlock();
  spin_until([&] { return !stopping.load(std::memory_order_acquire); });
  lock.lock();
  started.wait(lock, [&] { return !stopping.load(std::memory_order_relaxed); });
  w.status.store(WorkerStatus::kRunning, std::memory_order_seq_cst);
}

bool Scheduler::Impl::others_run(const Worker* than) {
  for (int i = 0; i < worker_total.load(); i++) {
    const Worker* w = workers[i].load();
    if (w != than && w->status.load(std::memory_order_acquire) == WorkerStatus::kRunning) return true;
  }
  return false;
}

bool Scheduler::Impl::all_stopped() {
  for (int i = 0; i < worker_total.load(); i++) {
    Worker* w = workers[i].load();
    if (w == stopper) continue;
    WorkerStatus status = WorkerStatus::kBlocking;
    if (w->status.compare_exchange_strong(status, WorkerStatus::kStopped, std::memory_order_seq_cst)) {
      w->taken = true;
    } else if (status == WorkerStatus::kRunning) {
      return false;
    }
  }
  return true;
}

// Its goroutine has not run since it stopped, nor will before its stack was visited.
void Scheduler::Impl::resume_mutator(Worker& w) {
  if (w.current == nullptr) return;
  w.set_stack_limit(w.current->stack.limit());
  visit_before_running(*w.current);
}

void Scheduler::wait(const std::function<void()>& fn) {
  Worker* self = worker_of_thread(*this);
  if (self == nullptr) return fn();
  Impl& impl = *impl_;
  {
    std::lock_guard lock(impl.mutex);
    self->status.store(WorkerStatus::kStopped, std::memory_order_seq_cst);
    impl.stop_done.notify_all();
  }
  fn();
  {
    std::unique_lock lock(impl.mutex);
    impl.started.wait(lock, [&] { return !impl.stopping.load(std::memory_order_relaxed); });
    self->status.store(WorkerStatus::kRunning, std::memory_order_seq_cst);
  }
  impl.resume_mutator(*self);
}

void Scheduler::stop() {
  Impl& impl = *impl_;
  Worker* self = worker_of_thread(*this);
  std::unique_lock lock(impl.mutex);
  while (impl.stopping.load(std::memory_order_relaxed)) {
    if (self != nullptr) {
      self->status.store(WorkerStatus::kStopped, std::memory_order_seq_cst);
      impl.stop_done.notify_all();
    }
    impl.started.wait(lock, [&] { return !impl.stopping.load(std::memory_order_relaxed); });
    if (self == nullptr) continue;
    self->status.store(WorkerStatus::kRunning, std::memory_order_seq_cst);
    lock.unlock();
    impl.resume_mutator(*self);
    lock.lock();
  }
  impl.stopping.store(true, std::memory_order_seq_cst);
  impl.stopper = self;
  for (int i = 0; i < impl.worker_total.load(); i++) {
    Worker* w = impl.workers[i].load();
    if (w != self && w->status.load(std::memory_order_seq_cst) != WorkerStatus::kIdle) w->request_poll(kPollStop);
  }
  lock.unlock();
  spin_until([&] { return !impl.others_run(self); });
  lock.lock();
  impl.stop_done.wait(lock, [&] { return impl.all_stopped(); });
}

void Scheduler::start() {
  Worker* self = std::exchange(impl_->stopper, nullptr);
  impl_->start_workers();
  if (self != nullptr) impl_->resume_mutator(*self);
}

void Scheduler::Impl::start_workers() {
  std::lock_guard lock(mutex);
  GOVM_ASSERT(stopping.load());
  stopping.store(false, std::memory_order_seq_cst);
  for (int i = 0; i < worker_total.load(); i++) {
    Worker* w = workers[i].load();
    w->poll.fetch_and(~static_cast<std::uint32_t>(kPollStop), std::memory_order_seq_cst);
    if (w->taken) {
      w->taken = false;
      w->status.store(WorkerStatus::kRunning, std::memory_order_seq_cst);  // or the next stop would not wait for it
      release_worker(w);
    }
  }
  started.notify_all();
  while (!worker_waiters.empty()) {
    Worker* w = take_idle();
    if (w == nullptr) break;
    give_to_waiter(w);
  }
  // Threads that found no worker while the world was stopped.
  if (global_head != nullptr || s.timers_->next_when() != INT64_MAX ||
      s.netpoll_->has_waiters()) {
    if (Worker* w = take_idle()) {
      if (!start_on(w, false)) put_idle(w);
    }
  }
  for (Thread* t : hosts) {
    if (t->done.load()) signal(*t);
  }
}

void Scheduler::Impl::visit(Goroutine& g, gc::Marker& marker) {
  marker.mark_pointer(g.closure);
  marker.mark_pointer(g.labels);
  marker.mark_pointer(g.sudog.channel);
  if (g.select != nullptr) visit_select(g, marker);
  s.executor_.visit_stack(g, marker);
  g.stack.trim();
}

// A goroutine is visited once in each marking, before it runs for the first time: by the worker that is about to run it or
// by the collector's thread, whichever claims it first.
void Scheduler::Impl::visit_in_marking(Goroutine& g) {
  const std::uint32_t number = marking.load(std::memory_order_relaxed);
  while (true) {
    std::uint32_t last = g.visited.load(std::memory_order_acquire);
    if (last == number) return;
    if (last == kBeingVisited) {
      sched_yield();
    } else if (g.visited.compare_exchange_weak(last, kBeingVisited, std::memory_order_acq_rel)) {
      s.heap_->visit_beside_marking([&](gc::Marker& marker) { visit(g, marker); });
      g.visited.store(number, std::memory_order_release);
      return;
    }
  }
}

void Scheduler::Impl::skip_visit(Goroutine& g) {
  const std::uint32_t number = marking.load(std::memory_order_relaxed);
  std::uint32_t last = g.visited.load(std::memory_order_acquire);
  while (number != 0 && last != number) {
    if (last == kBeingVisited) {        // the collector's thread is about to see that g is dead
      sched_yield();
      last = g.visited.load(std::memory_order_acquire);
    } else if (g.visited.compare_exchange_weak(last, number, std::memory_order_acq_rel)) {
      return;
    }
  }
}

void Scheduler::visit_stacks(gc::Marker& marker) {
  const std::uint32_t number = impl_->marking.load(std::memory_order_relaxed);
  impl_->pool.for_each([&](Goroutine& g) {
    if (g.status.load(std::memory_order_acquire) == Status::kDead) return;
    if (number == 0) return impl_->visit(g, marker);   // all stand still
    std::uint32_t last = g.visited.load(std::memory_order_acquire);
    if (last == number || last == kBeingVisited) return;
    if (!g.visited.compare_exchange_strong(last, kBeingVisited, std::memory_order_acq_rel)) return;
    // It may have run and died since: then its block is nobody's, or somebody else's who was not visited.
    const bool dead = g.status.load(std::memory_order_acquire) == Status::kDead;
    if (!dead) impl_->visit(g, marker);
    g.visited.store(dead ? last : number, std::memory_order_release);
  });
}

void Scheduler::visit_roots(gc::Marker& marker) {
  timers_->visit_roots(marker);
  for (const auto& bubble : impl_->bubbles) bubble->timers.visit_roots(marker);
  executor_.visit_roots(marker);
  if (impl_->marking.load(std::memory_order_relaxed) != 0) return;
  impl_->for_each_scratch_root([&](void* p) { marker.mark_pointer(p); });
}

bool Scheduler::concurrent() const { return !impl_->options.deterministic && heap_ != nullptr; }

void Scheduler::begin_marking() {
  impl_->marking.store(++impl_->markings, std::memory_order_relaxed);
  impl_->for_each_scratch_root([&](void* p) { heap_->shade(p); });  // no barrier guards them
}
void Scheduler::end_marking() { impl_->marking.store(0, std::memory_order_relaxed); }

bool Scheduler::stopping() const { return impl_->stopping.load(std::memory_order_relaxed); }

// One after the other, so that all workers bear the same part.
void Scheduler::ask_for_turn() {
  const auto total = static_cast<unsigned>(impl_->worker_total.load(std::memory_order_relaxed));
  for (unsigned i = 0; i < total; i++) {
    Worker* w = impl_->workers[impl_->next_turn++ % total].load();
    if (w->status.load(std::memory_order_relaxed) != WorkerStatus::kRunning) continue;
    w->request_poll(kPollTurn);
    return;
  }
}

void Scheduler::Impl::take_turn(Worker& w) {
  w.poll.fetch_and(~static_cast<std::uint32_t>(kPollTurn), std::memory_order_seq_cst);
  s.heap_->take_turn();
}

int Scheduler::processors() const { return std::min(worker_count(), impl_->processors); }

bool Scheduler::spare_processor() const {
  int running = 0;
  for (int i = 0; i < impl_->worker_total.load(std::memory_order_relaxed); i++) {
    running += impl_->workers[i].load()->status.load(std::memory_order_relaxed) == WorkerStatus::kRunning;
  }
  return running < processors();
}

Worker* Scheduler::Impl::create_worker() {
  auto* w = new Worker;
  w->scheduler = &s;
  w->id = static_cast<std::uint32_t>(worker_total.load());
  w->rng = seed * 0x9e3779b97f4a7c15ULL + w->id + 1;
  w->counted = options.deterministic;
  w->heap = s.heap_;
  if (s.heap_ != nullptr) w->cache = s.heap_->new_cache();
  s.executor_.worker_created(*w);
  return w;
}

// Workers beyond n retire when their thread next looks for work. The world is stopped.
void Scheduler::Impl::set_active(int n) {
  n = n > kMaxWorkers ? kMaxWorkers : n;
  while (worker_total.load() < n) {
    Worker* w = create_worker();
    std::lock_guard lock(mutex);
    workers[w->id].store(w, std::memory_order_release);
    worker_total.store(static_cast<int>(w->id) + 1, std::memory_order_release);
    w->retired = true;
  }
  std::lock_guard lock(mutex);
  // Take idle ones out of the list, change, put back.
  Worker* idle = idle_workers;
  idle_workers = nullptr;
  idle_count.store(0);
  while (idle != nullptr) {
    Worker* next = idle->idle_link;
    idle->idle_link = nullptr;
    idle->retired = true;
    idle = next;
  }
  for (int i = 0; i < worker_total.load(); i++) {
    Worker* w = workers[i].load();
    bool idle_now = w->status.load() == WorkerStatus::kIdle;
    w->retired = i >= n;
    if (idle_now && !w->retired) put_idle(w);
  }
  s.active_workers_.store(n, std::memory_order_relaxed);
}

}  // namespace govm::sched
