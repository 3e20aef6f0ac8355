#include "compiler/opt/effects.h"

#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

bool shift_may_panic(const Value* v) {
  const Value* count = v->args[1];
  return shape_of(count->type).is_signed && !(is_const(count) && count->aux_int >= 0);
}

bool is_zero(const Value* v) { return v->op == Op::kZero; }

bool map_key_may_panic(const Value* v) {
  auto* map = types::under_as<types::Map>(v->args[0]->type);
  return map == nullptr || comparison_may_panic(map->key);
}

bool make_slice_may_panic(const Value* v) {
  const Value* len = v->args[0];
  const Value* cap = v->args.size() > 1 ? v->args[1] : len;
  if (!is_const(len) || !is_const(cap)) return true;
  auto* slice = types::under_as<types::Slice>(v->type);
  const std::int64_t size = slice ? types::size_of(slice->elem) : 0;
  return len->aux_int < 0 || cap->aux_int < len->aux_int || cap->aux_int > (std::int64_t{1} << 20) / (size + 1);
}

}  // namespace

bool may_panic(const Value* v) {
  if ((ir::op_flags(v->op) & ir::kMayPanic) == 0) return false;
  switch (v->op) {
    case Op::kDiv: case Op::kRem:
      return shape_of(v->type).is_int() && !(is_const(v->args[1]) && v->args[1]->aux_int != 0);
    case Op::kShl: case Op::kShr: return shift_may_panic(v);
    case Op::kEq: case Op::kNe:
      return comparison_may_panic(v->args[0]->type) && !is_zero(v->args[0]) && !is_zero(v->args[1]);
    case Op::kIndexAddr: case Op::kStringIndex: case Op::kIndexVal: case Op::kDecodeRune:
      return (v->flags & ir::kNoBounds) == 0;
    case Op::kTypeAssert: return v->aux_int != 1;
    case Op::kMapGet: case Op::kMapGetOk: return map_key_may_panic(v);
    case Op::kMakeSlice: return make_slice_may_panic(v);
    case Op::kNilCheck: return !known_non_nil(v->args[0]);
    default: return true;
  }
}

bool removable(const Value* v) {
  if ((ir::op_flags(v->op) & (ir::kWrites | ir::kCall | ir::kTerm)) != 0) return false;
  return !may_panic(v);
}

bool shareable(const Value* v) {
  switch (v->op) {
    case Op::kPhi: case Op::kCopy: return false;
    case Op::kDiv: case Op::kRem: case Op::kShl: case Op::kShr: case Op::kEq: case Op::kNe: case Op::kIndexVal:
    case Op::kNilCheck: case Op::kIndexAddr: case Op::kStringIndex: case Op::kBoundsCheck: case Op::kSliceToArrayPtr:
    case Op::kDecodeRune: case Op::kSlice: case Op::kTypeAssert: case Op::kUnsafeSlice: case Op::kUnsafeString:
      return true;
    default:
      return ir::op_flags(v->op) == ir::kPure;
  }
}

bool hoistable(const Value* v) {
  switch (v->op) {
    // Where the guard that proved the bounds does not hold, these would read out of range.
    case Op::kStringIndex: case Op::kDecodeRune: case Op::kIndexVal: return false;
    default: return shareable(v) && v->type != nullptr && !may_panic(v);
  }
}

bool clobbers_memory(const Value* v) { return (ir::op_flags(v->op) & (ir::kWrites | ir::kCall)) != 0; }

bool known_non_nil(const Value* v) {
  for (;;) {
    if ((v->flags & ir::kNonNil) != 0) return true;
    switch (v->op) {
      case Op::kAlloc: case Op::kGlobalAddr: case Op::kFieldAddr: case Op::kIndexAddr: case Op::kFuncValue:
      case Op::kMakeClosure: case Op::kMakeMap: case Op::kMakeChan: case Op::kMakeIface: case Op::kNilCheck:
      case Op::kTypeDesc: case Op::kMapAssign:
        return true;
      case Op::kChangeType: case Op::kCopy:
        v = v->args[0];
        break;
      default:
        return false;
    }
  }
}

}  // namespace govm::opt
