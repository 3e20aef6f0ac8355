#include "scheduler/semaphore.h"

#include <algorithm>
#include <utility>

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

bool is_mutex(WaitReason reason) {
  return reason == WaitReason::kSyncMutexLock || reason == WaitReason::kSyncRWMutexLock || reason == WaitReason::kSyncRWMutexRLock;
}

// How long goroutines have waited since they were charged last.
std::int64_t charge(Sudog& s, std::int64_t now) {
  return std::max<std::int64_t>(now - std::exchange(s.g->charged_since, now), 0);
}
std::int64_t charge_others(WaitQueue& queue, const std::uint32_t* address, std::int64_t now) {
  std::int64_t sum = 0;
  for (Sudog* s = queue.first; s != nullptr; s = s->next) {
    if (s->address == address && is_mutex(s->g->wait_reason)) sum += charge(*s, now);
  }
  return sum;
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
  g.charged_since = scheduler_.wait_clock();
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
  std::int64_t waited = 0;
  const bool contended = is_mutex(s->g->wait_reason), tells = scheduler_.tells_contentions() && worker != nullptr;
  if (contended) {
    const std::int64_t now = scheduler_.wait_clock();
    waited = charge(*s, now) + (tells ? charge_others(b.queue, address, now) : 0);
  }
  b.lock.unlock();
  mutex_wait_.fetch_add(waited, std::memory_order_relaxed);
  scheduler_.ready(worker, s->g);
  if (contended && tells) scheduler_.executor().contended(*worker, waited);
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
