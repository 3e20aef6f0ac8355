// UTF-8 as Go defines it: surrogates and over-long forms are invalid and decode to U+FFFD with width 1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace govm::utf8 {

constexpr char32_t kRuneError = 0xFFFD;
constexpr char32_t kMaxRune = 0x10FFFF;

struct Decoded {
  char32_t rune;
  std::uint32_t width;  // bytes consumed; 0 only for an empty input
};

Decoded decode(std::string_view text);
// Appends; an invalid rune is written as U+FFFD.
void append(std::string& out, char32_t rune);
bool valid(std::string_view text);
bool valid_rune(std::uint32_t rune);
bool is_letter(char32_t rune);  // Unicode categories L*
bool is_digit(char32_t rune);   // Unicode category Nd
bool is_upper(char32_t rune);   // Unicode category Lu
bool is_print(char32_t rune);   // categories L, M, N, P, S and the ASCII space: what %q leaves unescaped

}  // namespace govm::utf8
