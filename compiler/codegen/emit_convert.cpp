// Conversions between numbers, complex arithmetic, intrinsics.
#include "base/assert.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

void Emitter::convert(Value* v) {
  const Shape from = shape(v->args[0]), to = shape(v);
  const Slot x = src(v->args[0]), d = dst(v);
  if (from.is_int() && to.is_int()) {
    extend(d, x, to.rep);
  } else if (from.is_int()) {
    const bool wide = from.rep == Rep::kU64;
    const bool f64 = to.rep == Rep::kF64;
    emit(wide ? (f64 ? BOp::kCvtU64F64 : BOp::kCvtU64F32) : (f64 ? BOp::kCvtI64F64 : BOp::kCvtI64F32), d, x);
  } else if (to.is_int()) {
    const bool f64 = from.rep == Rep::kF64;
    if (to.rep == Rep::kU64) {
      emit(f64 ? BOp::kCvtF64U64 : BOp::kCvtF32U64, d, x);
    } else if (to.rep == Rep::kI64 || to.rep == Rep::kU32) {
      emit(f64 ? BOp::kCvtF64I64 : BOp::kCvtF32I64, d, x);
      if (to.rep == Rep::kU32) extend(d, d, to.rep);
    } else {
      emit(f64 ? BOp::kCvtF64I32 : BOp::kCvtF32I32, d, x);
      if (to.rep != Rep::kI32) extend(d, d, to.rep);
    }
  } else if (from.rep == to.rep) {
    move(d, x);
  } else {
    emit(to.rep == Rep::kF32 ? BOp::kCvtF64F32 : BOp::kCvtF32F64, d, x);
  }
}

// ---- complex numbers: computed in float64 pairs; complex64 is one slot, its parts in its halves

Slot Emitter::complex128(Value* v) {
  const Slot x = src(v);
  if (shape(v).rep == Rep::kC128) return x;
  const Slot parts = scratch(2);
  if (shape(v).rep != Rep::kC64) {
    // A real number converted by a generic function.
    const Shape s = shape(v);
    if (s.is_int()) emit(s.rep == Rep::kU64 ? BOp::kCvtU64F64 : BOp::kCvtI64F64, parts, x);
    else if (s.rep == Rep::kF32) emit(BOp::kCvtF32F64, parts, x);
    else move(parts, x);
    zero(static_cast<Slot>(parts + 1), 1);
    return parts;
  }
  emit(BOp::kGet32U, parts, x, 0);
  emit(BOp::kGet32U, parts + 1u, x, 4);
  emit(BOp::kCvtF32F64, parts, parts);
  emit(BOp::kCvtF32F64, parts + 1u, parts + 1u);
  return parts;
}

void Emitter::complex_result(Value* v, Slot parts) {
  const Slot to = dst(v);
  if (shape(v).rep == Rep::kC128) {
    move(to, parts, 2);
    return;
  }
  const Slot half = scratch();
  for (std::uint32_t i = 0; i < 2; ++i) {
    emit(BOp::kCvtF64F32, half, parts + i);
    emit(BOp::kPut32, to, half, i * 4);
  }
}

void Emitter::complex_convert(Value* v) { complex_result(v, complex128(v->args[0])); }

void Emitter::complex_arith(Value* v) {
  const bool single = shape(v).rep == Rep::kC64;
  // complex64 sums and products round each step to float32.
  auto op = [single](BOp f64, BOp f32) { return single ? f32 : f64; };
  auto parts_of = [&](Value* x) {
    if (!single) return src(x);
    const Slot whole = src(x), parts = scratch(2);
    emit(BOp::kGet32U, parts, whole, 0);
    emit(BOp::kGet32U, parts + 1u, whole, 4);
    return parts;
  };
  if (v->op == Op::kDiv) {
    const Slot x = complex128(v->args[0]), y = complex128(v->args[1]), r = scratch(2);
    emit(BOp::kDivC128, r, x, y);
    complex_result(v, r);
    return;
  }
  const Slot x = parts_of(v->args[0]);
  const Slot r = scratch(2);
  if (v->op == Op::kNeg) {
    emit(op(BOp::kNegF64, BOp::kNegF32), r, x);
    emit(op(BOp::kNegF64, BOp::kNegF32), r + 1u, x + 1u);
  } else if (v->op == Op::kMul) {
    const Slot y = parts_of(v->args[1]), t = scratch();
    const BOp mul = op(BOp::kMulF64, BOp::kMulF32);
    emit(mul, r, x, y);
    emit(mul, t, x + 1u, y + 1u);
    emit(op(BOp::kSubF64, BOp::kSubF32), r, r, t);
    emit(mul, r + 1u, x, y + 1u);
    emit(mul, t, x + 1u, y);
    emit(op(BOp::kAddF64, BOp::kAddF32), r + 1u, r + 1u, t);
  } else {
    const Slot y = parts_of(v->args[1]);
    const BOp add = v->op == Op::kAdd ? op(BOp::kAddF64, BOp::kAddF32) : op(BOp::kSubF64, BOp::kSubF32);
    emit(add, r, x, y);
    emit(add, r + 1u, x + 1u, y + 1u);
  }
  if (single) {
    const Slot to = dst(v);
    emit(BOp::kPut32, to, r, 0);
    emit(BOp::kPut32, to, r + 1u, 4);
  } else {
    move(dst(v), r, 2);
  }
}

// ---- intrinsics

void Emitter::intrinsic(Value* v) {
  using I = ir::IntrinsicId;
  const auto id = static_cast<I>(v->aux_int);
  const Slot x = src(v->args[0]);
  const Slot y = v->args.size() > 1 ? src(v->args[1]) : Slot{0};
  const Slot z = v->args.size() > 2 ? src(v->args[2]) : Slot{0};
  const Slot to = dst(v);
  const auto width = static_cast<Slot>(shape(v->args[0]).bits());
  switch (id) {
    case I::kSqrt: emit(shape(v).rep == Rep::kF32 ? BOp::kSqrtF32 : BOp::kSqrtF64, to, x); break;
    case I::kFloor: emit(BOp::kFloorF64, to, x); break;
    case I::kCeil: emit(BOp::kCeilF64, to, x); break;
    case I::kTrunc: emit(BOp::kTruncF64, to, x); break;
    case I::kRoundToEven: emit(BOp::kRoundEvenF64, to, x); break;
    case I::kAbs: emit(BOp::kAbsF64, to, x); break;
    case I::kCopysign: emit(BOp::kCopysignF64, to, x, y); break;
    case I::kFma: emit(BOp::kFmaF64, to, x, y, {z}); break;
    case I::kFloat64Bits: case I::kFloat64FromBits: case I::kFloat32Bits: case I::kFloat32FromBits: move(to, x); break;
    case I::kLeadingZeros: emit(BOp::kClz, to, x, width); break;
    case I::kTrailingZeros: emit(BOp::kCtz, to, x, width); break;
    case I::kPopCount: emit(BOp::kPopCount, to, x); break;
    case I::kRotateLeft: {
      const BOp op = width == 64 ? BOp::kRotL64 : width == 32 ? BOp::kRotL32 : width == 16 ? BOp::kRotL16 : BOp::kRotL8;
      emit(op, to, x, y);
      break;
    }
    case I::kReverseBytes: emit(BOp::kBswap, to, x, width); break;
    case I::kReverse: emit(BOp::kBitReverse, to, x, width); break;
    case I::kBitLen: emit(BOp::kBitLen, to, x); break;
    case I::kMul64: emit(BOp::kMul128, to, x, y); break;
    case I::kAdd64: emit(BOp::kAddC64, to, x, y, {z}); break;
    case I::kSub64: emit(BOp::kSubB64, to, x, y, {z}); break;
  }
}

}  // namespace govm::codegen
