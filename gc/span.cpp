#include "gc/span.h"

namespace govm::gc {

std::uint32_t Span::allocated() const {
  std::uint32_t n = free_index + 64 - static_cast<std::uint32_t>(std::popcount(free_word));
  for (std::size_t w = free_index / 64 + 1; w < words(); w++) n += static_cast<std::uint32_t>(std::popcount(alloc_bits[w]));
  return n - static_cast<std::uint32_t>(words() * 64 - count);  // the bits beyond the last slot
}

void Span::cut_after(std::uint64_t slots) {
  std::uint32_t at = free_index;
  std::uint64_t word = free_word;
  for (auto n = static_cast<std::uint64_t>(std::popcount(word)); n <= slots; n = static_cast<std::uint64_t>(std::popcount(word))) {
    slots -= n;
    at += 64;
    word = ~alloc_bits[at / 64];
  }
  for (; slots != 0; slots--) word &= word - 1;
  end_word = (word & -word) - 1;               // what is below the first slot that may not be taken
  end_index = at + 64;
  if (at == free_index) free_word &= end_word;
}

void Span::uncut() {
  if (!cut()) return;
  if (free_index + 64 == end_index) free_word |= ~alloc_bits[free_index / 64] & ~end_word;
  end_word = ~std::uint64_t{0};
  end_index = static_cast<std::uint32_t>(words() * 64);
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
