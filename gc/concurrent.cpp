// A cycle beside the program: a short stop to begin, marking, a short stop to end. docs/gc.md tells why it finds all that
// is alive.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

constexpr std::size_t kPiece = 1000;         // objects scanned between two looks at the clock
constexpr std::size_t kFinalPiece = 500;     // at most so many with the world stopped

void doze(std::int64_t ns) {
  const timespec t{0, static_cast<long>(ns)};
  nanosleep(&t, nullptr);
}

}  // namespace

void Heap::visit_beside_marking(const std::function<void(Marker&)>& visit) {
  MarkStack marker(impl_->pages, impl_->pool);
  visit(marker);
  impl_->marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
  marker.give_back();
}

void Heap::shade(const void* old_value) {
  const auto p = reinterpret_cast<std::uintptr_t>(old_value);
  Span* span = impl_->pages.find(p);
  if (span == nullptr) return;
  const std::uint32_t index = span->large() ? 0 : span->index_of(p);
  if (index >= span->count || !span->markable(index) || !span->set_mark(index)) return;
  impl_->pool.shade({span, index}, span->large() ? span->bytes() : span->element_bytes, span->noscan);
}

// By a mutator that comes by, unless a processor has nothing else to do. Adds up how long that took.
void Heap::Impl::do_in_stop(std::uint64_t& wait, std::uint64_t& pause, const std::function<void()>& fn) {
  const auto stopped = [&] {
    const std::int64_t requested = monotonic_nanos();
    world.stop();
    wait += static_cast<std::uint64_t>(monotonic_nanos() - requested);
    fn();
    world.start();
    pause += static_cast<std::uint64_t>(monotonic_nanos() - requested);
  };
  if (world.spare_processor()) return stopped();
  errand.run(stopped);
}

void Heap::Impl::collect_beside_program(bool forced) {
  CycleTrace trace{};
  trace.forced = forced;
  {
    std::lock_guard lock(sweep_mutex);
    finish_sweep();
  }
  begin_marking(trace);
  const std::int64_t begun = monotonic_nanos();
  mark_beside_program(trace);
  if (collector.ending()) return;            // the heap is not used any longer
  trace.mark = monotonic_nanos() - begun - trace.end_pause;
  trace.assist_cpu = assist_ns.load(std::memory_order_relaxed);
  if (forced || kStress) {
    std::lock_guard lock(sweep_mutex);
    finish_sweep();
    release_pages();
  }
  end_cycle(trace);
  verify_under_stress();
}

void Heap::Impl::begin_marking(CycleTrace& trace) {
  do_in_stop(trace.begin_wait, trace.begin_pause, [&] {
    trace.goal = goal.load(std::memory_order_relaxed);
    prepare_marking();
    trace.before = live_before;
    {
      std::lock_guard lock(pacer_mutex);
      expected = std::max(pacer.live(), live_before / 2);
    }
    heap.barrier_on.store(true, std::memory_order_relaxed);
    world.begin_marking();
  });
}

void Heap::Impl::mark_beside_program(CycleTrace& trace) {
  const int helpers = world.processors() / 4 - 1;
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  std::atomic<std::uint64_t> helped_ns{0};
  for (int i = 0; i < helpers; i++) {
    threads.emplace_back([&] {
      MarkStack marker(pages, pool);
      while (!over.load(std::memory_order_relaxed) && !collector.ending()) {
        mark_with_others(marker);
        std::this_thread::sleep_for(std::chrono::microseconds(50));
      }
      helped_ns.fetch_add(thread_cpu_nanos(), std::memory_order_relaxed);
    });
  }

  const std::int64_t cpu = thread_cpu_nanos();
  share.begin(monotonic_nanos());
  turns_ns.store(0, std::memory_order_relaxed);
  MarkStack marker(pages, pool);
  world.visit_stacks(marker);
  world.visit_roots(marker);
  specials.mark_roots(marker);
  marker.give_back();
  do {
    mark_with_others(marker);
    specials.find_candidates(marker);
    samples.find_candidates(marker);
  } while (!collector.ending() && !stop_to_finish(trace, marker));

  over.store(true, std::memory_order_relaxed);
  for (std::thread& t : threads) t.join();
  trace.background_cpu = thread_cpu_nanos() - cpu + helped_ns.load() + turns_ns.load(std::memory_order_relaxed);
}

// Takes what is grey from the pool, from barriers and from others who have much, until there is nothing more.
void Heap::Impl::mark_with_others(MarkStack& marker) {
  while (!collector.ending()) {
    marker.take_shaded();
    marker.give_back();
    if (marker.take()) {
      mark_for_a_turn(marker);
      rest(share);
    } else if (pool.idle()) {
      return;
    } else {
      doze(CpuShare::kTurnNs / 4);             // others may share what they have
    }
  }
}

void Heap::Impl::mark_for_a_turn(MarkStack& marker) {
  const std::int64_t begun = monotonic_nanos(), cpu = thread_cpu_nanos();
  while (!marker.empty() && !world.stopping() && monotonic_nanos() - begun < CpuShare::kTurnNs) {
    marker.drain(kPiece);
    marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
  }
  marker.give_back();
  pool.done();
  share.spend(thread_cpu_nanos() - cpu);
}

// The collector's thread, after a turn. Who allocates is quicker to take the next one: it has a processor already, where
// this thread would take somebody's.
void Heap::Impl::rest(CpuShare& of) {
  constexpr std::int64_t kHead = 300'000, kLongest = 1'000'000;
  const int processors = world.processors();
  while (processors < CpuShare::kEnough && !collector.ending()) {
    const std::int64_t now = monotonic_nanos();
    if (world.spare_processor()) return of.begin(now);
    const std::int64_t due = of.until_due(now, processors);
    if (due == 0) return;
    doze(std::min(due + kHead, kLongest));
  }
}

// What barriers shade meanwhile is mostly marked already: little is left when the world has stopped. If it is not so
// little, marking goes on.
bool Heap::Impl::stop_to_finish(CycleTrace& trace, MarkStack& marker) {
  bool complete = false;
  do_in_stop(trace.end_wait, trace.end_pause, [&] {
    marker.take_shaded();
    marker.drain(kFinalPiece);
    marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
    complete = marker.empty() && pool.idle();
    if (!complete) return marker.give_back();
    trace.after = live.load(std::memory_order_relaxed);
    world.end_marking();
    finish_marking();
    heap.barrier_on.store(false, std::memory_order_relaxed);
  });
  return complete;
}

// An allocator's share: marking is to be as far on its way to the end as allocation on its way to the goal. If it is, the
// allocator may take the collector's turn.
void Heap::Impl::assist(std::size_t bytes) {
  const std::size_t aim = goal.load(std::memory_order_relaxed), now = live.load(std::memory_order_relaxed);
  const std::size_t runway = std::max(aim - std::min(aim, live_before), std::max(live_before / 64, kPageBytes));
  const double progress = static_cast<double>(now - std::min(now, live_before)) / static_cast<double>(runway);
  const double due = progress * static_cast<double>(expected);
  MarkStack marker(pages, pool);
  if (static_cast<double>(marked.load(std::memory_order_relaxed)) >= due) {
    const int processors = world.processors();
    if (processors >= CpuShare::kEnough || share.until_due(monotonic_nanos(), processors) > 0 || !marker.take()) return;
    const std::int64_t cpu = thread_cpu_nanos();
    mark_for_a_turn(marker);
    turns_ns.fetch_add(static_cast<std::uint64_t>(thread_cpu_nanos() - cpu), std::memory_order_relaxed);
    return;
  }
  if (!marker.take()) return;
  const std::int64_t begun = monotonic_nanos();
  constexpr std::size_t kLeast = 1000, kStep = 100;
  for (std::size_t left = kLeast + bytes / 32; left != 0 && !marker.empty() && !world.stopping();) {
    left -= std::min(left, marker.drain(kStep));
  }
  marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
  marker.give_back();
  pool.done();
  assist_ns.fetch_add(monotonic_nanos() - begun, std::memory_order_relaxed);
}

// So that no allocator has to, and the next cycle can begin at once.
void Heap::Impl::sweep_in_background() {
  CpuShare sweeping(monotonic_nanos());
  if (!unswept.load(std::memory_order_relaxed)) return;
  const auto unfinished = [&] { return unswept.load(std::memory_order_relaxed) && !collector.busy(); };
  while (unfinished()) {
    const std::int64_t begun = monotonic_nanos(), cpu = thread_cpu_nanos();
    while (unfinished() && monotonic_nanos() - begun < CpuShare::kTurnNs) {
      std::lock_guard lock(sweep_mutex);
      reclaim(1);
    }
    sweeping.spend(thread_cpu_nanos() - cpu);
    rest(sweeping);
  }
  if (!collector.busy()) release_pages();
}

}  // namespace govm::gc
