// A collection cycle.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/assert.h"
#include "gc/heap_impl.h"

namespace govm::gc {

void Heap::collect(bool forced) { impl_->collect(forced); }

void Heap::free_os_memory() {
  impl_->collect(true);
  impl_->pages.release(0);
}

void Heap::Impl::mark_and_queue() {
  finish_sweep();
  for (auto& cache : caches) flush(*cache);
  world.before_mark();
  marker.reset();
  world.visit_roots(marker);
  marker.drain();
  specials.mark_roots(marker);
  specials.process_dead(marker);
  world.after_mark();
  for (Central& central : centrals) central.begin_sweep();
  unswept.store(true, std::memory_order_relaxed);
  sweep_large();
  live.store(marker.marked_bytes(), std::memory_order_relaxed);
}

void Heap::Impl::collect(bool forced) {
  using Clock = std::chrono::steady_clock;
  std::uint64_t seen = cycles.load(std::memory_order_acquire);
  auto requested = Clock::now();
  world.stop();
  if (!forced && cycles.load(std::memory_order_acquire) != seen) {  // somebody else's cycle came first
    world.start();
    return;
  }
  const std::size_t before = live.load(std::memory_order_relaxed);
  const std::size_t due = goal.load(std::memory_order_relaxed);
  mark_and_queue();
  std::size_t marked = marker.marked_bytes();
  std::size_t next;
  {
    std::lock_guard lock(pacer_mutex);
    pacer.cycle_done(marked);
    next = pacer.goal();
    goal.store(next, std::memory_order_relaxed);
  }
  const std::uint64_t number = cycles.fetch_add(1, std::memory_order_acq_rel);
  if (forced) forced_cycles++;
  const auto pause = static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - requested).count());
  pause_ns += pause;
  last_gc_unix_ns = static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
  pauses[number % pauses.size()] = pause;
  pause_ends[number % pauses.size()] = last_gc_unix_ns;
  const CycleTrace trace{number + 1, pause, pause_ns, before, marked, due, forced};
  world.start();
  if (heap.on_cycle) heap.on_cycle(trace);
  if (forced || kStress) finish_sweep();
  pages.release(next == SIZE_MAX ? marked : next - std::min(next, marked));
  if constexpr (kStress) {
    std::string_view why;
    const bool heap_is_sound = heap.verify(&why);
    if (!heap_is_sound) std::fprintf(stderr, "govm: heap: %.*s\n", static_cast<int>(why.size()), why.data());
    GOVM_ASSERT(heap_is_sound);
  }
  if (specials.has_ready() && heap.on_ready) heap.on_ready();
}

void Heap::Impl::collect_under_stress() {
  if (goal.load(std::memory_order_relaxed) == SIZE_MAX) return;
  if (stress_calls.fetch_add(1, std::memory_order_relaxed) % stress_interval == 0) collect(false);
}

}  // namespace govm::gc
