// Timers with Go 1.23's semantics: one heap a scheduler, ordered by (when, sequence).
//
// A channel timer is in the heap only while somebody waits on its channel; otherwise it is looked at when the channel
// is used, so an unreferenced Timer or Ticker is collectable. Its channel has a buffer of one but looks unbuffered, and
// Stop and Reset drop a value that was sent but not received. AfterFunc timers are in the heap while active, and
// start their function on a goroutine of its own.
// Rejected for now: a heap per worker; with sharding come the races of Go's timer states. The lock is held briefly.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/abi.h"
#include "scheduler/goroutine.h"
#include "scheduler/mutex.h"

namespace govm::gc {
class Marker;
}

namespace govm::sched {

class Scheduler;
class Timers;
struct Channel;

// A GC object; begins like time.Timer and time.Ticker { C <-chan Time; initTimer bool }.
struct TimeTimer {
  Channel* c;
  bool init;
  bool is_channel;
  std::uint8_t unused[6];
  void* closure;            // AfterFunc: the func() to start
  std::int64_t when;        // 0: not running
  std::int64_t period;      // 0: once
  std::int32_t heap_index;  // -1: not in the heap
  std::uint32_t blocked;    // goroutines waiting on the channel
  Timers* owner;            // whose clock it goes by
};

// A timer of C++ code: fire(worker, context) is called under no lock. Borrowed while it runs.
struct NativeTimer {
  void (*fire)(Worker* worker, void* context) = nullptr;
  void* context = nullptr;
  std::int32_t heap_index = -1;  // the heap's
};

class Timers {
 public:
  // clock: what the time is, and run_due called by whoever changes it; null: the scheduler's.
  explicit Timers(Scheduler& scheduler, const std::atomic<std::int64_t>* clock = nullptr)
      : scheduler_(scheduler), clock_(clock) {}
  bool has_own_clock() const { return clock_ != nullptr; }
  std::int64_t now() const;

  // time.Sleep: false if ns <= 0 (nothing to wait for), else g parks.
  bool sleep(Goroutine& g, std::int64_t ns);

  // time.newTimer(when, period, f, arg, cp). channel: cp for a channel timer (f is sendTime), or null: then
  // closure is the func() in arg (f is goFunc). Null only over the heap's hard limit. May GC.
  TimeTimer* new_timer(Worker& worker, std::int64_t when, std::int64_t period, Channel* channel, void* closure);
  bool stop_timer(Worker& worker, TimeTimer* t);                                         // time.stopTimer
  bool reset_timer(Worker& worker, TimeTimer* t, std::int64_t when, std::int64_t period);  // time.resetTimer

  // Starts t, which must not be running. disarm: false: it has fired, or is about to.
  void arm(NativeTimer& t, std::int64_t when);
  bool disarm(NativeTimer& t);

  // Fires what is due. worker: the caller's or null. Returns whether anything fired.
  bool run_due(Worker* worker);
  std::int64_t next_when() const { return next_when_.load(std::memory_order_acquire); }  // INT64_MAX: none
  void visit_roots(gc::Marker& marker);

  // ---- for channels, under lock(): fires t if due; counts those who wait on its channel.
  Mutex& lock() { return lock_; }
  void run_channel_timer_locked(Worker* worker, TimeTimer* t);
  void block_locked(TimeTimer* t);
  void unblock_locked(TimeTimer* t);

 private:
  struct Entry {
    std::int64_t when;
    std::uint64_t sequence;
    TimeTimer* timer;          // or
    Goroutine* sleeper;        // or
    NativeTimer* native;
    bool before(const Entry& o) const { return when != o.when ? when < o.when : sequence < o.sequence; }
  };
  void insert_locked(const Entry& entry);
  void remove_locked(std::size_t index);
  void sift_up(std::size_t index);
  void sift_down(std::size_t index);
  void place(std::size_t index, const Entry& entry);
  void publish_next();
  bool update_locked(TimeTimer* t);
  void fire_timer_locked(Worker* worker, TimeTimer* t, std::int64_t now);
  void wake_poller();

  Scheduler& scheduler_;
  const std::atomic<std::int64_t>* clock_;
  Mutex lock_;
  std::vector<Entry> heap_;    // 4-ary
  std::uint64_t next_sequence_ = 1;
  std::atomic<std::int64_t> next_when_{INT64_MAX};
};

}  // namespace govm::sched
