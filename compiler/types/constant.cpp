// Making, reading and converting constant values.
#include "compiler/types/constant.h"

#include <bit>
#include <cmath>
#include <iterator>

#include "base/assert.h"
#include "compiler/types/constant_rep.h"

namespace govm::constant {

constinit const Value kUnknownValue{};

namespace {

constexpr Value kFalse{Rep::kBool, 0};
constexpr Value kTrue{Rep::kBool, 1};

constexpr int kLeastShared = -8, kMostShared = 255;
struct SharedInts {
  Value values[kMostShared - kLeastShared + 1];
  constexpr SharedInts() : values() {
    for (int i = kLeastShared; i <= kMostShared; ++i) values[i - kLeastShared] = Value(Rep::kInt64, i);
  }
};
constexpr SharedInts kShared;

Limbs store(Arena& arena, const Int& x) {
  bool negative = x < 0;
  Int m = negative ? Int(-x) : x;
  std::vector<std::uint64_t> limbs;
  if (m != 0) export_bits(m, std::back_inserter(limbs), 64, false);
  std::span<std::uint64_t> kept = arena.copy(limbs);
  return Limbs{kept.data(), static_cast<std::uint32_t>(kept.size()), negative};
}

Value* new_value(Arena& arena, Rep rep) {
  Value* v = arena.make<Value>();
  v->rep = rep;
  return v;
}

bool fits_int64(const Int& x) {
  static const Int kMin(std::numeric_limits<std::int64_t>::min()), kMax(std::numeric_limits<std::int64_t>::max());
  return kMin <= x && x <= kMax;
}

bool small(const Float& x) {
  std::int64_t e = exponent(x);
  return -kMaxSmallExp < e && e < kMaxSmallExp;
}

// x cut to `bits` mantissa bits, towards zero or away from it.
Float truncate(const Float& x, unsigned bits, bool away) {
  unsigned have = bits_of(x.mant);
  if (have <= bits) return x;
  unsigned shift = have - bits;
  bool negative = x.mant < 0;
  Int m = negative ? Int(-x.mant) : x.mant;
  Int q = m >> shift;
  if (away && (q << shift) != m) ++q;
  return Float{negative ? Int(-q) : q, x.exp + shift};
}

std::optional<Int> integer_of(const Float& x) {
  if (x.exp >= 0) return Int(x.mant << static_cast<unsigned>(x.exp));
  Int m = x.mant < 0 ? Int(-x.mant) : x.mant;
  if (m == 0) return Int(0);
  if (static_cast<std::int64_t>(lsb(m)) < -x.exp) return std::nullopt;
  m >>= static_cast<unsigned>(-x.exp);
  return x.mant < 0 ? Int(-m) : m;
}

const Value* float_to_int(Arena& arena, const Float& x) {
  if (!small(x)) return &kUnknownValue;  // no huge integers
  if (auto i = integer_of(x)) return new_int(arena, *i);
  // Within a few bits of an integer: the fraction comes from rounding earlier results.
  constexpr unsigned kDelta = 4;
  for (bool away : {false, true}) {
    if (auto i = integer_of(truncate(x, kPrecision - kDelta, away))) return new_int(arena, *i);
  }
  return &kUnknownValue;
}

}  // namespace

Int load(const Limbs& l) {
  Int x;
  if (l.size > 0) import_bits(x, l.data, l.data + l.size, 64, false);
  return l.negative ? Int(-x) : x;
}

Int load_int(const Value* v) { return v->rep == Rep::kInt64 ? Int(v->i) : load(v->big); }

Rat load_rat(const Value* v) {
  if (v->rep == Rep::kRat) return Rat{load(v->rat.num), load(v->rat.den)};
  return Rat{load_int(v), Int(1)};
}

Float load_float(const Value* v) {
  switch (v->rep) {
    case Rep::kFloat: return Float{load(v->flt.mant), v->flt.exp};
    case Rep::kRat: return quotient(load(v->rat.num), load(v->rat.den));
    default: return round(Float{load_int(v), 0});
  }
}

const Value* new_int64(Arena& arena, std::int64_t x) {
  if (kLeastShared <= x && x <= kMostShared) return &kShared.values[x - kLeastShared];
  Value* v = new_value(arena, Rep::kInt64);
  v->i = x;
  return v;
}

const Value* new_int(Arena& arena, const Int& x) {
  if (fits_int64(x)) return new_int64(arena, static_cast<std::int64_t>(x));
  Value* v = new_value(arena, Rep::kBig);
  v->big = store(arena, x);
  return v;
}

const Value* new_exact_rat(Arena& arena, Int num, Int den) {
  if (den < 0) {
    num = -num;
    den = -den;
  }
  Int g = gcd(num, den);
  if (g > 1) {
    num /= g;
    den /= g;
  }
  Value* v = new_value(arena, Rep::kRat);
  v->rat = Value::Fraction{store(arena, num), store(arena, den)};
  return v;
}

const Value* new_rat(Arena& arena, Int num, Int den) {
  if (bits_of(num) < kMaxSmallExp && bits_of(den) < kMaxSmallExp) return new_exact_rat(arena, num, den);
  Int g = gcd(num, den);
  num /= g;
  den /= g;
  if (bits_of(num) < kMaxSmallExp && bits_of(den) < kMaxSmallExp) return new_exact_rat(arena, num, den);
  return new_float(arena, quotient(num, den));
}

const Value* new_float(Arena& arena, const Float& x) {
  Float r = round(x);
  if (exponent(r) > std::numeric_limits<std::int32_t>::max()) return &kUnknownValue;
  Value* v = new_value(arena, Rep::kFloat);
  v->flt = Value::Scaled{store(arena, r.mant), r.exp};
  return v;
}

const Value* new_complex(Arena& arena, const Value* re, const Value* im) {
  if (re->rep == Rep::kUnknown || im->rep == Rep::kUnknown) return &kUnknownValue;
  Value* v = new_value(arena, Rep::kComplex);
  v->pair = Value::Pair{re, im};
  return v;
}

Kind kind(const Value* v) {
  switch (v->rep) {
    case Rep::kUnknown: return Kind::kUnknown;
    case Rep::kBool: return Kind::kBool;
    case Rep::kString: return Kind::kString;
    case Rep::kInt64:
    case Rep::kBig: return Kind::kInt;
    case Rep::kRat:
    case Rep::kFloat: return Kind::kFloat;
    case Rep::kComplex: return Kind::kComplex;
  }
  GOVM_UNREACHABLE();
}

const Value* Factory::unknown() { return &kUnknownValue; }
const Value* Factory::make_bool(bool b) { return b ? &kTrue : &kFalse; }

const Value* Factory::make_string(std::string_view s) {
  Value* v = new_value(arena_, Rep::kString);
  std::string_view kept = arena_.copy(s);
  v->text = Value::Text{kept.data(), kept.size(), nullptr};
  return v;
}

const Value* Factory::make_int64(std::int64_t x) { return new_int64(arena_, x); }

const Value* Factory::make_uint64(std::uint64_t x) {
  return x <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
             ? new_int64(arena_, static_cast<std::int64_t>(x))
             : new_int(arena_, Int(x));
}

const Value* Factory::make_float64(double x) {
  if (std::isinf(x) || std::isnan(x)) return &kUnknownValue;
  int exp = 0;
  double m = std::frexp(x, &exp);
  Int num(static_cast<std::int64_t>(std::ldexp(m, 53)));
  exp -= 53;
  return exp >= 0 ? new_exact_rat(arena_, num << static_cast<unsigned>(exp), Int(1))
                  : new_exact_rat(arena_, num, Int(1) << static_cast<unsigned>(-exp));
}

const Value* Factory::to_int(const Value* x) {
  switch (x->rep) {
    case Rep::kInt64:
    case Rep::kBig: return x;
    case Rep::kRat:
      if (x->rat.den.size == 1 && x->rat.den.data[0] == 1) return new_int(arena_, load(x->rat.num));
      return &kUnknownValue;
    case Rep::kFloat: return float_to_int(arena_, load_float(x));
    case Rep::kComplex: {
      const Value* re = to_float(x);
      return kind(re) == Kind::kFloat ? to_int(re) : &kUnknownValue;
    }
    default: return &kUnknownValue;
  }
}

const Value* Factory::to_float(const Value* x) {
  switch (x->rep) {
    case Rep::kInt64: return new_exact_rat(arena_, Int(x->i), Int(1));
    case Rep::kBig: {
      Int i = load(x->big);
      return bits_of(i) < kMaxSmallExp ? new_exact_rat(arena_, i, Int(1)) : new_float(arena_, Float{i, 0});
    }
    case Rep::kRat:
    case Rep::kFloat: return x;
    case Rep::kComplex: return sign(x->pair.im) == 0 ? to_float(x->pair.re) : &kUnknownValue;
    default: return &kUnknownValue;
  }
}

const Value* Factory::to_complex(const Value* x) {
  switch (x->rep) {
    case Rep::kInt64:
    case Rep::kBig:
    case Rep::kRat:
    case Rep::kFloat: return new_complex(arena_, x, new_int64(arena_, 0));
    case Rep::kComplex: return x;
    default: return &kUnknownValue;
  }
}

const Value* Factory::make_imag(const Value* x) {
  return x->rep == Rep::kUnknown ? x : new_complex(arena_, new_int64(arena_, 0), x);
}
const Value* Factory::real(const Value* x) { return x->rep == Rep::kComplex ? x->pair.re : x; }
const Value* Factory::imag(const Value* x) {
  if (x->rep == Rep::kUnknown) return x;
  return x->rep == Rep::kComplex ? x->pair.im : new_int64(arena_, 0);
}

const Value* Factory::round_float32(const Value* x) { return make_float64(float32_value(x)); }
const Value* Factory::round_float64(const Value* x) { return make_float64(float64_value(x)); }

bool bool_value(const Value* v) { return v->rep == Rep::kBool && v->i != 0; }

std::string_view string_value(const Value* v) {
  return v->rep == Rep::kString ? std::string_view(v->text.data, v->text.size) : std::string_view();
}

std::optional<std::int64_t> int64_value(const Value* v) {
  if (v->rep == Rep::kInt64) return v->i;
  return std::nullopt;
}

std::optional<std::uint64_t> uint64_value(const Value* v) {
  if (v->rep == Rep::kInt64 && v->i >= 0) return static_cast<std::uint64_t>(v->i);
  if (v->rep == Rep::kBig && !v->big.negative && v->big.size == 1) return v->big.data[0];
  return std::nullopt;
}

std::uint64_t int_bits(const Value* v) {
  if (v->rep == Rep::kInt64) return static_cast<std::uint64_t>(v->i);
  if (v->rep != Rep::kBig || v->big.size == 0) return 0;
  return v->big.negative ? std::uint64_t{0} - v->big.data[0] : v->big.data[0];
}

double float64_value(const Value* v) {
  switch (v->rep) {
    case Rep::kInt64: return static_cast<double>(v->i);
    case Rep::kBig: return to_double(Float{load(v->big), 0});
    case Rep::kRat: return to_double(exact_sticky_quotient(load(v->rat.num), load(v->rat.den)));
    case Rep::kFloat: return to_double(load_float(v));
    default: return 0;
  }
}

float float32_value(const Value* v) {
  switch (v->rep) {
    case Rep::kInt64: return static_cast<float>(v->i);
    case Rep::kBig: return to_single(Float{load(v->big), 0});
    case Rep::kRat: return to_single(exact_sticky_quotient(load(v->rat.num), load(v->rat.den)));
    case Rep::kFloat: return to_single(load_float(v));
    default: return 0;
  }
}

int sign(const Value* v) {
  auto limbs_sign = [](const Limbs& l) { return l.size == 0 ? 0 : l.negative ? -1 : 1; };
  switch (v->rep) {
    case Rep::kInt64: return v->i < 0 ? -1 : v->i > 0 ? 1 : 0;
    case Rep::kBig: return limbs_sign(v->big);
    case Rep::kRat: return limbs_sign(v->rat.num);
    case Rep::kFloat: return limbs_sign(v->flt.mant);
    case Rep::kComplex: return sign(v->pair.re) | sign(v->pair.im);
    default: return 1;  // unknown: no spurious division by zero
  }
}

unsigned bit_length(const Value* v) {
  if (v->rep == Rep::kInt64) {
    std::uint64_t u = v->i < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(v->i) : static_cast<std::uint64_t>(v->i);
    return static_cast<unsigned>(std::bit_width(u));
  }
  if (v->rep != Rep::kBig || v->big.size == 0) return 0;
  return (v->big.size - 1) * 64 + static_cast<unsigned>(std::bit_width(v->big.data[v->big.size - 1]));
}

}  // namespace govm::constant
