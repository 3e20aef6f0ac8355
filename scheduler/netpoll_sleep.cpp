// The poller of a program without network: waits for time and for wake().
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "scheduler/netpoll.h"
#include "scheduler/scheduler.h"

namespace govm::sched {
namespace {

class SleepPoller final : public Netpoll {
 public:
  void wait(Scheduler&, std::int64_t deadline_ns) override {
    if (deadline_ns == 0) return;
    std::unique_lock lock(mutex_);
    auto woken = [&] { return woken_; };
    if (deadline_ns < 0) {
      condition_.wait(lock, woken);
    } else {
      std::int64_t left = deadline_ns - nanotime();
      if (left > 0) condition_.wait_for(lock, std::chrono::nanoseconds(left), woken);
    }
    woken_ = false;
  }
  void wake() override {
    std::lock_guard lock(mutex_);
    woken_ = true;
    condition_.notify_one();
  }
  bool has_waiters() const override { return false; }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
};

}  // namespace

std::unique_ptr<Netpoll> new_sleep_poller() { return std::make_unique<SleepPoller>(); }

}  // namespace govm::sched
