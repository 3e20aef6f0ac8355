// What the collector needs of the rest of the VM. The scheduler implements it; gc names nothing above itself.
#pragma once

#include <cstddef>
#include <functional>

namespace govm::gc {

class Marker;

class World {
 public:
  virtual ~World() = default;
  // Stops every mutator at a safepoint; returns when all have stopped. Called without any heap lock.
  virtual void stop() = 0;
  virtual void start() = 0;
  // Hands all roots but stacks (globals, timers, handles...) to the marker. World stopped, or marking: then stores to
  // these roots shade what they overwrite.
  virtual void visit_roots(Marker& marker) = 0;
  // Hands over what stacks refer to. While marking: those of goroutines that were not visited yet in this cycle.
  virtual void visit_stacks(Marker&) {}
  // World stopped, before and after marking: clear weak structures (sync.Pool is cleared before marking).
  virtual void before_mark() = 0;
  virtual void after_mark() = 0;

  // ---- cycles beside the program
  // Whether there are any: else a cycle happens in one stop, on the thread that needs it.
  virtual bool concurrent() const { return false; }
  // World stopped. In between no goroutine runs before its stack was visited: who is about to run one that visit_stacks
  // has not come to visits it itself, by Heap::visit_beside_marking.
  virtual void begin_marking() {}
  virtual void end_marking() {}
  // From when a cycle is wanted until it has ended: a program whose goroutines all wait is not dead, as the cycle may make
  // finalizers ready.
  virtual void hold() {}
  virtual void release() {}
  // The calling mutator counts as stopped while fn, which waits for something, runs.
  virtual void wait(const std::function<void()>& fn) { fn(); }
  virtual bool stopping() const { return false; }          // somebody waits for the world to stop
  // A mutator that runs is to call Heap::take_turn at its next safepoint. Returns at once; perhaps none will.
  virtual void ask_for_turn() {}
  virtual int processors() const { return 1; }             // that the program may use...
  virtual bool spare_processor() const { return true; }    // ...and one that it does not use at present
};

}  // namespace govm::gc
