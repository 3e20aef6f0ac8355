// Integer and float arithmetic.
#include "base/assert.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

namespace {

using BOp = bc::Op;

// The row of a family laid out I64, I32, U32, I16, U16, I8, U8.
BOp by_width(BOp i64, Rep rep) {
  int step = 0;
  switch (rep) {
    case Rep::kI32: step = 1; break;
    case Rep::kU32: step = 2; break;
    case Rep::kI16: step = 3; break;
    case Rep::kU16: step = 4; break;
    case Rep::kI8: step = 5; break;
    case Rep::kU8: step = 6; break;
    default: break;
  }
  return static_cast<BOp>(static_cast<int>(i64) + step);
}
static_assert(static_cast<int>(BOp::kAddU8) == static_cast<int>(BOp::kAddI64) + 6);
static_assert(static_cast<int>(BOp::kSubU8) == static_cast<int>(BOp::kSubI64) + 6);
static_assert(static_cast<int>(BOp::kAddKU8) == static_cast<int>(BOp::kAddKI64) + 6);
static_assert(static_cast<int>(BOp::kMulU32) == static_cast<int>(BOp::kMulI64) + 2);
static_assert(static_cast<int>(BOp::kMulKU32) == static_cast<int>(BOp::kMulKI64) + 2);

bool narrow(Rep rep) { return rep == Rep::kI8 || rep == Rep::kU8 || rep == Rep::kI16 || rep == Rep::kU16; }
bool below64(Rep rep) { return narrow(rep) || rep == Rep::kI32 || rep == Rep::kU32; }

}  // namespace

void Emitter::extend(Slot to, Slot from, Rep rep) {
  switch (rep) {
    case Rep::kI8: emit(BOp::kSext8, to, from); break;
    case Rep::kU8: emit(BOp::kZext8, to, from); break;
    case Rep::kI16: emit(BOp::kSext16, to, from); break;
    case Rep::kU16: emit(BOp::kZext16, to, from); break;
    case Rep::kI32: emit(BOp::kSext32, to, from); break;
    case Rep::kU32: emit(BOp::kZext32, to, from); break;
    default: move(to, from); break;
  }
}

bool Emitter::arithmetic(Value* v) {
  const Shape s = shape(v);
  const bool complex = s.rep == Rep::kC64 || s.rep == Rep::kC128;
  switch (v->op) {
    case Op::kAdd: case Op::kSub: case Op::kMul: case Op::kDiv:
      if (complex) {
        complex_arith(v);
      } else if (s.is_float()) {
        static constexpr BOp k64[] = {BOp::kAddF64, BOp::kSubF64, BOp::kMulF64, BOp::kDivF64};
        static constexpr BOp k32[] = {BOp::kAddF32, BOp::kSubF32, BOp::kMulF32, BOp::kDivF32};
        const int i = static_cast<int>(v->op) - static_cast<int>(Op::kAdd);
        if (multiply_add(v)) return true;
        const Slot x = src(v->args[0]), y = src(v->args[1]);
        emit(s.rep == Rep::kF64 ? k64[i] : k32[i], dst(v), x, y);
      } else if (v->op == Op::kDiv) {
        divide(v);
      } else if (v->op == Op::kMul) {
        multiply(v);
      } else {
        add_sub(v);
      }
      return true;
    case Op::kRem: divide(v); return true;
    case Op::kAnd: case Op::kOr: case Op::kXor: case Op::kAndNot: bitwise(v); return true;
    case Op::kShl: case Op::kShr: shift(v); return true;
    case Op::kNeg: case Op::kNot: case Op::kCom:
      if (complex) {
        complex_arith(v);
      } else {
        unary(v);
      }
      return true;
    case Op::kMin: case Op::kMax: min_max(v); return true;
    case Op::kConvert:
      if (complex) {
        complex_convert(v);
      } else {
        convert(v);
      }
      return true;
    case Op::kIntrinsic: intrinsic(v); return true;
    default: return false;
  }
}
static_assert(static_cast<int>(Op::kDiv) == static_cast<int>(Op::kAdd) + 3);

bool Emitter::multiply_add(Value* v) {
  if (v->op != Op::kAdd && v->op != Op::kSub) return false;
  for (std::size_t i : {1, 0}) {
    Value* product = v->args[i];
    if (selection_.fold(product) != Fold::kFolded) continue;
    const Slot x = src(product->args[0]), y = src(product->args[1]), z = src(v->args[1 - i]);
    emit(v->op == Op::kAdd ? BOp::kMulAddF64 : BOp::kMulSubF64, dst(v), x, y, {z});
    return true;
  }
  return false;
}

void Emitter::add_sub(Value* v) {
  const Rep rep = shape(v).rep;
  std::int64_t k = 0;
  if (v->op == Op::kAdd) {
    for (std::size_t i : {1, 0}) {
      if (!selection_.immediate(v, i, &k)) continue;
      const Slot x = src(v->args[1 - i]);
      emit(by_width(BOp::kAddKI64, rep), dst(v), x, static_cast<Slot>(k));
      return;
    }
  } else if (selection_.immediate(v, 1, &k)) {
    const Slot x = src(v->args[0]);
    emit(by_width(BOp::kAddKI64, rep), dst(v), x, static_cast<Slot>(-k));
    return;
  } else if (selection_.immediate(v, 0, &k)) {
    const Slot y = src(v->args[1]), to = dst(v);
    emit(BOp::kRsubKI64, to, y, static_cast<Slot>(k));
    if (below64(rep)) extend(to, to, rep);
    return;
  }
  const Slot x = src(v->args[0]), y = src(v->args[1]);
  emit(by_width(v->op == Op::kAdd ? BOp::kAddI64 : BOp::kSubI64, rep), dst(v), x, y);
}

void Emitter::multiply(Value* v) {
  const Rep rep = shape(v).rep;
  const Slot to = dst(v);
  std::int64_t k = 0;
  bool done = false;
  for (std::size_t i : {1, 0}) {
    if (!selection_.immediate(v, i, &k)) continue;
    emit(narrow(rep) ? BOp::kMulKI64 : by_width(BOp::kMulKI64, rep), to, src(v->args[1 - i]), static_cast<Slot>(k));
    done = true;
    break;
  }
  if (!done) {
    const Slot x = src(v->args[0]), y = src(v->args[1]);
    emit(narrow(rep) ? BOp::kMulI64 : by_width(BOp::kMulI64, rep), to, x, y);
  }
  if (narrow(rep)) extend(to, to, rep);
}

void Emitter::divide(Value* v) {
  const Shape s = shape(v);
  const bool rem = v->op == Op::kRem;
  std::int64_t k = 0;
  const Slot x = src(v->args[0]);
  if (selection_.immediate(v, 1, &k)) {
    const BOp op = s.is_signed() ? (rem ? BOp::kRemKI64 : BOp::kDivKI64) : (rem ? BOp::kRemKU64 : BOp::kDivKU64);
    emit(op, dst(v), x, static_cast<Slot>(k));
    return;
  }
  const Slot y = src(v->args[1]), to = dst(v);
  BOp op;
  switch (s.rep) {
    case Rep::kI32: op = rem ? BOp::kRemI32 : BOp::kDivI32; break;
    case Rep::kU32: op = rem ? BOp::kRemU32 : BOp::kDivU32; break;
    default: op = s.is_signed() ? (rem ? BOp::kRemI64 : BOp::kDivI64) : (rem ? BOp::kRemU64 : BOp::kDivU64); break;
  }
  emit(op, to, x, y);
  if (s.is_signed() && narrow(s.rep) && !rem) extend(to, to, s.rep);  // min / -1
}

void Emitter::bitwise(Value* v) {
  std::int64_t k = 0;
  if (v->op == Op::kAndNot) {
    const Slot x = src(v->args[0]);
    if (selection_.immediate(v, 1, &k)) {
      emit(BOp::kAndK, dst(v), x, static_cast<Slot>(~k));
    } else {
      const Slot y = src(v->args[1]);
      emit(BOp::kAndNot, dst(v), x, y);
    }
    return;
  }
  const bool is_and = v->op == Op::kAnd, is_or = v->op == Op::kOr;
  for (std::size_t i : {1, 0}) {
    if (!selection_.immediate(v, i, &k)) continue;
    const Slot x = src(v->args[1 - i]);
    const bool wide = k > INT16_MAX;
    emit(is_and ? (wide ? BOp::kAndKU : BOp::kAndK) : is_or ? BOp::kOrK : BOp::kXorK, dst(v), x, static_cast<Slot>(k));
    return;
  }
  const Slot x = src(v->args[0]), y = src(v->args[1]);
  emit(is_and ? BOp::kAnd : is_or ? BOp::kOr : BOp::kXor, dst(v), x, y);
}

void Emitter::shift(Value* v) {
  const Shape s = shape(v);
  const bool left = v->op == Op::kShl;
  const Slot to = dst(v);
  std::int64_t k = 0;
  if (selection_.immediate(v, 1, &k)) {
    const Slot x = src(v->args[0]);
    const bool over = k >= s.bits();
    if (over && (left || !s.is_signed())) {
      zero(to, 1);
      return;
    }
    const auto count = static_cast<Slot>(over ? 63 : k);
    if (!left) {
      emit(s.is_signed() ? BOp::kShrKI64 : BOp::kShrKU64, to, x, count);
    } else {
      emit(s.rep == Rep::kI32 ? BOp::kShlKI32 : s.rep == Rep::kU32 ? BOp::kShlKU32 : BOp::kShlKI64, to, x, count);
      if (narrow(s.rep)) extend(to, to, s.rep);
    }
    return;
  }
  const Slot x = src(v->args[0]), y = src(v->args[1]);
  std::int64_t known = -1;
  Selection::constant(v->args[1], &known);
  if (shape(v->args[1]).is_signed() && known < 0) emit(BOp::kCheckShift, y);
  if (!left) {
    emit(s.is_signed() ? BOp::kShrI64 : BOp::kShrU64, to, x, y);
    return;
  }
  emit(s.rep == Rep::kI32 ? BOp::kShlI32 : s.rep == Rep::kU32 ? BOp::kShlU32 : BOp::kShlI64, to, x, y);
  if (narrow(s.rep)) extend(to, to, s.rep);
}

void Emitter::unary(Value* v) {
  const Shape s = shape(v);
  const Slot x = src(v->args[0]), to = dst(v);
  if (v->op == Op::kNot) {
    emit(BOp::kXorK, to, x, 1);
  } else if (v->op == Op::kNeg && s.is_float()) {
    emit(s.rep == Rep::kF64 ? BOp::kNegF64 : BOp::kNegF32, to, x);
  } else {
    emit(v->op == Op::kNeg ? BOp::kNegI64 : BOp::kComI64, to, x);
    if (below64(s.rep)) extend(to, to, s.rep);
  }
}

void Emitter::min_max(Value* v) {
  const Shape s = shape(v);
  const bool min = v->op == Op::kMin;
  const Slot x = src(v->args[0]), y = src(v->args[1]), to = dst(v);
  if (s.rep == Rep::kString) {
    // The first operand wins where they are equal.
    const Slot less = scratch();
    emit(BOp::kSetLtStr, less, min ? y : x, min ? x : y);
    move(to, x, 2);
    const bc::Label done = builder_.new_label();
    builder_.jump(BOp::kJZero, less, done);
    move(to, y, 2);
    builder_.bind(done);
    return;
  }
  BOp op;
  if (s.rep == Rep::kF64) op = min ? BOp::kMinF64 : BOp::kMaxF64;
  else if (s.rep == Rep::kF32) op = min ? BOp::kMinF32 : BOp::kMaxF32;
  else if (s.is_signed()) op = min ? BOp::kMinI64 : BOp::kMaxI64;
  else op = min ? BOp::kMinU64 : BOp::kMaxU64;
  emit(op, to, x, y);
}

}  // namespace govm::codegen
