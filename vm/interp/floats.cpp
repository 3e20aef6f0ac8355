// Floating point. Nothing is contracted (the build says -ffp-contract=off); math functions here are exactly rounded.
#include <bit>
#include <cmath>
#include <limits>

#include "vm/interp/handler.h"

namespace govm::interp {
namespace {

void set_f32(Slot& slot, float value) { slot.u = std::bit_cast<std::uint32_t>(value); }

// Go's min and max: NaN if any operand is, and -0 below +0.
template <typename T>
T go_min(T x, T y) {
  if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<T>::quiet_NaN();
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}
template <typename T>
T go_max(T x, T y) {
  if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<T>::quiet_NaN();
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

// Conversions with amd64's results out of range.
template <typename F>
std::int64_t to_i64(F x) {
  if (x >= static_cast<F>(-0x1p63) && x < static_cast<F>(0x1p63)) return static_cast<std::int64_t>(x);
  return std::numeric_limits<std::int64_t>::min();
}
template <typename F>
std::int64_t to_i32(F x) {
  if (x > static_cast<F>(-0x1p31) - 1 && x < static_cast<F>(0x1p31)) return static_cast<std::int32_t>(x);
  return std::numeric_limits<std::int32_t>::min();
}
template <typename F>
std::uint64_t to_u64(F x) {
  if (x < static_cast<F>(0x1p63)) return static_cast<std::uint64_t>(to_i64(x));
  return static_cast<std::uint64_t>(to_i64(x - static_cast<F>(0x1p63))) ^ (std::uint64_t{1} << 63);
}

// Complex division as gc's runtime does it: scaled by the larger part of the divisor, with C99's rules for infinities,
// NaNs and zeros.
void divide_complex(double a, double b, double c, double d, double* real, double* imag) {
  double e, f;
  const auto finite = [](double x) { return std::isfinite(x); };
  if (std::fabs(c) >= std::fabs(d)) {
    const double ratio = d / c, scale = c + ratio * d;
    e = (a + b * ratio) / scale;
    f = (b - a * ratio) / scale;
  } else {
    const double ratio = c / d, scale = d + ratio * c;
    e = (a * ratio + b) / scale;
    f = (b * ratio - a) / scale;
  }
  if (std::isnan(e) && std::isnan(f)) {
    const auto boxed = [](double x) { return std::copysign(std::isinf(x) ? 1.0 : 0.0, x); };
    if (c == 0 && d == 0 && (!std::isnan(a) || !std::isnan(b))) {
      e = std::copysign(INFINITY, c) * a;
      f = std::copysign(INFINITY, c) * b;
    } else if ((std::isinf(a) || std::isinf(b)) && finite(c) && finite(d)) {
      a = boxed(a);
      b = boxed(b);
      e = INFINITY * (a * c + b * d);
      f = INFINITY * (b * c - a * d);
    } else if ((std::isinf(c) || std::isinf(d)) && finite(a) && finite(b)) {
      c = boxed(c);
      d = boxed(d);
      e = 0 * (a * c + b * d);
      f = 0 * (b * c - a * d);
    }
  }
  *real = e;
  *imag = f;
}

}  // namespace

HANDLER(DivC128) {
  double real, imag;
  divide_complex((&RB)[0].f64, (&RB)[1].f64, (&RC)[0].f64, (&RC)[1].f64, &real, &imag);
  (&RA)[0].f64 = real;
  (&RA)[1].f64 = imag;
  NEXT(1);
}

#define BINARY_F64(name, expression)     \
  HANDLER(name) {                        \
    const double x = RB.f64, y = RC.f64; \
    RA.f64 = expression;                 \
    NEXT(1);                             \
  }
#define BINARY_F32(name, expression)    \
  HANDLER(name) {                       \
    const float x = RB.f32, y = RC.f32; \
    set_f32(RA, expression);            \
    NEXT(1);                            \
  }
BINARY_F64(AddF64, x + y)
BINARY_F64(SubF64, x - y)
BINARY_F64(MulF64, x * y)
BINARY_F64(DivF64, x / y)
BINARY_F64(MinF64, go_min(x, y))
BINARY_F64(MaxF64, go_max(x, y))
BINARY_F64(CopysignF64, std::copysign(x, y))
BINARY_F32(AddF32, x + y)
BINARY_F32(SubF32, x - y)
BINARY_F32(MulF32, x * y)
BINARY_F32(DivF32, x / y)
BINARY_F32(MinF32, go_min(x, y))
BINARY_F32(MaxF32, go_max(x, y))

#define UNARY_F64(name, expression) \
  HANDLER(name) {                   \
    const double x = RB.f64;        \
    RA.f64 = expression;            \
    NEXT(1);                        \
  }
UNARY_F64(SqrtF64, std::sqrt(x))
UNARY_F64(FloorF64, std::floor(x))
UNARY_F64(CeilF64, std::ceil(x))
UNARY_F64(TruncF64, std::trunc(x))
UNARY_F64(RoundEvenF64, __builtin_roundeven(x))
UNARY_F64(AbsF64, std::fabs(x))

HANDLER(SqrtF32) {
  set_f32(RA, std::sqrt(RB.f32));
  NEXT(1);
}
HANDLER(NegF64) {
  RA.u = RB.u ^ (std::uint64_t{1} << 63);
  NEXT(1);
}
HANDLER(NegF32) {
  RA.u = RB.u ^ (std::uint64_t{1} << 31);
  NEXT(1);
}
HANDLER(FmaF64) {
  RA.f64 = std::fma(RB.f64, RC.f64, fp[pc->word(1)].f64);
  NEXT(2);
}
HANDLER(MulAddF64) {
  const double product = RB.f64 * RC.f64;
  RA.f64 = product + fp[pc->word(1)].f64;
  NEXT(2);
}
HANDLER(MulSubF64) {
  const double product = RB.f64 * RC.f64;
  RA.f64 = fp[pc->word(1)].f64 - product;
  NEXT(2);
}

#define CONVERT(name, statement) \
  HANDLER(name) {                \
    const Slot x = RB;           \
    statement;                   \
    NEXT(1);                     \
  }
CONVERT(CvtI64F64, RA.f64 = static_cast<double>(x.i))
CONVERT(CvtU64F64, RA.f64 = static_cast<double>(x.u))
CONVERT(CvtF64I64, RA.i = to_i64(x.f64))
CONVERT(CvtF64I32, RA.i = to_i32(x.f64))
CONVERT(CvtF64U64, RA.u = to_u64(x.f64))
CONVERT(CvtI64F32, set_f32(RA, static_cast<float>(x.i)))
CONVERT(CvtU64F32, set_f32(RA, static_cast<float>(x.u)))
CONVERT(CvtF32I64, RA.i = to_i64(x.f32))
CONVERT(CvtF32I32, RA.i = to_i32(static_cast<double>(x.f32)))
CONVERT(CvtF32U64, RA.u = to_u64(x.f32))
CONVERT(CvtF64F32, set_f32(RA, static_cast<float>(x.f64)))
CONVERT(CvtF32F64, RA.f64 = static_cast<double>(x.f32))

}  // namespace govm::interp
