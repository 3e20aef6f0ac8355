// Values made of parts, in Go layout over consecutive slots.
#include "base/assert.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

// The value of type t at byte `byte` behind slot `from`.
void Emitter::get_part(Slot to, Slot from, std::int64_t byte, types::Type* t) {
  const Shape s = shapes_.of(t);
  from = static_cast<Slot>(from + byte / 8);
  const auto at = static_cast<Slot>(byte % 8);
  if (s.slots == 0) return;
  if (at == 0 && (s.size % 8 == 0 || !s.one_word())) {
    move(to, from, s.slots);
    return;
  }
  switch (s.rep) {
    case Rep::kI8: emit(BOp::kGet8S, to, from, at); return;
    case Rep::kU8: emit(BOp::kGet8U, to, from, at); return;
    case Rep::kI16: emit(BOp::kGet16S, to, from, at); return;
    case Rep::kU16: emit(BOp::kGet16U, to, from, at); return;
    case Rep::kI32: emit(BOp::kGet32S, to, from, at); return;
    case Rep::kU32: case Rep::kF32: emit(BOp::kGet32U, to, from, at); return;
    default: emit(BOp::kGetN, to, from, at, {static_cast<std::uint64_t>(s.size)}); return;
  }
}

// x as a value of type t to byte `byte` behind slot `to`.
void Emitter::put_part(Slot to, std::int64_t byte, Value* x, types::Type* t) {
  const Shape s = shapes_.of(t);
  to = static_cast<Slot>(to + byte / 8);
  const auto at = static_cast<Slot>(byte % 8);
  if (s.slots == 0) return;
  if (at == 0 && s.size % 8 == 0) {
    put(to, x);
    return;
  }
  const Slot from = src(x);
  switch (s.size) {
    case 1: emit(BOp::kPut8, to, from, at); return;
    case 2: emit(BOp::kPut16, to, from, at); return;
    case 4: emit(BOp::kPut32, to, from, at); return;
    default: emit(BOp::kPutN, to, from, at, {static_cast<std::uint64_t>(s.size)}); return;
  }
}

void Emitter::part(Value* v) {
  Value* x = v->args[0];
  if (v->op == Op::kFieldVal) {
    auto* s = types::under_as<types::Struct>(x->type);
    get_part(dst(v), src(x), types::offset_of(s, static_cast<std::size_t>(v->aux_int)), v->type);
    return;
  }
  auto* array = types::under_as<types::Array>(x->type);
  const Shape s = shape(v);
  std::int64_t k = 0;
  if (Selection::constant(v->args[1], &k) && k >= 0 && k < array->len) {
    get_part(dst(v), src(x), k * s.size, v->type);
    return;
  }
  const Slot i = src(v->args[1]);
  if ((v->flags & ir::kNoBounds) == 0) emit(BOp::kBoundsCheckK, i, 0, 0, {static_cast<std::uint64_t>(array->len)});
  if (s.slots == 0 || selection_.fold(v) != Fold::kSlot) return;
  const Slot base = src(x), address = scratch();
  builder_.emit_imm32(BOp::kLocalAddr, address, base);
  emit(BOp::kIdxAddr, address, address, i, {static_cast<std::uint64_t>(s.size)});
  load_from(dst(v), address, 0, v->type);
}

bool Emitter::aggregate(Value* v) {
  const Slot to = selection_.fold(v) == Fold::kSlot ? dst(v) : Slot{0};
  switch (v->op) {
    case Op::kFieldVal: case Op::kIndexVal: part(v); return true;
    case Op::kReal: case Op::kImag: {  // complex64: complex128's parts are aliases
      const Slot x = src(v->args[0]);
      emit(BOp::kGet32U, to, x, v->op == Op::kImag ? 4 : 0);
      return true;
    }
    case Op::kComplexMake:
      if (shape(v).rep == Rep::kC128) {
        put(to, v->args[0]);
        put(static_cast<Slot>(to + 1), v->args[1]);
      } else {
        const Slot re = src(v->args[0]), im = src(v->args[1]);
        emit(BOp::kPut32, to, re, 0);
        emit(BOp::kPut32, to, im, 4);
      }
      return true;
    case Op::kStringMake: case Op::kSliceMake:
      for (std::size_t i = 0; i < v->args.size(); ++i) put(static_cast<Slot>(to + i), v->args[i]);
      return true;
    case Op::kStructMake: {
      if (shape(v).slots == 0) return true;
      auto* s = types::under_as<types::Struct>(v->type);
      for (std::size_t i = 0; i < v->args.size(); ++i) put_part(to, types::offset_of(s, i), v->args[i], s->fields[i]->type);
      return true;
    }
    case Op::kArrayMake: {
      if (shape(v).slots == 0) return true;
      auto* a = types::under_as<types::Array>(v->type);
      const std::int64_t size = shapes_.of(a->elem).size;
      for (std::size_t i = 0; i < v->args.size(); ++i) put_part(to, static_cast<std::int64_t>(i) * size, v->args[i], a->elem);
      return true;
    }
    case Op::kCopy: case Op::kChangeType: put(to, v->args[0]); return true;
    default: return false;
  }
}

}  // namespace govm::codegen
