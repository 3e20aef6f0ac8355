// A worker's queue of runnable goroutines: the owner pushes and pops at will, others steal half; and a `next` slot for
// the goroutine just made ready, which runs before the queue and inherits the time slice.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace govm::sched {

struct Goroutine;

class RunQueue {
 public:
  static constexpr std::uint32_t kCapacity = 256;

  // Owner only. push: false when full (take_half then makes room). push_next returns the goroutine it displaced.
  bool push(Goroutine* g);
  Goroutine* push_next(Goroutine* g);
  Goroutine* pop(bool* from_next);
  // Owner only: takes half of a full queue into out; returns the count, 0 if it was not full any more.
  std::uint32_t take_half(std::array<Goroutine*, kCapacity / 2>& out);

  // Any thread. steal_into moves about half of this queue to `to`, owned by the caller and empty, and returns one to run.
  Goroutine* steal_into(RunQueue& to, bool take_next);
  bool empty() const;
  std::uint32_t size() const;

 private:
  std::atomic<std::uint32_t> head_{0};
  std::atomic<std::uint32_t> tail_{0};
  std::atomic<Goroutine*> next_{nullptr};
  std::array<std::atomic<Goroutine*>, kCapacity> ring_{};
};

}  // namespace govm::sched
