// Bubbles of testing/synctest: goroutines with a clock of their own, which advances when all of them wait for each other.
//
// A goroutine counts as running unless it waits for something that only the bubble can give ("durably": its channels, its
// clock, WaitGroup, Cond). When none runs, a goroutine in Wait is woken, or the root, which lets the clock jump to the next
// timer. `active` keeps that from happening while a goroutine is on its way to park, or a wake-up is.
#pragma once

#include <atomic>
#include <cstdint>

#include "scheduler/goroutine.h"
#include "scheduler/mutex.h"
#include "scheduler/timer.h"

namespace govm::sched {

bool is_durable(WaitReason reason);

// Lives as long as the scheduler: timers refer to it.
class Bubble {
 public:
  Bubble(Scheduler& scheduler, Goroutine& root);

  Timers timers;
  Goroutine* const root;

  // ---- the scheduler's: goroutines come, park, are woken, leave. What they return is to be made ready.
  void joined();
  void begin_park(bool durable);
  void abandon_park(bool durable);   // it was woken already
  Goroutine* end_park(bool is_root);
  void waking();                     // before a goroutine that waits durably becomes runnable
  void starts_parked();
  Goroutine* left();

  // ---- synctest
  void hold();                       // Acquire
  Goroutine* unhold();               // Release
  bool begin_wait(Goroutine& g);     // Wait, before parking; false: somebody else does
  void end_wait();
  // Run, by the root. The clock jumps to the next timer and timers run; false: there is none.
  void start_run() { hold(); }
  bool advance(Worker& worker);
  bool alone();                      // no goroutine but the root is left
  std::int64_t now() const { return now_.load(std::memory_order_relaxed); }

 private:
  Goroutine* wake_locked();

  Mutex lock_;
  std::int32_t total_ = 1, running_ = 1, active_ = 0;
  bool waiting_ = false;
  Goroutine* waiter_ = nullptr;
  std::atomic<std::int64_t> now_;
};

// The timers that g's time functions use: its bubble's, or the scheduler's.
Timers& timers_of(Scheduler& scheduler, const Goroutine& g);

}  // namespace govm::sched
