#include "scheduler/select.h"

#include <algorithm>
#include <array>

#include "gc/heap.h"
#include "scheduler/impl.h"
#include "scheduler/timer.h"
#include "scheduler/wait.h"

namespace govm::sched {
namespace {

// The clocks that a select's timers go by: one, or also those of bubbles. Locked in address order.
class LockedTimers {
 public:
  void lock(const std::vector<Channel*>& channels) {
    for (Channel* c : channels) {
      if (c->timer != nullptr && std::find(owners_.begin(), owners_.end(), c->timer->owner) == owners_.end()) {
        owners_.push_back(c->timer->owner);
      }
    }
    std::sort(owners_.begin(), owners_.end());
    for (Timers* t : owners_) t->lock().lock();
  }
  void unlock() {
    for (Timers* t : owners_) t->lock().unlock();
  }

 private:
  std::vector<Timers*> owners_;
};

// The distinct channels of a select, locked in address order; the timers' lock first if one belongs to a timer.
class Locked {
 public:
  Locked(Worker& worker, const std::vector<Channel*>& channels, bool has_timers) : channels_(channels) {
    if (has_timers) {
      timers_.lock(channels);
      for (Channel* c : channels) {
        if (c->timer != nullptr) c->timer->owner->run_channel_timer_locked(&worker, c->timer);
      }
    }
    for (Channel* c : channels) c->lock.lock();
  }
  void unlock_channels() {
    for (auto it = channels_.rbegin(); it != channels_.rend(); ++it) (*it)->lock.unlock();
  }
  void unlock_timers() { timers_.unlock(); }
  void unlock() {
    unlock_channels();
    unlock_timers();
  }

 private:
  const std::vector<Channel*>& channels_;
  LockedTimers timers_;
};

// After the wake-up: leaves the other queues and tells which case it was.
bool resume_select(Worker&, Goroutine& g) {
  std::unique_ptr<SelectWait> wait(g.select);
  LockedTimers timers;
  if (wait->has_timers) timers.lock(wait->channels);
  for (Channel* c : wait->channels) c->lock.lock();
  for (Sudog& s : wait->sudogs) (s.is_send ? s.channel->senders : s.channel->receivers).remove(&s);
  for (auto it = wait->channels.rbegin(); it != wait->channels.rend(); ++it) (*it)->lock.unlock();
  if (wait->has_timers) {
    for (Channel* c : wait->channels) {
      if (c->timer != nullptr) c->timer->owner->unblock_locked(c->timer);
    }
    timers.unlock();
  }
  *wait->index = wait->fired->case_index;
  g.select = nullptr;
  g.select_done.store(0, std::memory_order_relaxed);
  return true;
}

Attempt attempt(gc::Heap* heap, const SelectCase& c, Goroutine** wake) {
  if (c.send) return try_send_locked(heap, c.channel, c.element, wake);
  return try_receive_locked(heap, c.channel, {c.element, c.slot}, c.ok, wake);
}

void shuffle(Worker& worker, std::vector<std::uint16_t>& order) {
  for (std::size_t i = 1; i < order.size(); i++) std::swap(order[i], order[worker.random() % (i + 1)]);
}

}  // namespace

void delete_select(Goroutine& g) {
  delete g.select;
  g.select = nullptr;
}

void visit_select(Goroutine& g, gc::Marker& marker) {
  for (Channel* c : g.select->channels) marker.mark_pointer(c);
}

ChanResult select_go(Worker& worker, Goroutine& g, const SelectCase* cases, int count, bool has_default,
                     std::int64_t* index) {
  std::vector<std::uint16_t> order;
  std::vector<Channel*> channels;
  order.reserve(static_cast<std::size_t>(count));
  channels.reserve(static_cast<std::size_t>(count));
  bool has_timers = false, in_bubble = true;
  for (int i = 0; i < count; i++) {
    if (cases[i].channel == nullptr) continue;
    order.push_back(static_cast<std::uint16_t>(i));
    channels.push_back(cases[i].channel);
    has_timers |= cases[i].channel->timer != nullptr;
    if (cases[i].channel->in_bubble && g.bubble == nullptr) return ChanResult::kOutside;
    in_bubble &= cases[i].channel->in_bubble;
  }
  if (order.empty()) {
    if (has_default) {
      *index = -1;
      return ChanResult::kDone;
    }
    g.wait_reason = count == 0 ? WaitReason::kSelectNoCases : g.bubble != nullptr ? WaitReason::kSynctestSelect : WaitReason::kSelect;
    return ChanResult::kParked;
  }
  shuffle(worker, order);
  std::sort(channels.begin(), channels.end());
  channels.erase(std::unique(channels.begin(), channels.end()), channels.end());

  Locked locked(worker, channels, has_timers);
  for (std::uint16_t i : order) {
    Goroutine* wake = nullptr;
    Attempt result = attempt(worker.heap, cases[i], &wake);
    if (result == Attempt::kWait) continue;
    locked.unlock();
    if (wake != nullptr) worker.scheduler->ready(&worker, wake);
    *index = i;
    return result == Attempt::kClosed ? ChanResult::kClosed : ChanResult::kDone;
  }
  if (has_default) {
    locked.unlock();
    *index = -1;
    return ChanResult::kDone;
  }

  auto wait = std::make_unique<SelectWait>();
  wait->index = index;
  wait->has_timers = has_timers;
  wait->sudogs.resize(order.size());
  g.wait_reason = in_bubble ? WaitReason::kSynctestSelect : WaitReason::kSelect;
  g.on_resume = resume_select;
  for (std::size_t n = 0; n < order.size(); n++) {
    const SelectCase& c = cases[order[n]];
    Sudog& s = wait->sudogs[n];
    s.g = &g;
    s.channel = c.channel;
    s.element = c.element;
    s.ok = c.send ? nullptr : c.ok;
    s.to_slot = !c.send && c.slot;
    s.is_select = true;
    s.is_send = c.send;
    s.case_index = order[n];
    (c.send ? c.channel->senders : c.channel->receivers).push(&s);
  }
  wait->channels = channels;
  g.select = wait.release();
  locked.unlock_channels();
  if (has_timers) {
    // From here on g may run on another worker; the channels are alive, since it cannot pass resume_select before the
    // timers' lock is free.
    for (Channel* c : channels) {
      if (c->timer != nullptr) c->timer->owner->block_locked(c->timer);
    }
    locked.unlock_timers();
  }
  return ChanResult::kParked;
}

}  // namespace govm::sched
