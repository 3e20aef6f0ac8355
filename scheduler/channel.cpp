#include "scheduler/channel.h"

#include <cstring>

#include "base/memory.h"
#include "gc/heap.h"
#include "scheduler/bubble.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"
#include "scheduler/wait.h"

namespace govm::sched {
namespace {

constexpr std::uint8_t kChannelMask[] = {0b100100};  // buffer, timer
constexpr abi::Type kChannelType = {.size = sizeof(Channel), .ptr_bytes = 48, .hash = 0, .tflag = 0, .align = 8,
                                    .field_align = 8, .kind = abi::kStruct, .equal = nullptr, .gc_data = kChannelMask,
                                    .str = 0, .ptr_to_this = 0};
static_assert(offsetof(Channel, buffer) == 16 && offsetof(Channel, timer) == 40);

constexpr std::uint64_t kMaxAllocation = std::uint64_t{1} << 48;

void extend_slot(void* slot, const abi::Type* type) {
  auto* word = static_cast<std::uint64_t*>(slot);
  switch (type->base_kind()) {
    case abi::kInt8: *word = static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int8_t>(*word))); break;
    case abi::kInt16: *word = static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int16_t>(*word))); break;
    case abi::kInt32: *word = static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(*word))); break;
    case abi::kBool:
    case abi::kUint8: *word = static_cast<std::uint8_t>(*word); break;
    case abi::kUint16: *word = static_cast<std::uint16_t>(*word); break;
    case abi::kUint32:
    case abi::kFloat32: *word = static_cast<std::uint32_t>(*word); break;
    default: break;
  }
}

char* element_at(Channel& c, std::uint64_t index) { return static_cast<char*>(c.buffer) + index * c.element_size; }

void advance(Channel& c, std::uint64_t& index) {
  if (++index == c.capacity) index = 0;
}

void copy(void* to, const void* from, std::size_t bytes) {
  if (bytes == 8) {
    std::memcpy(to, from, 8);
  } else {
    copy_bytes(to, from, bytes);
  }
}

// Before elements at p are overwritten: the barrier of stores to the heap (gc/heap.h). heap: may be null.
void lose(gc::Heap* heap, const Channel& c, const void* p, std::uint64_t count = 1) {
  if (heap == nullptr || !heap->barrier_on.load(std::memory_order_relaxed)) return;
  const abi::Type& type = *c.element_type;
  for (std::uint64_t n = 0; n < count; n++) {
    const auto* words = reinterpret_cast<const void* const*>(static_cast<const char*>(p) + n * c.element_size);
    for (std::size_t w = 0; w < type.ptr_bytes / 8; w++) {
      if ((type.gc_data[w / 8] >> (w % 8) & 1) != 0) heap->shade(words[w]);
    }
  }
}

// Marks a waiting record as completed and returns its goroutine, to be made ready.
Goroutine* complete(Sudog* s) {
  if (s->is_select) s->g->select->fired = s;
  return s->g;
}

bool resume_timer_wait(Worker&, Goroutine& g) {
  Timers& timers = *g.sudog.channel->timer->owner;
  timers.lock().lock();
  timers.unblock_locked(g.sudog.channel->timer);
  timers.lock().unlock();
  return true;
}

void queue_waiter(Goroutine& g, Channel* c, WaitQueue& queue, void* element, std::uint64_t* ok, bool slot,
                  WaitReason reason) {
  g.wait_reason = reason;
  g.sudog = Sudog{};
  g.sudog.g = &g;
  g.sudog.channel = c;
  g.sudog.element = element;
  g.sudog.ok = ok;
  g.sudog.to_slot = slot;
  queue.push(&g.sudog);
}

}  // namespace

// ---- wait queues

void WaitQueue::push(Sudog* s) {
  s->queued = true;
  s->next = nullptr;
  s->previous = last;
  (last != nullptr ? last->next : first) = s;
  last = s;
}

void WaitQueue::push_front(Sudog* s) {
  s->queued = true;
  s->previous = nullptr;
  s->next = first;
  (first != nullptr ? first->previous : last) = s;
  first = s;
}

void WaitQueue::remove(Sudog* s) {
  if (!s->queued) return;
  s->queued = false;
  (s->previous != nullptr ? s->previous->next : first) = s->next;
  (s->next != nullptr ? s->next->previous : last) = s->previous;
  s->next = s->previous = nullptr;
}

Sudog* WaitQueue::pop() {
  while (Sudog* s = first) {
    remove(s);
    if (!s->is_select) return s;
    std::uint32_t undecided = 0;
    if (s->g->select_done.compare_exchange_strong(undecided, 1, std::memory_order_acq_rel)) return s;
  }
  return nullptr;
}

// ---- elements

void deliver(gc::Heap* heap, const Channel& c, Destination to, const void* from) {
  if (to.element == nullptr) return;
  lose(heap, c, to.element);
  copy(to.element, from, c.element_size);
  if (to.slot && c.element_size < 8) extend_slot(to.element, c.element_type);
}

void deliver_zero(gc::Heap* heap, const Channel& c, Destination to) {
  if (to.element == nullptr) return;
  lose(heap, c, to.element);
  std::memset(to.element, 0, to.slot && c.element_size < 8 ? 8 : c.element_size);
}

// ---- attempts

Attempt try_send_locked(gc::Heap* heap, Channel* c, const void* element, Goroutine** wake) {
  if (c->closed != 0) return Attempt::kClosed;
  if (Sudog* receiver = c->receivers.pop()) {
    deliver(heap, *c, {receiver->element, receiver->to_slot}, element);
    if (receiver->ok != nullptr) *receiver->ok = 1;
    *wake = complete(receiver);
    return Attempt::kDone;
  }
  if (c->count == c->capacity) return Attempt::kWait;
  copy(element_at(*c, c->send_index), element, c->element_size);
  advance(*c, c->send_index);
  c->count++;
  return Attempt::kDone;
}

Attempt try_receive_locked(gc::Heap* heap, Channel* c, Destination to, std::uint64_t* ok, Goroutine** wake) {
  if (c->count == 0 && c->closed != 0) {
    deliver_zero(heap, *c, to);
    if (ok != nullptr) *ok = 0;
    return Attempt::kDone;
  }
  Sudog* sender = c->senders.pop();
  if (sender != nullptr && c->capacity == 0) {
    deliver(heap, *c, to, sender->element);
  } else if (c->count > 0) {
    char* element = element_at(*c, c->receive_index);
    deliver(heap, *c, to, element);
    lose(heap, *c, element);
    if (sender != nullptr) {  // full: its value takes the place of the one received
      copy(element, sender->element, c->element_size);
      advance(*c, c->receive_index);
      c->send_index = c->receive_index;
    } else {
      if (c->element_size != 0) std::memset(element, 0, c->element_size);  // keeps nothing alive
      advance(*c, c->receive_index);
      c->count--;
    }
  } else {
    return Attempt::kWait;
  }
  if (ok != nullptr) *ok = 1;
  if (sender != nullptr) *wake = complete(sender);
  return Attempt::kDone;
}

bool chan_try_send(Scheduler& scheduler, Worker* worker, Channel* c, const void* element) {
  Goroutine* wake = nullptr;
  c->lock.lock();
  Attempt result = try_send_locked(scheduler.heap(), c, element, &wake);
  c->lock.unlock();
  if (wake != nullptr) scheduler.ready(worker, wake);
  return result == Attempt::kDone;
}

// ---- operations

bool channel_size_ok(const abi::Type* element, std::int64_t size) {
  if (size < 0) return false;
  if (element->size == 0) return true;
  return static_cast<std::uint64_t>(size) <= (kMaxAllocation - sizeof(Channel)) / element->size;
}

Channel* make_channel(gc::Heap& heap, gc::Cache& cache, const abi::ChanType* type, std::int64_t size) {
  std::size_t bytes = type->elem->size * static_cast<std::size_t>(size);
  void* buffer = nullptr;
  Worker* worker = Scheduler::current_worker();
  if (bytes != 0) {
    buffer = heap.allocate(cache, bytes, type->elem);
    if (buffer == nullptr) return nullptr;
    if (worker != nullptr) worker->scratch_root = buffer;
  }
  auto* c = static_cast<Channel*>(heap.allocate(cache, sizeof(Channel), &kChannelType));
  if (worker != nullptr) worker->scratch_root = nullptr;
  if (c == nullptr) return nullptr;
  c->capacity = static_cast<std::uint64_t>(size);
  c->buffer = buffer;
  c->element_size = static_cast<std::uint16_t>(type->elem->size);
  c->element_type = type->elem;
  c->in_bubble = worker != nullptr && worker->current != nullptr && worker->current->bubble != nullptr;
  return c;
}

ChanResult chan_send(Worker& worker, Goroutine& g, Channel* c, const void* element, bool block) {
  if (c == nullptr) {
    if (!block) return ChanResult::kWouldBlock;
    g.wait_reason = WaitReason::kChanSendNil;
    return ChanResult::kParked;
  }
  if (c->in_bubble && g.bubble == nullptr) return ChanResult::kOutside;
  Goroutine* wake = nullptr;
  c->lock.lock();
  Attempt result = try_send_locked(worker.heap, c, element, &wake);
  if (result == Attempt::kWait && block) {
    queue_waiter(g, c, c->senders, const_cast<void*>(element), nullptr, false,
                 c->in_bubble ? WaitReason::kSynctestChanSend : WaitReason::kChanSend);
    c->lock.unlock();
    return ChanResult::kParked;
  }
  c->lock.unlock();
  if (wake != nullptr) worker.scheduler->ready(&worker, wake);
  if (result == Attempt::kWait) return ChanResult::kWouldBlock;
  return result == Attempt::kClosed ? ChanResult::kClosed : ChanResult::kDone;
}

ChanResult chan_receive(Worker& worker, Goroutine& g, Channel* c, Destination to, std::uint64_t* ok, bool block) {
  if (c == nullptr) {
    if (!block) return ChanResult::kWouldBlock;
    g.wait_reason = WaitReason::kChanReceiveNil;
    return ChanResult::kParked;
  }
  if (c->in_bubble && g.bubble == nullptr) return ChanResult::kOutside;
  Timers* timers = c->timer != nullptr ? c->timer->owner : nullptr;
  if (timers != nullptr) {
    timers->lock().lock();
    timers->run_channel_timer_locked(&worker, c->timer);
  }
  Goroutine* wake = nullptr;
  c->lock.lock();
  Attempt result = try_receive_locked(worker.heap, c, to, ok, &wake);
  if (result == Attempt::kWait && block) {
    if (timers != nullptr) g.on_resume = resume_timer_wait;
    queue_waiter(g, c, c->receivers, to.element, ok, to.slot,
                 c->in_bubble ? WaitReason::kSynctestChanReceive : WaitReason::kChanReceive);
  }
  c->lock.unlock();
  if (timers != nullptr) {
    if (result == Attempt::kWait && block) timers->block_locked(c->timer);
    timers->lock().unlock();
  }
  if (wake != nullptr) worker.scheduler->ready(&worker, wake);
  if (result != Attempt::kWait) return ChanResult::kDone;
  return block ? ChanResult::kParked : ChanResult::kWouldBlock;
}

ChanResult chan_close(Worker& worker, Channel* c) {
  if (c == nullptr) return ChanResult::kNil;
  c->lock.lock();
  if (c->closed != 0) {
    c->lock.unlock();
    return ChanResult::kClosed;
  }
  c->closed = 1;
  Goroutine* list = nullptr;
  Goroutine** tail = &list;
  auto add = [&](Goroutine* g) {
    g->link = nullptr;
    *tail = g;
    tail = &g->link;
  };
  while (Sudog* s = c->receivers.pop()) {
    deliver_zero(worker.heap, *c, {s->element, s->to_slot});
    if (s->ok != nullptr) *s->ok = 0;
    add(complete(s));
  }
  while (Sudog* s = c->senders.pop()) {
    s->g->wake_error = WakeError::kSendOnClosed;
    add(complete(s));
  }
  c->lock.unlock();
  while (list != nullptr) {
    Goroutine* g = list;
    list = g->link;
    worker.scheduler->ready(&worker, g);
  }
  return ChanResult::kDone;
}

std::int64_t chan_len(Worker&, Channel* c) {
  if (c == nullptr || c->timer != nullptr) return 0;
  c->lock.lock();
  auto n = static_cast<std::int64_t>(c->count);
  c->lock.unlock();
  return n;
}

std::int64_t chan_cap(Channel* c) {
  return c == nullptr || c->timer != nullptr ? 0 : static_cast<std::int64_t>(c->capacity);
}

}  // namespace govm::sched
