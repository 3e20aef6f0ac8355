// Shared by channels and select: waiting records and how a waker completes them.
#pragma once

#include <memory>
#include <vector>

#include "scheduler/channel.h"
#include "scheduler/select.h"

namespace govm::sched {

// A goroutine parked in a select.
struct SelectWait {
  std::vector<Sudog> sudogs;          // one a queued case, in lock order of their channels
  std::vector<Channel*> channels;     // distinct, in address order
  std::int64_t* index;
  Sudog* fired = nullptr;             // set by the waker
  bool has_timers = false;
};

// Copies one element; `to` may be a frame slot. heap: whose barrier guards what is overwritten, or null.
void deliver(gc::Heap* heap, const Channel& c, Destination to, const void* from);
void deliver_zero(gc::Heap* heap, const Channel& c, Destination to);

// The attempts, under c->lock. On success *wake is a goroutine to make ready after unlocking, or null.
enum class Attempt { kDone, kWait, kClosed };
Attempt try_send_locked(gc::Heap* heap, Channel* c, const void* element, Goroutine** wake);
Attempt try_receive_locked(gc::Heap* heap, Channel* c, Destination to, std::uint64_t* ok, Goroutine** wake);

}  // namespace govm::sched
