// Semaphores behind sync.Mutex, RWMutex, WaitGroup and internal/poll, and the list behind sync.Cond.
// A release with waiters hands its permit to the first of them, so a woken goroutine never has to try again.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "scheduler/channel.h"
#include "scheduler/goroutine.h"
#include "scheduler/mutex.h"

namespace govm::sched {

class Scheduler;

class Semaphores {
 public:
  explicit Semaphores(Scheduler& scheduler) : scheduler_(scheduler) {}

  // Takes one from *address, or queues g (first in line if lifo). True: taken; false: g parks and holds it on resuming.
  bool acquire(Goroutine& g, std::uint32_t* address, bool lifo, WaitReason reason);
  // Gives one to *address. True: handoff was asked for and somebody waited: the caller yields, the waiter runs next.
  bool release(Worker* worker, std::uint32_t* address, bool handoff);

  // How long goroutines have waited for mutexes in all, in ns.
  std::int64_t mutex_wait() const { return mutex_wait_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> mutex_wait_{0};
  struct Bucket {
    Mutex lock;
    std::atomic<std::uint32_t> waiters{0};
    WaitQueue queue{};
  };
  static constexpr std::size_t kBuckets = 251;
  Bucket& bucket(const void* address) { return buckets_[(reinterpret_cast<std::uintptr_t>(address) >> 3) % kBuckets]; }

  Scheduler& scheduler_;
  std::array<Bucket, kBuckets> buckets_;
};

// sync.notifyList, in Go memory: { wait, notify uint32; lock uintptr; head, tail unsafe.Pointer }.
struct NotifyList {
  std::atomic<std::uint32_t> wait;
  std::atomic<std::uint32_t> notify;
  Mutex lock;
  std::uint32_t unused;
  Sudog* head;
  Sudog* tail;
};
static_assert(sizeof(NotifyList) == 32);

std::uint32_t notify_list_add(NotifyList* list);
// True: already notified; false: g parks ("sync.Cond.Wait").
bool notify_list_wait(Goroutine& g, NotifyList* list, std::uint32_t ticket);
void notify_list_notify_all(Worker& worker, NotifyList* list);
void notify_list_notify_one(Worker& worker, NotifyList* list);

}  // namespace govm::sched
