#include "gc/pacer.h"

#include <algorithm>

namespace govm::gc {

int Pacer::set_percent(int percent) {
  int previous = percent_;
  percent_ = percent < 0 ? -1 : percent;
  update();
  return previous;
}

std::int64_t Pacer::set_limit(std::int64_t bytes) {
  std::int64_t previous = limit_;
  if (bytes >= 0) {
    limit_ = bytes;
    update();
  }
  return previous;
}

void Pacer::set_beside(std::size_t bytes) {
  beside_ = bytes;
  update();
}

std::size_t Pacer::limit() const {
  if (limit_ == INT64_MAX) return SIZE_MAX;
  const auto limit = static_cast<std::size_t>(limit_);
  return limit - std::min(beside_, limit);
}

void Pacer::cycle_done(std::size_t live, std::size_t allocated) {
  live_ = live;
  allocated_ = allocated;
  update();
}

std::size_t Pacer::trigger() const {
  if (goal_ == SIZE_MAX || goal_ <= live_) return goal_;
  const std::size_t distance = goal_ - live_;
  const std::size_t runway = std::clamp(allocated_ + allocated_ / 4, distance / 20, distance / 10 * 3);
  return goal_ - runway;
}

void Pacer::update() {
  constexpr std::size_t kMinHeap = std::size_t{4} << 20;
  goal_ = SIZE_MAX;
  if (percent_ >= 0) {
    auto percent = static_cast<std::size_t>(percent_);
    std::size_t minimum = kMinHeap / 100 * percent;
    std::size_t growth = live_ > SIZE_MAX / 200 / (percent + 1) ? live_ : live_ * percent / 100;
    goal_ = std::max(live_ + growth, minimum);
  }
  if (limit_ != INT64_MAX) {
    // Some room for spans that are not full, and for what is allocated before marking ends. Never so little growth that the
    // program does nothing but collect.
    std::size_t room = limit() / 100 * 92;
    std::size_t least = live_ + std::max(live_ / 16, std::size_t{1} << 20);
    goal_ = std::min(goal_, std::max(room, least));
  }
}

}  // namespace govm::gc
