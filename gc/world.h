// What the collector needs of the rest of the VM. The scheduler implements it; gc names nothing above itself.
#pragma once

#include <cstddef>

namespace govm::gc {

class Marker;

class World {
 public:
  virtual ~World() = default;
  // Stops every mutator at a safepoint; returns when all have stopped. Called without any heap lock.
  virtual void stop() = 0;
  virtual void start() = 0;
  // World stopped: hands all roots (goroutine stacks, globals, timers, run queues, handles...) to the marker.
  virtual void visit_roots(Marker& marker) = 0;
  // World stopped, after marking and before sweeping: clear weak structures (sync.Pool is cleared before marking).
  virtual void before_mark() = 0;
  virtual void after_mark() = 0;
};

}  // namespace govm::gc
