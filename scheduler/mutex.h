// A four-byte mutex for channels, semaphore buckets and timers: held for a few instructions, so it spins a little before
// it sleeps. Never held across anything that may collect, park or call out of the scheduler.
//
// Lock ranks (a thread takes them in this order only):
//   timers < channel (several: by address) < semaphore bucket, notify list < scheduler mutex < goroutine pool, thread park
#pragma once

#include <atomic>
#include <cstdint>

namespace govm::sched {

class Mutex {
 public:
  void lock() {
    std::uint32_t expected = 0;
    if (!word_.compare_exchange_strong(expected, 1, std::memory_order_acquire, std::memory_order_relaxed)) {
      lock_slow();
    }
  }
  void unlock() {
    if (word_.exchange(0, std::memory_order_release) == 2) word_.notify_one();
  }

 private:
  void lock_slow();
  std::atomic<std::uint32_t> word_{0};  // 0 free, 1 held, 2 held and perhaps awaited
};
static_assert(sizeof(Mutex) == 4);

}  // namespace govm::sched
