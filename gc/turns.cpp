// What the collector does in turns. On its own thread where a processor is free; where the program needs all of them, that
// thread would take somebody's, and who lost it would be away for a time slice of the system, which the next stop of the
// world waits for. So mutators take its turns, those that allocate by themselves and others when they are asked to.
#include <time.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "base/clock.h"
#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

constexpr std::size_t kPiece = 1000;         // objects scanned between two looks at the clock

void doze(std::int64_t ns) {
  const timespec t{0, static_cast<long>(ns)};
  nanosleep(&t, nullptr);
}

}  // namespace

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
  while (!world.stopping() && monotonic_nanos() - begun < CpuShare::kTurnNs && marker.has_more()) {
    marker.drain(kPiece);
    marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
  }
  marker.give_back();
  pool.done();
  share.spend(thread_cpu_nanos() - cpu);
}

// So that no allocator has to, and the next cycle can begin at once.
void Heap::Impl::sweep_in_background() {
  sweep_in_turns([&] { return collector.busy(); });
  if (!collector.busy()) release_pages();
}

void Heap::Impl::sweep_in_turns(const std::function<bool()>& enough) {
  sweep_share.begin(monotonic_nanos());
  while (unswept.load(std::memory_order_relaxed) && !enough()) {
    {
      std::lock_guard lock(sweep_mutex);
      sweep_for_a_turn();
    }
    rest(sweep_share);
  }
}

void Heap::Impl::sweep_for_a_turn() {
  const std::int64_t begun = monotonic_nanos(), cpu = thread_cpu_nanos();
  while (unswept.load(std::memory_order_relaxed) && !world.stopping() && monotonic_nanos() - begun < CpuShare::kTurnNs) reclaim(1);
  sweep_share.spend(thread_cpu_nanos() - cpu);
}

// The collector's thread, until it has to take the next turn itself.
void Heap::Impl::rest(CpuShare& of) {
  constexpr std::int64_t kHead = 300'000, kLongest = 1'000'000;
  const int processors = world.processors();
  bool asked = false;
  while (processors < CpuShare::kEnough && !collector.ending()) {
    const std::int64_t now = monotonic_nanos();
    if (world.spare_processor()) return of.begin(now);
    const std::int64_t due = of.until_due(now, processors);
    if (due == 0) {
      if (std::exchange(asked, true)) return;  // nobody comes to a safepoint
      world.ask_for_turn();
    }
    doze(std::min(due + kHead, kLongest));
  }
}

bool Heap::Impl::due_to_mutators(const CpuShare& of) {
  const int processors = world.processors();
  return processors < CpuShare::kEnough && !world.spare_processor() && of.until_due(monotonic_nanos(), processors) == 0;
}

void Heap::take_turn() { impl_->take_turn(); }

void Heap::Impl::take_turn() {
  if (errand.offered()) {
    errand.serve();
  } else if (heap.barrier_on.load(std::memory_order_relaxed)) {
    mark_in_place_of_collector();
  } else if (due_to_mutators(sweep_share)) {
    sweep_for_a_turn();
  }
}

bool Heap::Impl::mark_in_place_of_collector() {
  MarkStack marker(pages, pool);
  if (!due_to_mutators(share) || !marker.take()) return false;
  const std::int64_t cpu = thread_cpu_nanos();
  mark_for_a_turn(marker);
  turns_ns.fetch_add(static_cast<std::uint64_t>(thread_cpu_nanos() - cpu), std::memory_order_relaxed);
  return true;
}

// An allocator's share: marking is to be as far on its way to the end as allocation on its way to the goal.
void Heap::Impl::assist(std::size_t bytes) {
  const std::size_t aim = goal.load(std::memory_order_relaxed), now = live.load(std::memory_order_relaxed);
  const std::size_t runway = std::max(aim - std::min(aim, live_before), std::max(live_before / 64, kPageBytes));
  const double progress = static_cast<double>(now - std::min(now, live_before)) / static_cast<double>(runway);
  const double due = progress * static_cast<double>(expected);
  if (mark_in_place_of_collector() || static_cast<double>(marked.load(std::memory_order_relaxed)) >= due) return;
  MarkStack marker(pages, pool);
  if (!marker.take()) return;
  const std::int64_t begun = monotonic_nanos();
  constexpr std::size_t kLeast = 1000, kStep = 100;
  for (std::size_t left = kLeast + bytes / 32; left != 0 && !world.stopping() && marker.has_more();) {
    left -= std::min(left, marker.drain(kStep));
  }
  marked.fetch_add(marker.take_marked_bytes(), std::memory_order_relaxed);
  marker.give_back();
  pool.done();
  assist_ns.fetch_add(monotonic_nanos() - begun, std::memory_order_relaxed);
}

}  // namespace govm::gc
