// math/big: the loops over words. As many words as the shortest operand has are processed, as in Go's portable code.
#include <algorithm>
#include <cstring>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

using Word = std::uint64_t;
using Wide = unsigned __int128;

// The words of a []Word at argument slot `slot`.
struct Words {
  Words(NativeFrame& frame, int slot) {
    const auto s = frame.arg<abi::Slice>(slot);
    data = static_cast<Word*>(s.data);
    size = s.len;
  }
  Word* data;
  std::int64_t size;
};

struct Add {
  Word operator()(Word a, Word b, Word& carry) const {
    const Wide sum = static_cast<Wide>(a) + b + carry;
    carry = static_cast<Word>(sum >> 64);
    return static_cast<Word>(sum);
  }
};
struct Subtract {
  Word operator()(Word a, Word b, Word& borrow) const {
    const Wide difference = static_cast<Wide>(a) - b - borrow;
    borrow = static_cast<Word>(difference >> 64) & 1;
    return static_cast<Word>(difference);
  }
};

// z = x op y, words of each
template <typename Op>
void vector_vector(NativeFrame& frame) {
  const Words z(frame, 0), x(frame, 3), y(frame, 6);
  Word carry = 0;
  for (std::int64_t i = 0, n = std::min({z.size, x.size, y.size}); i < n; ++i) z.data[i] = Op()(x.data[i], y.data[i], carry);
  frame.result<Word>(0, carry);
}

// z = x op y, y a word
template <typename Op>
void vector_word(NativeFrame& frame) {
  const Words z(frame, 0), x(frame, 3);
  Word carry = frame.arg<Word>(6);
  for (std::int64_t i = 0, n = std::min(z.size, x.size); i < n; ++i) {
    const Word operand = carry;
    carry = 0;
    z.data[i] = Op()(x.data[i], operand, carry);
  }
  frame.result<Word>(0, carry);
}

// z = x << s, s from 1 to 63; gives the bits shifted out. z may be x, or overlap it further up.
struct Left {
  Word operator()(Word* z, const Word* x, std::int64_t n, std::uint64_t s) const {
    const Word out = x[n - 1] >> (64 - s);
    for (std::int64_t i = n - 1; i > 0; --i) z[i] = x[i] << s | x[i - 1] >> (64 - s);
    z[0] = x[0] << s;
    return out;
  }
};
// z = x >> s; gives the bits shifted out, at the top of a word. z may be x, or overlap it further down.
struct Right {
  Word operator()(Word* z, const Word* x, std::int64_t n, std::uint64_t s) const {
    const Word out = x[0] << (64 - s);
    for (std::int64_t i = 1; i < n; ++i) z[i - 1] = x[i - 1] >> s | x[i] << (64 - s);
    z[n - 1] = x[n - 1] >> s;
    return out;
  }
};

template <typename Direction>
void shift(NativeFrame& frame) {
  const Words z(frame, 0), x(frame, 3);
  const auto s = frame.arg<std::uint64_t>(6) & 63;
  const std::int64_t n = std::min(z.size, x.size);
  if (n == 0) return frame.result<Word>(0, 0);
  if (s != 0) return frame.result<Word>(0, Direction()(z.data, x.data, n, s));
  std::memmove(z.data, x.data, static_cast<std::size_t>(n) * sizeof(Word));
  frame.result<Word>(0, 0);
}

// z = x * y + r
void mul_add(NativeFrame& frame) {
  const Words z(frame, 0), x(frame, 3);
  const auto y = frame.arg<Word>(6);
  Wide carry = frame.arg<Word>(7);
  for (std::int64_t i = 0, n = std::min(z.size, x.size); i < n; ++i) {
    carry += static_cast<Wide>(x.data[i]) * y;
    z.data[i] = static_cast<Word>(carry);
    carry >>= 64;
  }
  frame.result<Word>(0, static_cast<Word>(carry));
}

// z += x * y
void add_mul(NativeFrame& frame) {
  const Words z(frame, 0), x(frame, 3);
  const auto y = frame.arg<Word>(6);
  Wide carry = 0;
  for (std::int64_t i = 0, n = std::min(z.size, x.size); i < n; ++i) {
    carry += static_cast<Wide>(x.data[i]) * y + z.data[i];
    z.data[i] = static_cast<Word>(carry);
    carry >>= 64;
  }
  frame.result<Word>(0, static_cast<Word>(carry));
}

constexpr Native kBig[] = {
    {"func addVV(z, x, y []Word) (c Word)", vector_vector<Add>},
    {"func subVV(z, x, y []Word) (c Word)", vector_vector<Subtract>},
    {"func addVW(z, x []Word, y Word) (c Word)", vector_word<Add>},
    {"func subVW(z, x []Word, y Word) (c Word)", vector_word<Subtract>},
    {"func shlVU(z, x []Word, s uint) (c Word)", shift<Left>},
    {"func shrVU(z, x []Word, s uint) (c Word)", shift<Right>},
    {"func mulAddVWW(z, x []Word, y, r Word) (c Word)", mul_add},
    {"func addMulVVW(z, x []Word, y Word) (c Word)", add_mul},
};

}  // namespace

void register_big(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"math/big", kBig};
  registry.add(kTable);
}

}  // namespace govm::natives
