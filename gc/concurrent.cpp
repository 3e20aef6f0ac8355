// A cycle beside the program: a short stop to begin, marking, a short stop to end. docs/gc.md tells why it finds all that
// is alive.
#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

constexpr std::size_t kFinalPiece = 500;     // objects scanned at most with the world stopped

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
  errand.run(stopped, [&] { world.ask_for_turn(); });
}

void Heap::Impl::collect_beside_program(bool forced) {
  CycleTrace trace{};
  trace.forced = forced;
  sweep_in_turns([&] { return collector.ending(); });
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
    const std::size_t so_far = marked.load(std::memory_order_relaxed);
    specials.find_candidates(marker);
    samples.find_candidates(marker, so_far);
  } while (!collector.ending() && !stop_to_finish(trace, marker));

  over.store(true, std::memory_order_relaxed);
  for (std::thread& t : threads) t.join();
  trace.background_cpu = thread_cpu_nanos() - cpu + helped_ns.load() + turns_ns.load(std::memory_order_relaxed);
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

}  // namespace govm::gc
