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
  explicit Throttle(World& world) : world_(world), begun_(now_ns()) {}

  // Between two pieces of work, each much shorter than a turn. May sleep.
  void pause_if_due() {
    const std::uint64_t now = now_ns(), worked = now - begun_;
    if (worked < kTurnNs) return;
    if (world_.spare_processor()) {
      idle_ += worked;
    } else {
      rest(worked);
    }
    begun_ = now_ns();
  }
  std::uint64_t idle_ns() const { return idle_; }   // worked on processors that nobody else needed

 private:
  static constexpr std::uint64_t kTurnNs = 200'000, kLongestRestNs = 2'000'000;

  void rest(std::uint64_t worked) const {
    const auto processors = static_cast<std::uint64_t>(world_.processors());
    if (processors >= 4) return;    // a quarter is a whole one
    const std::uint64_t ns = std::min(worked * (4 - processors) / processors, kLongestRestNs);
    const timespec t{0, static_cast<long>(ns)};
    nanosleep(&t, nullptr);
  }

  World& world_;
  std::uint64_t begun_, idle_ = 0;
};

}  // namespace govm::gc
