#include "compiler/types/version.h"

namespace govm::types {

namespace {

// Reads a decimal number; false if there is none or it is unreasonably large.
bool read_number(std::string_view& text, int& value) {
  std::size_t n = 0;
  value = 0;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') {
    if (value > 100000) return false;
    value = value * 10 + (text[n++] - '0');
  }
  text.remove_prefix(n);
  return n > 0;
}

constexpr int kPerMajor = 1000;  // minor versions of a major one

}  // namespace

GoVersion as_go_version(std::string_view text) {
  if (!text.starts_with("go")) return {};
  text.remove_prefix(2);
  int major = 0;
  if (!read_number(text, major) || major < 1) return {};
  int minor = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!read_number(text, minor)) return {};
  } else if (!text.empty()) {
    return {};
  }
  return GoVersion{(major - 1) * kPerMajor + minor};
}

std::string GoVersion::str() const {
  if (!valid()) return "";
  return "go" + std::to_string(minor / kPerMajor + 1) + "." + std::to_string(minor % kPerMajor);
}

}  // namespace govm::types
