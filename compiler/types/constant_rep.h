// Inside of constant values; only constant*.cpp include this. Limbs and characters live in the arena, so a Value is
// trivially destructible; operations load them into Boost integers and store the result again.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string_view>

#include "compiler/types/constant.h"

namespace govm::constant {

using Int = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

constexpr int kPrecision = 512;       // bits of a Float's mantissa
constexpr int kMaxSmallExp = 4 << 10; // larger (or tinier) numbers are Floats, never fractions

enum class Rep : std::uint8_t { kUnknown, kBool, kString, kInt64, kBig, kRat, kFloat, kComplex };  // order: match()

struct Limbs {
  const std::uint64_t* data;
  std::uint32_t size;
  bool negative;
};

// Text that may still grow behind `used`: makes chains of concatenations linear.
struct TextBuffer {
  char* data;
  std::size_t used;
  std::size_t capacity;
};

class Value {
 public:
  Rep rep = Rep::kUnknown;
  struct Text {
    const char* data;
    std::size_t size;
    TextBuffer* buffer;  // null: not extensible
  };
  struct Fraction {
    Limbs num, den;
  };
  struct Scaled {
    Limbs mant;
    std::int64_t exp;
  };
  struct Pair {
    const Value *re, *im;
  };
  union {
    std::int64_t i = 0;  // kBool, kInt64
    Text text;
    Limbs big;
    Fraction rat;
    Scaled flt;
    Pair pair;
  };
  constexpr Value() = default;
  constexpr Value(Rep r, std::int64_t x) : rep(r), i(x) {}
};

// mant * 2^exp, |mant| < 2^kPrecision after round().
struct Float {
  Int mant;
  std::int64_t exp = 0;
};

// num / den in lowest terms, den > 0.
struct Rat {
  Int num;
  Int den;
};

// constant_float.cpp: arithmetic rounding to nearest, ties to even.
unsigned bits_of(const Int& x);              // of |x|; 0 for 0
Float round(Float x, unsigned precision = kPrecision);
Float quotient(const Int& num, const Int& den, unsigned precision = kPrecision);
Float add(const Float& x, const Float& y);
Float multiply(const Float& x, const Float& y, unsigned precision = kPrecision);
Float divide(const Float& x, const Float& y);
int compare(const Float& x, const Float& y);
std::int64_t exponent(const Float& x);       // 0.5 <= |x| * 2^-exponent < 1; 0 for 0
double to_double(const Float& x);
float to_single(const Float& x);
Float exact_sticky_quotient(const Int& num, const Int& den);  // enough bits to round once more to float64 correctly

// constant.cpp
Int load(const Limbs& l);
Int load_int(const Value* v);      // kInt64, kBig
Rat load_rat(const Value* v);      // kInt64, kBig, kRat
Float load_float(const Value* v);  // every real number
const Value* new_int(Arena& arena, const Int& x);
const Value* new_rat(Arena& arena, Int num, Int den);         // reduces; may become a Float if too large
const Value* new_exact_rat(Arena& arena, Int num, Int den);   // reduces; stays a fraction
const Value* new_float(Arena& arena, const Float& x);         // rounds; unknown if too large
const Value* new_complex(Arena& arena, const Value* re, const Value* im);
const Value* new_int64(Arena& arena, std::int64_t x);
extern const Value kUnknownValue;

}  // namespace govm::constant
