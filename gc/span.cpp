#include "gc/span.h"

namespace govm::gc {

std::uint32_t Span::allocated() const {
  std::uint32_t n = free_index + 64 - static_cast<std::uint32_t>(std::popcount(free_word));
  for (std::size_t w = free_index / 64 + 1; w < words(); w++) n += static_cast<std::uint32_t>(std::popcount(alloc_bits[w]));
  return n - static_cast<std::uint32_t>(words() * 64 - count);  // the bits beyond the last slot
}

void Span::mark_free_slots() {
  const std::size_t first = free_index / 64;
  Bits(mark_bits[first]).fetch_or(free_word, std::memory_order_relaxed);
  for (std::size_t w = first + 1; w < words(); w++) Bits(mark_bits[w]).fetch_or(~alloc_bits[w], std::memory_order_relaxed);
}

void Span::unmark_free_slots() {
  const std::size_t first = free_index / 64;
  Bits(mark_bits[first]).fetch_and(~free_word, std::memory_order_relaxed);
  for (std::size_t w = first + 1; w < words(); w++) Bits(mark_bits[w]).fetch_and(alloc_bits[w], std::memory_order_relaxed);
}

void Span::publish_allocations() {
  const std::size_t first = free_index / 64;
  for (std::size_t w = 0; w < first; w++) Bits(alloc_bits[w]).store(~std::uint64_t{0}, std::memory_order_relaxed);
  Bits(alloc_bits[first]).store(~free_word, std::memory_order_relaxed);
}

}  // namespace govm::gc
