#include "gc/span.h"

namespace govm::gc {

std::uint32_t Span::allocated() const {
  std::uint32_t n = free_index + 64 - static_cast<std::uint32_t>(std::popcount(free_word));
  for (std::size_t w = free_index / 64 + 1; w < words(); w++) n += static_cast<std::uint32_t>(std::popcount(alloc_bits[w]));
  return n - static_cast<std::uint32_t>(words() * 64 - count);  // the bits beyond the last slot
}

}  // namespace govm::gc
