// Classes of bytes the scanner's inner loops ask for.
#pragma once

#include <array>
#include <cstdint>

namespace govm::syntax {

enum CharClass : std::uint8_t {
  kIdentByte = 1,     // letters, digits, _
  kCommentByte = 2,   // anything in a comment that needs no attention: ASCII but NUL, newline and *
  kLineByte = 4,      // the same, * included
  kStringByte = 8,    // the same in "..."
  kRawByte = 16,      // the same in `...`
  kBlockByte = 32,    // anything that can't start or end a block, literal or comment
};

constexpr std::array<std::uint8_t, 256> make_char_classes() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = kBlockByte;
  for (int c = 1; c < 0x80; ++c) {
    std::uint8_t bits = 0;
    if (c != '{' && c != '}' && c != '/' && c != '"' && c != '\'' && c != '`') bits |= kBlockByte;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') bits |= kIdentByte;
    if (c != '\n') bits |= kLineByte;
    if (c != '\n' && c != '*') bits |= kCommentByte;
    if (c != '\n' && c != '"' && c != '\\') bits |= kStringByte;
    if (c != '\n' && c != '`') bits |= kRawByte;
    table[static_cast<std::size_t>(c)] = bits;
  }
  return table;
}
inline constexpr auto kCharClasses = make_char_classes();

inline bool is_class(char c, CharClass wanted) { return kCharClasses[static_cast<unsigned char>(c)] & wanted; }
inline const char* skip_class(const char* p, CharClass wanted) {
  while (is_class(*p, wanted)) ++p;
  return p;
}

constexpr std::int32_t lower(std::int32_t ch) { return ch | 0x20; }
constexpr bool is_ascii_letter(std::int32_t ch) { return (lower(ch) >= 'a' && lower(ch) <= 'z') || ch == '_'; }
constexpr bool is_decimal(std::int32_t ch) { return ch >= '0' && ch <= '9'; }
constexpr bool is_hex(std::int32_t ch) { return is_decimal(ch) || (lower(ch) >= 'a' && lower(ch) <= 'f'); }

}  // namespace govm::syntax
