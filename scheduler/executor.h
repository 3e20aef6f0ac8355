// How goroutines are run: what the VM implements for the scheduler.
#pragma once

#include <cstdint>

#include "scheduler/goroutine.h"
#include "scheduler/worker.h"

namespace govm::gc {
class Marker;
}

namespace govm::sched {

struct TimeTimer;

enum class Outcome {
  kParked,    // an operation said so; Scheduler::ready resumes it
  kYielded,   // runtime.Gosched, or a poll was hit
  kBlocking,  // g.blocking(g, g.blocking_context) is to be called without the worker; then it resumes
  kExited,    // the goroutine's function returned, or Goexit ran its deferred calls
  kKill,      // the whole Vm ends: os.Exit, fatal error, uncaught panic (the executor has recorded which)
};

class Executor {
 public:
  virtual ~Executor() = default;

  // Runs g until it parks, yields or ends. pc, fp and stack are saved in g whenever this returns, and whenever it calls
  // anything that may collect (so visit_stack works on the goroutine that triggered the collection). g.fp null: starts
  // with g.closure. Called on the thread that holds the worker.
  virtual Outcome run(Worker& worker, Goroutine& g) = 0;

  // World stopped: marks what g's frames, its vm words and other data of the VM about g refer to. The scheduler itself
  // marks closure and labels.
  virtual void visit_stack(Goroutine& g, gc::Marker& marker) = 0;
  // World stopped: everything else that is a root (globals, handles, tables).
  virtual void visit_roots(gc::Marker& marker) = 0;
  virtual void before_mark() {}
  virtual void after_mark() {}

  // For profiles, if Scheduler::tell_of_waits asked for it. g, about to run again on the worker, has waited; the worker's
  // running goroutine has made others wait for a mutex that it releases, ns in all.
  virtual void waited(Worker&, Goroutine&, WaitReason, std::int64_t ns) { static_cast<void>(ns); }
  virtual void contended(Worker&, std::int64_t ns) { static_cast<void>(ns); }

  // For execution traces, if Scheduler::tell_of_events asked for it: what happens to g, as to the worker's (null: none).
  // Before it takes effect, so that what follows from it is told later; also of waits that turn out to be over already.
  enum class Event { kCreated, kReady, kStarted, kYielded, kParked, kBlocked, kEnded };
  virtual void happened(Event, Worker*, Goroutine&) {}

  // g has exited and its block will be reused: release what its vm words own. They are zeroed afterwards.
  virtual void goroutine_exited(Goroutine&) {}

  // Worker-local data.
  virtual void worker_created(Worker&) {}
  virtual void worker_destroyed(Worker&) {}

  // A signal ends the program: prints `headline` and all goroutines, and records that it ended. The world is stopped;
  // called by a thread without worker.
  virtual void quit(const char* headline) { static_cast<void>(headline); }

  // The time.Time a channel timer sends, `delta` ns after it was due: fills the channel's element (24 bytes). Must not
  // allocate.
  virtual void timer_value(TimeTimer& timer, std::int64_t delta, void* element) = 0;
};

}  // namespace govm::sched
