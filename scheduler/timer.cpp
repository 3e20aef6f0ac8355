#include "scheduler/timer.h"

#include <algorithm>
#include <cstring>

#include "gc/heap.h"
#include "scheduler/channel.h"
#include "scheduler/impl.h"

namespace govm::sched {
namespace {

constexpr std::uint8_t kTimerMask[] = {0b101};  // c, closure
constexpr abi::Type kTimerType = {.size = sizeof(TimeTimer), .ptr_bytes = 24, .hash = 0, .tflag = 0, .align = 8,
                                  .field_align = 8, .kind = abi::kStruct, .equal = nullptr, .gc_data = kTimerMask,
                                  .str = 0, .ptr_to_this = 0};
static_assert(offsetof(TimeTimer, closure) == 16);

std::int64_t add_clamped(std::int64_t a, std::int64_t b) {
  std::int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX - 1 : std::min(sum, INT64_MAX - 1);
}

}  // namespace

// ---- the heap

void Timers::place(std::size_t index, const Entry& entry) {
  heap_[index] = entry;
  if (entry.timer != nullptr) entry.timer->heap_index = static_cast<std::int32_t>(index);
  if (entry.native != nullptr) entry.native->heap_index = static_cast<std::int32_t>(index);
}

void Timers::sift_up(std::size_t index) {
  Entry moving = heap_[index];
  while (index > 0) {
    std::size_t parent = (index - 1) / 4;
    if (!moving.before(heap_[parent])) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, moving);
}

void Timers::sift_down(std::size_t index) {
  Entry moving = heap_[index];
  while (true) {
    std::size_t first = index * 4 + 1, best = first;
    if (first >= heap_.size()) break;
    for (std::size_t i = first + 1; i < std::min(first + 4, heap_.size()); i++) {
      if (heap_[i].before(heap_[best])) best = i;
    }
    if (!heap_[best].before(moving)) break;
    place(index, heap_[best]);
    index = best;
  }
  place(index, moving);
}

void Timers::publish_next() {
  next_when_.store(heap_.empty() ? INT64_MAX : heap_[0].when, std::memory_order_seq_cst);
}

void Timers::insert_locked(const Entry& entry) {
  heap_.push_back(entry);
  heap_.back().sequence = next_sequence_++;
  sift_up(heap_.size() - 1);
  publish_next();
}

void Timers::remove_locked(std::size_t index) {
  if (heap_[index].timer != nullptr) heap_[index].timer->heap_index = -1;
  if (heap_[index].native != nullptr) heap_[index].native->heap_index = -1;
  Entry last = heap_.back();
  heap_.pop_back();
  if (index < heap_.size()) {
    place(index, last);
    sift_up(index);
    sift_down(index);
  }
  publish_next();
}

// Puts t where it belongs after a change of when or blocked; true if the earliest time may have become earlier.
bool Timers::update_locked(TimeTimer* t) {
  bool wanted = t->when > 0 && (!t->is_channel || t->blocked > 0);
  if (t->heap_index >= 0) {
    auto index = static_cast<std::size_t>(t->heap_index);
    if (wanted && heap_[index].when == t->when) return false;
    remove_locked(index);
  }
  if (!wanted) return false;
  std::int64_t before = next_when_.load(std::memory_order_relaxed);
  insert_locked({.when = t->when, .sequence = 0, .timer = t, .sleeper = nullptr, .native = nullptr});
  return t->when < before;
}

std::int64_t Timers::now() const {
  return clock_ != nullptr ? clock_->load(std::memory_order_relaxed) : scheduler_.now();
}

void Timers::wake_poller() {
  if (clock_ == nullptr) scheduler_.impl().poll_changed();
}

// ---- operations

bool Timers::sleep(Goroutine& g, std::int64_t ns) {
  if (ns <= 0) return false;
  g.wait_reason = WaitReason::kSleep;
  Entry entry{.when = add_clamped(now(), ns), .sequence = 0, .timer = nullptr, .sleeper = &g,
              .native = nullptr};
  lock_.lock();
  bool earlier = entry.when < next_when_.load(std::memory_order_relaxed);
  insert_locked(entry);
  lock_.unlock();
  if (earlier) wake_poller();
  return true;
}

TimeTimer* Timers::new_timer(Worker& worker, std::int64_t when, std::int64_t period, Channel* channel, void* closure) {
  auto* t = static_cast<TimeTimer*>(worker.heap->allocate(*worker.cache, sizeof(TimeTimer), &kTimerType));
  if (t == nullptr) return nullptr;
  t->c = channel;
  t->init = true;
  t->is_channel = channel != nullptr;
  t->closure = closure;
  t->when = std::max<std::int64_t>(when, 1);
  t->period = period;
  t->heap_index = -1;
  t->owner = this;
  if (channel != nullptr) channel->timer = t;
  lock_.lock();
  bool earlier = update_locked(t);
  lock_.unlock();
  if (earlier) wake_poller();
  return t;
}

namespace {

// Drops the value a channel timer sent and nobody received.
bool drain(Channel* c) {
  c->lock.lock();
  bool had = c->count != 0;
  if (had) {
    c->count = 0;
    c->receive_index = c->send_index;
    std::memset(c->buffer, 0, c->element_size * c->capacity);
  }
  c->lock.unlock();
  return had;
}

}  // namespace

bool Timers::stop_timer(Worker&, TimeTimer* t) {
  lock_.lock();
  bool pending = t->when > 0;
  t->when = 0;
  update_locked(t);
  if (t->is_channel && drain(t->c)) pending = true;
  lock_.unlock();
  return pending;
}

bool Timers::reset_timer(Worker&, TimeTimer* t, std::int64_t when, std::int64_t period) {
  lock_.lock();
  bool pending = t->when > 0;
  t->when = std::max<std::int64_t>(when, 1);
  t->period = period;
  if (t->is_channel && drain(t->c)) pending = true;
  bool earlier = update_locked(t);
  lock_.unlock();
  if (earlier) wake_poller();
  return pending;
}

void Timers::arm(NativeTimer& t, std::int64_t when) {
  lock_.lock();
  bool earlier = when < next_when_.load(std::memory_order_relaxed);
  insert_locked({.when = when, .sequence = 0, .timer = nullptr, .sleeper = nullptr, .native = &t});
  lock_.unlock();
  if (earlier) wake_poller();
}

bool Timers::disarm(NativeTimer& t) {
  lock_.lock();
  bool runs = t.heap_index >= 0;
  if (runs) remove_locked(static_cast<std::size_t>(t.heap_index));
  lock_.unlock();
  return runs;
}

// ---- firing

void Timers::fire_timer_locked(Worker* worker, TimeTimer* t, std::int64_t now) {
  std::int64_t delta = now - t->when;
  if (t->period > 0) {
    std::int64_t steps = 1 + delta / t->period, ahead;
    t->when = __builtin_mul_overflow(t->period, steps, &ahead) ? INT64_MAX - 1 : add_clamped(t->when, ahead);
  } else {
    t->when = 0;
  }
  update_locked(t);
  if (!t->is_channel) {
    scheduler_.spawn(worker, t->closure);
    return;
  }
  alignas(8) unsigned char value[64] = {};
  scheduler_.executor().timer_value(*t, delta, value);
  chan_try_send(scheduler_, worker, t->c, value);
}

bool Timers::run_due(Worker* worker) {
  const std::int64_t time = now();
  if (next_when() > time) return false;
  bool any = false;
  lock_.lock();
  while (!heap_.empty() && heap_[0].when <= time) {
    any = true;
    Entry entry = heap_[0];
    if (entry.timer != nullptr) {
      fire_timer_locked(worker, entry.timer, time);
      continue;
    }
    remove_locked(0);
    if (entry.sleeper != nullptr) {
      scheduler_.ready(worker, entry.sleeper);
    } else {
      lock_.unlock();
      entry.native->fire(worker, entry.native->context);
      lock_.lock();
    }
  }
  lock_.unlock();
  return any;
}

void Timers::run_channel_timer_locked(Worker* worker, TimeTimer* t) {
  if (t->when <= 0) return;
  const std::int64_t time = now();
  if (t->when <= time) fire_timer_locked(worker, t, time);
}

void Timers::block_locked(TimeTimer* t) {
  t->blocked++;
  if (update_locked(t)) wake_poller();
}

void Timers::unblock_locked(TimeTimer* t) {
  t->blocked--;
  update_locked(t);
}

void Timers::visit_roots(gc::Marker& marker) {
  std::vector<TimeTimer*> timers;    // one that fires meanwhile shades what it passes on
  lock_.lock();
  for (const Entry& entry : heap_) {
    if (entry.timer != nullptr) timers.push_back(entry.timer);
  }
  lock_.unlock();
  for (TimeTimer* t : timers) marker.mark_pointer(t);
}

}  // namespace govm::sched
