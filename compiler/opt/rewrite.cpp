#include "compiler/opt/rewrite.h"

#include "compiler/opt/effects.h"

namespace govm::opt {

bool Rewriter::apply(Value* v) {
  bool any = false;
  for (int i = 0; i < 8 && apply_once(v); ++i) any = true;
  return any;
}

bool Rewriter::apply_once(Value* v) {
  switch (v->op) {
    case Op::kPhi: return phi(v);
    case Op::kAdd: case Op::kSub: case Op::kMul: case Op::kDiv: case Op::kRem: case Op::kAnd: case Op::kOr:
    case Op::kXor: case Op::kAndNot: case Op::kMin: case Op::kMax:
      return binary(v);
    case Op::kShl: case Op::kShr: return shift(v);
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: return compare(v);
    case Op::kNeg: case Op::kNot: case Op::kCom: return unary(v);
    case Op::kConvert: return convert(v);
    case Op::kChangeType: return change_type(v);
    case Op::kExtract: return extract(v);
    case Op::kFieldVal: case Op::kReal: case Op::kImag: return part_of_aggregate(v);
    case Op::kIndexVal: return part_of_aggregate(v) || index(v);
    case Op::kLen: case Op::kCap: case Op::kDataPtr: return header_part(v);
    case Op::kIfaceType: case Op::kIfaceData: return interface_part(v);
    case Op::kTypeAssert: return type_assert(v);
    case Op::kStringConcat: return string_concat(v);
    case Op::kIndexAddr: case Op::kStringIndex: return index(v);
    case Op::kNilCheck: case Op::kBoundsCheck: return check(v);
    case Op::kCondSelect: return select(v);
    case Op::kChangeIface:
      if (v->args[0]->type == v->type) return to_copy(v, v->args[0]);
      if (v->args[0]->op == Op::kMakeIface && v->args[0]->uses == 1) return become(v, Op::kMakeIface, {resolve(v->args[0]->args[0])}), true;
      return v->args[0]->op == Op::kZero && (become(v, Op::kZero, {}), true);
    default: return false;
  }
}

Value* Rewriter::constant(Value* like, types::Type* type, std::int64_t bits) {
  Value* v = emit(like, Op::kConst, type, {});
  v->aux_int = bits;
  return v;
}

Value* Rewriter::emit(Value* like, Op op, types::Type* type, std::initializer_list<Value*> args) {
  Value* v = make_like(like, op, type, args);
  v->block = like->block;
  emitted_.push_back(v);
  return v;
}

bool Rewriter::to_copy(Value* v, Value* of) {
  if (of == v) return false;
  if (v->type != nullptr && of->type != v->type) become(v, Op::kChangeType, {of});
  else become_copy(v, of);
  return true;
}

}  // namespace govm::opt
