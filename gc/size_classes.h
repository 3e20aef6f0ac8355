// Size classes: those of Go, so that cap() after append gives the same numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace govm::gc {

constexpr std::size_t kPageShift = 13;
constexpr std::size_t kPageBytes = std::size_t{1} << kPageShift;
constexpr std::size_t kSizeClasses = 68;
constexpr std::size_t kMaxSmallBytes = 32768;
// Objects with pointers up to this size have their pointer bits beside the span; larger ones begin with a header word
// that holds their type; those of their own span keep it in the span.
constexpr std::size_t kMaxBitmapBytes = 512;
constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kMaxHeaderObject = kMaxSmallBytes - kHeaderBytes;
constexpr std::size_t kTinyBytes = 16;

constexpr std::array<std::uint16_t, kSizeClasses> kClassBytes = {
    0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448,
    480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,
    4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072,
    20480, 21760, 24576, 27264, 28672, 32768,
};
constexpr std::array<std::uint8_t, kSizeClasses> kClassPages = {
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2,
    1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
};

namespace detail {
constexpr std::size_t kFineLimit = 1024;
constexpr auto make_fine() {
  std::array<std::uint8_t, kFineLimit / 8 + 1> table{};
  std::uint8_t cls = 1;
  for (std::size_t i = 1; i < table.size(); i++) {
    while (kClassBytes[cls] < i * 8) cls++;
    table[i] = cls;
  }
  return table;
}
constexpr auto make_coarse() {
  std::array<std::uint8_t, kMaxSmallBytes / 128 + 1> table{};
  std::uint8_t cls = 1;
  for (std::size_t i = 1; i < table.size(); i++) {
    while (kClassBytes[cls] < i * 128) cls++;
    table[i] = cls;
  }
  return table;
}
inline constexpr auto kFine = make_fine();
inline constexpr auto kCoarse = make_coarse();
}  // namespace detail

// The smallest class that holds `bytes`, 1..kMaxSmallBytes.
inline std::uint8_t size_class(std::size_t bytes) {
  if (bytes <= detail::kFineLimit) return detail::kFine[(bytes + 7) / 8];
  return detail::kCoarse[(bytes + 127) / 128];
}

}  // namespace govm::gc
