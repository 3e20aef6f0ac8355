// What the collector's thread has to do in a stop of the world is done best by a thread of the program: that one runs, and so
// need not wait for a processor twice, once to begin and once when the others have stopped.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

namespace govm::gc {

class Errand {
 public:
  // Runs fn on the first mutator that calls serve within a short time, else on the calling thread. Returns when it is done.
  // ask() is to make one call it.
  void run(const std::function<void()>& fn, const std::function<void()>& ask) {
    {
      std::unique_lock lock(mutex_);
      fn_ = &fn;
      offered_.store(true, std::memory_order_relaxed);
    }
    ask();
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kPatience, [&] { return fn_ == nullptr; });
      offered_.store(false, std::memory_order_relaxed);
      if (std::exchange(fn_, nullptr) == nullptr) return changed_.wait(lock, [&] { return !served_; });
    }
    fn();
  }

  bool offered() const { return offered_.load(std::memory_order_relaxed); }

  // By a mutator at a safepoint.
  void serve() {
    const std::function<void()>* fn;
    {
      std::lock_guard lock(mutex_);
      offered_.store(false, std::memory_order_relaxed);
      if ((fn = std::exchange(fn_, nullptr)) == nullptr) return;
      served_ = true;
    }
    (*fn)();
    {
      std::lock_guard lock(mutex_);
      served_ = false;
    }
    changed_.notify_all();
  }

 private:
  static constexpr std::chrono::microseconds kPatience{300};

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* fn_ = nullptr;
  bool served_ = false;              // fn runs on a mutator
  std::atomic<bool> offered_{false};
};

}  // namespace govm::gc
