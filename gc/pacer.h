// When to collect: GOGC and the memory limit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace govm::gc {

class Pacer {
 public:
  int set_percent(int percent);
  std::int64_t set_limit(std::int64_t bytes);   // < 0: only asks
  // After a cycle that found `live` bytes reachable.
  void cycle_done(std::size_t live);
  // Heap size at which the next cycle begins; SIZE_MAX: never.
  std::size_t goal() const { return goal_; }
  bool enabled() const { return goal_ != SIZE_MAX; }

 private:
  void update();
  int percent_ = 100;
  std::int64_t limit_ = INT64_MAX;
  std::size_t live_ = 0;
  std::size_t goal_ = std::size_t{4} << 20;
};

}  // namespace govm::gc
