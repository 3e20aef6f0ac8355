// The ring is Go's: the owner writes tail_, takers advance head_ by compare-and-swap.
#include "scheduler/run_queue.h"

namespace govm::sched {

bool RunQueue::push(Goroutine* g) {
  std::uint32_t head = head_.load(std::memory_order_acquire);
  std::uint32_t tail = tail_.load(std::memory_order_relaxed);
  if (tail - head >= kCapacity) return false;
  ring_[tail % kCapacity].store(g, std::memory_order_relaxed);
  tail_.store(tail + 1, std::memory_order_seq_cst);
  return true;
}

Goroutine* RunQueue::push_next(Goroutine* g) { return next_.exchange(g, std::memory_order_seq_cst); }

Goroutine* RunQueue::pop(bool* from_next) {
  *from_next = false;
  if (next_.load(std::memory_order_relaxed) != nullptr) {
    if (Goroutine* g = next_.exchange(nullptr, std::memory_order_acq_rel)) {
      *from_next = true;
      return g;
    }
  }
  std::uint32_t head = head_.load(std::memory_order_acquire);
  while (true) {
    if (head == tail_.load(std::memory_order_relaxed)) return nullptr;
    Goroutine* g = ring_[head % kCapacity].load(std::memory_order_relaxed);
    if (head_.compare_exchange_weak(head, head + 1, std::memory_order_acq_rel, std::memory_order_acquire)) return g;
  }
}

std::uint32_t RunQueue::take_half(std::array<Goroutine*, kCapacity / 2>& out) {
  std::uint32_t head = head_.load(std::memory_order_acquire);
  std::uint32_t count = (tail_.load(std::memory_order_relaxed) - head) / 2;
  if (count != kCapacity / 2) return 0;
  for (std::uint32_t i = 0; i < count; i++) out[i] = ring_[(head + i) % kCapacity].load(std::memory_order_relaxed);
  return head_.compare_exchange_strong(head, head + count, std::memory_order_acq_rel) ? count : 0;
}

Goroutine* RunQueue::steal_into(RunQueue& to, bool take_next) {
  std::uint32_t to_tail = to.tail_.load(std::memory_order_relaxed);
  while (true) {
    std::uint32_t head = head_.load(std::memory_order_acquire);
    std::uint32_t tail = tail_.load(std::memory_order_acquire);
    std::uint32_t count = tail - head;
    count -= count / 2;
    if (count == 0) {
      return take_next ? next_.exchange(nullptr, std::memory_order_acq_rel) : nullptr;
    }
    if (count > kCapacity / 2) continue;  // head and tail do not belong together
    for (std::uint32_t i = 0; i < count; i++) {
      to.ring_[(to_tail + i) % kCapacity].store(ring_[(head + i) % kCapacity].load(std::memory_order_relaxed),
                                                std::memory_order_relaxed);
    }
    if (!head_.compare_exchange_strong(head, head + count, std::memory_order_acq_rel)) continue;
    Goroutine* g = to.ring_[(to_tail + count - 1) % kCapacity].load(std::memory_order_relaxed);
    to.tail_.store(to_tail + count - 1, std::memory_order_release);
    return g;
  }
}

std::uint32_t RunQueue::size() const {
  std::uint32_t n = tail_.load(std::memory_order_seq_cst) - head_.load(std::memory_order_seq_cst);
  return n + (next_.load(std::memory_order_seq_cst) != nullptr ? 1 : 0);
}

bool RunQueue::empty() const { return size() == 0; }

}  // namespace govm::sched
