#include "scheduler/schedtrace.h"

#include <string>
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
  auto& trace = scheduler.impl().schedtrace;
  trace.interval = std::int64_t{interval_ms} * 1'000'000;
  trace.detail = detail;
  trace.start = monotonic_nanos();
  trace.write = std::move(write);
}

// Under mutex; numbers of other threads' queues are of slightly different moments.
std::string Scheduler::Impl::schedtrace_text(std::int64_t now) {
  const int active = s.worker_count();
  std::string out = "SCHED " + number((now - schedtrace.start) / 1'000'000) + "ms: gomaxprocs=" + number(active) +
                    " idleprocs=" + number(idle_count.load()) + " threads=" + number(static_cast<std::int64_t>(threads.size() + hosts.size()) + 1) +
                    " spinningthreads=" + number(spinning.load()) + " needspinning=0 idlethreads=" +
                    number(static_cast<std::int64_t>(idle_threads.size())) + " runqueue=" + number(global_size.load());
  if (!schedtrace.detail) {
    out += " [";
    for (int i = 0; i < active; i++) out += (i == 0 ? "" : " ") + number(workers[i].load()->queue.size());
    return out + "]\n";
  }
  out += " gcwaiting=" + number(stopping.load() ? 1 : 0) + " nmidlelocked=0 stopwait=0 sysmonwait=" + number(monitor_asleep ? 1 : 0) + "\n";
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

void Scheduler::Impl::print_schedtrace(std::unique_lock<std::mutex>& lock, std::int64_t now) {
  if (now < schedtrace.next) return;
  schedtrace.next = now + schedtrace.interval;
  const std::string text = schedtrace_text(now);
  lock.unlock();
  schedtrace.write(text);
  lock.lock();
}

}  // namespace govm::sched
