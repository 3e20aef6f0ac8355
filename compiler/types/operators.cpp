// Operators: unary and binary operations, comparisons, shifts (types2/expr.go).
#include "base/assert.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

using constant::Kind;
using syntax::Operator;

namespace {

// Whether op, which predicate belongs to, is defined on x's type; with gc's report if not, and x invalid.
bool defined_on(Checker* check, Operand& x, Operator op, Checker::OpPredicate predicate) {
  if (predicate && predicate(x.type)) return true;
  if (predicate) {
    check->errorf(x, Code::kUndefinedOp, "invalid operation: operator %s not defined on %s", syntax::to_string(op), x);
  } else {
    check->errorf(x, Code::kInvalidSyntaxTree, "unknown operator %s", syntax::to_string(op));
  }
  x.invalidate();
  return false;
}

Checker::OpPredicate unary_predicate(Operator op) {
  switch (op) {
    case Operator::kAdd:
    case Operator::kSub: return all_numeric;
    case Operator::kXor: return all_integer;
    case Operator::kNot: return all_boolean;
    default: return nullptr;
  }
}

Checker::OpPredicate binary_predicate(Operator op) {
  switch (op) {
    case Operator::kAdd: return all_numeric_or_string;
    case Operator::kSub:
    case Operator::kMul:
    case Operator::kDiv: return all_numeric;
    case Operator::kRem:
    case Operator::kAnd:
    case Operator::kOr:
    case Operator::kXor:
    case Operator::kAndNot: return all_integer;
    case Operator::kAndAnd:
    case Operator::kOrOr: return all_boolean;
    default: return nullptr;
  }
}

bool is_shift(Operator op) { return op == Operator::kShl || op == Operator::kShr; }
bool is_comparison(Operator op) { return Operator::kEql <= op && op <= Operator::kGeq; }

Pos op_pos(syntax::Expr* e) {
  if (!e) return Pos{};
  return e->kind == syntax::NodeKind::kOperation ? e->pos : syntax::start_pos(e);
}

bool unknown(const Operand& x) { return constant::kind(x.val) == Kind::kUnknown; }

// x = <-x; false after an error.
bool receive(Checker* check, Operand& x) {
  Type* u = core_type(x.type);
  if (!u) {
    check->errorf(x, Code::kInvalidReceive, "invalid operation: cannot receive from %s (no core type)", x);
    return false;
  }
  auto* ch = as<Chan>(u);
  if (!ch) {
    check->errorf(x, Code::kInvalidReceive, "invalid operation: cannot receive from non-channel %s", x);
    return false;
  }
  if (ch->dir == syntax::ChanDir::kSendOnly) {
    check->errorf(x, Code::kInvalidReceive, "invalid operation: cannot receive from send-only channel %s", x);
    return false;
  }
  x.mode = Mode::kCommaOk;
  x.type = ch->elem;
  check->env.has_call_or_recv = true;
  return true;
}

// Whether it makes sense to convert an untyped operand to the other's type; if not, the mismatch is reported instead.
bool may_convert(const Operand& x, const Operand& y) {
  if (is_typed(x.type) && is_typed(y.type)) return false;
  if (is_non_type_param_interface(x.type) || is_non_type_param_interface(y.type)) return true;
  if (all_boolean(x.type) != all_boolean(y.type)) return false;
  if (all_string(x.type) != all_string(y.type)) return false;
  if (x.is_nil()) return has_nil(y.type);
  if (y.is_nil()) return has_nil(x.type);
  return !is_pointer(x.type) && !is_pointer(y.type);
}

bool zero_divisor(Checker* check, const Operand& x, const Operand& y) {
  if (y.mode != Mode::kConstant) return false;
  if ((x.mode == Mode::kConstant || all_integer(x.type)) && constant::sign(y.val) == 0) return true;
  if (x.mode != Mode::kConstant || !is_complex(x.type)) return false;
  // Squares may underflow where the parts do not.
  constant::Factory& c = check->constants;
  const constant::Value *re = c.real(y.val), *im = c.imag(y.val);
  return constant::sign(c.binary(re, Operator::kMul, re, false)) == 0 &&
         constant::sign(c.binary(im, Operator::kMul, im, false)) == 0;
}

}  // namespace

void Checker::unary(Operand& x, syntax::Operation* e) {
  expr(nullptr, x, e->x);
  if (!x.valid()) return;
  Operator op = e->op;
  switch (op) {
    case Operator::kAnd:
      // Composite literals may be addressed too.
      if (unparen(e->x)->kind != syntax::NodeKind::kCompositeLit && x.mode != Mode::kVariable) {
        errorf(x, Code::kUnaddressableOperand, "invalid operation: cannot take address of %s", x);
        x.invalidate();
        return;
      }
      x.mode = Mode::kValue;
      x.type = arena.make<Pointer>(x.type);
      return;
    case Operator::kRecv:
      if (!receive(this, x)) x.invalidate();
      return;
    case Operator::kTilde:
      if (!all_integer(x.type)) {
        error(e, Code::kUndefinedOp, "cannot use ~ outside of interface or type constraint");
        x.invalidate();
        return;
      }
      error(e, Code::kUndefinedOp,
            "cannot use ~ outside of interface or type constraint (use ^ for bitwise complement)");
      op = Operator::kXor;
      break;
    default: break;
  }
  if (!defined_on(this, x, op, unary_predicate(op))) return;
  if (x.mode != Mode::kConstant) {
    x.mode = Mode::kValue;
    return;
  }
  if (unknown(x)) return;
  unsigned bits = is_unsigned(x.type) ? static_cast<unsigned>(size_of(x.type) * 8) : 0;
  x.val = constants.unary(op, x.val, bits);
  x.expr = e;
  overflow(x, e->pos);
}

std::string Checker::incomparable_cause(Type* t) {
  switch (under(t)->type_kind()) {
    case TypeKind::kSlice:
    case TypeKind::kSignature:
    case TypeKind::kMap: return std::string(composite_kind(t)) + " can only be compared to nil";
    default: break;
  }
  std::string cause;
  Qualifier q = qualifier();
  comparable_type(t, true, nullptr, &cause, &q);
  return cause;
}

void Checker::comparison(Operand& x, Operand& y, Operator op, bool switch_case) {
  if (!is_valid(x.type) || !is_valid(y.type)) {
    x.invalidate();
    return;
  }
  if (switch_case) op = Operator::kEql;
  Operand* err_op = nullptr;  // the operand to blame, if any
  std::string cause;
  Code code = Code::kMismatchedTypes;
  if (!assignable_to(session, this, x, y.type, nullptr).ok && !assignable_to(session, this, y, x.type, nullptr).ok) {
    err_op = &y;
    cause = sprintf("mismatched types %s and %s", x.type, y.type);
  } else {
    code = Code::kUndefinedOp;
    if (op == Operator::kEql || op == Operator::kNeq) {
      if (x.is_nil() || y.is_nil()) {
        if (!has_nil(x.is_nil() ? y.type : x.type)) err_op = &y;
      } else if (!comparable(x.type)) {
        err_op = &x;
        cause = incomparable_cause(x.type);
      } else if (!comparable(y.type)) {
        err_op = &y;
        cause = incomparable_cause(y.type);
      }
    } else if (!all_ordered(x.type)) {
      err_op = &x;
    } else if (!all_ordered(y.type)) {
      err_op = &y;
    }
  }
  if (!err_op) {
    if (x.mode == Mode::kConstant && y.mode == Mode::kConstant) {
      x.val = constants.make_bool(constant::Factory::compare(x.val, op, y.val));
    } else {
      x.mode = Mode::kValue;
      // The operands get their default types now: the result does not depend on them.
      update_expr_type(x.expr, default_type(x.type), true);
      update_expr_type(y.expr, default_type(y.type), true);
    }
    x.type = basic_type(BasicKind::kUntypedBool);
    return;
  }
  if (cause.empty()) {
    if (is_type_param(x.type) || is_type_param(y.type)) {
      if (!is_type_param(x.type)) err_op = &y;
      cause = sprintf("type parameter %s cannot use operator %s", err_op->type, syntax::to_string(op));
    } else {
      std::string what(composite_kind(err_op->type));
      if (what.empty()) what = sprintf("%s", err_op->type);
      cause = sprintf("operator %s not defined on %s", syntax::to_string(op), what);
    }
  }
  if (switch_case) {
    errorf(x, code, "invalid case %s in switch on %s (%s)", x.expr, y.expr, cause);
  } else {
    errorf(err_op, code, "invalid operation: %s %s %s (%s)", x.expr, syntax::to_string(op), y.expr, cause);
  }
  x.invalidate();
}

namespace {

// Whether y may be a shift count, converting it if untyped.
bool shift_count(Checker* check, Operand& y) {
  Basic* uint_type = basic_type(BasicKind::kUint);
  if (y.mode == Mode::kConstant) {
    const constant::Value* count = check->constants.to_int(y.val);
    if (constant::kind(count) == Kind::kInt && constant::sign(count) < 0) {
      check->errorf(y, Code::kInvalidShiftCount, "invalid operation: negative shift count %s", y);
      return false;
    }
    if (is_untyped(y.type)) {
      // Representable as uint, but not converted: it keeps its untyped value.
      check->representable(y, uint_type);
      return y.valid();
    }
    if (all_integer(y.type)) return true;
  }
  if (all_integer(y.type)) {
    return all_unsigned(y.type) ||
           check->verify_versionf(y, kGo1_13, "invalid operation: signed shift count %s", y);
  }
  if (y.mode != Mode::kConstant && is_untyped(y.type)) {
    check->convert_untyped(y, uint_type);
    return y.valid();
  }
  if (y.mode == Mode::kConstant) return true;
  check->errorf(y, Code::kInvalidShiftCount, "invalid operation: shift count %s must be integer", y);
  return false;
}

}  // namespace

void Checker::shift(Operand& x, Operand& y, syntax::Expr* e, Operator op) {
  const constant::Value* xval = x.mode == Mode::kConstant ? constants.to_int(x.val) : nullptr;
  if (!all_integer(x.type) && !(is_untyped(x.type) && xval && constant::kind(xval) == Kind::kInt)) {
    errorf(x, Code::kInvalidShiftOperand, "invalid operation: shifted operand %s must be integer", x);
    x.invalidate();
    return;
  }
  if (!shift_count(this, y)) {
    x.invalidate();
    return;
  }
  if (x.mode == Mode::kConstant) {
    if (y.mode == Mode::kConstant) {
      if (!is_integer(x.type)) x.type = basic_type(BasicKind::kUntypedInt);
      if (unknown(x) || unknown(y)) {
        x.val = constants.unknown();
        return;
      }
      constexpr std::uint64_t kLargestShift = 1023 - 1 + 52;  // so that the smallest float64 can be written
      auto count = constant::uint64_value(constants.to_int(y.val));
      if (!count || *count > kLargestShift) {
        errorf(y, Code::kInvalidShiftCount, "invalid operation: invalid shift count %s", y);
        x.invalidate();
        return;
      }
      x.val = constants.shift(xval, op, static_cast<unsigned>(*count));
      x.expr = e;
      overflow(x, op_pos(x.expr));
      return;
    }
    // A non-constant shift of an untyped constant: its type is decided by the context.
    if (is_untyped(x.type)) {
      mark_untyped_lhs(x.expr);
      x.mode = Mode::kValue;
      return;
    }
  }
  if (!all_integer(x.type)) {
    errorf(x, Code::kInvalidShiftOperand, "invalid operation: shifted operand %s must be integer", x);
    x.invalidate();
    return;
  }
  x.mode = Mode::kValue;
}

void Checker::match_types(Operand& x, Operand& y) {
  if (!may_convert(x, y)) return;
  convert_untyped(x, y.type);
  if (!x.valid()) return;
  convert_untyped(y, x.type);
  if (!y.valid()) x.invalidate();
}

void Checker::binary(Operand& x, syntax::Expr* e, syntax::Expr* lhs, syntax::Expr* rhs, Operator op) {
  Operand y;
  expr(nullptr, x, lhs);
  expr(nullptr, y, rhs);
  if (!x.valid()) return;
  if (!y.valid()) {
    x.invalidate();
    x.expr = y.expr;
    return;
  }
  if (is_shift(op)) {
    shift(x, y, e, op);
    return;
  }
  match_types(x, y);
  if (!x.valid()) return;
  if (is_comparison(op)) {
    comparison(x, y, op, false);
    return;
  }
  if (!identical(x.type, y.type)) {
    if (is_valid(x.type) && is_valid(y.type)) {
      if (e) {
        errorf(x, Code::kMismatchedTypes, "invalid operation: %s (mismatched types %s and %s)", e, x.type, y.type);
      } else {
        errorf(x, Code::kMismatchedTypes, "invalid operation: %s %s= %s (mismatched types %s and %s)", lhs,
               syntax::to_string(op), rhs, x.type, y.type);
      }
    }
    x.invalidate();
    return;
  }
  if (!defined_on(this, x, op, binary_predicate(op))) return;
  if ((op == Operator::kDiv || op == Operator::kRem) && zero_divisor(this, x, y)) {
    error(y, Code::kDivByZero, "invalid operation: division by zero");
    x.invalidate();
    return;
  }
  if (x.mode != Mode::kConstant || y.mode != Mode::kConstant) {
    x.mode = Mode::kValue;
    return;
  }
  if (unknown(x) || unknown(y)) {
    x.val = constants.unknown();
    return;
  }
  x.val = constants.binary(x.val, op, y.val, op == Operator::kDiv && is_integer(x.type));
  x.expr = e;
  overflow(x, op_pos(x.expr));
}

}  // namespace govm::types
