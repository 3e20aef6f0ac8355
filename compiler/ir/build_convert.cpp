// Conversions: implicit ones at assignments, explicit T(x), and unpacking of interfaces.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using types::BasicKind;

namespace {

types::Basic* basic_of(types::Type* t) { return types::under_as<types::Basic>(t); }

bool has_info(types::Type* t, int info) {
  auto* b = basic_of(t);
  return b && (b->info & info);
}

BasicKind elem_kind(types::Type* t) {
  auto* s = types::under_as<types::Slice>(t);
  auto* b = s ? basic_of(s->elem) : nullptr;
  return b ? b->kind : BasicKind::kInvalid;
}

}  // namespace

// v as a value of type t, to which it is assignable.
Value* Builder::assign_convert(Value* v, types::Type* t) {
  if (v->type == t) return v;
  if (auto* b = types::as<types::Basic>(v->type); b && b->kind == BasicKind::kUntypedNil) return zero(t);
  if (types::is_interface(t)) {
    if (!types::is_interface(v->type)) {
      PosScope scope(*this, v->pos);   // that of what is boxed: -m tells of it there
      return emit(Op::kMakeIface, t, {v});
    }
    auto* from = types::under_as<types::Interface>(v->type);
    auto* to = types::under_as<types::Interface>(t);
    bool same = canon(from) == canon(to);
    return emit(same ? Op::kChangeType : Op::kChangeIface, t, {v});
  }
  if (v->op == Op::kConst && basic_of(t) && basic_of(v->type) && basic_of(t)->kind == basic_of(v->type)->kind) {
    return const_int(v->aux_int, t);
  }
  return emit(Op::kChangeType, t, {v});
}

Value* Builder::convert(Value* v, types::Type* t) {
  types::Type* from = v->type;
  if (from == t) return v;
  if (types::is_interface(t) || types::is_interface(from)) return assign_convert(v, t);
  if (has_info(t, types::kIsNumeric) && has_info(from, types::kIsNumeric)) {
    if (basic_of(t)->kind == basic_of(from)->kind) return assign_convert(v, t);
    if (v->op == Op::kConst && has_info(t, types::kIsInteger) && has_info(from, types::kIsInteger) &&
        types::size_of(t) == 8) {
      return const_int(v->aux_int, t);
    }
    return emit(Op::kConvert, t, {v});
  }
  if (has_info(t, types::kIsString)) {
    if (has_info(from, types::kIsInteger)) return emit(Op::kStringFromRune, t, {v});
    if (elem_kind(from) == BasicKind::kUint8) return emit(Op::kStringFromBytes, t, {v});
    if (elem_kind(from) == BasicKind::kInt32) return emit(Op::kStringFromRunes, t, {v});
  }
  if (has_info(from, types::kIsString)) {
    if (elem_kind(t) == BasicKind::kUint8) {
      Value* bytes = emit(Op::kBytesFromString, t, {v});
      if (v->op != Op::kConstString) return bytes;
      // gc copies a constant to an array of exactly its length: append moves on.
      Value* n = const_int(static_cast<std::int64_t>(v->aux.string->size()));
      return emit(Op::kSliceMake, t, {emit(Op::kDataPtr, program_.pointer_to(elem_type(t)), {bytes}), n, n});
    }
    if (elem_kind(t) == BasicKind::kInt32) return emit(Op::kRunesFromString, t, {v});
  }
  if (types::under_as<types::Slice>(from)) {
    if (is_pointer(t)) return emit(Op::kSliceToArrayPtr, t, {v});
    if (auto* a = types::under_as<types::Array>(t)) {
      Value* p = emit(Op::kSliceToArrayPtr, program_.pointer_to(t), {v});
      return a->len == 0 ? zero(t) : load(p);
    }
  }
  return assign_convert(v, t);
}

Value* Builder::unpack_iface(Value* iface, types::Type* t) {
  return unpack_word(emit(Op::kIfaceData, pointer_, {iface}), t);
}

// The value of type t whose interface data word is word.
Value* Builder::unpack_word(Value* word, types::Type* t) {
  if (!is_direct_iface(t)) return load(emit(Op::kChangeType, program_.pointer_to(t), {word}));
  types::Type* u = types::under(t);
  if (types::as<types::Struct>(u)) return emit(Op::kStructMake, t, {unpack_word(word, field_type(t, 0))});
  if (types::as<types::Array>(u)) return emit(Op::kArrayMake, t, {unpack_word(word, elem_type(t))});
  return emit(Op::kChangeType, t, {word});
}

}  // namespace govm::ir
