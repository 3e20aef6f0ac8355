// Operators: arithmetic, comparison, logic.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::Mode;
using syntax::NodeKind;
using syntax::Operator;
using syntax::as;
using types::BasicKind;

Value* Builder::operation(const syntax::Operation* o) {
  if (!o->y) {
    switch (o->op) {
      case Operator::kMul: {
        Place p = place(o);
        return read(p);
      }
      case Operator::kAnd: {
        if (auto* lit = as<syntax::CompositeLit>(unparen(o->x))) return assign_convert(composite_pointer(lit), typ(o));
        return assign_convert(address(o->x), typ(o));
      }
      case Operator::kRecv: {
        Value* ch = expr(o->x);
        types::Type* elem = elem_type(ch->type);
        if (!o->comma_ok) return emit(Op::kRecv, elem, {ch});
        types::Type* parts[] = {elem, bool_};
        return emit_int(Op::kRecv, program_.tuple_of(parts), 1, {ch});
      }
      case Operator::kAdd: return expr(o->x);
      case Operator::kSub: {
        Value* x = expr(o->x);
        if (!types::is_complex(x->type)) return emit(Op::kNeg, x->type, {x});
        types::Type* part = program_.basic(types::size_of(x->type) == 8 ? BasicKind::kFloat32 : BasicKind::kFloat64);
        Value* re = emit(Op::kNeg, part, {emit(Op::kReal, part, {x})});
        Value* im = emit(Op::kNeg, part, {emit(Op::kImag, part, {x})});
        return emit(Op::kComplexMake, x->type, {re, im});
      }
      case Operator::kXor: {
        Value* x = expr(o->x);
        return emit(Op::kCom, x->type, {x});
      }
      case Operator::kNot: return logical_not(expr(o->x));
      default: GOVM_UNREACHABLE();
    }
  }
  switch (o->op) {
    case Operator::kAndAnd: case Operator::kOrOr: return logical(o);
    case Operator::kEql: case Operator::kNeq: case Operator::kLss: case Operator::kLeq: case Operator::kGtr:
    case Operator::kGeq:
      return as_bool(comparison(o), typ(o));
    default: break;
  }
  types::Type* t = typ(o);
  const syntax::Expr* const parts[] = {o->x, o->y};
  ordered(parts);
  if (o->op == Operator::kAdd && types::is_string(t)) return string_concat(o);
  Value* x = expr(o->x);
  Value* y = right_operand(o->op, o->y);
  PosScope pos(*this, o->pos);
  return binary(o->op, x, y, t);
}

Value* Builder::as_bool(Value* v, types::Type* t) {
  return v->type == t || !types::is_boolean(t) ? v : emit(Op::kChangeType, t, {v});
}

// x + y + ... of strings becomes one concatenation.
Value* Builder::string_concat(const syntax::Operation* o) {
  std::vector<const syntax::Expr*> parts;
  const syntax::Expr* e = o;
  for (;;) {
    auto* op = as<syntax::Operation>(unparen(e));
    if (!op || !op->y || op->op != Operator::kAdd || op->mode == Mode::kConstant) break;
    parts.push_back(op->y);
    e = op->x;
  }
  parts.push_back(e);
  std::vector<Value*> args;
  types::Type* t = typ(o);
  for (std::size_t i = parts.size(); i-- > 0;) args.push_back(assign_convert(expr(parts[i]), t));
  return emit(Op::kStringConcat, t, std::move(args));
}

// Constant shift counts may have any numeric type, and values only uint has.
Value* Builder::right_operand(Operator op, const syntax::Expr* y) {
  bool shift = op == Operator::kShl || op == Operator::kShr;
  if (shift && y->mode == Mode::kConstant) {
    return constant(y->constant, program_.basic(BasicKind::kUint));
  }
  return expr(y);
}

Value* Builder::binary(Operator op, Value* x, Value* y, types::Type* t) {
  if (op == Operator::kShl || op == Operator::kShr) {
    return emit(op == Operator::kShl ? Op::kShl : Op::kShr, x->type, {x, y});
  }
  return arithmetic(op, assign_convert(x, t), assign_convert(y, t), t);
}

Value* Builder::arithmetic(Operator op, Value* x, Value* y, types::Type* t) {
  if (types::is_complex(t)) return complex_arithmetic(op, x, y, t);
  if (types::is_string(t)) return emit(Op::kStringConcat, t, {x, y});
  Op o;
  switch (op) {
    case Operator::kAdd: o = Op::kAdd; break;
    case Operator::kSub: o = Op::kSub; break;
    case Operator::kMul: o = Op::kMul; break;
    case Operator::kDiv: o = Op::kDiv; break;
    case Operator::kRem: o = Op::kRem; break;
    case Operator::kAnd: o = Op::kAnd; break;
    case Operator::kOr: o = Op::kOr; break;
    case Operator::kXor: o = Op::kXor; break;
    case Operator::kAndNot: o = Op::kAndNot; break;
    default: GOVM_UNREACHABLE();
  }
  return emit(o, t, {x, y});
}

// Sums and products by parts, products in float64 as gc does; division stays an operation of complex128.
Value* Builder::complex_arithmetic(Operator op, Value* x, Value* y, types::Type* t) {
  bool narrow = types::size_of(t) == 8;
  types::Type* f64 = program_.basic(BasicKind::kFloat64);
  types::Type* part = narrow ? program_.basic(BasicKind::kFloat32) : f64;
  if (op == Operator::kDiv) {
    types::Type* c128 = program_.basic(BasicKind::kComplex128);
    return convert(emit(Op::kDiv, c128, {convert(x, c128), convert(y, c128)}), t);
  }
  Value* xr = emit(Op::kReal, part, {x});
  Value* xi = emit(Op::kImag, part, {x});
  Value* yr = emit(Op::kReal, part, {y});
  Value* yi = emit(Op::kImag, part, {y});
  if (op == Operator::kMul) {
    xr = convert(xr, f64);
    xi = convert(xi, f64);
    yr = convert(yr, f64);
    yi = convert(yi, f64);
    Value* re = emit(Op::kSub, f64, {emit(Op::kMul, f64, {xr, yr}), emit(Op::kMul, f64, {xi, yi})});
    Value* im = emit(Op::kAdd, f64, {emit(Op::kMul, f64, {xr, yi}), emit(Op::kMul, f64, {xi, yr})});
    return emit(Op::kComplexMake, t, {convert(re, part), convert(im, part)});
  }
  Op o = op == Operator::kAdd ? Op::kAdd : Op::kSub;
  Value* re = emit(o, part, {xr, yr});
  Value* im = emit(o, part, {xi, yi});
  return emit(Op::kComplexMake, t, {re, im});
}

Value* Builder::logical(const syntax::Operation* o) {
  bool is_and = o->op == Operator::kAndAnd;
  types::Type* t = typ(o);
  Value* x = assign_convert(expr(o->x), t);
  Value* decided = emit_int(Op::kConst, t, !is_and);
  Block* rest = block();
  Block* done = block();
  branch(x, is_and ? rest : done, is_and ? done : rest);
  start(rest);
  Value* y = assign_convert(expr(o->y), t);
  jump(done);
  start(done);
  return emit(Op::kPhi, t, {decided, y});
}

void Builder::cond(const syntax::Expr* e, Block* yes, Block* no) {
  e = unparen(e);
  if (auto* o = as<syntax::Operation>(e); o && o->mode != Mode::kConstant) {
    if (o->op == Operator::kNot && !o->y) return cond(o->x, no, yes);
    if (o->op == Operator::kAndAnd || o->op == Operator::kOrOr) {
      Block* rest = block();
      if (o->op == Operator::kAndAnd) {
        cond(o->x, rest, no);
      } else {
        cond(o->x, yes, rest);
      }
      start(rest);
      return cond(o->y, yes, no);
    }
  }
  if (e->mode == Mode::kConstant) return jump(constant::bool_value(e->constant) ? yes : no);
  PosScope pos(*this, e->pos);
  branch(expr(e), yes, no);
}

// ---- comparison

namespace {

bool is_aggregate(types::Type* t) {
  auto k = types::under(t)->type_kind();
  return k == types::TypeKind::kStruct || k == types::TypeKind::kArray;
}

bool is_untyped_nil(types::Type* t) {
  auto* b = types::as<types::Basic>(t);
  return b && b->kind == BasicKind::kUntypedNil;
}

}  // namespace

Value* Builder::comparison(const syntax::Operation* o) {
  types::Type* t = typ(o->x);
  if (has_call(o->y)) compute(o);
  if (is_aggregate(t) && t == typ(o->y) && types::size_of(t) > 32 && o->x->mode == Mode::kVariable &&
      o->y->mode == Mode::kVariable && !has_call(o->y)) {
    Value* p = address(o->x);
    Value* q = address(o->y);
    Value* eq = equal_memory(t, p, q);
    return o->op == Operator::kNeq ? logical_not(eq) : eq;
  }
  Value* x = expr(o->x);
  Value* y = expr(o->y);
  PosScope pos(*this, o->pos);
  return compare(o->op, x, y);
}

Value* Builder::compare(Operator op, Value* x, Value* y) {
  if (op != Operator::kEql && op != Operator::kNeq) {
    if (x->type != y->type) y = assign_convert(y, x->type);
    Op o = op == Operator::kLss ? Op::kLt : op == Operator::kLeq ? Op::kLe : op == Operator::kGtr ? Op::kGt : Op::kGe;
    return emit(o, bool_, {x, y});
  }
  if (is_untyped_nil(x->type)) std::swap(x, y);
  Value* eq;
  if (is_untyped_nil(y->type)) {
    eq = equal(x, zero(x->type));
  } else if (types::is_interface(x->type) != types::is_interface(y->type)) {
    eq = types::is_interface(x->type) ? equal_mixed(x, y) : equal_mixed(y, x);
  } else {
    if (x->type != y->type) {
      if (types::is_interface(x->type) && !types::implements_methods(session_, y->type, types::under_as<types::Interface>(x->type))) {
        x = assign_convert(x, y->type);
      } else {
        y = assign_convert(y, x->type);
      }
    }
    eq = equal(x, y);
  }
  if (op == Operator::kEql) return eq;
  if (eq->op == Op::kEq && eq->block == cur_ && cur_->values.back() == eq) {
    eq->op = Op::kNe;
    return eq;
  }
  return logical_not(eq);
}

// Interface and concrete value: same dynamic type, then same value.
Value* Builder::equal_mixed(Value* iface, Value* concrete) {
  Value* dynamic = emit(Op::kIfaceType, pointer_, {iface});
  Value* same = emit(Op::kEq, bool_, {dynamic, type_desc(concrete->type)});
  Value* no = const_bool(false);
  Block* check = block();
  Block* done = block();
  branch(same, check, done);
  start(check);
  Value* eq = equal(unpack_iface(iface, concrete->type), concrete);
  jump(done);
  start(done);
  return emit(Op::kPhi, bool_, {no, eq});
}

Value* Builder::equal(Value* x, Value* y) {
  types::Type* t = types::under(x->type);
  switch (t->type_kind()) {
    case types::TypeKind::kSlice: {  // only with nil
      types::Type* p = program_.pointer_to(elem_type(t));
      if (x->op == Op::kZero) std::swap(x, y);
      return emit(Op::kEq, bool_, {emit(Op::kDataPtr, p, {x}), zero(p)});
    }
    case types::TypeKind::kBasic: {
      if (!types::is_complex(t)) break;
      types::Type* part = program_.basic(types::size_of(t) == 8 ? BasicKind::kFloat32 : BasicKind::kFloat64);
      Value* re = emit(Op::kEq, bool_, {emit(Op::kReal, part, {x}), emit(Op::kReal, part, {y})});
      Value* im = emit(Op::kEq, bool_, {emit(Op::kImag, part, {x}), emit(Op::kImag, part, {y})});
      return emit(Op::kAnd, bool_, {re, im});
    }
    case types::TypeKind::kArray:
      if (types::as<types::Array>(t)->len == 0) return const_bool(true);
      return equal_memory(x->type, spill(x), spill(y));
    case types::TypeKind::kStruct: {
      auto* s = types::as<types::Struct>(t);
      if (s->fields.size() > 4) return equal_memory(x->type, spill(x), spill(y));
      std::vector<Value*> edges;
      Block* done = block();
      Value* last = nullptr;
      for (std::size_t i = 0; i < s->fields.size(); i++) {
        if (s->fields[i]->name.is_blank()) continue;
        if (last) {
          edges.push_back(const_bool(false));
          Block* next = block();
          branch(last, next, done);
          start(next);
        }
        last = equal(field_val(x, static_cast<int>(i)), field_val(y, static_cast<int>(i)));
      }
      if (!last) last = const_bool(true);
      edges.push_back(last);
      jump(done);
      start(done);
      return emit(Op::kPhi, bool_, std::move(edges));
    }
    default: break;
  }
  return emit(Op::kEq, bool_, {x, y});
}

}  // namespace govm::ir
