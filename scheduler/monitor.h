// The monitor: one thread of the process that ends time slices and takes workers from threads that stay in blocking natives, for
// every scheduler that runs something. It sleeps for 0.1 to 3.2 ms at a time, and for good when none does.
#pragma once

#include <atomic>
#include <cstdint>

namespace govm::sched {

class Monitored {
 public:
  // From now on the monitor looks. Under the lock that `look` takes for unwatch; cheap if it looks already.
  void watch() noexcept;
  void register_monitored();                 // before the first `watch`
  void unregister_monitored();               // waits while the monitor looks; more than once is fine

 protected:
  static constexpr std::int64_t kLater = 0;  // not until the next `watch`
  ~Monitored() = default;
  std::int64_t unwatch() noexcept {
    watched_.store(false, std::memory_order_relaxed);
    return kLater;
  }

 private:
  friend class Monitor;
  // On the monitor's thread: in how many ns it shall look again, at the latest, or kLater after unwatch(). Never waits.
  virtual std::int64_t look(std::int64_t now) = 0;

  std::atomic<bool> watched_{false};
  std::int64_t due_ = 0;                     // the monitor's: when it looks next
};

}  // namespace govm::sched
