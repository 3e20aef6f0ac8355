// The inside of the scheduler: threads, queues and states.
//
// A worker is held by one thread, or is in the idle list, or was left by a thread that sits in a blocking native
// (status kBlocking; the monitor or a stop may take it away by compare-and-swap). Threads without a worker wait in the
// idle list of threads, except one, which may wait in the poller.
//
// No lost work: who makes something runnable first queues it, then looks for idle workers; a thread that gives its
// worker up first makes it idle, then looks at all queues again.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "scheduler/bubble.h"
#include "scheduler/goroutine_pool.h"
#include "scheduler/monitor.h"
#include "scheduler/scheduler.h"
#include "scheduler/seat.h"

namespace govm::sched {

struct Thread {
  Scheduler* scheduler = nullptr;
  Worker* worker = nullptr;
  Worker* left = nullptr;            // kept by a thread out of Go code (status kBlocking); perhaps somebody else's by now
  bool spinning = false;             // its own; counted in Impl::spinning
  bool host = false;                 // inside Scheduler::run
  bool look = true;                  // take an idle worker, if there is one, before waiting
  std::atomic<bool> done{false};     // host: the awaited goroutine has ended, or never will; written under mutex
  Goroutine* awaits = nullptr;       // host: whose end it waits for
  Goroutine* blocked = nullptr;      // a blocking native to run first, without a worker
  std::atomic<bool> in_native{false};  // a blocking one
  pthread_t id = ::pthread_self();   // of a pool's thread: once it runs
  // ---- under Impl::mutex
  Goroutine* pinned = nullptr;       // runs this one only (runtime.LockOSThread); written by the thread itself
  Goroutine* given = nullptr;        // the same, to be run now with given_worker
  Worker* given_worker = nullptr;
  bool signalled = false;
  bool goexit = false;
  RunEnd end = RunEnd::kFinished;
  std::condition_variable wake;
};

constexpr std::uint32_t kBeingVisited = 1;

struct Scheduler::Impl final : Monitored {
  static constexpr int kMaxWorkers = 256;

  Impl(Scheduler& owner, Options o);
  ~Impl();

  // ---- loop.cpp: what a thread does
  void work(Thread& t);              // until it is finished
  bool finished(Thread& t);          // under mutex
  bool acquire_worker(Thread& t);    // may wait; false: finished
  Goroutine* find_runnable(Thread& t);  // null: look again (the worker may be gone)
  Goroutine* find_local(Worker& w);
  Goroutine* steal(Thread& t, Worker& w);
  void go_idle(Thread& t);
  void stop_spinning(Thread& t, bool found);
  bool any_queue_nonempty();
  void execute(Thread& t, Goroutine* g);
  void begin_time_slice(Worker& w);
  bool after_run(Thread& t, Goroutine* g, Outcome outcome);  // true: it goes on with g
  bool park(Worker& w, Goroutine* g);  // false: it was woken already
  void finish_goroutine(Worker& w, Goroutine* g);
  void finish_seat(Goroutine& g);
  bool run_blocking(Thread& t, Goroutine* g);  // true: t holds a worker and goes on with g
  // ---- nudge.cpp; under mutex
  bool nudge_blocked();              // whether any thread is to be nudged again
  void check_deadlock();             // under mutex
  bool workers_idle();               // under mutex: no worker runs anything, nor is there anything to run
  bool all_idle();                   // under mutex: nor is anybody in a blocking native

  // ---- pinned.cpp: goroutines that run on one thread only
  void pin(Thread& t, Goroutine& g);           // what g's depth of LockOSThread asks for; g has just run on t
  bool give_to_owner(Thread& t, Goroutine* g); // true: another thread runs g, with t's worker
  bool run_pinned(Thread& t);                  // waits for t's goroutine to be runnable and runs it; false: finished

  // ---- seat.cpp: threads that go in and out of Go code
  bool take_worker(Thread& t);                 // the one it left, another, or it waits; false: killed
  bool wait_for_worker(Thread& t);
  void leave_worker(Thread& t);                // keeps it as `left` unless somebody needs it
  bool give_to_waiter(Worker* w);              // under mutex; false: nobody waits
  RunEnd run_slowly(Seat& seat, Thread& t, Outcome outcome);

  // ---- queues.cpp: goroutines, queues and wake-ups
  Goroutine* new_goroutine(Worker* w, void* closure, SpawnInfo info);
  void free_goroutine(Worker& w, Goroutine* g);
  void enqueue(Worker* w, Goroutine* g, bool next);
  void enqueue_global(Goroutine* g);           // takes mutex
  void push_global(Goroutine* g);              // under mutex
  Goroutine* pop_global();                     // under mutex
  Goroutine* take_global(Worker& w);           // a batch; takes mutex
  void wake_worker();                          // a spinning thread, if a worker is idle and nobody spins
  // Under mutex: gives w, or a blocking native to wait in, to an idle or new thread.
  bool start_on(Worker* w, bool spin, Goroutine* blocked = nullptr);
  void start_thread(const std::function<void(Thread&)>& prepare);  // of the pool; under mutex
  void signal(Thread& t);                      // under mutex
  void wake_all_threads();                     // under mutex
  void put_idle(Worker* w);                    // under mutex
  Worker* take_idle();                         // under mutex
  void release_worker(Worker* w);              // under mutex; hands it on if it has work
  void pass_on();                              // under mutex: a thread leaves that may have been about to poll
  void poll_changed();                         // an earlier timer exists

  // ---- world.cpp, workers
  void stop_here(Worker& w);                   // the world stops: waits until it starts
  bool all_stopped();                          // under mutex
  bool others_run(const Worker* than);
  void take_turn(Worker& w);                   // of the collector, for which w was asked
  // Marks what g's stack refers to, if that was not done in this marking. When it returns it is done, by whomever.
  void visit_before_running(Goroutine& g) {
    if (marking.load(std::memory_order_relaxed) != 0) [[unlikely]] visit_in_marking(g);
  }
  void visit_in_marking(Goroutine& g);
  void skip_visit(Goroutine& g);               // dead until now: there is nothing on its stack
  void visit(Goroutine& g, gc::Marker& marker);  // it does not run
  void start_workers();                        // that stopped
  void resume_mutator(Worker& w);              // which waited in the midst of a goroutine
  template <class F>
  void for_each_scratch_root(F&& visit) {      // world stopped
    for (int i = 0; i < worker_total.load(); i++) visit(workers[i].load()->scratch_root);
  }
  Worker* create_worker();
  void set_active(int n);

  bool park_in_bubble(Worker& w, Goroutine* g);
  std::vector<std::unique_ptr<Bubble>> bubbles;  // under mutex

  // ---- deterministic.cpp
  void begin_slice(Worker& w, Goroutine& g);   // draws how many instructions g may execute
  void end_slice(Worker& w);
  std::int64_t executed() const;               // ns, at a made-up speed
  Goroutine* choose_global();                  // under mutex; queue not empty
  void let_time_pass(std::unique_lock<std::mutex>& lock);  // all asleep: to the next timer
  void trace(const Goroutine& g, const char* what, std::uint64_t number = 0);

  // ---- schedtrace.cpp
  std::string schedtrace_text(std::int64_t ns, bool detail);  // under mutex
  std::jthread schedtrace;

  // How long goroutines (every eighth) were runnable before they ran: below 64 ns, 128 ns...
  std::array<std::atomic<std::uint64_t>, kLatencyBuckets> latencies{};
  void count_latency(Goroutine& g);
  void tell_of_wait(Worker& w, Goroutine& g);
  void tell_of_outcome(Worker& w, Goroutine& g, Outcome outcome);

  // ---- retake.cpp: the monitor's, under mutex
  std::int64_t look(std::int64_t now) override;
  bool retake(Worker& w, std::int64_t now);    // true: look again soon
  void preempt_if_long(Worker& w, std::int64_t now);
  void poll_if_long(std::unique_lock<std::mutex>& lock, std::int64_t now);

  Scheduler& s;
  Options options;
  const int processors = available_processors();
  std::uint64_t seed = 0;
  GoroutinePool pool;
  std::atomic<std::uint64_t> next_id{1};

  std::mutex mutex;
  std::array<std::atomic<Worker*>, kMaxWorkers> workers{};
  std::atomic<int> worker_total{0};
  Worker* idle_workers = nullptr;
  std::atomic<int> idle_count{0};
  std::vector<Thread*> idle_threads;
  std::vector<Thread*> hosts;                  // inside run
  std::vector<Thread*> worker_waiters;         // threads that wait for a worker, first come first
  std::atomic<int> waiting{0};                 // how many
  unsigned next_turn = 0;                      // worker asked for one; the collector's thread's
  unsigned next_asked = 0;                     // worker asked to give its place to one of them
  std::vector<std::unique_ptr<Seat>> seats;
  std::vector<std::unique_ptr<Thread>> threads;
  std::vector<std::thread> handles;
  std::atomic<int> spinning{0};
  std::atomic<int> blocking{0};                // goroutines in blocking natives
  std::atomic<bool> polling{false};            // a thread waits in the poller...
  std::atomic<std::int64_t> poll_until{0};     // ...until then
  std::atomic<std::int64_t> last_poll{0};      // when one last returned

  Goroutine* global_head = nullptr;
  Goroutine* global_tail = nullptr;
  std::atomic<std::uint32_t> global_size{0};

  std::atomic<std::uint32_t> marking{0};       // number of the marking that goes on; changed with the world stopped
  std::uint32_t markings = kBeingVisited;      // numbers given
  std::uint64_t instructions = 0;              // deterministic mode: executed in slices that are over
  std::uint64_t slice = 0;                     // length of the current one
  std::int64_t skipped = 0;                    // virtual time that passed while all slept

  std::atomic<bool> stopping{false};           // changed under mutex
  Worker* stopper = nullptr;
  std::condition_variable stop_done, started;

  std::int64_t monitor_sleep = 0;              // ns; the monitor's
};

// The calling thread, as far as it works for a scheduler.
Thread*& current_thread();

void delete_select(Goroutine& g);    // of a goroutine that will not resume
void visit_select(Goroutine& g, gc::Marker& marker);

// Sends without waiting, from whatever thread; the value is at `element`.
bool chan_try_send(Scheduler& scheduler, Worker* worker, Channel* c, const void* element);

}  // namespace govm::sched
