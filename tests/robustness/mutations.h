// Damaged sources, the same in every run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govm::testing {

class Random {
 public:
  explicit Random(std::string_view seed);
  std::uint64_t next();
  std::size_t below(std::size_t n) { return n == 0 ? 0 : next() % n; }

 private:
  std::uint64_t state_;
};

// Cut at three places, with bytes overwritten, a line left out or doubled, and words, numbers and operators exchanged.
std::vector<std::string> damaged(const std::string& text, Random& random);

}  // namespace govm::testing
