#include "vm/runtime/cpu_profile.h"

#include <algorithm>

#include "gc/heap.h"
#include "gc/world.h"
#include "scheduler/scheduler.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {

void CpuProfile::start(int hz) {
  std::lock_guard guard(lock_);
  if (thread_.joinable()) return;
  stopping_ = false;
  thread_ = std::thread([this, period = std::chrono::nanoseconds(1'000'000'000 / hz)] { work(period); });
}

void CpuProfile::stop() {
  std::thread thread;
  {
    std::lock_guard guard(lock_);
    stopping_ = true;
    thread = std::move(thread_);
  }
  wake_.notify_all();
  if (thread.joinable()) thread.join();
}

void CpuProfile::work(std::chrono::nanoseconds period) {
  auto next = std::chrono::steady_clock::now();
  std::unique_lock guard(lock_);
  while (true) {
    next += period;
    if (wake_.wait_until(guard, next, [&] { return stopping_; })) return;
    guard.unlock();
    sample();
    guard.lock();
    next = std::max(next, std::chrono::steady_clock::now() - period);  // what was missed is not made up for
  }
}

void CpuProfile::sample() {
  std::vector<Stack> running;
  sched::Scheduler& scheduler = runtime_.scheduler();
  if (scheduler.killed()) return;
  scheduler.stop();
  scheduler.for_each_running([&](sched::Goroutine& g) {
    running.push_back({g.labels, {}});
    caller_pcs(runtime_, g, &running.back().pcs);
  });
  // Before the world goes on: the labels are the collector's from here.
  {
    std::lock_guard guard(lock_);
    for (Stack& stack : running) ++samples_[std::move(stack)];
  }
  scheduler.start();
}

void CpuProfile::visit_roots(gc::Marker& marker) {
  std::lock_guard guard(lock_);
  for (const auto& [stack, count] : samples_) marker.mark_pointer(stack.labels);
}

}  // namespace govm::rt
