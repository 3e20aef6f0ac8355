#include "bindings/watchdog.h"

#include <semaphore.h>
#include <time.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/short_slices.h"
#include "bindings/engine.h"

namespace govm::detail {
namespace {

constexpr std::int64_t kSample = 1'000'000;    // of CPU time

class Watchdog {
 public:
  static Watchdog& instance() {
    // Never destroyed: Vms may outlive static destructors. A child process has neither its parent's threads nor its Vms.
    static Watchdog* dog = [] {
      ::pthread_atfork(nullptr, nullptr, [] { dog = new Watchdog; });
      return new Watchdog;
    }();
    return *dog;
  }
  void add(Watched& vm) {
    std::lock_guard guard(lock_);
    all_.push_back(&vm);
    if (!started_) {
      started_ = true;
      std::thread([this] { loop(); }).detach();
    }
  }
  void remove(Watched& vm) {
    std::lock_guard guard(lock_);
    std::erase(all_, &vm);
  }
  void wake() noexcept { ::sem_post(&wake_); }

 private:
  Watchdog() { ::sem_init(&wake_, 0, 0); }

  void loop() {
    ask_for_short_slices();
    std::int64_t last = monotonic_nanos();
    while (true) {
      const std::int64_t now = monotonic_nanos();
      const std::int64_t next = look(now, now - last);
      last = now;
      wait(next);
    }
  }

  // Until when it may sleep.
  std::int64_t look(std::int64_t now, std::int64_t elapsed) {
    std::int64_t next = INT64_MAX;
    std::lock_guard guard(lock_);
    for (Watched* vm : all_) {
      if (vm->engine.ended() && !vm->interrupted) continue;
      const std::int64_t deadline = vm->deadline.load(), cpu_limit = vm->cpu_limit.load();
      if (vm->interrupted.exchange(false)) {
        vm->engine.end(rt::End::kInterrupted);
      } else if (deadline != 0 && now >= deadline) {
        vm->engine.end(rt::End::kWallTime);
      } else if (cpu_limit != 0) {
        const std::int64_t used = vm->cpu_used += vm->engine.busy_workers() * std::min(elapsed, 4 * kSample);
        if (used >= cpu_limit) vm->engine.end(rt::End::kCpuTime);
        next = std::min(next, now + kSample);
      }
      if (deadline != 0) next = std::min(next, deadline);
    }
    return next;
  }

  void wait(std::int64_t until) {
    if (until == INT64_MAX) {
      while (::sem_wait(&wake_) != 0) {}
    } else {
      const timespec at{until / 1'000'000'000, until % 1'000'000'000};
      ::sem_clockwait(&wake_, CLOCK_MONOTONIC, &at);
    }
    while (::sem_trywait(&wake_) == 0) {}
  }

  sem_t wake_;
  std::mutex lock_;
  std::vector<Watched*> all_;
  bool started_ = false;
};

}  // namespace

void watch(Watched& vm) { Watchdog::instance().add(vm); }
void unwatch(Watched& vm) { Watchdog::instance().remove(vm); }
void wake_watchdog() noexcept { Watchdog::instance().wake(); }

}  // namespace govm::detail
