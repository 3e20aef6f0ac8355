// Coroutines of iter.Pull: a goroutine and its creator switch directly, without passing a queue.
#pragma once

#include <atomic>
#include <cstdint>

#include "scheduler/goroutine.h"

namespace govm::gc {
class Cache;
class Heap;
}  // namespace govm::gc

namespace govm::sched {

// A GC object, runtime.coro: holds the goroutine that is not running.
struct Coroutine {
  std::atomic<Goroutine*> parked;
  void* function;              // func(*coro); a pointer for the collector
};

// The object, with no goroutine yet. Null over the hard limit. May GC.
Coroutine* allocate_coroutine(gc::Heap& heap, gc::Cache& cache, void* function);
// Creates the goroutine that will run `closure` (a func() that calls function(coroutine), then coroutine_exit), parked
// in `coroutine`.
void start_coroutine(Worker& worker, Coroutine* coroutine, void* closure, const void* creation_pc);
// g parks in the coroutine and the goroutine parked there runs at once: return Outcome::kParked. False: nobody is parked
// there ("coroswitch on exited coro").
bool coroutine_switch(Worker& worker, Goroutine& g, Coroutine* coroutine);
// The coroutine's function has returned: the other side will run next; the executor then returns Outcome::kExited.
void coroutine_exit(Worker& worker, Coroutine* coroutine);

}  // namespace govm::sched
