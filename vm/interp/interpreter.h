// The scheduler's executor: runs goroutines' bytecode. One a Vm; owned by bindings, outlives the scheduler.
#pragma once

#include <atomic>

#include "scheduler/executor.h"
#include "vm/runtime/runtime.h"

namespace govm::interp {

class Interpreter final : public sched::Executor {
 public:
  explicit Interpreter(rt::Runtime& runtime) : runtime_(runtime) {}

  sched::Outcome run(sched::Worker& worker, sched::Goroutine& g) override;
  void visit_stack(sched::Goroutine& g, gc::Marker& marker) override;
  void visit_roots(gc::Marker& marker) override { runtime_.visit_roots(marker); }
  void before_mark() override { runtime_.before_mark(); }
  void after_mark() override { runtime_.after_mark(); }
  void waited(sched::Worker& worker, sched::Goroutine& g, sched::WaitReason reason, std::int64_t ns) override;
  void contended(sched::Worker& worker, std::int64_t ns) override;
  void happened(Event event, sched::Worker* worker, sched::Goroutine& g) override;
  void goroutine_exited(sched::Goroutine& g) override;
  void worker_created(sched::Worker& worker) override;
  void worker_destroyed(sched::Worker& worker) override;
  void quit(const char* headline) override;
  void timer_value(sched::TimeTimer& timer, std::int64_t delta, void* element) override;

 private:
  rt::Runtime& runtime_;
  // Fuel of its own for the runtime's goroutines, which begin when they come to it: what the program may do must not depend
  // on whether they have. Used up (by finalizers, that is the program's code), they use the program's.
  std::atomic<std::int64_t> system_fuel_{10'000};
};

}  // namespace govm::interp
