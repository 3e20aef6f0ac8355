// Loads, stores, variables and addresses.
#include <bit>

#include "base/assert.h"
#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

namespace {

using BOp = bc::Op;

// Index in families laid out 8S, 8U, 16S, 16U, 32S, 32U, 64.
int load_width(const Shape& s) {
  switch (s.rep) {
    case Rep::kI8: return 0;
    case Rep::kU8: return 1;
    case Rep::kI16: return 2;
    case Rep::kU16: return 3;
    case Rep::kI32: return 4;
    case Rep::kU32: case Rep::kF32: return 5;
    default: break;
  }
  switch (s.size) {
    case 1: return 1;
    case 2: return 3;
    case 4: return 5;
    case 8: return 6;
    default: return -1;
  }
}

// Index in families laid out 8, 16, 32, 64; -1 for other sizes.
int store_width(std::int64_t size) {
  return size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : size == 8 ? 3 : -1;
}

BOp plus(BOp first, int step) { return static_cast<BOp>(static_cast<int>(first) + step); }
static_assert(static_cast<int>(BOp::kLoad64) == static_cast<int>(BOp::kLoad8S) + 6);
static_assert(static_cast<int>(BOp::kLoadG64) == static_cast<int>(BOp::kLoadG8S) + 6);
static_assert(static_cast<int>(BOp::kGet64) == static_cast<int>(BOp::kGet8S) + 6);
static_assert(static_cast<int>(BOp::kLoadElem64) == static_cast<int>(BOp::kLoadElem8S) + 6);
static_assert(static_cast<int>(BOp::kLoadElemK64) == static_cast<int>(BOp::kLoadElemK8S) + 6);
static_assert(static_cast<int>(BOp::kLoadIdx64) == static_cast<int>(BOp::kLoadIdx8S) + 6);
static_assert(static_cast<int>(BOp::kLoadArr64) == static_cast<int>(BOp::kLoadArr8S) + 6);
static_assert(static_cast<int>(BOp::kStore64) == static_cast<int>(BOp::kStore8) + 3);
static_assert(static_cast<int>(BOp::kStoreG64) == static_cast<int>(BOp::kStoreG8) + 3);
static_assert(static_cast<int>(BOp::kPut64) == static_cast<int>(BOp::kPut8) + 3);
static_assert(static_cast<int>(BOp::kStoreElemPtr) == static_cast<int>(BOp::kStoreElem8) + 4);
static_assert(static_cast<int>(BOp::kStoreElemKPtr) == static_cast<int>(BOp::kStoreElemK8) + 4);
static_assert(static_cast<int>(BOp::kStoreIdxPtr) == static_cast<int>(BOp::kStoreIdx8) + 4);
static_assert(static_cast<int>(BOp::kStoreArrPtr) == static_cast<int>(BOp::kStoreArr8) + 4);

}  // namespace

bool Emitter::memory(Value* v) {
  switch (v->op) {
    case Op::kLoad: load(v); return true;
    case Op::kStore: store(v); return true;
    case Op::kNilCheck:
      if (!selection_.nil_check_folded(v)) emit(BOp::kNilCheck, src(v->args[0]));
      return true;
    case Op::kAlloc: alloc(v); return true;
    case Op::kFieldAddr: case Op::kPtrAdd: field_addr(v); return true;
    case Op::kIndexAddr:
      if (Selection::constant_element(v)) {
        field_addr(v);
      } else {
        index_addr(v);
      }
      return true;
    case Op::kBoundsCheck: {
      std::int64_t n = 0;
      const Slot x = src(v->args[0]);
      if (Selection::constant(v->args[1], &n)) {
        emit(BOp::kBoundsCheckK, x, 0, 0, {static_cast<std::uint64_t>(n)});
      } else {
        emit(BOp::kBoundsCheck, x, src(v->args[1]));
      }
      return true;
    }
    case Op::kMove: {
      const Slot x = src(v->args[0]), y = src(v->args[1]);
      emit(BOp::kMemMove, x, y, 0, {type_word(v->aux.type)});
      return true;
    }
    case Op::kZeroMem: {
      const Address a = selection_.address(v->args[0]);
      const Shape s = shapes_.of(v->aux.type);
      if (a.kind == Address::Kind::kFrame && a.offset % 8 == 0 && s.size % 8 == 0) {
        zero(static_cast<Slot>(frame_.variable(a.base) + a.offset / 8), s.slots);
      } else {
        emit(BOp::kMemZero, src(v->args[0]), 0, 0, {type_word(v->aux.type)});
      }
      return true;
    }
    case Op::kStringIndex: {
      std::int64_t k = 0;
      const Slot x = src(v->args[0]);
      if (selection_.immediate(v, 1, &k)) {
        emit(BOp::kLoadElemK8U, dst(v), x, static_cast<Slot>(k));
      } else {
        const Slot i = src(v->args[1]);
        emit((v->flags & ir::kNoBounds) != 0 ? BOp::kLoadIdx8U : BOp::kLoadElem8U, dst(v), x, i);
      }
      return true;
    }
    case Op::kCapture: {
      std::uint32_t at = 1;
      const auto n = static_cast<std::size_t>(v->aux_int);
      for (std::size_t i = 0; i < n; ++i) at += fn_.captures[i].by_ref ? 1 : passed_shape(shapes_, fn_.captures[i].type).slots;
      const std::uint32_t slots = shape(v).slots;
      if (slots == 1) {
        emit(BOp::kGetCapture, dst(v), at);
      } else if (slots > 1) {
        emit(BOp::kGetCaptureN, dst(v), at, slots);
      }
      return true;
    }
    default: return false;
  }
}

// ---- loads

void Emitter::load(Value* v) {
  const Address a = selection_.address(v->args[0]);
  if (shape(v).slots == 0) return;
  switch (a.kind) {
    case Address::Kind::kFrame:
      load_frame(dst(v), frame_.variable(a.base) * 8 + static_cast<std::uint32_t>(a.offset), v->type);
      break;
    case Address::Kind::kGlobal:
      load_global(dst(v), static_cast<const char*>(target_.global(a.base->aux.global)) + a.offset, v->type);
      break;
    case Address::Kind::kElement: load_element(v, a.base); break;
    case Address::Kind::kRegister: {
      const Slot base = base_slot(a);
      load_from(dst(v), base, a.offset, v->type);
      break;
    }
  }
}

Slot Emitter::base_slot(const Address& a) { return src(a.base); }

void Emitter::load_from(Slot to, Slot base, std::int64_t offset, types::Type* t) {
  const Shape s = shapes_.of(t);
  const auto off = static_cast<Slot>(offset);
  const int w = load_width(s);
  if (w >= 0) emit(plus(BOp::kLoad8S, w), to, base, off);
  else if (s.size == 16) emit(BOp::kLoad128, to, base, off);
  else if (s.size == 24) emit(BOp::kLoad192, to, base, off);
  else if (s.size > 0) emit(BOp::kLoadN, to, base, off, {static_cast<std::uint64_t>(s.size)});
}

void Emitter::load_frame(Slot to, std::uint32_t byte, types::Type* t) { get_part(to, static_cast<Slot>(byte / 8), byte % 8, t); }

void Emitter::load_global(Slot to, const void* address, types::Type* t) {
  const Shape s = shapes_.of(t);
  const int w = load_width(s);
  if (w >= 0) emit(plus(BOp::kLoadG8S, w), to, 0, 0, {word(address)});
  else if (s.size == 16) emit(BOp::kLoadG128, to, 0, 0, {word(address)});
  else if (s.size == 24) emit(BOp::kLoadG192, to, 0, 0, {word(address)});
  else if (s.size > 0) {
    const Slot base = scratch();
    address_constant(base, address);
    load_from(to, base, 0, t);
  }
}

void Emitter::load_element(Value* v, Value* index) {
  const Shape s = shape(v);
  const int w = load_width(s);
  const Slot x = src(index->args[0]), to = dst(v);
  const bool slice = types::under_as<types::Slice>(index->args[0]->type) != nullptr;
  const bool check = selection_.checks_bounds(index, v);
  std::int64_t k = 0;
  if (slice && selection_.immediate(index, 1, &k)) {
    if (check) {
      emit(plus(BOp::kLoadElemK8S, w), to, x, static_cast<Slot>(k));
    } else {
      load_from(to, x, k * s.size, v->type);
    }
    return;
  }
  const Slot i = src(index->args[1]);
  if (!check) {
    emit(plus(BOp::kLoadIdx8S, w), to, x, i);
  } else if (!slice) {
    auto* array = types::under_as<types::Array>(pointee(index->args[0]->type));
    emit(plus(BOp::kLoadArr8S, w), to, x, i, {static_cast<std::uint64_t>(array->len)});
  } else if (w < 0) {
    emit(s.size == 16 ? BOp::kLoadElem128 : BOp::kLoadElem192, to, x, i);
  } else {
    emit(plus(BOp::kLoadElem8S, w), to, x, i);
  }
}

// ---- stores

bool Emitter::pointer_store(types::Type* t) const {
  const Shape s = shapes_.of(t);
  return s.pointers && s.size == 8;
}

void Emitter::store(Value* v) {
  const Address a = selection_.address(v->args[0]);
  Value* x = v->args[1];
  types::Type* t = x->type;
  if (shapes_.of(t).slots == 0) return;
  switch (a.kind) {
    case Address::Kind::kFrame:
      store_frame(frame_.variable(a.base) * 8 + static_cast<std::uint32_t>(a.offset), x, t);
      break;
    case Address::Kind::kGlobal: {
      const char* address = static_cast<const char*>(target_.global(a.base->aux.global)) + a.offset;
      const Shape s = shapes_.of(t);
      const int w = store_width(s.size);
      if (w >= 0) {
        emit(s.pointers ? BOp::kStoreGPtr : plus(BOp::kStoreG8, w), src(x), 0, 0, {word(address)});
      } else {
        const Slot base = scratch();
        address_constant(base, address);
        store_to(base, 0, x, t);
      }
      break;
    }
    case Address::Kind::kElement: store_element(v, a.base, x); break;
    case Address::Kind::kRegister: store_to(base_slot(a), a.offset, x, t); break;
  }
}

void Emitter::store_to(Slot base, std::int64_t offset, Value* x, types::Type* t) {
  const Shape s = shapes_.of(t);
  const auto off = static_cast<Slot>(offset);
  const Slot from = src(x);
  const int w = store_width(s.size);
  if (pointer_store(t)) emit(BOp::kStorePtr, base, from, off);
  else if (w >= 0) emit(plus(BOp::kStore8, w), base, from, off);
  else if (s.rep == Rep::kString) emit(BOp::kStoreStr, base, from, off);
  else if (s.rep == Rep::kEface || s.rep == Rep::kIface) emit(BOp::kStoreIface, base, from, off);
  else if (s.rep == Rep::kSlice) emit(BOp::kStoreSlice, base, from, off);
  else if (s.pointers) emit(BOp::kStoreT, base, from, off, {type_word(t)});
  else if (s.size == 16) emit(BOp::kStore128, base, from, off);
  else emit(BOp::kStoreN, base, from, off, {static_cast<std::uint64_t>(s.size)});
}

void Emitter::store_frame(std::uint32_t byte, Value* x, types::Type* t) {
  (void)t;
  put_part(static_cast<Slot>(byte / 8), byte % 8, x, t);
}

void Emitter::store_element(Value* v, Value* index, Value* x) {
  const Shape s = shape(x);
  const int w = s.pointers ? 4 : store_width(s.size);
  const Slot base = src(index->args[0]);
  const bool slice = types::under_as<types::Slice>(index->args[0]->type) != nullptr;
  const bool check = selection_.checks_bounds(index, v);
  const Slot from = src(x);
  std::int64_t k = 0;
  if (slice && selection_.immediate(index, 1, &k)) {
    if (check) {
      emit(plus(BOp::kStoreElemK8, w), base, static_cast<Slot>(k), from);
    } else if (k * s.size <= INT16_MAX) {
      emit(s.pointers ? BOp::kStorePtr : plus(BOp::kStore8, w), base, from, static_cast<Slot>(k * s.size));
    } else {
      const Slot i = scratch();
      constant(i, k);
      emit(plus(BOp::kStoreIdx8, w), base, i, from);
    }
    return;
  }
  const Slot i = src(index->args[1]);
  if (!check) {
    emit(plus(BOp::kStoreIdx8, w), base, i, from);
  } else if (!slice) {
    auto* array = types::under_as<types::Array>(pointee(index->args[0]->type));
    emit(plus(BOp::kStoreArr8, w), base, i, from, {static_cast<std::uint64_t>(array->len)});
  } else {
    emit(plus(BOp::kStoreElem8, w), base, i, from);
  }
}

// ---- variables and addresses

void Emitter::alloc(Value* v) {
  scratch_ = 0;
  types::Type* t = pointee(v->type);
  if (!selection_.in_frame(v)) {
    if (selection_.fold(v) != Fold::kSlot) return;
    std::uint64_t type = type_word(t);
    if (frame_.holds_numbers(v)) {
      const std::uint32_t slots = shapes_.of(t).slots;
      type = word(target_.closure_type(slots, std::vector<std::uint8_t>((slots + 7) / 8, 0xff)));
    }
    emit(BOp::kNew, dst(v), 0, 0, {type});
    return;
  }
  const std::uint32_t at = frame_.variable(v);
  zero(static_cast<Slot>(at), shapes_.of(t).slots);
  if (selection_.fold(v) == Fold::kSlot) builder_.emit_imm32(BOp::kLocalAddr, dst(v), static_cast<std::int32_t>(at));
}

void Emitter::field_addr(Value* v) {
  if (selection_.fold(v) != Fold::kSlot) return;
  const Address a = selection_.address(v);
  const Slot to = dst(v);
  std::int64_t offset = a.offset;
  Slot base = to;
  if (a.base == v) {
    // Out of reach as one immediate, or a variable distance.
    if (v->op == Op::kPtrAdd && !Selection::constant(v->args[1], &offset)) {
      const Slot x = src(v->args[0]), y = src(v->args[1]);
      emit(BOp::kAddI64, to, x, y);
      return;
    }
    if (v->op == Op::kFieldAddr) {
      offset = types::offset_of(types::under_as<types::Struct>(pointee(v->args[0]->type)), static_cast<std::size_t>(v->aux_int));
    }
    if (v->op == Op::kIndexAddr) {
      Selection::constant(v->args[1], &offset);
      offset *= shapes_.of(pointee(v->type)).size;
    }
    base = src(v->args[0]);
  } else if (a.kind == Address::Kind::kFrame) {
    builder_.emit_imm32(BOp::kLocalAddr, to, static_cast<std::int32_t>(frame_.variable(a.base) + offset / 8));
    offset %= 8;
    if (offset == 0) return;
  } else if (a.kind == Address::Kind::kGlobal) {
    address_constant(to, static_cast<const char*>(target_.global(a.base->aux.global)) + offset);
    return;
  } else {
    base = src(a.base);
  }
  if (offset >= INT16_MIN && offset <= INT16_MAX) {
    emit(BOp::kAddKI64, to, base, static_cast<Slot>(offset));
  } else {
    const Slot k = scratch();
    constant(k, offset);
    emit(BOp::kAddI64, to, base, k);
  }
}

void Emitter::index_addr(Value* v) {
  Value* x = v->args[0];
  const bool slice = types::under_as<types::Slice>(x->type) != nullptr;
  const auto size = static_cast<std::uint64_t>(shapes_.of(pointee(v->type)).size);
  const bool check = (v->flags & ir::kNoBounds) == 0;
  const Slot base = src(x);
  const Slot i = src(v->args[1]);
  if (!check) {
    if (selection_.fold(v) == Fold::kSlot) emit(BOp::kIdxAddr, dst(v), base, i, {size});
  } else if (slice) {
    emit(BOp::kElemAddr, dst(v), base, i, {size});
  } else {
    auto* array = types::under_as<types::Array>(pointee(x->type));
    emit(BOp::kArrAddr, dst(v), base, i, {size, static_cast<std::uint64_t>(array->len)});
  }
}

}  // namespace govm::codegen
