#include "scheduler/mutex.h"

#include "base/relax.h"

namespace govm::sched {

// Looks rarely: each look takes the cache line from the thread that works under the lock, which is nearly done with it, and
// perhaps soon locks again without having to fetch it.
void Mutex::lock_slow() {
  constexpr int kLooks = 6, kPauses = 30;
  for (int look = 0; look < kLooks; look++) {
    for (int i = 0; i < kPauses; i++) relax();
    std::uint32_t expected = 0;
    if (word_.load(std::memory_order_relaxed) == 0 &&
        word_.compare_exchange_weak(expected, 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      return;
    }
  }
  while (word_.exchange(2, std::memory_order_acquire) != 0) word_.wait(2, std::memory_order_relaxed);
}

}  // namespace govm::sched
