// Interfaces.
#include <cstring>

#include "base/assert.h"
#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

// First word of an interface value of type iface that holds a concrete value.
const void* Emitter::tab(types::Type* iface, types::Type* concrete) {
  if (shapes_.of(iface).rep == Rep::kEface) return target_.type(concrete);
  return target_.itab(iface, concrete);
}

namespace {

// Of a MakeIface: large values are pointers to memory of theirs.
types::Type* boxed_type(const Value* v) { return v->aux.type != nullptr ? v->aux.type : v->args[0]->type; }

}  // namespace

// Interface values of constants are two constant words: the data is static memory.
void Emitter::make_iface(Slot to, Value* v) {
  Value* x = v->args[0];
  const Shape s = shape(x);
  Value* c = x;
  while (c->op == Op::kCopy || c->op == Op::kChangeType) c = c->args[0];
  const void* data = nullptr;
  if (c->op == Op::kFuncValue) {
    data = &target_.function(c->aux.function)->self_closure;
  } else if (c->op == Op::kGlobalAddr) {
    data = target_.global(c->aux.global);
  } else if (c->op == Op::kConst && ir::is_direct_iface(x->type)) {
    data = reinterpret_cast<const void*>(c->aux_int);
  } else if (!ir::is_direct_iface(x->type)) {
    std::uint8_t bytes[64] = {};
    if (c->op == Op::kConst) {
      std::memcpy(bytes, &c->aux_int, sizeof(c->aux_int));
    } else if (c->op == Op::kConstString) {
      const abi::String text{reinterpret_cast<const std::uint8_t*>(c->aux.string->data()),
                             static_cast<std::int64_t>(c->aux.string->size())};
      std::memcpy(bytes, &text, sizeof(text));
    }
    data = target_.constant({bytes, static_cast<std::size_t>(s.size)}, x->type);
  }
  emit(BOp::kConstStr, to, 0, 0, {word(tab(v->type, boxed_type(v))), word(data)});
}

void Emitter::make_interface(Value* v) {
  Value* x = v->args[0];
  const void* first = tab(v->type, boxed_type(v));
  const Slot to = dst(v);
  if (ir::is_direct_iface(x->type)) {
    put(static_cast<Slot>(to + 1), x);
    address_constant(to, first);
    return;
  }
  if (selection_.in_frame(v)) {
    const std::uint32_t at = frame_.variable(v);
    store_frame(at * 8, x, x->type);
    builder_.emit_imm32(BOp::kLocalAddr, static_cast<Slot>(to + 1), static_cast<std::int32_t>(at));
    address_constant(to, first);
    return;
  }
  const Slot from = src(x);
  emit(BOp::kMakeIface, to, from, 0, {word(first), type_word(x->type)});
}

void Emitter::type_assert(Value* v) {
  Value* x = v->args[0];
  types::Type* wanted = v->aux.type;
  types::Type* source = x->type;
  const Shape w = shapes_.of(wanted);
  const bool ok = (v->aux_int & 1) != 0;
  const Slot from = src(x);
  const std::uint32_t slots = w.slots;
  const Slot to = selection_.fold(v) == Fold::kSlot ? dst(v) : scratch(slots + 1);
  if (w.rep == Rep::kEface || w.rep == Rep::kIface) {
    const std::uint32_t flags = (shape(x).rep == Rep::kIface ? 1u : 0u) | (w.rep == Rep::kIface ? 2u : 0u);
    emit(ok ? BOp::kAssertIfaceOk : BOp::kAssertIface, to, from, flags, {type_word(wanted), type_word(source)});
    return;
  }
  // A type that lacks methods (possible in instantiations) never matches: no interface value begins with 1.
  const void* wanted_tab = tab(source, wanted);
  const std::uint64_t first = wanted_tab != nullptr ? word(wanted_tab) : 1;
  if (ir::is_direct_iface(wanted) || by_reference(wanted)) {
    if (ok) emit(BOp::kAssertDirectOk, to, from, to + 1u, {first});
    else emit(BOp::kAssertDirect, to, from, 0, {first, type_word(wanted), type_word(source)});
    return;
  }
  if (ok) emit(BOp::kAssertOk, to, from, to + slots, {first, type_word(wanted)});
  else emit(BOp::kAssert, to, from, 0, {first, type_word(wanted), type_word(source)});
}

bool Emitter::interfaces(Value* v) {
  switch (v->op) {
    case Op::kMakeIface: make_interface(v); return true;
    case Op::kTypeAssert: type_assert(v); return true;
    case Op::kChangeIface: {
      const Slot x = src(v->args[0]);
      const Shape from = shape(v->args[0]), to = shape(v);
      if (from.rep == to.rep && from.rep == Rep::kEface) {
        move(dst(v), x, 2);
      } else if (to.rep == Rep::kEface) {
        emit(BOp::kIfaceToEface, dst(v), x);
      } else {
        emit(BOp::kChangeIface, dst(v), x, 0, {type_word(v->type)});
      }
      return true;
    }
    case Op::kIfaceType: {
      const Slot x = src(v->args[0]);
      emit(BOp::kIfaceType, dst(v), x);
      return true;
    }
    default: return false;
  }
}

}  // namespace govm::codegen
