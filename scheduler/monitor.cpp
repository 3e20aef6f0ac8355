#include "scheduler/monitor.h"

#include <semaphore.h>
#include <time.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/short_slices.h"

namespace govm::sched {

class Monitor {
 public:
  static Monitor& instance() {
    // Never destroyed: schedulers may outlive static destructors. A child process has neither its parent's threads nor its Vms.
    static Monitor* monitor = [] {
      ::pthread_atfork(nullptr, nullptr, [] { monitor = new Monitor; });
      return new Monitor;
    }();
    return *monitor;
  }
  void add(Monitored& m) {
    std::lock_guard guard(lock_);
    all_.push_back(&m);
    if (!started_) {
      started_ = true;
      std::thread([this] { loop(); }).detach();
    }
  }
  void remove(Monitored& m) {
    std::lock_guard guard(lock_);
    std::erase(all_, &m);
  }
  void wake() noexcept { ::sem_post(&wake_); }

 private:
  static constexpr std::int64_t kNever = INT64_MAX;

  Monitor() { ::sem_init(&wake_, 0, 0); }

  void loop() {
    ask_for_short_slices();
    while (true) wait(look());
  }

  // Until when it may sleep; kNever: until it is woken.
  std::int64_t look() {
    const std::int64_t now = monotonic_nanos();
    std::int64_t next = kNever;
    std::lock_guard guard(lock_);
    for (Monitored* m : all_) {
      if (!m->watched_.load(std::memory_order_relaxed)) continue;
      if (m->due_ <= now) {
        const std::int64_t after = m->look(now);
        m->due_ = after != Monitored::kLater ? (now / after + 1) * after : 0;  // many that sleep equally long wake it once
        if (m->due_ == 0) continue;
      }
      next = std::min(next, m->due_);
    }
    return next;
  }

  void wait(std::int64_t until) {
    if (until == kNever) {
      while (::sem_wait(&wake_) != 0) {}
    } else {
      const timespec at{until / 1'000'000'000, until % 1'000'000'000};
      ::sem_clockwait(&wake_, CLOCK_MONOTONIC, &at);
    }
    while (::sem_trywait(&wake_) == 0) {}
  }

  sem_t wake_;
  std::mutex lock_;
  std::vector<Monitored*> all_;
  bool started_ = false;
};

void Monitored::register_monitored() { Monitor::instance().add(*this); }
void Monitored::unregister_monitored() { Monitor::instance().remove(*this); }

void Monitored::watch() noexcept {
  if (!watched_.load(std::memory_order_relaxed) && !watched_.exchange(true)) Monitor::instance().wake();
}

}  // namespace govm::sched
