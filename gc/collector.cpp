#include "gc/collector.h"

#include <sys/prctl.h>

#include <utility>

namespace govm::gc {
namespace {

constexpr unsigned long kTimerSlackNs = 10'000;  // it sleeps for short times

}  // namespace

std::uint64_t Collector::want(bool forced) {
  if (ending_) return 0;
  wanted_ = true;
  forced_ = forced_ || forced;
  if (!std::exchange(held_, true)) world_.hold();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
  return begun_ + 1;
}

void Collector::request() {
  if (!wanted_.load(std::memory_order_relaxed) && !running_.load(std::memory_order_relaxed)) {
    std::lock_guard lock(mutex_);
    want(false);
  }
}

void Collector::run_and_wait(bool forced) {
  world_.wait([&] {
    std::unique_lock lock(mutex_);
    const std::uint64_t number = want(forced);
    changed_.wait(lock, [&] { return ending_ || ended_ >= number; });
  });
}

void Collector::run_and_tell(bool forced, std::function<void()> then) {
  std::lock_guard lock(mutex_);
  const std::uint64_t number = want(forced);
  listeners_.push_back({number, std::move(then)});
}

void Collector::tell(std::unique_lock<std::mutex>& lock) {
  std::vector<Listener> due;
  std::erase_if(listeners_, [&](Listener& l) {
    if (l.number > ended_) return false;
    due.push_back(std::move(l));
    return true;
  });
  lock.unlock();
  for (Listener& l : due) l.then();
  lock.lock();
}

bool Collector::claim() {
  std::lock_guard lock(mutex_);
  if (running_ || claimed_ || wanted_ || ending_) return false;
  return claimed_ = true;
}

void Collector::unclaim() {
  {
    std::lock_guard lock(mutex_);
    claimed_ = false;
  }
  changed_.notify_all();
}

void Collector::run() {
  prctl(PR_SET_TIMERSLACK, kTimerSlackNs);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ending_ || (wanted_ && !claimed_); });
    if (ending_) return;
    const bool forced = std::exchange(forced_, false);
    wanted_ = false;
    running_ = true;
    begun_++;
    lock.unlock();
    cycle_(forced);
    lock.lock();
    running_ = false;
    ended_ = begun_;
    changed_.notify_all();
    tell(lock);
    if (wanted_ || ending_) continue;
    held_ = false;
    lock.unlock();
    world_.release();
    afterwards_();
    lock.lock();
  }
}

void Collector::end() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace govm::gc
