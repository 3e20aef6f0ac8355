#include "compiler/opt/fold.h"

#include <bit>
#include <cmath>

namespace govm::opt {
namespace {

using Bits = std::optional<std::int64_t>;

double as_double(std::int64_t bits, Shape s) {
  if (s.bits == 32) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  return std::bit_cast<double>(bits);
}

std::int64_t float_bits(double x, Shape s) {
  if (s.bits == 32) return std::bit_cast<std::uint32_t>(static_cast<float>(x));
  return std::bit_cast<std::int64_t>(x);
}

// float32 operations done in double and rounded once more are exact for + - * / (double has more than 2p+2 bits).
Bits fold_float(Op op, Shape s, std::int64_t xb, std::int64_t yb) {
  const double x = as_double(xb, s), y = as_double(yb, s);
  switch (op) {
    case Op::kAdd: return float_bits(x + y, s);
    case Op::kSub: return float_bits(x - y, s);
    case Op::kMul: return float_bits(x * y, s);
    case Op::kDiv: return float_bits(x / y, s);
    default: return std::nullopt;
  }
}

Bits fold_division(Op op, Shape s, std::int64_t x, std::int64_t y) {
  if (y == 0) return std::nullopt;
  if (!s.is_signed) {
    const auto a = static_cast<std::uint64_t>(x), b = static_cast<std::uint64_t>(y);
    return static_cast<std::int64_t>(op == Op::kDiv ? a / b : a % b);
  }
  if (y == -1) return op == Op::kDiv ? wrap(static_cast<std::int64_t>(-static_cast<std::uint64_t>(x)), s) : 0;
  return op == Op::kDiv ? x / y : x % y;
}

// y: the count, never negative (as a signed or unsigned number below 2^63; larger ones shift everything out too).
Bits fold_shift(Op op, Shape s, std::int64_t x, std::int64_t y) {
  const bool out = y < 0 || y >= s.bits;
  if (op == Op::kShl) return out ? 0 : wrap(static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << y), s);
  if (s.is_signed) return x >> (out ? s.bits - 1 : y);
  return out ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(x) >> y);
}

template <typename T>
std::optional<bool> ordered(Op op, T x, T y) {
  switch (op) {
    case Op::kEq: return x == y;
    case Op::kNe: return x != y;
    case Op::kLt: return x < y;
    case Op::kLe: return x <= y;
    case Op::kGt: return x > y;
    case Op::kGe: return x >= y;
    default: return std::nullopt;
  }
}

}  // namespace

Bits fold_binary(Op op, Shape s, std::int64_t x, std::int64_t y) {
  if (s.kind == Shape::kFloat) return fold_float(op, s, x, y);
  if (s.kind == Shape::kBool) {
    if (op == Op::kAnd) return x & y;
    if (op == Op::kOr) return x | y;
    if (op == Op::kXor) return x ^ y;
    return std::nullopt;
  }
  if (!s.is_int()) return std::nullopt;
  const auto a = static_cast<std::uint64_t>(x), b = static_cast<std::uint64_t>(y);
  auto wrapped = [&](std::uint64_t bits) { return wrap(static_cast<std::int64_t>(bits), s); };
  switch (op) {
    case Op::kAdd: return wrapped(a + b);
    case Op::kSub: return wrapped(a - b);
    case Op::kMul: return wrapped(a * b);
    case Op::kAnd: return wrapped(a & b);
    case Op::kOr: return wrapped(a | b);
    case Op::kXor: return wrapped(a ^ b);
    case Op::kAndNot: return wrapped(a & ~b);
    case Op::kDiv: case Op::kRem: return fold_division(op, s, x, y);
    case Op::kShl: case Op::kShr: return fold_shift(op, s, x, y);
    case Op::kMin: return s.is_signed ? std::min(x, y) : static_cast<std::int64_t>(std::min(a, b));
    case Op::kMax: return s.is_signed ? std::max(x, y) : static_cast<std::int64_t>(std::max(a, b));
    default: return std::nullopt;
  }
}

std::optional<bool> fold_compare(Op op, Shape s, std::int64_t x, std::int64_t y) {
  if (s.kind == Shape::kFloat) return ordered(op, as_double(x, s), as_double(y, s));
  if (s.kind == Shape::kInt && s.is_signed) return ordered(op, x, y);
  if (s.kind == Shape::kInt || s.kind == Shape::kBool) {
    return ordered(op, static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y));
  }
  return std::nullopt;
}

Bits fold_unary(Op op, Shape s, std::int64_t x) {
  if (op == Op::kNot) return x ^ 1;
  if (op == Op::kNeg && s.kind == Shape::kFloat) return float_bits(-as_double(x, s), s);
  if (!s.is_int()) return std::nullopt;
  if (op == Op::kNeg) return wrap(static_cast<std::int64_t>(-static_cast<std::uint64_t>(x)), s);
  if (op == Op::kCom) return wrap(~x, s);
  return std::nullopt;
}

Bits fold_convert(Shape from, Shape to, std::int64_t x) {
  if (from.is_int() && to.is_int()) return wrap(x, to);
  if (from.is_int() && to.kind == Shape::kFloat) {
    if (to.bits == 32) {
      const float f = from.is_signed ? static_cast<float>(x) : static_cast<float>(static_cast<std::uint64_t>(x));
      return std::bit_cast<std::uint32_t>(f);
    }
    return std::bit_cast<std::int64_t>(from.is_signed ? static_cast<double>(x)
                                                      : static_cast<double>(static_cast<std::uint64_t>(x)));
  }
  if (from.kind == Shape::kFloat && to.kind == Shape::kFloat) return float_bits(as_double(x, from), to);
  if (from.kind == Shape::kFloat && to.is_int()) {
    const double whole = std::trunc(as_double(x, from));
    if (!(whole > -9.2e18 && whole < 9.2e18)) return std::nullopt;
    const auto i = static_cast<std::int64_t>(whole);
    return wrap(i, to) == i ? Bits(i) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace govm::opt
