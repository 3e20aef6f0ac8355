#include "scheduler/schedtrace.h"

#include <chrono>
#include <condition_variable>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"

namespace govm::sched {
namespace {

std::string number(std::int64_t n) { return std::to_string(n); }

// gc's numbers of states.
int worker_state(const Worker& w) {
  switch (w.status.load(std::memory_order_relaxed)) {
    case WorkerStatus::kIdle: return 0;
    case WorkerStatus::kRunning: return 1;
    case WorkerStatus::kBlocking: return 2;
    case WorkerStatus::kStopped: return 3;
  }
  return 4;
}

int goroutine_state(Status status) {
  switch (status) {
    case Status::kRunnable: return 1;
    case Status::kRunning: case Status::kRunningWoken: return 2;
    case Status::kBlocking: return 3;
    case Status::kWaiting: return 4;
    case Status::kDead: return 6;
  }
  return 0;
}

}  // namespace

void set_schedtrace(Scheduler& scheduler, int interval_ms, bool detail, std::function<void(std::string_view)> write) {
  if (interval_ms <= 0) return;
  scheduler.impl().schedtrace = std::jthread([&impl = scheduler.impl(), interval = std::chrono::milliseconds(interval_ms), detail,
                                             write = std::move(write)](const std::stop_token& stop) {
    const std::int64_t start = monotonic_nanos();
    std::mutex none;
    std::unique_lock waiting(none);
    for (std::condition_variable_any wake; !wake.wait_for(waiting, stop, interval, [&] { return stop.stop_requested(); });) {
      std::unique_lock lock(impl.mutex);
      const std::string text = impl.schedtrace_text(monotonic_nanos() - start, detail);
      lock.unlock();
      write(text);
    }
  });
}

// Numbers of other threads' queues are of slightly different moments.
std::string Scheduler::Impl::schedtrace_text(std::int64_t ns, bool detail) {
  const int active = s.worker_count();
  std::string out = "SCHED " + number(ns / 1'000'000) + "ms: gomaxprocs=" + number(active) +
                    " idleprocs=" + number(idle_count.load()) + " threads=" + number(static_cast<std::int64_t>(threads.size() + hosts.size()) + 1) +
                    " spinningthreads=" + number(spinning.load()) + " needspinning=0 idlethreads=" +
                    number(static_cast<std::int64_t>(idle_threads.size())) + " runqueue=" + number(global_size.load());
  if (!detail) {
    out += " [";
    for (int i = 0; i < active; i++) out += (i == 0 ? "" : " ") + number(workers[i].load()->queue.size());
    return out + "]\n";
  }
  out += " gcwaiting=" + number(stopping.load() ? 1 : 0) + " nmidlelocked=0 stopwait=0 sysmonwait=" + number(workers_idle() ? 1 : 0) + "\n";
  for (int i = 0; i < active; i++) {
    const Worker& w = *workers[i].load();
    out += "  P" + number(i) + ": status=" + number(worker_state(w)) + " schedtick=" +
           number(static_cast<std::int64_t>(w.run_count.load(std::memory_order_relaxed))) + " syscalltick=0 m=nil runqsize=" +
           number(w.queue.size()) + " gfreecnt=0 timerslen=0\n";
  }
  pool.for_each([&](Goroutine& g) {
    const Status status = g.status.load(std::memory_order_acquire);
    if (status == Status::kDead) return;
    out += "  G" + number(static_cast<std::int64_t>(g.id)) + ": status=" + number(goroutine_state(status)) + "(" +
           wait_reason_text(g.wait_reason) + ") m=nil lockedm=nil\n";
  });
  return out;
}

}  // namespace govm::sched
