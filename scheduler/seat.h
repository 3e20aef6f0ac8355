// A seat: where a host thread sits in a Vm while it calls Go functions. It has a goroutine that lives from call to call,
// and its thread keeps a worker between calls as long as nobody else needs it, so that a call takes no lock, starts no
// thread and creates nothing.
//
//   if (!scheduler.enter(seat)) ...            // killed
//   ... set up goroutine()'s pc and fp; the Go heap may be used, through worker() ...
//   RunEnd end = scheduler.run(seat);          // kFinished: still entered; else it has left
//   ... read results ...
//   scheduler.leave(seat);
//
// Between enter and leave the thread counts as running Go code (the world waits for it); used by one thread at a time.
// A thread that is inside a native that stepped out (Scheduler::step_out) may enter another seat.
#pragma once

#include <memory>

#include "scheduler/scheduler.h"

namespace govm::sched {

struct Thread;

class Seat {
 public:
  Seat();
  ~Seat();
  Goroutine& goroutine() const { return *g_; }
  Worker& worker() const;              // between enter and leave
  // The goroutine did not end: the seat cannot be used again.
  bool lost() const { return lost_; }

 private:
  friend class Scheduler;
  friend struct Scheduler::Impl;
  Goroutine* g_ = nullptr;
  std::unique_ptr<Thread> own_;        // stands for the thread when it comes from outside, and while it waits
  Thread* thread_ = nullptr;           // that entered
  Thread* outer_ = nullptr;            // current before
  bool lost_ = false;
};

}  // namespace govm::sched
