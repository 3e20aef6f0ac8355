#include "scheduler/semaphore.h"

#include "base/clock.h"
#include "scheduler/impl.h"
#include "scheduler/scheduler.h"

namespace govm::sched {
namespace {

bool try_take(std::uint32_t* address) {
  std::atomic_ref<std::uint32_t> value(*address);
  std::uint32_t n = value.load(std::memory_order_seq_cst);
  while (n != 0) {
    if (value.compare_exchange_weak(n, n - 1, std::memory_order_seq_cst)) return true;
  }
  return false;
}

}  // namespace

bool Semaphores::acquire(Goroutine& g, std::uint32_t* address, bool lifo, WaitReason reason) {
  if (try_take(address)) return true;
  Bucket& b = bucket(address);
  b.lock.lock();
  b.waiters.fetch_add(1, std::memory_order_seq_cst);
  if (try_take(address)) {
    b.waiters.fetch_sub(1, std::memory_order_seq_cst);
    b.lock.unlock();
    return true;
  }
  g.wait_reason = reason;
  g.sudog = Sudog{};
  g.sudog.g = &g;
  g.sudog.address = address;
  g.wait_since = coarse_nanos();
  if (lifo) {
    b.queue.push_front(&g.sudog);
  } else {
    b.queue.push(&g.sudog);
  }
  b.lock.unlock();
  return false;
}

bool Semaphores::release(Worker* worker, std::uint32_t* address, bool handoff) {
  std::atomic_ref<std::uint32_t>(*address).fetch_add(1, std::memory_order_seq_cst);
  Bucket& b = bucket(address);
  if (b.waiters.load(std::memory_order_seq_cst) == 0) return false;
  b.lock.lock();
  Sudog* s = b.queue.first;
  while (s != nullptr && s->address != address) s = s->next;
  if (s == nullptr || !try_take(address)) {  // nobody, or somebody was faster
    b.lock.unlock();
    return false;
  }
  b.queue.remove(s);
  b.waiters.fetch_sub(1, std::memory_order_seq_cst);
  b.lock.unlock();
  const WaitReason reason = s->g->wait_reason;
  if (reason == WaitReason::kSyncMutexLock || reason == WaitReason::kSyncRWMutexLock || reason == WaitReason::kSyncRWMutexRLock) {
    const std::int64_t since = std::atomic_ref(s->g->wait_since).load(std::memory_order_relaxed);
    mutex_wait_.fetch_add(coarse_nanos() - since, std::memory_order_relaxed);
  }
  scheduler_.ready(worker, s->g);
  return handoff;
}

std::uint32_t notify_list_add(NotifyList* list) { return list->wait.fetch_add(1, std::memory_order_seq_cst); }

bool notify_list_wait(Goroutine& g, NotifyList* list, std::uint32_t ticket) {
  list->lock.lock();
  if (static_cast<std::int32_t>(ticket - list->notify.load(std::memory_order_relaxed)) < 0) {
    list->lock.unlock();
    return true;
  }
  g.wait_reason = WaitReason::kSyncCondWait;
  g.sudog = Sudog{};
  g.sudog.g = &g;
  g.sudog.ticket = ticket;
  (list->tail != nullptr ? list->tail->next : list->head) = &g.sudog;
  list->tail = &g.sudog;
  list->lock.unlock();
  return false;
}

void notify_list_notify_all(Worker& worker, NotifyList* list) {
  if (list->wait.load(std::memory_order_seq_cst) == list->notify.load(std::memory_order_seq_cst)) return;
  list->lock.lock();
  Sudog* s = list->head;
  list->head = list->tail = nullptr;
  list->notify.store(list->wait.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
  list->lock.unlock();
  while (s != nullptr) {
    Sudog* next = s->next;
    worker.scheduler->ready(&worker, s->g);
    s = next;
  }
}

void notify_list_notify_one(Worker& worker, NotifyList* list) {
  if (list->wait.load(std::memory_order_seq_cst) == list->notify.load(std::memory_order_seq_cst)) return;
  list->lock.lock();
  std::uint32_t ticket = list->notify.load(std::memory_order_relaxed);
  if (ticket == list->wait.load(std::memory_order_seq_cst)) {
    list->lock.unlock();
    return;
  }
  list->notify.store(ticket + 1, std::memory_order_seq_cst);
  // The waiter with this ticket may not have queued yet; then it sees that it was notified.
  Sudog* previous = nullptr;
  Sudog* s = list->head;
  while (s != nullptr && s->ticket != ticket) {
    previous = s;
    s = s->next;
  }
  if (s != nullptr) {
    (previous != nullptr ? previous->next : list->head) = s->next;
    if (list->tail == s) list->tail = previous;
  }
  list->lock.unlock();
  if (s != nullptr) worker.scheduler->ready(&worker, s->g);
}

}  // namespace govm::sched
