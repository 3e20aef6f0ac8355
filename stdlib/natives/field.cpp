// Arithmetic of crypto's fields: the NIST curves' primes in Montgomery form (crypto/internal/fips140/nistec/fiat), 2^255-19
// (edwards25519/field), and the inner product of RSA's numbers (bigmod). All in constant time, and with the results that
// the Go code gives, word for word.
#include <cstring>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

using Word = std::uint64_t;
using Wide = unsigned __int128;

// ---- Montgomery arithmetic modulo a prime of n words; elements are below the prime.
template <std::size_t n>
struct Prime {
  Word words[n];
  Word inverse;  // -1/prime modulo 2^64, by Newton's iteration

  constexpr explicit Prime(const Word (&w)[n]) : inverse(0) {
    for (std::size_t i = 0; i < n; ++i) words[i] = w[i];
    Word x = w[0];
    for (int i = 0; i < 6; ++i) x *= 2 - w[0] * x;
    inverse = 0 - x;
  }
};

constexpr Word kOnes = ~Word{0};
constexpr Prime<4> kP224({1, 0xffffffff00000000, kOnes, 0x00000000ffffffff});
constexpr Prime<4> kP256({kOnes, 0x00000000ffffffff, 0, 0xffffffff00000001});
constexpr Prime<6> kP384({0x00000000ffffffff, 0xffffffff00000000, 0xfffffffffffffffe, kOnes, kOnes, kOnes});
constexpr Prime<9> kP521({kOnes, kOnes, kOnes, kOnes, kOnes, kOnes, kOnes, kOnes, 0x1ff});

Word add_carry(Word a, Word b, Word& carry) {
  const Wide sum = static_cast<Wide>(a) + b + carry;
  carry = static_cast<Word>(sum >> 64);
  return static_cast<Word>(sum);
}
Word sub_borrow(Word a, Word b, Word& borrow) {
  const Wide difference = static_cast<Wide>(a) - b - borrow;
  borrow = static_cast<Word>(difference >> 64) & 1;
  return static_cast<Word>(difference);
}

// out = value - prime if that is not negative, else value. top: the word of value above the n.
template <std::size_t n>
void reduce_once(Word* out, const Word* value, Word top, const Prime<n>& prime) {
  Word difference[n], borrow = 0;
  for (std::size_t i = 0; i < n; ++i) difference[i] = sub_borrow(value[i], prime.words[i], borrow);
  sub_borrow(top, 0, borrow);
  const Word keep = 0 - borrow;
  for (std::size_t i = 0; i < n; ++i) out[i] = (value[i] & keep) | (difference[i] & ~keep);
}

// a * b / 2^(64n) by Montgomery's method, a word of a at a time (CIOS: Koc, Acar, Kaliski 1996).
template <std::size_t n>
void multiply(Word* out, const Word* a, const Word* b, const Prime<n>& prime) {
  Word t[n + 2] = {};
  for (std::size_t i = 0; i < n; ++i) {
    Wide sum = 0;
    for (std::size_t j = 0; j < n; ++j) {
      sum += static_cast<Wide>(a[i]) * b[j] + t[j];
      t[j] = static_cast<Word>(sum);
      sum >>= 64;
    }
    sum += t[n];
    t[n] = static_cast<Word>(sum);
    t[n + 1] = static_cast<Word>(sum >> 64);
    const Word m = t[0] * prime.inverse;
    sum = (static_cast<Wide>(m) * prime.words[0] + t[0]) >> 64;
    for (std::size_t j = 1; j < n; ++j) {
      sum += static_cast<Wide>(m) * prime.words[j] + t[j];
      t[j - 1] = static_cast<Word>(sum);
      sum >>= 64;
    }
    sum += t[n];
    t[n - 1] = static_cast<Word>(sum);
    t[n] = t[n + 1] + static_cast<Word>(sum >> 64);
  }
  reduce_once(out, t, t[n], prime);
}

template <const auto& kPrime>
constexpr std::size_t kWords = sizeof(kPrime.words) / sizeof(Word);

template <const auto& kPrime>
void field_mul(NativeFrame& frame) {
  multiply(frame.arg<Word*>(0), frame.arg<Word*>(1), frame.arg<Word*>(2), kPrime);
}
template <const auto& kPrime>
void field_square(NativeFrame& frame) {
  multiply(frame.arg<Word*>(0), frame.arg<Word*>(1), frame.arg<Word*>(1), kPrime);
}
template <const auto& kPrime>
void field_add(NativeFrame& frame) {
  const Word *a = frame.arg<Word*>(1), *b = frame.arg<Word*>(2);
  Word sum[kWords<kPrime>], carry = 0;
  for (std::size_t i = 0; i < kWords<kPrime>; ++i) sum[i] = add_carry(a[i], b[i], carry);
  reduce_once(frame.arg<Word*>(0), sum, carry, kPrime);
}
template <const auto& kPrime>
void field_sub(NativeFrame& frame) {
  const Word *a = frame.arg<Word*>(1), *b = frame.arg<Word*>(2);
  Word *out = frame.arg<Word*>(0), difference[kWords<kPrime>], borrow = 0, carry = 0;
  for (std::size_t i = 0; i < kWords<kPrime>; ++i) difference[i] = sub_borrow(a[i], b[i], borrow);
  const Word add = 0 - borrow;
  for (std::size_t i = 0; i < kWords<kPrime>; ++i) out[i] = add_carry(difference[i], kPrime.words[i] & add, carry);
}
template <const auto& kPrime>
void field_select(NativeFrame& frame) {  // out = condition == 0 ? a : b
  const Word take_b = 0 - static_cast<Word>(frame.arg<Word>(1) != 0);
  const Word *a = frame.arg<Word*>(2), *b = frame.arg<Word*>(3);
  Word* out = frame.arg<Word*>(0);
  for (std::size_t i = 0; i < kWords<kPrime>; ++i) out[i] = (a[i] & ~take_b) | (b[i] & take_b);
}

// ---- 2^255 - 19: five words of 51 bits, and some more while carries are pending.
constexpr Word kMask51 = (Word{1} << 51) - 1;

// Go's Element.carryPropagate after the products' own carries: every word below 2^52 then.
void carry_products(Word* out, const Wide (&r)[5]) {
  Word carry[5], l[5];
  for (int i = 0; i < 5; ++i) carry[i] = static_cast<Word>(r[i] >> 51);
  for (int i = 0; i < 5; ++i) l[i] = (static_cast<Word>(r[i]) & kMask51) + (i == 0 ? carry[4] * 19 : carry[i - 1]);
  for (int i = 0; i < 5; ++i) out[i] = (l[i] & kMask51) + (i == 0 ? (l[4] >> 51) * 19 : l[i - 1] >> 51);
}

void multiply_25519(Word* out, const Word* a, const Word* b) {
  Wide r[5] = {};
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 5; ++j) {
      const int k = i + j;
      if (k < 5) r[k] += static_cast<Wide>(a[i]) * b[j];
      else r[k - 5] += static_cast<Wide>(a[i] * 19) * b[j];
    }
  }
  carry_products(out, r);
}

void fe_mul(NativeFrame& frame) { multiply_25519(frame.arg<Word*>(0), frame.arg<Word*>(1), frame.arg<Word*>(2)); }
void fe_square(NativeFrame& frame) { multiply_25519(frame.arg<Word*>(0), frame.arg<Word*>(1), frame.arg<Word*>(1)); }

// ---- z += x * y; the carry out.
Word add_mul(Word* z, const Word* x, std::int64_t n, Word y) {
  Wide carry = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    carry += static_cast<Wide>(x[i]) * y + z[i];
    z[i] = static_cast<Word>(carry);
    carry >>= 64;
  }
  return static_cast<Word>(carry);
}

void add_mul_slices(NativeFrame& frame) {
  const auto z = frame.arg<abi::Slice>(0), x = frame.arg<abi::Slice>(3);
  if (z.len < x.len) return frame.panic_error("index out of range");
  frame.result<Word>(0, add_mul(static_cast<Word*>(z.data), static_cast<Word*>(x.data), x.len, frame.arg<Word>(6)));
}
template <std::int64_t kBits>
void add_mul_bits(NativeFrame& frame) {
  frame.result<Word>(0, add_mul(frame.arg<Word*>(0), frame.arg<Word*>(1), kBits / 64, frame.arg<Word>(2)));
}

#define GOVM_CURVE(name, words, prime)                                                                                      \
  {"func " name "Mul(out1, arg1, arg2 *" name "MontgomeryDomainFieldElement)", field_mul<prime>},                           \
      {"func " name "Square(out1, arg1 *" name "MontgomeryDomainFieldElement)", field_square<prime>},                       \
      {"func " name "Add(out1, arg1, arg2 *" name "MontgomeryDomainFieldElement)", field_add<prime>},                       \
      {"func " name "Sub(out1, arg1, arg2 *" name "MontgomeryDomainFieldElement)", field_sub<prime>},                       \
      {"func " name "Selectznz(out1 *[" words "]uint64, arg1 " name "Uint1, arg2, arg3 *[" words "]uint64)", field_select<prime>}
constexpr Native kFiat[] = {GOVM_CURVE("p224", "4", kP224), GOVM_CURVE("p256", "4", kP256), GOVM_CURVE("p384", "6", kP384),
                            GOVM_CURVE("p521", "9", kP521)};
#undef GOVM_CURVE
constexpr Native kField[] = {
    {"func feMul(v, x, y *Element)", fe_mul},
    {"func feSquare(v, x *Element)", fe_square},
};
constexpr Native kBigmod[] = {
    {"func addMulVVW(z, x []uint, y uint) (carry uint)", add_mul_slices},
    {"func addMulVVW1024(z, x *uint, y uint) (c uint)", add_mul_bits<1024>},
    {"func addMulVVW1536(z, x *uint, y uint) (c uint)", add_mul_bits<1536>},
    {"func addMulVVW2048(z, x *uint, y uint) (c uint)", add_mul_bits<2048>},
};

}  // namespace

void register_field(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"crypto/internal/fips140/nistec/fiat", kFiat},
      {"crypto/internal/fips140/edwards25519/field", kField},
      {"crypto/internal/fips140/bigmod", kBigmod},
  };
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
