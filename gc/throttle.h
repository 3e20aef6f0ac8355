// Keeps the collector's thread to a quarter of the processors, in short turns, while the program needs them all.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>

#include "base/clock.h"
#include "gc/world.h"

namespace govm::gc {

class Throttle {
 public:
  explicit Throttle(World& world) : world_(world), begun_(monotonic_nanos()), cpu_(thread_cpu_nanos()) {}

  // Between two pieces of work, each much shorter than a turn. May sleep.
  void pause_if_due() {
    const std::int64_t now = monotonic_nanos();
    if (now - turn_ < kTurnNs) return;
    if (world_.spare_processor()) {
      begun_ = now;
      cpu_ = thread_cpu_nanos();
    } else {
      rest(now);
    }
    turn_ = monotonic_nanos();
  }

 private:
  static constexpr std::int64_t kTurnNs = 200'000, kLongestRestNs = 1'000'000;

  // Until its part of the time since it began is a quarter of the processors; no longer than that if it did not get as much.
  void rest(std::int64_t now) const {
    const auto processors = static_cast<std::int64_t>(world_.processors());
    if (processors >= 4) return;    // a quarter is a whole one
    const std::int64_t due = (thread_cpu_nanos() - cpu_) * 4 / processors, passed = now - begun_;
    if (due <= passed) return;
    const timespec t{0, static_cast<long>(std::min(due - passed, kLongestRestNs))};
    nanosleep(&t, nullptr);
  }

  World& world_;
  std::int64_t begun_, cpu_, turn_ = begun_;   // since the program needs all processors; of this turn
};

}  // namespace govm::gc
