// Goroutines whose bodies are C++ state machines: a step is called until it parks, yields or ends.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "gc/heap.h"
#include "scheduler/channel.h"
#include "scheduler/coroutine.h"
#include "scheduler/scheduler.h"
#include "scheduler/select.h"
#include "scheduler/semaphore.h"
#include "scheduler/timer.h"

namespace govm::sched {

using Step = std::function<Outcome(Worker&, Goroutine&)>;

struct FakeExecutor final : Executor {
  std::mutex mutex;
  std::deque<Step> bodies;
  std::function<void(gc::Marker&)> roots;
  std::function<void(Goroutine&, gc::Marker&)> stack;
  std::vector<void*> kept;          // more roots

  void* body(Step step) {
    std::lock_guard lock(mutex);
    return &bodies.emplace_back(std::move(step));
  }
  Outcome run(Worker& w, Goroutine& g) override { return (*static_cast<Step*>(g.closure))(w, g); }
  void visit_stack(Goroutine& g, gc::Marker& marker) override {
    if (stack) stack(g, marker);
  }
  void visit_roots(gc::Marker& marker) override {
    if (roots) roots(marker);
    for (void* p : kept) marker.mark_pointer(p);
  }
  void timer_value(TimeTimer&, std::int64_t delta, void* element) override {
    static_cast<std::int64_t*>(element)[0] = delta;
    static_cast<std::int64_t*>(element)[1] = 42;
  }
};

constexpr abi::Type make_int_type(std::uint64_t size, abi::Kind kind) {
  return {.size = size, .ptr_bytes = 0, .hash = 0, .tflag = 0, .align = static_cast<std::uint8_t>(size < 8 ? size : 8),
          .field_align = 8, .kind = static_cast<std::uint8_t>(kind), .equal = nullptr, .gc_data = nullptr, .str = 0,
          .ptr_to_this = 0};
}
inline abi::Type int_type = make_int_type(8, abi::kInt);
inline abi::Type int8_type = make_int_type(1, abi::kInt8);
inline abi::Type time_type = make_int_type(24, abi::kStruct);

struct Machine {
  FakeExecutor executor;
  Scheduler scheduler;
  std::unique_ptr<gc::Heap> heap;
  gc::Cache* cache;

  explicit Machine(Options options = {.workers = 2, .deterministic = false, .seed = 1})
      : scheduler(options, executor), heap(std::make_unique<gc::Heap>(scheduler, gc::HeapLimits{})) {
    heap->set_gc_percent(-1);
    scheduler.attach_heap(*heap);
    cache = heap->new_cache();
  }
  ~Machine() { scheduler.shutdown(); }
  Channel* channel(std::int64_t size, abi::Type* element = &int_type) {
    abi::ChanType type{};
    type.elem = element;
    heap->set_gc_percent(-1);  // no worker here that would hold the buffer meanwhile
    Channel* c = make_channel(*heap, *cache, &type, size);
    heap->set_gc_percent(100);
    executor.kept.push_back(c);
    return c;
  }
  RunEnd run(Step step) { return scheduler.run(executor.body(std::move(step))); }
  void go(Worker& w, Step step) { scheduler.spawn(&w, executor.body(std::move(step))); }
};

}  // namespace govm::sched
