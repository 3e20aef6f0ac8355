#include "vm/runtime/strings.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::rt {

int decode_rune(const std::uint8_t* p, std::size_t n, std::int32_t* rune) {
  std::uint8_t c = p[0];
  if (c < 0x80) {
    *rune = c;
    return 1;
  }
  *rune = kRuneError;
  int width;
  std::int32_t r, least;
  if (c >= 0xc2 && c <= 0xdf) {
    width = 2, r = c & 0x1f, least = 0x80;
  } else if (c >= 0xe0 && c <= 0xef) {
    width = 3, r = c & 0x0f, least = 0x800;
  } else if (c >= 0xf0 && c <= 0xf4) {
    width = 4, r = c & 0x07, least = 0x10000;
  } else {
    return 1;
  }
  if (n < static_cast<std::size_t>(width)) return 1;
  for (int i = 1; i < width; i++) {
    if ((p[i] & 0xc0) != 0x80) return 1;
    r = r << 6 | (p[i] & 0x3f);
  }
  if (r < least || r > 0x10ffff || (r >= 0xd800 && r <= 0xdfff)) return 1;
  *rune = r;
  return width;
}

int encode_rune(std::uint8_t* out, std::int64_t rune) {
  if (rune < 0 || rune > 0x10ffff || (rune >= 0xd800 && rune <= 0xdfff)) rune = kRuneError;
  auto byte = [](std::int64_t v) { return static_cast<std::uint8_t>(v); };
  if (rune < 0x80) {
    out[0] = byte(rune);
    return 1;
  }
  if (rune < 0x800) {
    out[0] = byte(0xc0 | rune >> 6), out[1] = byte(0x80 | (rune & 0x3f));
    return 2;
  }
  if (rune < 0x10000) {
    out[0] = byte(0xe0 | rune >> 12), out[1] = byte(0x80 | (rune >> 6 & 0x3f)), out[2] = byte(0x80 | (rune & 0x3f));
    return 3;
  }
  out[0] = byte(0xf0 | rune >> 18), out[1] = byte(0x80 | (rune >> 12 & 0x3f));
  out[2] = byte(0x80 | (rune >> 6 & 0x3f)), out[3] = byte(0x80 | (rune & 0x3f));
  return 4;
}

std::int64_t count_runes(abi::String s) {
  std::int64_t n = 0;
  for (std::int64_t i = 0; i < s.len; n++) {
    std::int32_t rune;
    i += decode_rune(s.data + i, static_cast<std::size_t>(s.len - i), &rune);
  }
  return n;
}

}  // namespace govm::rt
