// The scheduler of one Vm: workers, threads, the monitor, stopping the world. docs/scheduler.md tells the whole story.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <span>

#include "gc/world.h"
#include "scheduler/executor.h"
#include "scheduler/goroutine.h"
#include "scheduler/netpoll.h"
#include "scheduler/worker.h"

namespace govm::gc {
class Heap;
}

namespace govm::sched {

class Timers;
class Semaphores;
class Signals;
class Seat;

struct Options {
  int workers = 0;              // GOMAXPROCS; 0: processors this process may use (affinity, cgroup quota)
  bool free_hosts = false;      // threads in run() do not enter blocking natives: kill() makes them return at once
  bool deterministic = false;   // one worker, on the thread that calls run; every choice comes from `seed`
  std::uint64_t seed = 0;       // 0 and not deterministic: from the system
  bool virtual_time = false;    // deterministic: time is what was executed, and jumps to the next timer when all sleep
  std::FILE* trace = nullptr;   // deterministic: gets a line for everything that happens to a goroutine; borrowed
  std::int64_t slice_ns = 10'000'000;
};

enum class RunEnd {
  kFinished,       // the goroutine exited
  kDeadlock,       // "all goroutines are asleep - deadlock!"
  kGoexitDeadlock, // "no goroutines (main called runtime.Goexit) - deadlock!"
  kInterrupted,    // interrupt_runs() was called; the goroutine may live on for a moment
  kKilled,         // kill() was called or the executor returned kKill
};

struct SpawnInfo {
  const void* creation_pc = nullptr;
  bool system = false;
};

int available_processors();     // affinity mask and cgroup quota; at least 1

class Scheduler final : public gc::World {
 public:
  // The executor outlives the scheduler. Threads are started when there is work for them.
  Scheduler(Options options, Executor& executor);
  ~Scheduler() override;        // shutdown()
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // kill(), then joins the threads; waits for blocking natives to return. No run may be in progress. Then heap and
  // scheduler can be destroyed in either order.
  void shutdown();

  // Gives every worker an allocation cache of `heap`. Before the first run.
  void attach_heap(gc::Heap& heap);
  void set_netpoll(std::unique_ptr<Netpoll> netpoll);  // before the first run; replaces Asio's
  Netpoll& netpoll() { return *netpoll_; }

  // ---- from the host
  // Spawns a goroutine that runs `closure`, lets the calling thread work until it has exited, and says how that went.
  // Other goroutines live on, on other threads or until the next run. Several threads may call it at once; never from
  // inside an executor. `prepare`: called with the new goroutine before it can run.
  RunEnd run(void* closure, const std::function<void(Goroutine&)>& prepare = nullptr);
  // ---- calls from the host that cost little: see seat.h.
  Seat* new_seat();                   // owned by the scheduler
  bool enter(Seat& seat);
  RunEnd run(Seat& seat);
  void leave(Seat& seat);
  // A goroutine in C++ code that may take long or call back: its thread leaves the worker, which others may take, and
  // later enters again, with the same or another worker. step_in: null if the Vm ends.
  void step_out(Worker& worker, Goroutine& g);
  Worker* step_in(Goroutine& g);
  bool works_here() const;            // the calling thread works for this Vm
  // Whether the calling thread may do so. Not if it waits for the end of another goroutine.
  bool may_step_out(Goroutine& g);
  // The goroutines that workers run. World stopped.
  void for_each_running(const std::function<void(Goroutine&)>& visit);
  // Ends everything, from any thread: every worker stops at its next poll, runs return kKilled. For good: afterwards
  // the scheduler can only be destroyed. Does not wait.
  void kill();
  // The part of it that is async-signal-safe: those who run Go code stop; kill() is to follow for those who wait.
  void kill_running() noexcept;
  // Ends the runs going on, from any thread, but not their goroutines' surroundings: those which run() waits for end as by
  // Goexit as soon as they run again.
  void interrupt_runs();
  bool killed() const { return killed_.load(std::memory_order_acquire); }
  // While held an idle program is not a deadlock: the host may still ready or spawn something.
  void hold() override { holds_.fetch_add(1); }
  void release() override;

  // ---- goroutines. worker: the calling thread's, or null from threads without one.
  // A new runnable goroutine; closure is a func() (code pointer and captures).
  Goroutine* spawn(Worker* worker, void* closure, SpawnInfo info = {});
  // Ends the park of g (see goroutine.h).
  void ready(Worker* worker, Goroutine* g);
  // As ready, but leaves it to the caller to queue g. False: g is still on its way to park, there is nothing to queue.
  static bool make_runnable(Goroutine* g);
  // For natives that park by themselves: records reason; the native then returns "parked" to the interpreter.
  static void prepare_park(Goroutine& g, WaitReason reason) { g.wait_reason = reason; }

  // Which of Executor::waited and contended are called.
  void tell_of_waits(bool waits, bool contentions) {
    tell_waits_.store(waits, std::memory_order_relaxed);
    tell_contentions_.store(contentions, std::memory_order_relaxed);
  }
  // Whether Executor::happened is called. World stopped.
  void tell_of_events(bool events) { tell_events_.store(events, std::memory_order_relaxed); }
  bool tells_contentions() const { return tell_contentions_.load(std::memory_order_relaxed); }
  // For waits: exact if somebody is told of them, else a few milliseconds late.
  std::int64_t wait_clock() const;

  // runtime/metrics: how many goroutines waited for less than 64 ns << i to run, once runnable; a sample.
  static constexpr std::size_t kLatencyBuckets = 34;
  void latencies(std::span<std::uint64_t> counts) const;
  std::uint64_t goroutine_count() const { return user_goroutines_.load(std::memory_order_relaxed); }
  // Every goroutine not dead, ordered by id; world stopped or all threads ended, or racy values are acceptable.
  void for_each_goroutine(const std::function<void(Goroutine&)>& visit);
  // The clock of timers: monotonic_nanos(), or virtual time.
  std::int64_t now() const;
  // What only makes choices may look at this clock: deterministic in deterministic mode even without virtual time.
  std::int64_t choice_clock() const;
  bool virtual_time() const;
  int worker_count() const { return active_workers_.load(std::memory_order_relaxed); }
  int set_worker_count(int n);        // GOMAXPROCS(n), returns the previous; n < 1: only asks

  int busy_workers() const;           // that run a goroutine just now

  Timers& timers() { return *timers_; }
  Semaphores& semaphores() { return *semaphores_; }
  Signals& signals() { return *signals_; }
  gc::Heap* heap() { return heap_; }
  Executor& executor() { return executor_; }
  static Worker* current_worker();    // of the calling thread, or null
  Bubble& new_bubble(Goroutine& root);

  // ---- gc::World. stop is called by a worker's thread at a safepoint, or by a thread without worker. Stops do not
  // nest; a second stopper waits, itself counted as stopped.
  void stop() override;
  void start() override;
  void visit_roots(gc::Marker& marker) override;
  void visit_stacks(gc::Marker& marker) override;
  void before_mark() override { executor_.before_mark(); }
  void after_mark() override { executor_.after_mark(); }
  bool concurrent() const override;   // unless deterministic
  void begin_marking() override;
  void end_marking() override;
  void wait(const std::function<void()>& fn) override;
  bool stopping() const override;
  void ask_for_turn() override;
  int processors() const override;
  bool spare_processor() const override;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  Executor& executor_;
  gc::Heap* heap_ = nullptr;
  std::unique_ptr<Netpoll> netpoll_;
  std::unique_ptr<Timers> timers_;
  std::unique_ptr<Semaphores> semaphores_;
  std::unique_ptr<Signals> signals_;
  std::atomic<bool> killed_{false};
  std::atomic<bool> tell_waits_{false}, tell_contentions_{false}, tell_events_{false};
  std::atomic<int> holds_{0};
  std::atomic<std::uint64_t> user_goroutines_{0};
  std::atomic<int> active_workers_{0};
  std::unique_ptr<Impl> impl_;        // last: destroyed first
};

}  // namespace govm::sched
