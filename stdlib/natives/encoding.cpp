// encoding/hex, encoding/base64 and unicode/utf8: the loops over bytes.
#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

// The bytes of a []byte (or string) at argument slot `slot`.
struct Bytes {
  Bytes(NativeFrame& frame, int slot) : data(frame.arg<std::uint8_t*>(slot)), size(frame.arg<std::int64_t>(slot + 1)) {}
  std::uint8_t* data;
  std::int64_t size;
};

constexpr std::uint8_t kNoDigit = 0xff;
constexpr auto kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}();

void hex_encode(NativeFrame& frame) {
  const Bytes dst(frame, 0), src(frame, 3);
  for (std::int64_t i = 0, n = std::min(src.size, dst.size / 2); i < n; ++i) {
    const std::uint8_t byte = src.data[i];
    dst.data[2 * i] = static_cast<std::uint8_t>("0123456789abcdef"[byte >> 4]);
    dst.data[2 * i + 1] = static_cast<std::uint8_t>("0123456789abcdef"[byte & 15]);
  }
}

void hex_decode(NativeFrame& frame) {
  const Bytes dst(frame, 0), src(frame, 3);
  std::int64_t i = 0;
  for (const std::int64_t n = std::min(dst.size, src.size / 2); i < n; ++i) {
    const std::uint8_t high = kHexValues[src.data[2 * i]], low = kHexValues[src.data[2 * i + 1]];
    if ((high | low) == kNoDigit) break;
    dst.data[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  frame.result<std::int64_t>(0, i);
}

void base64_encode(NativeFrame& frame) {
  const Bytes dst(frame, 0), src(frame, 3);
  const auto* alphabet = frame.arg<const std::uint8_t*>(6);
  const std::int64_t n = std::min(src.size / 3, dst.size / 4);
  const std::uint8_t* in = src.data;
  std::uint8_t* out = dst.data;
  for (std::int64_t i = 0; i < n; ++i, in += 3, out += 4) {
    const std::uint32_t value = static_cast<std::uint32_t>(in[0] << 16 | in[1] << 8 | in[2]);
    out[0] = alphabet[value >> 18];
    out[1] = alphabet[value >> 12 & 63];
    out[2] = alphabet[value >> 6 & 63];
    out[3] = alphabet[value & 63];
  }
  frame.result<std::int64_t>(0, n);
}

void base64_decode(NativeFrame& frame) {
  const Bytes dst(frame, 0), src(frame, 3);
  const auto* values = frame.arg<const std::uint8_t*>(6);
  const std::uint8_t* in = src.data;
  std::uint8_t* out = dst.data;
  std::int64_t i = 0;
  for (const std::int64_t n = std::min(src.size / 4, dst.size / 3); i < n; ++i, in += 4, out += 3) {
    const std::uint32_t a = values[in[0]], b = values[in[1]], c = values[in[2]], d = values[in[3]];
    if ((a | b | c | d) == kNoDigit) break;
    const std::uint32_t value = a << 18 | b << 12 | c << 6 | d;
    out[0] = static_cast<std::uint8_t>(value >> 16);
    out[1] = static_cast<std::uint8_t>(value >> 8);
    out[2] = static_cast<std::uint8_t>(value);
  }
  frame.result<std::int64_t>(0, i);
}

void rune_count(NativeFrame& frame) {
  std::string_view rest = view(frame.arg<abi::String>(0));  // of a []byte as well
  std::int64_t count = 0;
  for (; !rest.empty(); ++count) {
    rest.remove_prefix(static_cast<unsigned char>(rest[0]) < 0x80 ? 1 : utf8::decode(rest).width);
  }
  frame.result<std::int64_t>(0, count);
}

void valid(NativeFrame& frame) { frame.result<bool>(0, utf8::valid(view(frame.arg<abi::String>(0)))); }

constexpr Native kHex[] = {
    {"func encode(dst, src []byte)", hex_encode},
    {"func decode(dst, src []byte) int", hex_decode},
};
constexpr Native kBase64[] = {
    {"func encodeGroups(dst, src []byte, alphabet *[64]byte) int", base64_encode},
    {"func decodeGroups(dst, src []byte, values *[256]uint8) int", base64_decode},
};
constexpr Native kUtf8[] = {
    {"func RuneCount(p []byte) int", rune_count},
    {"func RuneCountInString(s string) (n int)", rune_count},
    {"func Valid(p []byte) bool", valid},
    {"func ValidString(s string) bool", valid},
};

}  // namespace

void register_encoding(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"encoding/hex", kHex}, {"encoding/base64", kBase64}, {"unicode/utf8", kUtf8}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
