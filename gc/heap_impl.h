// The parts of the heap, tied together.
//
// Lock ranks: central < page heap; the others take no other lock. The world's functions are called under none.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "gc/cache.h"
#include "gc/central.h"
#include "gc/collector.h"
#include "gc/cpu_share.h"
#include "gc/errand.h"
#include "gc/heap.h"
#include "gc/mark.h"
#include "gc/pacer.h"
#include "gc/page_heap.h"
#include "gc/sampler.h"
#include "gc/specials.h"

namespace govm::gc {

#ifdef GOVM_GC_STRESS
constexpr bool kStress = true;
#else
constexpr bool kStress = false;
#endif
constexpr unsigned char kPoison = 0xdb;

struct Heap::Impl {
  Impl(Heap& owner, World& w, HeapLimits l);

  // ---- allocate.cpp
  void* allocate_noscan(Cache& cache, std::size_t size, bool zero);
  void* allocate_tiny(Cache& cache, std::size_t size);
  void* allocate_scan(Cache& cache, std::size_t size, const abi::Type* type);
  void* allocate_large(Cache& cache, std::size_t size, const abi::Type* type, bool zero);
  void* take_slot(Cache& cache, SpanClass cls) {
    void* p = cache.current[cls]->take_slot();
    return p != nullptr ? p : refill(cache, cls);
  }
  void* refill(Cache& cache, SpanClass cls);
  Span* find_span(SpanClass cls);
  Span* new_span(SpanClass cls);
  Span* allocate_pages(std::size_t pages);
  void release_span(Cache& cache, Span* span); // from a cache to its central list
  void flush(Cache& cache);
  void collect_if_due();

  // ---- sampler.cpp
  void follow_rate(Cache& cache);              // takes note if the observer's rate has changed
  void aim(Cache& cache, SpanClass cls, std::uint32_t used);   // at the next sample, if it is in the class's new span
  void* take_sampled(Cache& cache, SpanClass cls);             // null: the class's span was not cut, it is full
  void sample_large(Cache& cache, void* p, std::size_t bytes);
  void note_sample(void* p, std::size_t bytes);

  // ---- sweep.cpp
  bool sweep(Span* span);                      // false: nothing was left, its pages are freed
  void reclaim(std::size_t pages);             // sweeps some spans of any class
  void finish_sweep();
  void sweep_large();                          // all
  bool sweep_one_large(std::size_t* freed);    // false: none is unswept; adds the pages it freed
  void release_pages();

  // ---- collect.cpp
  void collect(bool forced);                   // and waits for it
  void collect_stopped(bool forced);           // a cycle in one stop, on this thread
  void collect_under_stress();                 // every stress_interval-th call, unless GC is off
  void prepare_marking();                      // world stopped, nothing is unswept
  void finish_marking();                       // world stopped, everything reachable is marked
  void set_pace();                             // under pacer_mutex: publishes the pacer's numbers
  void count_beside();                         // under pacer_mutex: what counts against the memory limit beside the heap
  void end_cycle(CycleTrace& trace);           // world runs again
  void count_pause(std::uint64_t ns);          // under history_mutex
  void verify_under_stress();

  // ---- concurrent.cpp: a cycle beside the program, on the collector's thread
  void collect_beside_program(bool forced);
  void do_in_stop(std::uint64_t& wait, std::uint64_t& pause, const std::function<void()>& fn);
  void begin_marking(CycleTrace& trace);
  void mark_beside_program(CycleTrace& trace);
  bool stop_to_finish(CycleTrace& trace, MarkStack& marker);  // false: there is more to mark, the world runs

  // ---- turns.cpp
  void mark_with_others(MarkStack& marker);    // until the pool is idle
  void mark_for_a_turn(MarkStack& marker);     // which has taken from the pool; gives back what is left
  void sweep_in_background();                  // on the collector's thread
  void sweep_in_turns(const std::function<bool()>& enough);   // until all is swept, or enough
  void sweep_for_a_turn();
  void rest(CpuShare& of);
  bool due_to_mutators(const CpuShare& of);    // whether one of them should take the next turn
  void take_turn();
  bool mark_in_place_of_collector();           // a mutator; false: there is no turn to take
  void assist(std::size_t bytes);              // after an allocation while marking: keeps marking ahead of allocation

  Heap& heap;
  World& world;
  HeapLimits limits;
  PageHeap pages;
  std::array<Central, kSpanClasses> centrals;
  MarkPool pool;
  Pacer pacer;                                 // under pacer_mutex
  std::mutex pacer_mutex;
  std::atomic<std::size_t> goal, trigger;      // the pacer's, for the fast check
  std::atomic<std::size_t> count_beside_at{SIZE_MAX};  // system bytes: while the heap grows, so may the rest
  std::atomic<std::size_t> soft_limit{SIZE_MAX};  // the pacer's: free pages are released that would exceed it
  Specials specials;
  std::atomic<AllocationObserver*> observer{nullptr};
  SampledObjects samples;
  Span empty_span;
  std::mutex caches_mutex;
  std::vector<std::unique_ptr<Cache>> caches;
  std::mutex large_mutex;
  std::vector<Span*> large_spans, unswept_large;
  std::atomic<std::size_t> reclaim_class{0};
  std::atomic<bool> unswept{false};
  std::mutex sweep_mutex;                      // while the collector's thread sweeps, which runs in stops too
  std::atomic<std::size_t> stress_calls{0};
  std::size_t stress_interval = 1;             // $GOVM_GC_STRESS, in builds with kStress

  std::atomic<std::size_t> live{0};            // marked, plus handed out since (whole cached spans)
  std::size_t live_before = 0;                 // when marking began
  std::atomic<std::size_t> marked{0};          // in this cycle
  std::size_t expected = 0;                    // to be marked in this cycle
  std::atomic<std::uint64_t> assist_ns{0}, turns_ns{0};  // of allocators, in this cycle
  CpuShare share{0}, sweep_share{0};           // of marking, of sweeping
  Errand errand;                               // of the collector's thread
  std::atomic<std::uint64_t> cycles{0};
  std::atomic<std::uint64_t> mallocs{0}, frees{0}, total_bytes{0}, freed_bytes{0};
  std::array<std::atomic<std::uint64_t>, kSizeClasses> class_mallocs{}, class_frees{};
  std::mutex history_mutex;                    // of what follows
  std::uint64_t forced_cycles = 0, pause_ns = 0, last_gc_unix_ns = 0, cpu_ns = 0;
  std::array<std::uint64_t, HeapStats::kPauseBuckets> pause_counts{};
  std::array<std::uint64_t, HeapStats::kPauses> pauses{}, pause_ends{};
  Collector collector;                         // last: its thread uses the rest
};

}  // namespace govm::gc
