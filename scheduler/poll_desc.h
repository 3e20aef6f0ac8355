// A descriptor at the poller: who waits for it, its deadlines, whether it is closing. What internal/poll asks of a runtime.
//
// Each direction is idle, ready (noticed, nobody has used it yet) or has one waiting goroutine. It is armed while the
// poller owes it a completion; it stays armed when its waiter leaves early, and the completion is kept as ready.
// Rejected: Go's lock-free states; the lock is held for a few instructions, once a system call for arming.
#pragma once

#include <cstdint>
#include <optional>

#include "scheduler/goroutine.h"
#include "scheduler/mutex.h"
#include "scheduler/timer.h"

namespace govm::sched {

class Netpoll;
class Scheduler;

// As internal/poll has them.
enum class PollMode : int { kRead = 'r', kWrite = 'w', kBoth = 'r' + 'w' };
enum class PollError : int { kNone = 0, kClosing = 1, kTimeout = 2, kNotPollable = 3, kDoubleWait = -1 };

class PollDesc {
 public:
  PollDesc(Scheduler& scheduler, Netpoll& netpoll);
  PollDesc(const PollDesc&) = delete;

  // Before the first attempt of an operation: forgets old readiness.
  PollError reset(PollMode mode);
  // How a wait of g ended; nothing: g parks ("IO wait") and asks again, with `woken`, when it resumes. Readiness may be
  // reported in vain. `regardless`: neither deadlines nor closing end the wait.
  std::optional<PollError> wait(Goroutine& g, PollMode mode, bool woken, bool regardless = false);
  // ns from now; 0: none; < 0: passed already.
  void set_deadline(Worker* worker, std::int64_t ns, PollMode mode);
  // Closing begins: ends all waits, and there will be no more. False: it had begun before.
  bool unblock(Worker* worker);
  // What Netpoll::close must not find: null, or what is wrong.
  const char* close_error();

  // ---- for the poller
  void opened(int fd);
  bool closed();                             // under no lock; true: nothing refers to it any more
  // The completion arm() asked for; not ready: the descriptor was closed.
  void completed(PollMode mode, bool ready, GoroutineList& woken);
  int fd() const { return fd_; }

 private:
  struct Direction {
    bool ready = false;
    bool armed = false;
    bool in_vain = false;                    // a completion since the last reset did not help
    Goroutine* waiter = nullptr;
    std::int64_t deadline = 0;               // monotonic; 0: none; < 0: passed
    bool timer_runs = false;
    NativeTimer timer;
  };
  struct Woken {
    Goroutine* g[2] = {};
  };

  Direction& direction(PollMode mode) { return mode == PollMode::kRead ? read_ : write_; }
  PollError check_locked(PollMode mode);
  bool idle_locked() const;
  Goroutine* take_waiter_locked(Direction& d);
  void start_timer_locked(Direction& d);
  void stop_timer_locked(Direction& d);
  void update_timers_locked();
  void deadline_passed(Worker* worker, Direction& d);
  void ready_all(Worker* worker, const Woken& woken);
  static void fire_read(Worker* worker, void* desc);
  static void fire_write(Worker* worker, void* desc);

  Scheduler& scheduler_;
  Netpoll& netpoll_;
  Mutex lock_;
  int fd_ = -1;
  bool closing_ = false;
  bool closed_ = true;
  bool error_event_ = false;                 // the last completion told of an error, and nothing else
  int stale_fires_ = 0;                      // timers that were stopped too late: that many calls are to be ignored
  Direction read_, write_;
};

}  // namespace govm::sched
