// Mutations of Go text for libFuzzer: half of them of bytes, half of words and lines.
#include <algorithm>
#include <cstring>

#include "tests/fuzz/target.h"
#include "tests/robustness/mutations.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
  using namespace govm::testing;
  if (seed % 2 == 0 || size == 0) return LLVMFuzzerMutate(data, size, max_size);
  Random random(std::to_string(seed));
  const std::string text(text_of(data, size));
  const auto all = damaged(text, random);
  const std::string& chosen = all[random.below(all.size())];
  const std::size_t n = std::min(chosen.size(), max_size);
  std::memcpy(data, chosen.data(), n);
  return n;
}

// Some lines of one program inside another.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1, const std::uint8_t* data2,
                                                 std::size_t size2, std::uint8_t* out, std::size_t max_size,
                                                 unsigned seed) {
  using namespace govm::testing;
  Random random(std::to_string(seed));
  const std::string a(text_of(data1, size1)), b(text_of(data2, size2));
  const auto line_start = [&](const std::string& s) {
    const std::size_t at = s.find('\n', random.below(s.size()));
    return at == s.npos ? s.size() : at + 1;
  };
  const std::size_t at = line_start(a);
  std::size_t from = line_start(b), to = line_start(b);
  if (from > to) std::swap(from, to);
  const std::string text = a.substr(0, at) + b.substr(from, to - from) + a.substr(at);
  const std::size_t n = std::min(text.size(), max_size);
  std::memcpy(out, text.data(), n);
  return n;
}
