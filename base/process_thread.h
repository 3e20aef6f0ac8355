// A thread of the process that looks at registered things now and then: the scheduler's monitor, the embedding's watchdog.
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include <cstdint>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/short_slices.h"

namespace govm {

// Derived has look(all, now), called on the thread: looks at all things and tells until when the thread may sleep, in ns of
// monotonic_nanos, or kNever. The thread begins with the first thing and never ends. Any thread may call what is public.
template <class Derived, class Thing>
class ProcessThread {
 public:
  // Never destroyed: things may outlive static destructors. A child process has neither its parent's threads nor its things.
  static Derived& instance() {
    static Derived* one = [] {
      ::pthread_atfork(nullptr, nullptr, [] { one = new Derived; });
      return new Derived;
    }();
    return *one;
  }
  void add(Thing& thing) {
    std::lock_guard guard(lock_);
    all_.push_back(&thing);
    if (!started_) {
      started_ = true;
      std::thread([this] { loop(); }).detach();
    }
  }
  void remove(Thing& thing) {         // waits while the thread looks; what is not there is fine
    std::lock_guard guard(lock_);
    std::erase(all_, &thing);
  }
  void wake() noexcept { ::sem_post(&wake_); }   // it looks once more, soon; async-signal-safe

 protected:
  static constexpr std::int64_t kNever = INT64_MAX;
  ProcessThread() { ::sem_init(&wake_, 0, 0); }
  ~ProcessThread() = default;

 private:
  void loop() {
    ask_for_short_slices();
    while (true) wait(look());
  }

  std::int64_t look() {
    const std::int64_t now = monotonic_nanos();
    std::lock_guard guard(lock_);
    return static_cast<Derived*>(this)->look(std::span<Thing* const>(all_), now);
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
  std::vector<Thing*> all_;
  bool started_ = false;
};

}  // namespace govm
