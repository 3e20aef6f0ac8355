// Collection cycles: what all have in common, and those that happen in one stop of the world.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <mutex>

#include "base/assert.h"
#include "base/clock.h"
#include "gc/heap_impl.h"

namespace govm::gc {

void Heap::collect(bool forced) { impl_->collect(forced); }

void Heap::collect_and_tell(bool forced, std::function<void()> then) {
  if (impl_->world.concurrent()) return impl_->collector.run_and_tell(forced, std::move(then));
  impl_->collect_stopped(forced);
  then();
}

void Heap::free_os_memory() {
  impl_->collect(true);
  impl_->pages.release(0);
}

void Heap::end_collections() { impl_->collector.end(); }

void Heap::Impl::collect(bool forced) {
  if (world.concurrent()) {
    collector.run_and_wait(forced);
  } else {
    collect_stopped(forced);
  }
}

void Heap::Impl::prepare_marking() {
  for (auto& cache : caches) flush(*cache);
  pool.clear();
  if (AllocationObserver* watching = observer.load(std::memory_order_relaxed)) watching->cycle_begun();
  world.before_mark();
  live_before = live.load(std::memory_order_relaxed);
  marked.store(0, std::memory_order_relaxed);
  assist_ns.store(0, std::memory_order_relaxed);
}

// Every span becomes unswept: its mark bits say what is alive.
void Heap::Impl::finish_marking() {
  for (auto& cache : caches) flush(*cache);
  MarkStack marker(pages, pool);
  specials.process_dead(marker);
  marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
  samples.settle(marker, marked.load(std::memory_order_relaxed));
  world.after_mark();
  for (Central& central : centrals) central.begin_sweep();
  unswept.store(true, std::memory_order_relaxed);
  unswept_large.swap(large_spans);
  const std::size_t alive = marked.load(std::memory_order_relaxed);
  const std::size_t allocated = live.load(std::memory_order_relaxed) - live_before;
  live.store(alive + allocated, std::memory_order_relaxed);
  std::lock_guard lock(pacer_mutex);
  pacer.cycle_done(alive, allocated);
  set_pace();
}

void Heap::Impl::set_pace() {
  goal.store(pacer.goal(), std::memory_order_relaxed);
  soft_limit.store(pacer.limit(), std::memory_order_relaxed);
  trigger.store(world.concurrent() ? pacer.trigger() : pacer.goal(), std::memory_order_relaxed);
}

void Heap::Impl::count_beside() {
  constexpr std::size_t kStep = 8 << 20;
  const bool counts = pacer.limit() != SIZE_MAX && heap.process_bytes;
  count_beside_at.store(counts ? pages.system_bytes() + kStep : SIZE_MAX, std::memory_order_relaxed);
  if (!counts) return;
  const std::size_t all = heap.process_bytes();
  pacer.set_beside(all - std::min(all, pages.system_bytes() + pages.described_bytes()));
}

void Heap::Impl::collect_stopped(bool forced) {
  CycleTrace trace{};
  trace.forced = forced;
  const std::int64_t requested = monotonic_nanos();
  world.stop();
  trace.begin_wait = monotonic_nanos() - requested;
  std::unique_lock sweeping(sweep_mutex);
  finish_sweep();
  trace.goal = goal.load(std::memory_order_relaxed);
  prepare_marking();
  trace.before = trace.after = live_before;
  MarkStack marker(pages, pool);
  world.visit_roots(marker);
  world.visit_stacks(marker);
  specials.mark_roots(marker);
  marker.drain_alone();
  marked.store(marker.take_marked_bytes(), std::memory_order_relaxed);
  specials.find_candidates(marker);
  samples.find_candidates(marker, marked.load(std::memory_order_relaxed));
  finish_marking();
  sweeping.unlock();
  trace.begin_pause = monotonic_nanos() - requested;
  world.start();
  if (forced || kStress) finish_sweep();
  sweep_large();
  release_pages();
  end_cycle(trace);
  verify_under_stress();
}

void Heap::Impl::end_cycle(CycleTrace& trace) {
  {
    std::lock_guard lock(pacer_mutex);
    count_beside();
    set_pace();
  }
  pool.release();
  if (AllocationObserver* watching = observer.load(std::memory_order_relaxed)) samples.end_cycle(*watching);
  trace.marked = marked.load(std::memory_order_relaxed);
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const std::uint64_t pause = trace.begin_pause + trace.end_pause;
  {
    std::lock_guard lock(history_mutex);
    const std::uint64_t number = cycles.fetch_add(1, std::memory_order_acq_rel);
    if (trace.forced) forced_cycles++;
    count_pause(trace.begin_pause);
    if (trace.end_pause != 0) count_pause(trace.end_pause);
    pause_ns += pause;
    cpu_ns += pause * static_cast<std::uint64_t>(world.processors()) + trace.assist_cpu + trace.background_cpu;
    last_gc_unix_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(wall).count());
    pauses[number % pauses.size()] = pause;
    pause_ends[number % pauses.size()] = last_gc_unix_ns;
    trace.number = number + 1;
    trace.total_cpu = cpu_ns;
  }
  if (heap.on_cycle) heap.on_cycle(trace);
  if (specials.has_ready() && heap.on_ready) heap.on_ready();
}

void Heap::Impl::count_pause(std::uint64_t ns) {
  pause_counts[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(ns / 64)), pause_counts.size() - 1)]++;
}

void Heap::Impl::collect_under_stress() {
  constexpr std::size_t kBesideProgram = 8;  // each eighth cycle
  if (goal.load(std::memory_order_relaxed) == SIZE_MAX) return;
  const std::size_t calls = stress_calls.fetch_add(1, std::memory_order_relaxed);
  if (calls % stress_interval != 0) return;
  if (!world.concurrent()) return collect_stopped(false);
  if (calls / stress_interval % kBesideProgram == kBesideProgram - 1) return collector.request();
  if (!collector.claim()) return;
  collect_stopped(false);
  collector.unclaim();
}

void Heap::Impl::verify_under_stress() {
  if constexpr (kStress) {
    std::string_view why;
    const bool heap_is_sound = heap.verify(&why);
    if (!heap_is_sound) std::fprintf(stderr, "govm: heap: %.*s\n", static_cast<int>(why.size()), why.data());
    GOVM_ASSERT(heap_is_sound);
  }
}

}  // namespace govm::gc
