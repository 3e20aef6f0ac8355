// Constant operands: overflow, representability, conversion of untyped values (types2/const.go).
#include <cmath>

#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

using constant::Kind;
using constant::Value;
using syntax::Operator;

constexpr unsigned kUntypedBits = 512;  // untyped integers must not grow beyond

std::string_view op_name(syntax::Expr* e) {
  auto* o = syntax::as<syntax::Operation>(e);
  if (!o) return "";
  if (!o->y) return o->op == Operator::kXor ? "bitwise complement" : "";
  switch (o->op) {
    case Operator::kAdd: return "addition";
    case Operator::kSub: return "subtraction";
    case Operator::kXor: return "bitwise XOR";
    case Operator::kMul: return "multiplication";
    case Operator::kShl: return "shift";
    default: return "";
  }
}

struct IntLimits {
  bool is_signed;
  unsigned bits;
};
IntLimits limits(BasicKind kind) {
  switch (kind) {
    case BasicKind::kInt8: return {true, 8};
    case BasicKind::kInt16: return {true, 16};
    case BasicKind::kInt32: return {true, 32};
    case BasicKind::kUint8: return {false, 8};
    case BasicKind::kUint16: return {false, 16};
    case BasicKind::kUint32: return {false, 32};
    case BasicKind::kUint:
    case BasicKind::kUint64:
    case BasicKind::kUintptr: return {false, 64};
    default: return {true, 64};
  }
}

bool int_fits(const Value* x, BasicKind kind) {
  if (kind == BasicKind::kUntypedInt || kind == BasicKind::kUntypedRune) return true;
  auto [is_signed, bits] = limits(kind);
  if (auto i = constant::int64_value(x)) {
    if (bits == 64) return is_signed || *i >= 0;
    if (is_signed) return -(std::int64_t{1} << (bits - 1)) <= *i && *i < std::int64_t{1} << (bits - 1);
    return 0 <= *i && *i < std::int64_t{1} << bits;
  }
  return !is_signed && bits == 64 && constant::sign(x) >= 0 && constant::bit_length(x) <= 64;
}

// x rounded to float32 or float64; null if that gives an infinity.
const Value* round_to(constant::Factory& constants, const Value* x, bool single) {
  double f = single ? static_cast<double>(constant::float32_value(x)) : constant::float64_value(x);
  return std::isinf(f) ? nullptr : constants.make_float64(f);
}

}  // namespace

void Checker::overflow(Operand& x, Pos op_pos) {
  if (constant::kind(x.val) == Kind::kUnknown) {
    error(op_pos, Code::kInvalidConstVal, "constant result is not representable");
    return;
  }
  if (is_typed(x.type)) {
    representable(x, static_cast<Basic*>(under(x.type)));
    return;
  }
  if (constant::kind(x.val) == Kind::kInt && constant::bit_length(x.val) > kUntypedBits) {
    std::string_view op = op_name(x.expr);
    errorf(op_pos, Code::kInvalidConstVal, "constant %s%soverflow", op, op.empty() ? "" : " ");
    x.val = constants.unknown();
  }
}

bool Checker::representable_const(const Value* x, Basic* t, const Value** rounded) {
  if (constant::kind(x) == Kind::kUnknown) return true;
  if (t->info & kIsInteger) {
    x = constants.to_int(x);
    if (constant::kind(x) != Kind::kInt) return false;
    if (rounded) *rounded = x;
    return int_fits(x, t->kind);
  }
  if (t->info & kIsFloat) {
    x = constants.to_float(x);
    if (constant::kind(x) != Kind::kFloat) return false;
    if (t->kind == BasicKind::kUntypedFloat) return true;
    const Value* r = round_to(constants, x, t->kind == BasicKind::kFloat32);
    if (r && rounded) *rounded = r;
    return r != nullptr;
  }
  if (t->info & kIsComplex) {
    x = constants.to_complex(x);
    if (constant::kind(x) != Kind::kComplex) return false;
    if (t->kind == BasicKind::kUntypedComplex) return true;
    bool single = t->kind == BasicKind::kComplex64;
    const Value* re = round_to(constants, constants.real(x), single);
    const Value* im = round_to(constants, constants.imag(x), single);
    if (!re || !im) return false;
    if (rounded) *rounded = constants.binary(re, Operator::kAdd, constants.make_imag(im), false);
    return true;
  }
  if (t->info & kIsString) return constant::kind(x) == Kind::kString;
  if (t->info & kIsBoolean) return constant::kind(x) == Kind::kBool;
  return false;
}

Checker::Representation Checker::representation(Operand& x, Basic* t) {
  const Value* v = x.val;
  if (representable_const(x.val, t, &v)) return {v, Code::kNone};
  if (!is_numeric(x.type) || !is_numeric(t)) return {nullptr, Code::kInvalidConstVal};
  // float -> integer truncates, everything else overflows.
  return {nullptr, !is_integer(x.type) && is_integer(t) ? Code::kTruncatedFloat : Code::kNumericOverflow};
}

void Checker::representable(Operand& x, Basic* t) {
  Representation r = representation(x, t);
  if (r.code != Code::kNone) {
    invalid_conversion(r.code, x, t);
    x.invalidate();
    return;
  }
  x.val = r.val;
}

void Checker::invalid_conversion(Code code, Operand& x, Type* target) {
  switch (code) {
    case Code::kTruncatedFloat: errorf(x, code, "%s truncated to %s", x, target); break;
    case Code::kNumericOverflow: errorf(x, code, "%s overflows %s", x, target); break;
    default: errorf(x, code, "cannot convert %s to type %s", x, target); break;
  }
}

void Checker::convert_untyped(Operand& x, Type* target) {
  Implicit i = implicit_type_and_value(x, target);
  if (i.code != Code::kNone) {
    invalid_conversion(i.code, x, is_type_param(target) ? target : safe_underlying(target));
    x.invalidate();
    return;
  }
  if (i.val) {
    x.val = i.val;
    update_expr_val(x.expr, i.val);
  }
  if (i.type != x.type) {
    x.type = i.type;
    update_expr_type(x.expr, i.type, false);
  }
}

}  // namespace govm::types
