#include <bit>

#include "compiler/opt/effects.h"
#include "compiler/opt/fold.h"
#include "compiler/opt/rewrite.h"

namespace govm::opt {
namespace {

bool is_commutative(Op op) {
  switch (op) {
    case Op::kAdd: case Op::kMul: case Op::kAnd: case Op::kOr: case Op::kXor: case Op::kEq: case Op::kNe: return true;
    default: return false;
  }
}

Op swapped(Op op) {
  switch (op) {
    case Op::kLt: return Op::kGt;
    case Op::kLe: return Op::kGe;
    case Op::kGt: return Op::kLt;
    case Op::kGe: return Op::kLe;
    default: return op;
  }
}

Op negated(Op op) {
  switch (op) {
    case Op::kEq: return Op::kNe;
    case Op::kNe: return Op::kEq;
    case Op::kLt: return Op::kGe;
    case Op::kLe: return Op::kGt;
    case Op::kGt: return Op::kLe;
    case Op::kGe: return Op::kLt;
    default: return op;
  }
}

bool is_power_of_two(std::uint64_t x) { return std::has_single_bit(x); }

}  // namespace

bool Rewriter::binary(Value* v) {
  const Shape s = shape_of(v->type);
  Value *x = v->args[0], *y = v->args[1];
  if (is_const(x) && is_const(y)) {
    if (auto bits = fold_binary(v->op, s, x->aux_int, y->aux_int)) return become_const(v, *bits), true;
  }
  if (!s.is_int()) return false;
  if (is_const(x) && !is_const(y) && is_commutative(v->op)) {
    std::swap(v->args[0], v->args[1]);
    return true;
  }
  // One order, so that equal operations look alike.
  if (is_commutative(v->op) && !is_const(y) && x->id > y->id) std::swap(v->args[0], v->args[1]);
  return binary_int(v, s);
}

bool Rewriter::binary_int(Value* v, Shape s) {
  Value *x = v->args[0], *y = v->args[1];
  if (is_const(y)) return with_const(v, s, y->aux_int);
  if (x == y) {
    switch (v->op) {
      case Op::kSub: case Op::kXor: case Op::kAndNot: return become_const(v, 0), true;
      case Op::kAnd: case Op::kOr: return to_copy(v, x);
      default: return false;
    }
  }
  if (is_const(x, 0) && v->op == Op::kSub) return become(v, Op::kNeg, {y}), true;
  return false;
}

bool Rewriter::with_const(Value* v, Shape s, std::int64_t c) {
  Value* x = v->args[0];
  const bool all_ones = c == wrap(-1, s);
  switch (v->op) {
    case Op::kSub:
      if (c == 0) return to_copy(v, x);
      v->op = Op::kAdd;
      v->args[1] = constant(v, v->args[1]->type, wrap(static_cast<std::int64_t>(-static_cast<std::uint64_t>(c)), s));
      return true;
    case Op::kAdd:
      return c == 0 ? to_copy(v, x) : reassociate(v, s, c);
    case Op::kOr:
      if (c == 0) return to_copy(v, x);
      if (all_ones) return become_const(v, c), true;
      return reassociate(v, s, c);
    case Op::kXor:
      if (c == 0 && !s.is_uintptr) return to_copy(v, x);  // uintptr ^ 0 hides a pointer from escape analysis
      if (all_ones) return become(v, Op::kCom, {x}), true;
      return false;
    case Op::kAnd:
      if (c == 0) return become_const(v, 0), true;
      if (all_ones) return to_copy(v, x);
      return reassociate(v, s, c);
    case Op::kAndNot:
      if (c == 0) return to_copy(v, x);
      v->op = Op::kAnd;
      v->args[1] = constant(v, v->args[1]->type, wrap(~c, s));
      return true;
    case Op::kMul:
      if (c == 0) return become_const(v, 0), true;
      if (c == 1) return to_copy(v, x);
      return reassociate(v, s, c);
    case Op::kDiv: case Op::kRem: return divide_by(v, s, c);
    default: return false;
  }
}

// (x op c1) op c2 = x op (c1 op c2)
bool Rewriter::reassociate(Value* v, Shape s, std::int64_t c) {
  Value* x = v->args[0];
  if (x->op != v->op || !is_const(x->args[1])) return false;
  v->args[1] = constant(v, v->args[1]->type, *fold_binary(v->op, s, x->args[1]->aux_int, c));
  v->args[0] = resolve(x->args[0]);
  return true;
}

bool Rewriter::divide_by(Value* v, Shape s, std::int64_t c) {
  if (c == 1) return v->op == Op::kDiv ? to_copy(v, v->args[0]) : (become_const(v, 0), true);
  const auto divisor = static_cast<std::uint64_t>(c);
  if (s.is_signed || !is_power_of_two(divisor)) return false;
  if (v->op == Op::kRem) {
    v->op = Op::kAnd;
    v->args[1] = constant(v, v->args[1]->type, static_cast<std::int64_t>(divisor - 1));
  } else {
    v->op = Op::kShr;
    v->args[1] = constant(v, v->args[1]->type, std::countr_zero(divisor));
  }
  return true;
}

bool Rewriter::shift(Value* v) {
  const Shape s = shape_of(v->type);
  Value *x = v->args[0], *y = v->args[1];
  if (!is_const(y)) return false;
  const Shape count = shape_of(y->type);
  if (count.is_signed && y->aux_int < 0) return false;
  if (is_const(x)) return become_const(v, *fold_binary(v->op, s, x->aux_int, y->aux_int)), true;
  if (y->aux_int == 0) return to_copy(v, x);
  const bool out = static_cast<std::uint64_t>(y->aux_int) >= s.bits;
  if (!out) return false;
  if (v->op == Op::kShl || !s.is_signed) return become_const(v, 0), true;
  if (y->aux_int == s.bits - 1) return false;
  v->args[1] = constant(v, y->type, s.bits - 1);
  return true;
}

bool Rewriter::compare(Value* v) {
  Value *x = v->args[0], *y = v->args[1];
  const Shape s = shape_of(x->type);
  if (is_const(x) && is_const(y)) {
    if (auto result = fold_compare(v->op, s, x->aux_int, y->aux_int)) return become_const(v, *result), true;
  }
  if (is_const(y) && x->op == Op::kPhi && compare_each(v, s)) return true;
  const bool equality = v->op == Op::kEq || v->op == Op::kNe;
  const bool total = s.kind == Shape::kInt || s.kind == Shape::kBool || s.kind == Shape::kString ||
                     s.kind == Shape::kPointer;
  if (x == y && total) {
    return become_const(v, v->op == Op::kEq || v->op == Op::kLe || v->op == Op::kGe), true;
  }
  const auto is_leaf = [](const Value* a) {
    return a->op == Op::kConst || a->op == Op::kZero || a->op == Op::kConstString;
  };
  const bool backwards = is_leaf(x) && !is_leaf(y);
  // Constants to the right; between variables < and <= only, so that equal conditions look alike.
  if (backwards || (!equality && !is_leaf(y) && (v->op == Op::kGt || v->op == Op::kGe))) {
    std::swap(v->args[0], v->args[1]);
    v->op = swapped(v->op);
    return true;
  }
  if (equality) return compare_equal(v);
  if (s.is_int() && !s.is_signed && is_const(y, 0) && (v->op == Op::kLt || v->op == Op::kGe)) {
    return become_const(v, v->op == Op::kGe), true;
  }
  return false;
}

// A phi of constants compared with a constant: known if all give the same.
bool Rewriter::compare_each(Value* v, Shape s) {
  int truth = -1;
  for (Value* arg : v->args[0]->args) {
    arg = resolve(arg);
    if (!is_const(arg)) return false;
    const auto result = fold_compare(v->op, s, arg->aux_int, v->args[1]->aux_int);
    if (!result || (truth >= 0 && truth != *result)) return false;
    truth = *result;
  }
  return truth >= 0 && (become_const(v, truth), true);
}

bool Rewriter::compare_equal(Value* v) {
  Value *x = v->args[0], *y = v->args[1];
  const bool eq = v->op == Op::kEq;
  const Shape s = shape_of(x->type);
  if (s.kind == Shape::kBool && is_const(y)) {
    return (y->aux_int != 0) == eq ? to_copy(v, x) : (become(v, Op::kNot, {x}), true);
  }
  if (y->op == Op::kZero && (s.kind == Shape::kPointer || s.kind == Shape::kInterface) && known_non_nil(x)) {
    return become_const(v, !eq), true;
  }
  if (x->op == Op::kZero && y->op == Op::kZero && s.kind != Shape::kArray && s.kind != Shape::kStruct) {
    return become_const(v, eq), true;
  }
  if (x->op == Op::kTypeDesc && y->op == Op::kTypeDesc) {
    return become_const(v, (x->aux.type == y->aux.type) == eq), true;
  }
  if (s.kind != Shape::kString) return false;
  if (x->op == Op::kConstString && y->op == Op::kConstString) {
    return become_const(v, (*x->aux.string == *y->aux.string) == eq), true;
  }
  const bool empty = y->op == Op::kZero || (y->op == Op::kConstString && y->aux.string->empty());
  if (!empty) return false;
  types::Type* int_type = fn_.program->basic(types::BasicKind::kInt);
  v->args[0] = emit(v, Op::kLen, int_type, {x});
  v->args[1] = constant(v, int_type, 0);
  return true;
}

bool Rewriter::unary(Value* v) {
  Value* x = v->args[0];
  if (is_const(x)) {
    if (auto bits = fold_unary(v->op, shape_of(v->type), x->aux_int)) return become_const(v, *bits), true;
  }
  if (x->op == v->op && shape_of(v->type).kind != Shape::kFloat) return to_copy(v, x->args[0]);
  if (v->op != Op::kNot) return false;
  switch (x->op) {
    case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: {
      const Shape::Kind kind = shape_of(x->args[0]->type).kind;
      if (kind != Shape::kInt && kind != Shape::kString) return false;  // NaN
      break;
    }
    case Op::kEq: case Op::kNe:
      if (comparison_may_panic(x->args[0]->type)) return false;  // would run twice
      break;
    default: return false;
  }
  const Op op = negated(x->op);
  return become(v, op, {resolve(x->args[0]), resolve(x->args[1])}), true;
}

bool Rewriter::convert(Value* v) {
  Value* x = v->args[0];
  if (x->type == v->type) return to_copy(v, x);
  const Shape from = shape_of(x->type), to = shape_of(v->type);
  if (is_const(x)) {
    if (auto bits = fold_convert(from, to, x->aux_int)) return become_const(v, *bits), true;
  }
  // Widening and then narrowing again, or narrowing twice, only needs the last step.
  if (x->op == Op::kConvert && to.is_int() && from.is_int()) {
    Value* source = resolve(x->args[0]);
    const Shape first = shape_of(source->type);
    if (first.is_int() && to.bits <= from.bits) {
      v->args[0] = source;
      return true;
    }
  }
  return false;
}

}  // namespace govm::opt
