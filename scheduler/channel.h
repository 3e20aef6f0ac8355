// Channels. Invariants, under `lock`:
//   senders or receivers is empty (except for one goroutine selecting on both);
//   count > 0 implies receivers is empty; count < capacity implies senders is empty.
// Values are handed directly between frames when the other side waits.
// Rejected: lock-free ring; select must lock several channels in address order.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/abi.h"
#include "scheduler/goroutine.h"
#include "scheduler/mutex.h"

namespace govm::gc {
class Cache;
class Heap;
}  // namespace govm::gc

namespace govm::sched {

struct TimeTimer;

struct WaitQueue {
  Sudog* first;
  Sudog* last;
  void push(Sudog* s);
  void push_front(Sudog* s);
  void remove(Sudog* s);       // no effect if s is not queued
  Sudog* pop();                // skips selects that another channel has won
};

// A GC object; begins as runtime.hchan.
struct Channel {
  std::uint64_t count;
  std::uint64_t capacity;
  void* buffer;                // GC object of capacity elements, or null
  std::uint16_t element_size;
  bool in_bubble;              // made in a bubble of testing/synctest
  Mutex lock;
  std::uint32_t closed;
  TimeTimer* timer;            // channel of a time.Timer or Ticker: looks unbuffered
  const abi::Type* element_type;
  std::uint64_t send_index, receive_index;
  WaitQueue receivers, senders;
};

enum class ChanResult {
  kDone,
  kWouldBlock,   // only if !block
  kParked,       // return Outcome::kParked; the operation is complete when the goroutine resumes (but see wake_error)
  kClosed,       // panic: "send on closed channel" / "close of closed channel"
  kNil,          // panic: "close of nil channel"
  kOutside,      // panic: "... on synctest channel from outside bubble"
};

// Makes a channel; null only over the heap's hard limit. size >= 0 and checked by the caller (channel_size_ok). May GC.
Channel* make_channel(gc::Heap& heap, gc::Cache& cache, const abi::ChanType* type, std::int64_t size);
bool channel_size_ok(const abi::Type* element, std::int64_t size);  // else "makechan: size out of range"

// `element` points at the value (a frame slot will do: little endian). Nil channels park forever. If the goroutine parks,
// element must stay valid (in the frame or heap). After a park g.wake_error says whether to panic.
ChanResult chan_send(Worker& worker, Goroutine& g, Channel* c, const void* element, bool block);

// Where a received value goes. slot: the destination is a frame slot holding a scalar, to be extended to 64 bits.
struct Destination {
  void* element;               // may be null: the value is dropped
  bool slot;
};
// ok (may be null): set to 1 for a value, 0 when closed and drained (then the element is zeroed). With kWouldBlock
// both stay as they are.
ChanResult chan_receive(Worker& worker, Goroutine& g, Channel* c, Destination to, std::uint64_t* ok, bool block);

ChanResult chan_close(Worker& worker, Channel* c);
std::int64_t chan_len(Worker& worker, Channel* c);   // nil: 0
std::int64_t chan_cap(Channel* c);

}  // namespace govm::sched
