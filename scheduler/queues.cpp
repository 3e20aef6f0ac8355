// Goroutines' life, the global queue, idle workers and threads, wake-ups.
#include <algorithm>

#include "base/assert.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"

namespace govm::sched {
namespace {

constexpr std::size_t kFreeBatch = 32;
constexpr std::uint64_t kIdBatch = 16;

}  // namespace

Goroutine* Scheduler::Impl::new_goroutine(Worker* w, void* closure, SpawnInfo info) {
  Goroutine* g;
  if (w == nullptr) {
    g = pool.take(1);
    g->id = next_id.fetch_add(1, std::memory_order_relaxed);
  } else {
    if (w->free_goroutines == nullptr) {
      w->free_goroutines = pool.take(kFreeBatch);
      for (Goroutine* f = w->free_goroutines; f != nullptr; f = f->link) w->free_count++;
    }
    g = w->free_goroutines;
    w->free_goroutines = g->link;
    w->free_count--;
    if (w->next_id == w->end_id) {
      w->next_id = next_id.fetch_add(kIdBatch, std::memory_order_relaxed);
      w->end_id = w->next_id + kIdBatch;
    }
    g->id = w->next_id++;
  }
  g->link = nullptr;
  g->closure = closure;
  g->creation_pc = info.creation_pc;
  g->system = info.system;
  if (w != nullptr && w->current != nullptr) {
    g->parent_id = w->current->id;
    g->labels = w->current->labels;
    if (w->current->bubble != nullptr && !info.system) {
      g->bubble = w->current->bubble;
      g->bubble->joined();
    }
  }
  if (!info.system) s.user_goroutines_.fetch_add(1, std::memory_order_relaxed);
  if (options.trace != nullptr) trace(*g, "created by", g->parent_id);
  return g;
}

void Scheduler::Impl::free_goroutine(Worker& w, Goroutine* g) {
  s.executor_.goroutine_exited(*g);
  g->stack.release();
  g->pc = nullptr;
  g->fp = nullptr;
  g->closure = g->labels = nullptr;
  g->bubble = nullptr;
  std::fill(std::begin(g->vm), std::end(g->vm), 0);
  g->wake_error = WakeError::kNone;
  g->goexit = g->system = g->contained = g->between = false;
  g->interrupted.store(false, std::memory_order_relaxed);
  g->thread_locks = 0;
  g->wait_reason = WaitReason::kNone;
  g->charged_since = 0;
  g->parent_id = 0;
  g->creation_pc = nullptr;
  g->status.store(Status::kDead, std::memory_order_release);
  g->visited.store(0, std::memory_order_release);  // then: who may visit it from now on sees that it is dead
  g->link = w.free_goroutines;
  w.free_goroutines = g;
  if (++w.free_count < kFreeBatch * 2) return;
  Goroutine* first = w.free_goroutines;
  Goroutine* last = first;
  for (std::size_t i = 1; i < kFreeBatch; i++) last = last->link;
  w.free_goroutines = last->link;
  w.free_count -= kFreeBatch;
  pool.give(first, last);
}

void Scheduler::Impl::push_global(Goroutine* g) {
  g->link = nullptr;
  (global_tail != nullptr ? global_tail->link : global_head) = g;
  global_tail = g;
  global_size.fetch_add(1, std::memory_order_seq_cst);
}

Goroutine* Scheduler::Impl::pop_global() {
  Goroutine* g = global_head;
  if (g == nullptr) return nullptr;
  if (options.deterministic) return choose_global();
  global_head = g->link;
  if (global_head == nullptr) global_tail = nullptr;
  g->link = nullptr;
  global_size.fetch_sub(1, std::memory_order_relaxed);
  return g;
}

void Scheduler::Impl::enqueue_global(Goroutine* g) {
  std::lock_guard lock(mutex);
  push_global(g);
}

Goroutine* Scheduler::Impl::take_global(Worker& w) {
  std::lock_guard lock(mutex);
  Goroutine* first = pop_global();
  if (first == nullptr || options.deterministic) return first;
  std::uint32_t share = global_size.load(std::memory_order_relaxed) / static_cast<std::uint32_t>(s.worker_count());
  share = std::min({share, RunQueue::kCapacity / 2, RunQueue::kCapacity - w.queue.size()});
  for (; share > 1; share--) {
    Goroutine* g = pop_global();
    if (!w.queue.push(g)) {
      push_global(g);
      break;
    }
  }
  return first;
}

void Scheduler::Impl::enqueue(Worker* w, Goroutine* g, bool next) {
  if (w == nullptr || options.deterministic) {
    enqueue_global(g);
  } else {
    if (next) g = w->queue.push_next(g);
    if (g != nullptr && !w->queue.push(g)) {
      std::array<Goroutine*, RunQueue::kCapacity / 2> half;
      std::uint32_t count = w->queue.take_half(half);
      std::lock_guard lock(mutex);
      for (std::uint32_t i = 0; i < count; i++) push_global(half[i]);
      push_global(g);
    }
  }
  wake_worker();
}

void Scheduler::Impl::signal(Thread& t) {
  t.signalled = true;
  t.wake.notify_one();
}

void Scheduler::Impl::wake_all_threads() {
  for (Thread* t : idle_threads) signal(*t);
  for (Thread* t : hosts) signal(*t);
  for (Thread* t : worker_waiters) signal(*t);
  for (const auto& t : threads) {
    if (t->pinned != nullptr) signal(*t);
  }
  started.notify_all();
  stop_done.notify_all();
  watch();
}

void Scheduler::Impl::put_idle(Worker* w) {
  w->status.store(WorkerStatus::kIdle, std::memory_order_seq_cst);
  if (stopping.load(std::memory_order_relaxed)) stop_done.notify_all();
  if (w->retired || give_to_waiter(w)) return;
  w->idle_link = idle_workers;
  idle_workers = w;
  idle_count.fetch_add(1, std::memory_order_seq_cst);
}

Worker* Scheduler::Impl::take_idle() {
  if (stopping.load(std::memory_order_relaxed) || s.killed()) return nullptr;
  Worker* w = idle_workers;
  if (w == nullptr) return nullptr;
  idle_workers = w->idle_link;
  w->idle_link = nullptr;
  idle_count.fetch_sub(1, std::memory_order_seq_cst);
  w->status.store(WorkerStatus::kRunning, std::memory_order_seq_cst);
  watch();
  return w;
}

bool Scheduler::Impl::start_on(Worker* w, bool spin, Goroutine* blocked) {
  // A host's thread must not get stuck in a native it does not wait for.
  auto it = std::find_if(idle_threads.rbegin(), idle_threads.rend(),
                         [&](Thread* i) { return blocked == nullptr || !i->host; });
  Thread* t;
  if (it != idle_threads.rend()) {
    t = *it;
    idle_threads.erase(std::next(it).base());
    t->worker = w;
    t->spinning = spin;
    t->blocked = blocked;
    signal(*t);
    return true;
  }
  if (options.deterministic) return false;
  start_thread([&](Thread& own) {
    own.worker = w;
    own.spinning = spin;
    own.blocked = blocked;
  });
  return true;
}

void Scheduler::Impl::start_thread(const std::function<void(Thread&)>& prepare) {
  Thread* t = threads.emplace_back(std::make_unique<Thread>()).get();
  t->scheduler = &s;
  prepare(*t);
  handles.emplace_back([this, t] {
    current_thread() = t;
    t->id = ::pthread_self();
    work(*t);
  });
}

void Scheduler::Impl::wake_worker() {
  if (idle_count.load(std::memory_order_seq_cst) == 0 || spinning.load(std::memory_order_seq_cst) != 0) return;
  int none = 0;
  if (!spinning.compare_exchange_strong(none, 1)) return;
  std::lock_guard lock(mutex);
  if (idle_threads.empty() && polling.load(std::memory_order_relaxed)) {
    spinning.fetch_sub(1);
    s.netpoll_->wake();  // the thread in the poller finds itself a worker
    return;
  }
  Worker* w = take_idle();
  if (w == nullptr) {
    spinning.fetch_sub(1);
  } else if (!start_on(w, true)) {
    spinning.fetch_sub(1);
    put_idle(w);
  }
}

void Scheduler::Impl::release_worker(Worker* w) {
  if (w->retired || stopping.load(std::memory_order_relaxed) || s.killed() || w->queue.empty()) {
    if (w->retired) {
      bool from_next;
      while (Goroutine* g = w->queue.pop(&from_next)) push_global(g);
    }
    put_idle(w);
  } else if (!start_on(w, false)) {
    put_idle(w);
  }
}

void Scheduler::Impl::pass_on() {
  bool poll = s.timers_->next_when() != INT64_MAX || s.netpoll_->has_waiters();
  if (polling.load(std::memory_order_relaxed) || (!poll && global_head == nullptr)) return;
  Worker* w = take_idle();
  if (w != nullptr && !start_on(w, false)) put_idle(w);
}

void Scheduler::Impl::poll_changed() {
  if (polling.load(std::memory_order_seq_cst)) {
    if (s.timers_->next_when() < poll_until.load(std::memory_order_seq_cst)) s.netpoll_->wake();
  } else {
    wake_worker();
  }
}

}  // namespace govm::sched
