#include "scheduler/poll_desc.h"

#include <poll.h>

#include <mutex>

#include "base/assert.h"
#include "scheduler/netpoll.h"
#include "scheduler/scheduler.h"

namespace govm::sched {
namespace {

using Guard = std::lock_guard<Mutex>;

bool only_error(int fd) {
  pollfd p{.fd = fd, .events = POLLIN | POLLOUT, .revents = 0};
  return ::poll(&p, 1, 0) == 1 && p.revents == POLLERR;
}

}  // namespace

PollDesc::PollDesc(Scheduler& scheduler, Netpoll& netpoll) : scheduler_(scheduler), netpoll_(netpoll) {
  read_.timer = {.fire = fire_read, .context = this};
  write_.timer = {.fire = fire_write, .context = this};
}

PollError PollDesc::check_locked(PollMode mode) {
  if (closing_) return PollError::kClosing;
  if (direction(mode).deadline < 0) return PollError::kTimeout;
  if (mode == PollMode::kRead && error_event_) return PollError::kNotPollable;
  return PollError::kNone;
}

PollError PollDesc::reset(PollMode mode) {
  Guard guard(lock_);
  const PollError error = check_locked(mode);
  if (error == PollError::kNone) direction(mode).ready = direction(mode).in_vain = false;
  return error;
}

std::optional<PollError> PollDesc::wait(Goroutine& g, PollMode mode, bool woken, bool regardless) {
  Guard guard(lock_);
  Direction& d = direction(mode);
  if (!woken && d.in_vain && mode == PollMode::kRead) error_event_ = only_error(fd_);
  const PollError error = regardless ? PollError::kNone : check_locked(mode);
  if (!woken && error != PollError::kNone) return error;
  if (d.ready) {
    d.ready = false;
    d.in_vain = true;
    return PollError::kNone;
  }
  if (error != PollError::kNone) return error;
  if (d.waiter != nullptr) return PollError::kDoubleWait;
  g.wait_reason = WaitReason::kIOWait;
  d.waiter = &g;
  netpoll_.waiters_.fetch_add(1, std::memory_order_seq_cst);
  if (!d.armed) {
    d.armed = true;
    netpoll_.arm(*this, mode);
  }
  return std::nullopt;
}

Goroutine* PollDesc::take_waiter_locked(Direction& d) {
  Goroutine* g = d.waiter;
  if (g == nullptr) return nullptr;
  d.waiter = nullptr;
  netpoll_.waiters_.fetch_sub(1, std::memory_order_seq_cst);
  return g;
}

void PollDesc::ready_all(Worker* worker, const Woken& woken) {
  for (Goroutine* g : woken.g) {
    if (g != nullptr) scheduler_.ready(worker, g);
  }
}

void PollDesc::completed(PollMode mode, bool ready, GoroutineList& woken) {
  Goroutine* g = nullptr;
  bool unused = false;
  {
    Guard guard(lock_);
    Direction& d = direction(mode);
    d.armed = false;
    if (ready && !closed_) {
      d.ready = true;
      g = take_waiter_locked(d);
    }
    unused = idle_locked();
  }
  if (g != nullptr && Scheduler::make_runnable(g)) woken.push(g);
  if (unused) netpoll_.recycle(*this);
}

// ---- deadlines. When both directions have the same one, read_'s timer serves both.

void PollDesc::start_timer_locked(Direction& d) {
  d.timer_runs = true;
  scheduler_.timers().arm(d.timer, d.deadline);
}

void PollDesc::stop_timer_locked(Direction& d) {
  if (!d.timer_runs) return;
  d.timer_runs = false;
  if (!scheduler_.timers().disarm(d.timer)) stale_fires_++;
}

void PollDesc::update_timers_locked() {
  const bool both = read_.deadline > 0 && read_.deadline == write_.deadline;
  stop_timer_locked(read_);
  stop_timer_locked(write_);
  if (read_.deadline > 0) start_timer_locked(read_);
  if (write_.deadline > 0 && !both) start_timer_locked(write_);
}

void PollDesc::set_deadline(Worker* worker, std::int64_t ns, PollMode mode) {
  Woken woken;
  {
    Guard guard(lock_);
    if (closing_) return;
    if (ns > 0 && __builtin_add_overflow(ns, scheduler_.now(), &ns)) ns = INT64_MAX - 1;
    const std::int64_t read = read_.deadline, write = write_.deadline;
    if (mode != PollMode::kWrite) read_.deadline = ns;
    if (mode != PollMode::kRead) write_.deadline = ns;
    if (read != read_.deadline || write != write_.deadline) update_timers_locked();
    if (read_.deadline < 0) woken.g[0] = take_waiter_locked(read_);
    if (write_.deadline < 0) woken.g[1] = take_waiter_locked(write_);
  }
  ready_all(worker, woken);
}

void PollDesc::fire_read(Worker* worker, void* desc) {
  auto& self = *static_cast<PollDesc*>(desc);
  self.deadline_passed(worker, self.read_);
}

void PollDesc::fire_write(Worker* worker, void* desc) {
  auto& self = *static_cast<PollDesc*>(desc);
  self.deadline_passed(worker, self.write_);
}

void PollDesc::deadline_passed(Worker* worker, Direction& d) {
  Woken woken;
  bool unused = false;
  {
    Guard guard(lock_);
    if (stale_fires_ > 0) {
      stale_fires_--;
      unused = idle_locked();
    } else {
      d.timer_runs = false;
      const bool both = &d == &read_ && write_.deadline == read_.deadline;
      d.deadline = -1;
      woken.g[0] = take_waiter_locked(d);
      if (both) {
        write_.deadline = -1;
        woken.g[1] = take_waiter_locked(write_);
      }
    }
  }
  ready_all(worker, woken);
  if (unused) netpoll_.recycle(*this);
}

// ---- opening and closing

void PollDesc::opened(int fd) {
  Guard guard(lock_);
  GOVM_ASSERT(closed_ && !read_.armed && !write_.armed && stale_fires_ == 0);
  fd_ = fd;
  closing_ = closed_ = error_event_ = false;
  for (Direction* d : {&read_, &write_}) {
    d->ready = d->in_vain = false;
    d->deadline = 0;
  }
}

bool PollDesc::unblock(Worker* worker) {
  Woken woken;
  {
    Guard guard(lock_);
    if (closing_) return false;
    closing_ = true;
    woken.g[0] = take_waiter_locked(read_);
    woken.g[1] = take_waiter_locked(write_);
    stop_timer_locked(read_);
    stop_timer_locked(write_);
  }
  ready_all(worker, woken);
  return true;
}

const char* PollDesc::close_error() {
  Guard guard(lock_);
  if (!closing_) return "runtime: close polldesc w/o unblock";
  if (write_.waiter != nullptr) return "runtime: blocked write on closing polldesc";
  if (read_.waiter != nullptr) return "runtime: blocked read on closing polldesc";
  return nullptr;
}

bool PollDesc::idle_locked() const { return closed_ && !read_.armed && !write_.armed && stale_fires_ == 0; }

bool PollDesc::closed() {
  Guard guard(lock_);
  closed_ = true;
  return idle_locked();
}

}  // namespace govm::sched
