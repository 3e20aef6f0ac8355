// The parts of the heap, tied together.
//
// Lock ranks: central < page heap; specials and caches_mutex take no other lock. World::stop is called under none.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "gc/cache.h"
#include "gc/central.h"
#include "gc/heap.h"
#include "gc/mark.h"
#include "gc/pacer.h"
#include "gc/page_heap.h"
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
  void* allocate_large(std::size_t size, const abi::Type* type, bool zero);
  void* take_slot(Cache& cache, SpanClass cls) {
    void* p = cache.current[cls]->take_slot();
    return p != nullptr ? p : refill(cache, cls);
  }
  void* refill(Cache& cache, SpanClass cls);
  Span* find_span(SpanClass cls);
  Span* new_span(SpanClass cls);
  Span* allocate_pages(std::size_t pages);
  void release_span(Span* span);               // from a cache to its central list
  void flush(Cache& cache);
  void collect_if_due();

  // ---- sweep.cpp
  bool sweep(Span* span);                      // false: nothing was left, its pages are freed
  void reclaim(std::size_t pages);             // sweeps some spans of any class
  void finish_sweep();
  void sweep_large();                          // world stopped

  // ---- collect.cpp
  void collect(bool forced);
  void mark_and_queue();                       // world stopped
  void collect_under_stress();                 // every stress_interval-th call, unless GC is off

  Heap& heap;
  World& world;
  HeapLimits limits;
  PageHeap pages;
  std::array<Central, kSpanClasses> centrals;
  MarkStack marker;
  Pacer pacer;                                 // under pacer_mutex
  std::mutex pacer_mutex;
  std::atomic<std::size_t> goal;               // pacer.goal(), for the fast check
  Specials specials;
  Span empty_span;
  std::mutex caches_mutex;
  std::vector<std::unique_ptr<Cache>> caches;
  std::mutex large_mutex;
  std::vector<Span*> large_spans;
  std::atomic<std::size_t> reclaim_class{0};
  std::atomic<bool> unswept{false};
  std::atomic<std::size_t> stress_calls{0};
  std::size_t stress_interval = 1;             // $GOVM_GC_STRESS, in builds with kStress

  std::atomic<std::size_t> live{0};            // marked, plus handed out since (whole cached spans)
  std::atomic<std::uint64_t> cycles{0};
  std::atomic<std::uint64_t> mallocs{0}, frees{0}, total_bytes{0}, freed_bytes{0};
  std::uint64_t forced_cycles = 0, pause_ns = 0, last_gc_unix_ns = 0;  // written with the world stopped
  std::array<std::uint64_t, HeapStats::kPauses> pauses{}, pause_ends{};                 // so are these
};

}  // namespace govm::gc
