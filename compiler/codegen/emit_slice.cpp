// Slices and strings.
#include "base/assert.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

// Of a slice in the frame: one that is not within the capacity panics as on the heap.
void Emitter::check_length(Slot len, std::int64_t cap, Slot to, types::Type* elem) {
  const Slot most = scratch(), beyond = scratch();
  constant(most, cap);
  emit(BOp::kSetLtU64, beyond, most, len);
  const bc::Label fits = builder_.new_label();
  builder_.jump(BOp::kJZero, beyond, fits);
  emit(BOp::kMakeSlice, to, len, most, {type_word(elem)});
  builder_.bind(fits);
}

bool Emitter::slices(Value* v) {
  auto arg = [&](std::size_t i) { return src(v->args[i]); };
  auto text = [&](BOp op, BOp temporary) {
    const Slot x = arg(0);
    if (selection_.in_frame(v)) emit(temporary, dst(v), x, 0, {frame_.variable(v)});
    else emit(op, dst(v), x);
    return true;
  };
  switch (v->op) {
    case Op::kSlice: slice(v); return true;
    case Op::kAppend: append(v); return true;
    case Op::kAppendSlice: {
      const Slot x = arg(0), y = arg(1);
      emit(BOp::kAppendSlice, dst(v), x, y, {type_word(types::under_as<types::Slice>(v->type)->elem)});
      return true;
    }
    case Op::kCopySlice: {
      const Slot x = arg(0), y = arg(1);
      emit(BOp::kCopySlice, dst(v), x, y, {type_word(types::under_as<types::Slice>(v->args[0]->type)->elem)});
      return true;
    }
    case Op::kClearSlice:
      emit(BOp::kClearSlice, arg(0), 0, 0, {type_word(types::under_as<types::Slice>(v->args[0]->type)->elem)});
      return true;
    case Op::kMakeSlice: {
      types::Type* elem = types::under_as<types::Slice>(v->type)->elem;
      if (selection_.in_frame(v)) {
        std::int64_t len = 0, cap = 0;
        Selection::constant(v->args[1], &cap);
        const std::uint32_t at = frame_.variable(v);
        const Slot to = selection_.fold(v) == Fold::kSlot ? dst(v) : scratch(3);
        const bool fixed = Selection::constant(v->args[0], &len);
        const Slot wanted = fixed ? Slot{0} : arg(0);
        if (!fixed) check_length(wanted, cap, to, elem);
        zero(static_cast<Slot>(at), slots_of(cap * shapes_.of(elem).size));
        builder_.emit_imm32(BOp::kLocalAddr, to, static_cast<std::int32_t>(at));
        if (fixed) constant(static_cast<Slot>(to + 1), len);
        else move(static_cast<Slot>(to + 1), wanted);
        constant(static_cast<Slot>(to + 2), cap);
        return true;
      }
      const Slot len = arg(0), cap = arg(1);
      if ((v->aux_int & ir::kZeroesOnly) != 0) {
        const Slot to = dst(v);
        zero(to, 1);
        move(static_cast<Slot>(to + 1), len);
        move(static_cast<Slot>(to + 2), len);
        return true;
      }
      emit(BOp::kMakeSlice, dst(v), len, cap, {type_word(elem)});
      return true;
    }
    case Op::kUnsafeSlice: {
      const Slot x = arg(0), n = arg(1);
      emit(BOp::kUnsafeSlice, dst(v), x, n, {type_word(types::under_as<types::Slice>(v->type)->elem)});
      return true;
    }
    case Op::kUnsafeString: {
      const Slot x = arg(0), n = arg(1);
      emit(BOp::kUnsafeString, dst(v), x, n);
      return true;
    }
    case Op::kSliceToArrayPtr: {
      const Slot x = arg(0);
      auto* array = types::under_as<types::Array>(pointee(v->type));
      emit(BOp::kSliceToArrayPtr, dst(v), x, 0, {static_cast<std::uint64_t>(array->len)});
      return true;
    }
    case Op::kStringConcat: {
      const Slot from = gather(v->args);
      const auto count = static_cast<std::uint32_t>(v->args.size());
      if (selection_.in_frame(v)) emit(BOp::kConcatTmp, dst(v), from, count, {frame_.variable(v)});
      else emit(BOp::kConcat, dst(v), from, count);
      return true;
    }
    case Op::kStringFromRune: return text(BOp::kStrFromRune, BOp::kStrFromRuneTmp);
    case Op::kStringFromBytes:
      if ((v->aux_int & 1) == 0) return text(BOp::kStrFromBytes, BOp::kStrFromBytesTmp);
      move(dst(v), arg(0), 2);
      return true;
    case Op::kStringFromRunes: return text(BOp::kStrFromRunes, BOp::kStrFromRunesTmp);
    case Op::kBytesFromString: return text(BOp::kBytesFromStr, BOp::kBytesFromStrTmp);
    case Op::kRunesFromString: return text(BOp::kRunesFromStr, BOp::kRunesFromStrTmp);
    case Op::kDecodeRune: {
      const Slot x = arg(0), i = arg(1);
      emit(BOp::kDecodeRune, dst(v), x, i);
      return true;
    }
    default: return false;
  }
}

void Emitter::append(Value* v) {
  types::Type* elem = types::under_as<types::Slice>(v->type)->elem;
  const Shape e = shapes_.of(elem);
  const std::uint64_t type = type_word(elem);
  const Slot x = src(v->args[0]);
  const auto count = static_cast<std::uint64_t>(v->args.size() - 1);
  if (count == 0) {
    move(dst(v), x, 3);
    return;
  }
  if (count == 1 && e.slots == 1) {
    const Slot y = src(v->args[1]);
    BOp op = BOp::kNop;
    if (e.pointers) op = BOp::kAppendPtr;
    else if (e.size == 1) op = BOp::kAppend8;
    else if (e.size == 4) op = BOp::kAppend32;
    else if (e.size == 8) op = BOp::kAppend64;
    if (op != BOp::kNop) {
      emit(op, dst(v), x, y, {type});
      return;
    }
  }
  const Slot from = gather(std::span<Value* const>(v->args).subspan(1));
  emit(BOp::kAppendN, dst(v), x, from, {type, count});
}

void Emitter::slice(Value* v) {
  const auto flags = static_cast<std::uint64_t>(v->aux_int & 7);
  std::uint64_t bounds = flags << 48;
  std::size_t next = 1;
  for (int i = 0; i < 3; ++i) {
    if ((flags >> i & 1) != 0) bounds |= static_cast<std::uint64_t>(src(v->args[next++])) << (16 * i);
  }
  Value* x = v->args[0];
  const Slot from = src(x);
  const Slot to = dst(v);
  if (shape(x).rep == Rep::kString) {
    emit(BOp::kSliceStr, to, from, 0, {bounds});
  } else if (shape(x).rep == Rep::kSlice) {
    const auto size = static_cast<std::uint64_t>(shapes_.of(types::under_as<types::Slice>(x->type)->elem).size);
    emit(BOp::kSliceSlice, to, from, 0, {bounds, size});
  } else {
    auto* array = types::under_as<types::Array>(pointee(x->type));
    emit(BOp::kSliceArr, to, from, 0,
         {bounds, static_cast<std::uint64_t>(shapes_.of(array->elem).size), static_cast<std::uint64_t>(array->len)});
  }
}

}  // namespace govm::codegen
