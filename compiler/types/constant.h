// Exact constant values (Go spec: Constants), with the semantics of go/constant: integers of any size, rationals or
// 512-bit floats for floating point, pairs of them for complex. Values are immutable, arena allocated and borrowed.
// Boost.Multiprecision stays inside constant*.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "compiler/syntax/ast.h"

namespace govm::constant {

enum class Kind : std::uint8_t { kUnknown, kBool, kString, kInt, kFloat, kComplex };

class Value;  // opaque; see the functions

Kind kind(const Value* v);

// Owns what it makes. One per compiler session; not thread safe.
class Factory {
 public:
  explicit Factory(Arena& arena) : arena_(arena) {}
  const Value* unknown();
  const Value* make_bool(bool b);
  const Value* make_string(std::string_view s);
  const Value* make_int64(std::int64_t x);
  const Value* make_uint64(std::uint64_t x);
  const Value* make_float64(double x);
  const Value* from_literal(std::string_view literal, syntax::LitKind kind);  // unknown if malformed

  const Value* unary(syntax::Operator op, const Value* x, unsigned prec_bits);  // prec_bits: for ^ of unsigned; 0 = none
  const Value* binary(const Value* x, syntax::Operator op, const Value* y, bool integer_division);
  const Value* shift(const Value* x, syntax::Operator op, unsigned count);
  static bool compare(const Value* x, syntax::Operator op, const Value* y);

  const Value* to_int(const Value* x);      // unknown if not an integer value
  const Value* to_float(const Value* x);
  const Value* to_complex(const Value* x);
  const Value* make_imag(const Value* x);
  const Value* real(const Value* x);
  const Value* imag(const Value* x);
  const Value* round_float32(const Value* x);  // rounded as a conversion does; unknown on overflow to infinity
  const Value* round_float64(const Value* x);

 private:
  Arena& arena_;
};

bool bool_value(const Value* v);
std::string_view string_value(const Value* v);
std::optional<std::int64_t> int64_value(const Value* v);    // nullopt unless an Int that fits
std::optional<std::uint64_t> uint64_value(const Value* v);
std::uint64_t int_bits(const Value* v);                     // low 64 bits, two's complement, of an Int
double float64_value(const Value* v);                       // nearest; of Int or Float
float float32_value(const Value* v);
int sign(const Value* v);
unsigned bit_length(const Value* v);
std::string to_string(const Value* v);    // short form used in messages, as go/constant's String
std::string exact_string(const Value* v);

}  // namespace govm::constant
