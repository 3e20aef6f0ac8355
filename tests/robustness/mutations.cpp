#include "tests/robustness/mutations.h"

#include <algorithm>
#include <utility>

namespace govm::testing {
namespace {

struct Extent {
  std::size_t begin, end;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Words, and single other characters but for blanks.
std::vector<Extent> tokens(const std::string& text) {
  std::vector<Extent> out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (is_word(text[i]) && end < text.size() && is_word(text[end])) end++;
    if (text[i] > ' ') out.push_back({i, end});
    i = end;
  }
  return out;
}

std::vector<Extent> lines(const std::string& text) {
  std::vector<Extent> out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find('\n', i), text.size() - 1) + 1;
    out.push_back({i, end});
    i = end;
  }
  return out;
}

std::string with_bytes_overwritten(std::string text, Random& random) {
  for (std::size_t n = 1 + random.below(4); n > 0 && !text.empty(); n--) {
    text[random.below(text.size())] = static_cast<char>(random.next());
  }
  return text;
}

// A word takes the place of another one, twice: mostly still good syntax, and nonsense for the checker.
std::string with_words_exchanged(std::string text, Random& random) {
  for (int n = 0; n < 2; n++) {
    const auto all = tokens(text);
    if (all.empty()) break;
    const Extent to = all[random.below(all.size())];
    const bool word = is_word(text[to.begin]);
    for (int tries = 0; tries < 20; tries++) {
      const Extent from = all[random.below(all.size())];
      if (is_word(text[from.begin]) != word) continue;
      text.replace(to.begin, to.end - to.begin, std::string(text, from.begin, from.end - from.begin));
      break;
    }
  }
  return text;
}

}  // namespace

Random::Random(std::string_view seed) : state_(0x9e3779b97f4a7c15) {
  for (const char c : seed) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::vector<std::string> damaged(const std::string& text, Random& random) {
  std::vector<std::string> out;
  for (int i = 0; i < 3; i++) out.push_back(text.substr(0, random.below(text.size())));
  for (int i = 0; i < 2; i++) out.push_back(with_bytes_overwritten(text, random));
  if (const auto all = lines(text); !all.empty()) {
    const Extent gone = all[random.below(all.size())], twice = all[random.below(all.size())];
    out.push_back(text.substr(0, gone.begin) + text.substr(gone.end));
    out.push_back(text.substr(0, twice.end) + text.substr(twice.begin));
  }
  for (int i = 0; i < 4; i++) out.push_back(with_words_exchanged(text, random));
  return out;
}

}  // namespace govm::testing
