// Maps and atomics.
#include "base/assert.h"
#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

// The variant of a family laid out 32, 64, Str, generic for this map's keys.
Emitter::BOp Emitter::map_op(BOp first, types::Type* map) const {
  const Shape key = shapes_.of(types::under_as<types::Map>(map)->key);
  int step = 3;
  if (key.is_int() || key.rep == Rep::kPtr) {
    if (key.size == 4) step = 0;
    if (key.size == 8) step = 1;
  }
  if (key.rep == Rep::kString) step = 2;
  return static_cast<BOp>(static_cast<int>(first) + step);
}
static_assert(static_cast<int>(bc::Op::kMapAccess) == static_cast<int>(bc::Op::kMapAccess32) + 3);
static_assert(static_cast<int>(bc::Op::kMapAccessOk) == static_cast<int>(bc::Op::kMapAccessOk32) + 3);
static_assert(static_cast<int>(bc::Op::kMapAssign) == static_cast<int>(bc::Op::kMapAssign32) + 3);
static_assert(static_cast<int>(bc::Op::kMapDelete) == static_cast<int>(bc::Op::kMapDelete32) + 3);

bool Emitter::maps(Value* v) {
  switch (v->op) {
    case Op::kMakeMap: {
      const Slot n = src(v->args[0]);
      emit(BOp::kMakeMap, dst(v), n, 0, {type_word(v->type)});
      return true;
    }
    case Op::kMapGet: {
      types::Type* map = v->args[0]->type;
      const Slot m = src(v->args[0]), key = src(v->args[1]);
      const Slot to = dst(v);
      const Slot address = shape(v).slots == 1 ? to : scratch();
      emit(map_op(BOp::kMapAccess32, map), address, m, key, {type_word(map)});
      if (v->aux.type == nullptr) load_from(to, address, 0, v->type);
      return true;
    }
    case Op::kMapGetOk: {
      types::Type* map = v->args[0]->type;
      types::Type* elem = types::under_as<types::Map>(map)->elem;
      const std::uint32_t slots = passed_shape(shapes_, elem).slots;
      const Slot m = src(v->args[0]), key = src(v->args[1]);
      const Slot to = selection_.fold(v) == Fold::kSlot ? dst(v) : scratch(slots + 1);
      if (slots == 0) {
        const Slot pair = scratch(2);
        emit(map_op(BOp::kMapAccessOk32, map), pair, m, key, {type_word(map)});
        move(to, static_cast<Slot>(pair + 1));
        return true;
      }
      // Address and flag go where the last element slot and the flag are; the element is loaded over the address.
      const auto address = static_cast<Slot>(to + slots - 1);
      emit(map_op(BOp::kMapAccessOk32, map), address, m, key, {type_word(map)});
      if (!by_reference(elem)) load_from(to, address, 0, elem);
      return true;
    }
    case Op::kMapSet: {
      types::Type* map = v->args[0]->type;
      const Slot m = src(v->args[0]), key = src(v->args[1]), address = scratch();
      emit(map_op(BOp::kMapAssign32, map), address, m, key, {type_word(map)});
      types::Type* elem = types::under_as<types::Map>(map)->elem;
      if (shapes_.of(elem).slots != 0) store_to(address, 0, v->args[2], elem);
      return true;
    }
    case Op::kMapAssign: {
      types::Type* map = v->args[0]->type;
      const Slot m = src(v->args[0]), key = src(v->args[1]);
      emit(map_op(BOp::kMapAssign32, map), dst(v), m, key, {type_word(map)});
      return true;
    }
    case Op::kMapDelete: {
      types::Type* map = v->args[0]->type;
      const Slot m = src(v->args[0]), key = src(v->args[1]);
      emit(map_op(BOp::kMapDelete32, map), m, key, 0, {type_word(map)});
      return true;
    }
    case Op::kMapClear: emit(BOp::kMapClear, src(v->args[0]), 0, 0, {type_word(v->args[0]->type)}); return true;
    case Op::kMapLen: {
      const Slot m = src(v->args[0]);
      emit(BOp::kMapLen, dst(v), m);
      return true;
    }
    case Op::kMapIterInit: {
      const Slot it = src(v->args[0]), m = src(v->args[1]);
      emit(BOp::kMapIterInit, it, m, 0, {type_word(v->args[1]->type)});
      return true;
    }
    case Op::kMapIterNext: {
      const Slot it = src(v->args[0]);
      emit(BOp::kMapIterNext, dst(v), it);
      return true;
    }
    case Op::kMapIterKey: case Op::kMapIterElem: {
      if (shape(v).slots == 0 || selection_.fold(v) != Fold::kSlot) return true;
      // Words 0 and 1 of the iterator are the addresses of key and element.
      const std::uint32_t at = v->op == Op::kMapIterElem ? 1 : 0;
      const Address a = selection_.address(v->args[0]);
      const Slot to = dst(v);
      if (a.kind == Address::Kind::kFrame) {
        const auto address = static_cast<Slot>(frame_.variable(a.base) + a.offset / 8 + at);
        if (v->aux.type != nullptr) move(to, address, 1);
        else load_from(to, address, 0, v->type);
      } else {
        const Slot address = v->aux.type != nullptr ? to : scratch();
        emit(BOp::kLoad64, address, src(v->args[0]), at * 8);
        if (v->aux.type == nullptr) load_from(to, address, 0, v->type);
      }
      return true;
    }
    default: return false;
  }
}

namespace {
// Variant of {8U, 32S, 32U, 64} or, with pointers, the one behind them.
int atomic_step(const Shape& s) {
  switch (s.rep) {
    case Rep::kU8: case Rep::kI8: return 0;
    case Rep::kI32: return 1;
    case Rep::kU32: return 2;
    case Rep::kPtr: return 4;
    default: return 3;
  }
}
bc::Op plus(bc::Op first, int step) { return static_cast<bc::Op>(static_cast<int>(first) + step); }
static_assert(static_cast<int>(bc::Op::kAtomicSwapPtr) == static_cast<int>(bc::Op::kAtomicSwap8U) + 4);
static_assert(static_cast<int>(bc::Op::kAtomicStorePtr) == static_cast<int>(bc::Op::kAtomicStore8) + 3);
static_assert(static_cast<int>(bc::Op::kAtomicCasPtr) == static_cast<int>(bc::Op::kAtomicCas8) + 3);
}  // namespace

bool Emitter::atomics(Value* v) {
  auto binary = [&](BOp op) {
    const Slot p = src(v->args[0]), x = src(v->args[1]);
    emit(op, dst(v), p, x);
    return true;
  };
  switch (v->op) {
    case Op::kAtomicLoad: {
      const Slot p = src(v->args[0]);
      const int step = atomic_step(shape(v));
      emit(plus(BOp::kAtomicLoad8U, step == 4 ? 3 : step), dst(v), p);
      return true;
    }
    case Op::kAtomicStore: {
      const Slot p = src(v->args[0]), x = src(v->args[1]);
      const int step = atomic_step(shape(v->args[1]));
      static constexpr int kStores[] = {0, 1, 1, 2, 3};
      emit(plus(BOp::kAtomicStore8, kStores[step]), p, x);
      return true;
    }
    case Op::kAtomicSwap: return binary(plus(BOp::kAtomicSwap8U, atomic_step(shape(v->args[1]))));
    case Op::kAtomicAdd: return binary(plus(BOp::kAtomicAdd32S, atomic_step(shape(v->args[1])) - 1));
    case Op::kAtomicAnd: return binary(plus(BOp::kAtomicAnd8U, atomic_step(shape(v->args[1]))));
    case Op::kAtomicOr: return binary(plus(BOp::kAtomicOr8U, atomic_step(shape(v->args[1]))));
    case Op::kAtomicCas: {
      const Slot p = src(v->args[0]), old = src(v->args[1]), now = src(v->args[2]);
      static constexpr int kCas[] = {0, 1, 1, 2, 3};
      emit(plus(BOp::kAtomicCas8, kCas[atomic_step(shape(v->args[1]))]), dst(v), p, old, {now});
      return true;
    }
    default: return false;
  }
}

}  // namespace govm::codegen
