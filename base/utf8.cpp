#include "base/utf8.h"

#include <algorithm>
#include <iterator>

namespace govm::utf8 {
namespace {

struct Range {
  char32_t lo, hi;
};
#include "base/unicode_tables.inc"

template <std::size_t N>
bool contains(const Range (&table)[N], char32_t rune) {
  const Range* after = std::upper_bound(std::begin(table), std::end(table), rune,
                                        [](char32_t r, const Range& range) { return r < range.lo; });
  return after != std::begin(table) && rune <= std::prev(after)->hi;
}

constexpr bool is_continuation(unsigned char c) { return (c & 0xC0) == 0x80; }

}  // namespace

Decoded decode(std::string_view text) {
  if (text.empty()) return {kRuneError, 0};
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const unsigned char c = p[0];
  constexpr Decoded kInvalid{kRuneError, 1};
  if (c < 0x80) return {c, 1};
  if (c < 0xC2 || c > 0xF4) return kInvalid;
  if (text.size() < 2 || !is_continuation(p[1])) return kInvalid;
  if (c < 0xE0) return {(c & 0x1Fu) << 6 | (p[1] & 0x3Fu), 2};
  if (c < 0xF0) {
    // E0 A0..: no over-long forms; ED ..9F: no surrogates.
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F)) return kInvalid;
    if (text.size() < 3 || !is_continuation(p[2])) return kInvalid;
    return {(c & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu), 3};
  }
  if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F)) return kInvalid;
  if (text.size() < 4 || !is_continuation(p[2]) || !is_continuation(p[3])) return kInvalid;
  return {(c & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu), 4};
}

void append(std::string& out, char32_t rune) {
  if (!valid_rune(rune)) rune = kRuneError;
  const auto low = [&](int shift) { return static_cast<char>(0x80 | (rune >> shift & 0x3F)); };
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += {static_cast<char>(0xC0 | rune >> 6), low(0)};
  } else if (rune < 0x10000) {
    out += {static_cast<char>(0xE0 | rune >> 12), low(6), low(0)};
  } else {
    out += {static_cast<char>(0xF0 | rune >> 18), low(12), low(6), low(0)};
  }
}

bool valid(std::string_view text) {
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      text.remove_prefix(1);
      continue;
    }
    const Decoded d = decode(text);
    if (d.width == 1) return false;
    text.remove_prefix(d.width);
  }
  return true;
}

bool valid_rune(std::uint32_t rune) { return rune < 0xD800 || (rune > 0xDFFF && rune <= kMaxRune); }

bool is_letter(char32_t rune) { return contains(kLetters, rune); }
bool is_digit(char32_t rune) { return rune < 0x80 ? rune >= '0' && rune <= '9' : contains(kDigits, rune); }
bool is_upper(char32_t rune) { return rune < 0x80 ? rune >= 'A' && rune <= 'Z' : contains(kUpper, rune); }
bool is_print(char32_t rune) { return rune < 0x80 ? rune >= 0x20 && rune < 0x7F : contains(kPrintable, rune); }

}  // namespace govm::utf8
