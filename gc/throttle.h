// Keeps the collector's thread to a quarter of the processors, in short turns, while the program needs them all.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>

#include "gc/clock.h"
#include "gc/world.h"

namespace govm::gc {

class Throttle {
 public:
  explicit Throttle(World& world) : world_(world), begun_(now_ns()), cpu_(thread_cpu_ns()) {}

  // Between two pieces of work, each much shorter than a turn. May sleep.
  void pause_if_due() {
    const std::uint64_t now = now_ns();
    if (now - turn_ < kTurnNs) return;
    if (world_.spare_processor()) {
      begun_ = now;
      cpu_ = thread_cpu_ns();
    } else {
      rest(now);
    }
    turn_ = now_ns();
  }

 private:
  static constexpr std::uint64_t kTurnNs = 200'000, kLongestRestNs = 1'000'000;

  // Until its part of the time since it began is a quarter of the processors; no longer than that if it did not get as much.
  void rest(std::uint64_t now) const {
    const auto processors = static_cast<std::uint64_t>(world_.processors());
    if (processors >= 4) return;    // a quarter is a whole one
    const std::uint64_t due = (thread_cpu_ns() - cpu_) * 4 / processors, passed = now - begun_;
    if (due <= passed) return;
    const timespec t{0, static_cast<long>(std::min(due - passed, kLongestRestNs))};
    nanosleep(&t, nullptr);
  }

  World& world_;
  std::uint64_t begun_, cpu_, turn_ = begun_;   // since the program needs all processors; of this turn
};

}  // namespace govm::gc
