// When to collect: GOGC and the memory limit. The goal is the heap size at which marking shall be over. A cycle beside the
// program is triggered before it, by about what the program allocated during the last one.
#pragma once

#include <cstddef>
#include <cstdint>

namespace govm::gc {

class Pacer {
 public:
  int set_percent(int percent);
  std::int64_t set_limit(std::int64_t bytes);   // < 0: only asks
  // So much of the limit is occupied by other things than the heap.
  void set_beside(std::size_t bytes);
  std::size_t limit() const;                         // what is left of it for the heap; SIZE_MAX: none is set
  // After a cycle that found `live` bytes reachable, while `allocated` more were handed out.
  void cycle_done(std::size_t live, std::size_t allocated);
  std::size_t goal() const { return goal_; }         // SIZE_MAX: never
  std::size_t trigger() const;                       // of cycles beside the program
  std::size_t live() const { return live_; }         // as found by the last cycle
  bool enabled() const { return goal_ != SIZE_MAX; }

 private:
  void update();
  int percent_ = 100;
  std::int64_t limit_ = INT64_MAX;
  std::size_t beside_ = 0;
  std::size_t live_ = 0;
  std::size_t allocated_ = 0;        // during the last cycle
  std::size_t goal_ = std::size_t{4} << 20;
};

}  // namespace govm::gc
