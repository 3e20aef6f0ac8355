// Go strings: UTF-8 and conversions. Sizes are given first, then the caller allocates and fills.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/abi.h"
#include "base/memory.h"

namespace govm::rt {

constexpr std::int32_t kRuneError = 0xfffd;

// The rune at p (n > 0 bytes); its width. Invalid encodings: U+FFFD of width 1.
int decode_rune(const std::uint8_t* p, std::size_t n, std::int32_t* rune);
// Writes rune (invalid: U+FFFD); its width, at most 4.
int encode_rune(std::uint8_t* out, std::int64_t rune);
std::int64_t count_runes(abi::String s);

inline bool equal_strings(abi::String a, abi::String b) {
  return a.len == b.len && (a.data == b.data || compare_bytes(a.data, b.data, static_cast<std::size_t>(a.len)) == 0);
}
inline int compare_strings(abi::String a, abi::String b) {
  std::int64_t n = a.len < b.len ? a.len : b.len;
  int order = compare_bytes(a.data, b.data, static_cast<std::size_t>(n));
  if (order != 0) return order;
  return a.len < b.len ? -1 : a.len > b.len;
}

}  // namespace govm::rt
