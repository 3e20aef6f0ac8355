#include "scheduler/scheduler.h"

#include <unistd.h>

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "base/clock.h"
#include "gc/heap.h"
#include "scheduler/impl.h"
#include "scheduler/netpoll_asio.h"
#include "scheduler/semaphore.h"
#include "scheduler/signals.h"
#include "scheduler/timer.h"

namespace govm::sched {

namespace {
constexpr std::uint64_t kLatencySample = 8;
}  // namespace

Thread*& current_thread() {
  thread_local Thread* thread = nullptr;
  return thread;
}

std::uint64_t Worker::random() {  // wyrand
  rng += 0xa0761d6478bd642fULL;
  __uint128_t m = static_cast<__uint128_t>(rng) * (rng ^ 0xe7037ed1a0b428dbULL);
  return static_cast<std::uint64_t>(m >> 64) ^ static_cast<std::uint64_t>(m);
}

Scheduler::Impl::Impl(Scheduler& owner, Options o) : s(owner), options(o) {
  seed = options.seed;
  if (seed == 0 && !options.deterministic) ::getentropy(&seed, sizeof seed);
  if (!options.deterministic) register_monitored();
}

Scheduler::Impl::~Impl() {
  for (auto& w : workers) delete w.load();
}

Scheduler::Scheduler(Options options, Executor& executor)
    : executor_(executor),
      netpoll_(new_asio_netpoll(*this)),
      timers_(std::make_unique<Timers>(*this)),
      semaphores_(std::make_unique<Semaphores>(*this)),
      signals_(std::make_unique<Signals>(*this)),
      impl_(std::make_unique<Impl>(*this, options)) {
  int n = options.deterministic ? 1 : options.workers > 0 ? options.workers : available_processors();
  impl_->set_active(n);
}

Scheduler::~Scheduler() { shutdown(); }

void Scheduler::shutdown() {
  kill();
  if (heap_ != nullptr) heap_->end_collections();
  std::vector<std::thread> handles;
  {
    std::lock_guard lock(impl_->mutex);
    handles.swap(impl_->handles);
  }
  for (std::thread& t : handles) t.join();  // the monitor brings them out of system calls
  impl_->unregister_monitored();
  impl_->schedtrace = {};
  signals_->stop();
  impl_->pool.for_each([&](Goroutine& g) {
    if (g.status.load() == Status::kDead && !g.seat) return;
    executor_.goroutine_exited(g);
    delete_select(g);
    g.status.store(Status::kDead);
  });
  heap_ = nullptr;                    // may be gone when this is called again
  int workers = impl_->worker_total.exchange(0);
  for (int i = 0; i < workers; i++) executor_.worker_destroyed(*impl_->workers[i].load());
}

void Scheduler::attach_heap(gc::Heap& heap) {
  GOVM_ASSERT(heap_ == nullptr);
  heap_ = &heap;
  for (int i = 0; i < impl_->worker_total.load(); i++) {
    Worker* w = impl_->workers[i].load();
    w->heap = heap_;
    w->cache = heap_->new_cache();
  }
}

void Scheduler::set_netpoll(std::unique_ptr<Netpoll> netpoll) { netpoll_ = std::move(netpoll); }

Worker* Scheduler::current_worker() {
  Thread* t = current_thread();
  return t != nullptr ? t->worker : nullptr;
}

RunEnd Scheduler::run(void* closure, const std::function<void(Goroutine&)>& prepare) {
  if (killed()) return RunEnd::kKilled;
  Thread t;
  t.scheduler = this;
  t.host = true;
  Goroutine* g = impl_->new_goroutine(nullptr, closure, {});
  g->awaited = true;
  g->awaited_by = &t;
  t.awaits = g;
  if (prepare) prepare(*g);
  {
    std::lock_guard lock(impl_->mutex);
    impl_->hosts.push_back(&t);
    g->status.store(Status::kRunnable, std::memory_order_release);
    impl_->push_global(g);
  }
  Thread* outer = current_thread();
  current_thread() = &t;
  impl_->work(t);
  current_thread() = outer;
  std::lock_guard lock(impl_->mutex);
  std::erase(impl_->hosts, &t);
  if (!t.done) t.end = RunEnd::kKilled;
  bool exited = t.goexit || (t.done && t.end == RunEnd::kFinished);  // then g may be somebody else already
  if (!exited) g->awaited_by = nullptr;
  return t.end;
}

void Scheduler::kill_running() noexcept {
  killed_.store(true, std::memory_order_seq_cst);
  for (int i = 0; i < impl_->worker_total.load(); i++) impl_->workers[i].load()->request_poll(kPollKill);
}

void Scheduler::kill() {
  std::lock_guard lock(impl_->mutex);
  kill_running();
  impl_->wake_all_threads();
  netpoll_->wake();
}

void Scheduler::interrupt_runs() {
  std::lock_guard lock(impl_->mutex);
  for (Thread* t : impl_->hosts) {
    if (t->done.load() || t->awaits == nullptr) continue;
    t->awaits->interrupted.store(true, std::memory_order_release);
    t->end = RunEnd::kInterrupted;
    t->done.store(true, std::memory_order_release);
    impl_->signal(*t);
  }
  impl_->watch();
  for (int i = 0; i < impl_->worker_total.load(); i++) impl_->workers[i].load()->request_poll(kPollPreempt);
  netpoll_->wake();
}

void Scheduler::release() {
  if (holds_.fetch_sub(1) != 1) return;
  std::lock_guard lock(impl_->mutex);
  impl_->check_deadlock();
}

Goroutine* Scheduler::spawn(Worker* worker, void* closure, SpawnInfo info) {
  // What held the closure until now (a timer) may do so no longer.
  if (heap_ != nullptr && heap_->barrier_on.load(std::memory_order_relaxed)) heap_->shade(closure);
  Goroutine* g = impl_->new_goroutine(worker, closure, info);
  g->status.store(Status::kRunnable, std::memory_order_release);
  if (tell_events_.load(std::memory_order_relaxed)) executor_.happened(Executor::Event::kCreated, worker, *g);
  if (g->id % kLatencySample == 0) g->ready_since = monotonic_nanos();
  impl_->enqueue(worker, g, true);
  return g;
}

void Scheduler::ready(Worker* worker, Goroutine* g) {
  if (impl_->options.trace != nullptr) impl_->trace(*g, "ready");
  if (!make_runnable(g)) return;
  if (tell_events_.load(std::memory_order_relaxed)) executor_.happened(Executor::Event::kReady, worker, *g);
  if (g->id % kLatencySample == 0) g->ready_since = monotonic_nanos();
  impl_->enqueue(worker, g, true);
}

bool Scheduler::make_runnable(Goroutine* g) {
  Status status = g->status.load(std::memory_order_acquire);
  while (true) {
    if (status == Status::kWaiting) {
      if (g->bubble != nullptr && is_durable(g->wait_reason)) g->bubble->waking();
      // Only one wakes it: nobody else changes its status now.
      g->status.store(Status::kRunnable, std::memory_order_release);
      return true;
    } else if (status == Status::kRunning) {
      if (g->status.compare_exchange_weak(status, Status::kRunningWoken, std::memory_order_acq_rel)) return false;
    } else {
      GOVM_ASSERT(status == Status::kWaiting);
    }
  }
}

void Scheduler::Impl::count_latency(Goroutine& g) {
  const auto waited = static_cast<std::uint64_t>(std::max<std::int64_t>(0, monotonic_nanos() - g.ready_since));
  g.ready_since = 0;
  const auto bucket = static_cast<std::size_t>(std::bit_width(waited / 64));
  latencies[std::min(bucket, kLatencyBuckets - 1)].fetch_add(1, std::memory_order_relaxed);
}

void Scheduler::latencies(std::span<std::uint64_t> counts) const {
  for (std::size_t i = 0; i < std::min(counts.size(), kLatencyBuckets); i++) counts[i] = impl_->latencies[i].load(std::memory_order_relaxed);
}

Bubble& Scheduler::new_bubble(Goroutine& root) {
  auto bubble = std::make_unique<Bubble>(*this, root);
  std::lock_guard lock(impl_->mutex);
  return *impl_->bubbles.emplace_back(std::move(bubble));
}

void Scheduler::for_each_running(const std::function<void(Goroutine&)>& visit) {
  for (int i = 0; i < impl_->worker_total.load(); i++) {
    const Worker& w = *impl_->workers[i].load();
    if (w.current != nullptr && w.status.load() != WorkerStatus::kBlocking) visit(*w.current);
  }
}

void Scheduler::for_each_goroutine(const std::function<void(Goroutine&)>& visit) {
  std::vector<Goroutine*> all;
  impl_->pool.for_each([&](Goroutine& g) {
    if (g.status.load(std::memory_order_acquire) != Status::kDead) all.push_back(&g);
  });
  std::sort(all.begin(), all.end(), [](Goroutine* a, Goroutine* b) { return a->id < b->id; });
  for (Goroutine* g : all) visit(*g);
}

int Scheduler::set_worker_count(int n) {
  int previous = worker_count();
  if (n >= 1 && n != previous && !impl_->options.deterministic) {
    stop();  // nobody is pinned then: who pins itself later sees that its worker is retired
    impl_->set_active(n);
    start();
  }
  return previous;
}

}  // namespace govm::sched
