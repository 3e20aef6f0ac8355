// What the collector may take of the processors while the program needs them all: a quarter of their time, in short turns,
// whoever takes them. Any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace govm::gc {

class CpuShare {
 public:
  static constexpr std::int64_t kTurnNs = 200'000;
  static constexpr int kEnough = 4;            // of so many processors a quarter is a whole one: no need to rest

  explicit CpuShare(std::int64_t now) : begun_(now) {}
  // From now on, as if nothing was spent.
  void begin(std::int64_t now) {
    begun_.store(now, std::memory_order_relaxed);
    spent_.store(0, std::memory_order_relaxed);
  }
  void spend(std::int64_t ns) { spent_.fetch_add(ns, std::memory_order_relaxed); }
  // Until the next turn may be taken; 0: now.
  std::int64_t until_due(std::int64_t now, int processors) const {
    const std::int64_t passed = now - begun_.load(std::memory_order_relaxed);
    return std::max<std::int64_t>(spent_.load(std::memory_order_relaxed) * kEnough / processors - passed, 0);
  }

 private:
  std::atomic<std::int64_t> begun_, spent_{0};
};

}  // namespace govm::gc
