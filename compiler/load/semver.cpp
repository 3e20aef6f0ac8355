#include "compiler/load/semver.h"

#include <algorithm>

namespace govm::load {
namespace {

bool is_number(std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == s.npos; }

int sign(int order) { return order < 0 ? -1 : order > 0; }

int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

// What is before the next separator, which goes too.
std::string_view next(std::string_view& s, char separator) {
  const std::size_t at = std::min(s.find(separator), s.size());
  const std::string_view out = s.substr(0, at);
  s.remove_prefix(std::min(at + 1, s.size()));
  return out;
}

int compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
  while (!a.empty() && !b.empty()) {
    const std::string_view x = next(a, '.'), y = next(b, '.');
    if (x == y) continue;
    if (is_number(x) != is_number(y)) return is_number(x) ? -1 : 1;
    return is_number(x) ? compare_numbers(x, y) : sign(x.compare(y));
  }
  return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
}

}  // namespace

int compare_versions(std::string_view a, std::string_view b) {
  const bool valid_a = a.starts_with("v"), valid_b = b.starts_with("v");
  if (!valid_a || !valid_b) return static_cast<int>(valid_a) - static_cast<int>(valid_b);
  a = a.substr(1, a.find('+') - 1);
  b = b.substr(1, b.find('+') - 1);
  std::string_view core_a = next(a, '-'), core_b = next(b, '-');
  while (!core_a.empty() || !core_b.empty()) {
    const std::string_view x = next(core_a, '.'), y = next(core_b, '.');
    if (const int order = compare_numbers(x.empty() ? "0" : x, y.empty() ? "0" : y)) return order;
  }
  return compare_prereleases(a, b);
}

}  // namespace govm::load
