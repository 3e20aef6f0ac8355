// Comparisons that give a bool, and choices between values.
#include "base/assert.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

Emitter::Test::Cmp Emitter::comparison(Op op) {
  switch (op) {
    case Op::kEq: return Test::Cmp::kEq;
    case Op::kNe: return Test::Cmp::kNe;
    case Op::kLt: return Test::Cmp::kLt;
    case Op::kLe: return Test::Cmp::kLe;
    case Op::kGt: return Test::Cmp::kGt;
    default: return Test::Cmp::kGe;
  }
}

bool Emitter::compare(Value* v) {
  switch (v->op) {
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: compare_values(v); return true;
    case Op::kMemEqual: {
      const Slot x = src(v->args[0]), y = src(v->args[1]);
      emit(BOp::kSetEqMem, dst(v), x, y, {type_word(v->aux.type)});
      return true;
    }
    case Op::kCondSelect: {
      const Slot c = src(v->args[0]), to = dst(v);
      const std::uint32_t slots = shape(v).slots;
      if (slots == 1 && in_slots(v->args[1])) {
        const Slot yes = src(v->args[1]);
        put(to, v->args[2]);
        emit(BOp::kCMove, to, c, yes);
        return true;
      }
      put(to, v->args[2]);
      const bc::Label done = builder_.new_label();
      builder_.jump(BOp::kJZero, c, done);
      put(to, v->args[1]);
      builder_.bind(done);
      return true;
    }
    default: return false;
  }
}

void Emitter::set(const Test& t, Slot to) {
  using C = Test::Cmp;
  Slot x = t.x, y = t.y;
  if (t.has_imm) {
    std::int64_t imm = t.imm;
    if (t.is_unsigned && t.cmp != C::kEq && t.cmp != C::kNe) {
      if (t.cmp == C::kLe || t.cmp == C::kGt) ++imm;
      emit(t.cmp == C::kLt || t.cmp == C::kLe ? BOp::kSetLtKU64 : BOp::kSetGeKU64, to, x, static_cast<Slot>(imm));
      return;
    }
    static constexpr BOp kOps[] = {BOp::kSetEqKI64, BOp::kSetNeKI64, BOp::kSetLtKI64,
                                   BOp::kSetLeKI64, BOp::kSetGtKI64, BOp::kSetGeKI64};
    emit(kOps[static_cast<int>(t.cmp)], to, x, static_cast<Slot>(imm));
    return;
  }
  C cmp = t.cmp;
  if (cmp == C::kGt || cmp == C::kGe) {
    std::swap(x, y);
    cmp = cmp == C::kGt ? C::kLt : C::kLe;
  }
  static constexpr BOp kSigned[] = {BOp::kSetEqI64, BOp::kSetNeI64, BOp::kSetLtI64, BOp::kSetLeI64};
  static constexpr BOp kUnsigned[] = {BOp::kSetEqI64, BOp::kSetNeI64, BOp::kSetLtU64, BOp::kSetLeU64};
  static constexpr BOp k64[] = {BOp::kSetEqF64, BOp::kSetNeF64, BOp::kSetLtF64, BOp::kSetLeF64};
  static constexpr BOp k32[] = {BOp::kSetEqF32, BOp::kSetNeF32, BOp::kSetLtF32, BOp::kSetLeF32};
  const auto* table = t.kind == Test::Kind::kFloat ? (t.float32 ? k32 : k64) : (t.is_unsigned ? kUnsigned : kSigned);
  emit(table[static_cast<int>(cmp)], to, x, y);
}

void Emitter::compare_values(Value* v) {
  using C = Test::Cmp;
  Value* x = v->args[0];
  Value* y = v->args[1];
  const Shape s = shape(x);
  const C cmp = comparison(v->op);
  const bool nil = (x->op == Op::kZero || y->op == Op::kZero) && (s.rep == Rep::kPtr || (s.rep >= Rep::kSlice && s.rep <= Rep::kIface));
  if (s.one_word() || nil) {
    Test t;
    t.kind = s.is_float() ? Test::Kind::kFloat : Test::Kind::kInt;
    t.cmp = cmp;
    t.float32 = s.rep == Rep::kF32;
    t.is_unsigned = !s.is_signed();
    if (nil) {
      if (x->op == Op::kZero) std::swap(x, y);
      t.x = src(x);
      t.has_imm = true;
    } else {
      t.x = src(x);
      t.has_imm = selection_.immediate(v, 1, &t.imm);
      if (!t.has_imm) t.y = src(y);
    }
    set(t, dst(v));
    return;
  }
  Slot a = src(x), b = src(y);
  const Slot to = dst(v);
  bool negate = cmp == C::kNe;
  switch (s.rep) {
    case Rep::kString:
      if (cmp == C::kGt || cmp == C::kGe) std::swap(a, b);
      emit(cmp == C::kEq || cmp == C::kNe ? BOp::kSetEqStr : cmp == C::kLt || cmp == C::kGt ? BOp::kSetLtStr : BOp::kSetLeStr,
           to, a, b);
      break;
    case Rep::kEface: emit(BOp::kSetEqEface, to, a, b); break;
    case Rep::kIface: emit(BOp::kSetEqIface, to, a, b); break;
    case Rep::kC128: {
      const Slot t = scratch();
      emit(BOp::kSetEqF64, t, a, b);
      emit(BOp::kSetEqF64, to, a + 1u, b + 1u);
      emit(BOp::kAnd, to, to, t);
      break;
    }
    default:
      if (s.slots == 0) {
        constant(to, negate ? 0 : 1);
        return;
      }
      emit(BOp::kSetEqVal, to, a, b, {type_word(x->type)});
      break;
  }
  if (negate) emit(BOp::kXorK, to, to, 1);
}

}  // namespace govm::codegen
