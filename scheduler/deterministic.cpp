// Deterministic mode: one worker, and every choice drawn from the seed: which goroutine runs next, and after how many
// instructions it is interrupted. Virtual time advances with what is executed and jumps when all sleep.
#include <algorithm>

#include "base/clock.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"

namespace govm::sched {
namespace {

constexpr std::int64_t kNanosPerInstruction = 8;
constexpr std::size_t kChoices = 64;                // of the oldest runnable goroutines
constexpr std::int64_t kNetworkPatience = 1'000'000;  // how long the network may answer before virtual time jumps

}  // namespace

// Mostly long slices, so that programs get on; often enough very short ones, which part what belongs together.
void Scheduler::Impl::begin_slice(Worker& w, Goroutine& g) {
  slice = 1 + w.random() % (std::uint64_t{1} << (4 + w.random() % 11));
  w.budget = slice;
  g.between = false;
  if (options.trace != nullptr) trace(g, "runs", slice);
}

void Scheduler::Impl::end_slice(Worker& w) {
  instructions += slice - w.budget;
  slice = w.budget = 0;
}

std::int64_t Scheduler::Impl::executed() const {
  const Worker* w = workers[0].load(std::memory_order_acquire);
  const std::uint64_t now = instructions + (w != nullptr ? slice - w->budget : 0);
  return static_cast<std::int64_t>(now) * kNanosPerInstruction;
}

Goroutine* Scheduler::Impl::choose_global() {
  const std::size_t choices = std::min<std::size_t>(global_size.load(std::memory_order_relaxed), kChoices);
  Goroutine* before = nullptr;
  Goroutine* g = global_head;
  for (std::size_t n = workers[0].load()->random() % choices; n > 0; n--) {
    before = g;
    g = g->link;
  }
  (before != nullptr ? before->link : global_head) = g->link;
  if (global_tail == g) global_tail = before;
  g->link = nullptr;
  global_size.fetch_sub(1, std::memory_order_relaxed);
  return g;
}

void Scheduler::Impl::let_time_pass(std::unique_lock<std::mutex>& lock) {
  if (s.netpoll_->has_waiters()) {
    polling.store(true, std::memory_order_seq_cst);
    GoroutineList ready;
    lock.unlock();
    s.netpoll_->wait(monotonic_nanos() + kNetworkPatience, ready);
    lock.lock();
    polling.store(false, std::memory_order_seq_cst);
    const bool any = !ready.empty();
    while (Goroutine* g = ready.pop()) push_global(g);
    if (any) return;
  }
  const std::int64_t when = s.timers_->next_when(), now = s.now();
  if (when != INT64_MAX && when > now) skipped += when - now;
}

void Scheduler::Impl::trace(const Goroutine& g, const char* what, std::uint64_t number) {
  std::fprintf(options.trace, "%llu g%llu %s", static_cast<unsigned long long>(instructions),
               static_cast<unsigned long long>(g.id), what);
  if (number != 0) std::fprintf(options.trace, " %llu", static_cast<unsigned long long>(number));
  std::fputc('\n', options.trace);
}

std::int64_t Scheduler::now() const {
  return impl_->options.virtual_time ? 1 + impl_->executed() + impl_->skipped : monotonic_nanos();
}

std::int64_t Scheduler::choice_clock() const { return impl_->options.deterministic ? impl_->executed() : monotonic_nanos(); }

std::int64_t Scheduler::wait_clock() const {
  const bool exact = tell_waits_.load(std::memory_order_relaxed) || tell_contentions_.load(std::memory_order_relaxed);
  return exact ? monotonic_nanos() : coarse_nanos();
}

bool Scheduler::virtual_time() const { return impl_->options.virtual_time; }

}  // namespace govm::sched
