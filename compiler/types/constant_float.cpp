// Binary floating point of a given precision on integers: round to nearest, ties to even.
#include <cmath>
#include <limits>

#include "compiler/types/constant_rep.h"

namespace govm::constant {

namespace {

// |x| >> shift, rounded to nearest even (shift > 0).
Int round_shift(const Int& magnitude, unsigned shift) {
  Int q = magnitude >> shift;
  Int rest = magnitude - (q << shift);
  Int half = Int(1) << (shift - 1);
  if (rest > half || (rest == half && bit_test(q, 0))) ++q;
  return q;
}

Int magnitude_of(const Int& x) { return x < 0 ? Int(-x) : x; }

// x to a machine format with `precision` mantissa bits and least normal exponent min_exp (as exponent() counts).
double to_machine(const Float& x, int precision, int min_exp, int max_exp) {
  if (x.mant == 0) return 0;
  Int m = magnitude_of(x.mant);
  std::int64_t top = exponent(x);
  double sign = x.mant < 0 ? -1.0 : 1.0;
  if (top > max_exp) return sign * std::numeric_limits<double>::infinity();
  std::int64_t keep = precision;
  if (top < min_exp) keep -= min_exp - top;
  if (keep < 0) return sign * 0.0;
  std::int64_t shift = static_cast<std::int64_t>(bits_of(m)) - keep;
  if (shift > 0) m = round_shift(m, static_cast<unsigned>(shift));
  std::int64_t exp = x.exp + (shift > 0 ? shift : 0);
  if (m != 0 && static_cast<std::int64_t>(bits_of(m)) + exp > max_exp) {
    return sign * std::numeric_limits<double>::infinity();
  }
  // At most 53 bits: exact.
  return sign * std::ldexp(static_cast<double>(static_cast<std::uint64_t>(m)), static_cast<int>(exp));
}

}  // namespace

unsigned bits_of(const Int& x) { return x == 0 ? 0 : static_cast<unsigned>(msb(magnitude_of(x))) + 1; }

std::int64_t exponent(const Float& x) {
  return x.mant == 0 ? 0 : static_cast<std::int64_t>(bits_of(x.mant)) + x.exp;
}

Float round(Float x, unsigned precision) {
  unsigned bits = bits_of(x.mant);
  if (bits > precision) {
    bool negative = x.mant < 0;
    unsigned shift = bits - precision;
    Int m = round_shift(magnitude_of(x.mant), shift);
    x.mant = negative ? Int(-m) : m;
    x.exp += shift;
  }
  if (x.mant == 0) return Float{};
  // Keeping mantissas odd keeps them short.
  Int m = magnitude_of(x.mant);
  unsigned zeros = static_cast<unsigned>(lsb(m));
  if (zeros > 0) {
    m >>= zeros;
    x.mant = x.mant < 0 ? Int(-m) : m;
    x.exp += zeros;
  }
  if (exponent(x) < std::numeric_limits<std::int32_t>::min()) return Float{};
  return x;
}

// A quotient with at least `bits` bits whose lowest bit is set if it is not exact.
static Float sticky_quotient(const Int& num, const Int& den, unsigned bits) {
  bool negative = (num < 0) != (den < 0);
  Int n = magnitude_of(num), d = magnitude_of(den);
  if (n == 0) return Float{};
  std::int64_t shift = static_cast<std::int64_t>(bits) + 2 - static_cast<std::int64_t>(bits_of(n)) + bits_of(d);
  if (shift > 0) {
    n <<= static_cast<unsigned>(shift);
  } else {
    shift = 0;
  }
  Int q, r;
  divide_qr(n, d, q, r);
  q <<= 1;
  if (r != 0) ++q;
  return Float{negative ? Int(-q) : q, -shift - 1};
}

Float quotient(const Int& num, const Int& den, unsigned precision) {
  return round(sticky_quotient(num, den, precision), precision);
}

Float exact_sticky_quotient(const Int& num, const Int& den) { return sticky_quotient(num, den, 64); }

Float add(const Float& x, const Float& y) {
  if (x.mant == 0) return y;
  if (y.mant == 0) return x;
  // A summand too small to reach the other's rounding bit does not change it.
  std::int64_t distance = exponent(x) - exponent(y);
  if (distance > 2 * kPrecision + 4) return x;
  if (distance < -(2 * kPrecision + 4)) return y;
  std::int64_t exp = std::min(x.exp, y.exp);
  Int a = x.mant << static_cast<unsigned>(x.exp - exp);
  Int b = y.mant << static_cast<unsigned>(y.exp - exp);
  return round(Float{a + b, exp});
}

Float multiply(const Float& x, const Float& y, unsigned precision) {
  return round(Float{x.mant * y.mant, x.exp + y.exp}, precision);
}

Float divide(const Float& x, const Float& y) {
  Float q = sticky_quotient(x.mant, y.mant, kPrecision);
  q.exp += x.exp - y.exp;
  return round(q);
}

int compare(const Float& x, const Float& y) {
  int sx = x.mant.sign(), sy = y.mant.sign();
  if (sx != sy) return sx < sy ? -1 : 1;
  if (sx == 0) return 0;
  std::int64_t ex = exponent(x), ey = exponent(y);
  if (ex != ey) return (ex < ey) == (sx > 0) ? -1 : 1;
  std::int64_t exp = std::min(x.exp, y.exp);
  Int a = x.mant << static_cast<unsigned>(x.exp - exp);
  Int b = y.mant << static_cast<unsigned>(y.exp - exp);
  return a.compare(b);
}

double to_double(const Float& x) { return to_machine(x, 53, -1021, 1024); }
float to_single(const Float& x) { return static_cast<float>(to_machine(x, 24, -125, 128)); }

}  // namespace govm::constant
