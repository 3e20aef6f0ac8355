#include "compiler/codegen/shape.h"

namespace govm::codegen {

namespace {

Rep basic_rep(types::BasicKind kind) {
  using K = types::BasicKind;
  switch (kind) {
    case K::kBool: case K::kUntypedBool: case K::kUint8: return Rep::kU8;
    case K::kInt8: return Rep::kI8;
    case K::kInt16: return Rep::kI16;
    case K::kInt32: case K::kUntypedRune: return Rep::kI32;
    case K::kInt: case K::kInt64: case K::kUntypedInt: return Rep::kI64;
    case K::kUint16: return Rep::kU16;
    case K::kUint32: return Rep::kU32;
    case K::kUint: case K::kUint64: case K::kUintptr: return Rep::kU64;
    case K::kFloat32: return Rep::kF32;
    case K::kFloat64: case K::kUntypedFloat: return Rep::kF64;
    case K::kComplex64: return Rep::kC64;
    case K::kComplex128: case K::kUntypedComplex: return Rep::kC128;
    case K::kString: case K::kUntypedString: return Rep::kString;
    case K::kUnsafePointer: case K::kUntypedNil: return Rep::kPtr;
    case K::kInvalid: break;
  }
  return Rep::kVoid;
}

Rep rep_of(types::Type* u) {
  switch (u->type_kind()) {
    case types::TypeKind::kBasic: return basic_rep(static_cast<types::Basic*>(u)->kind);
    case types::TypeKind::kArray: case types::TypeKind::kStruct: return Rep::kMem;
    case types::TypeKind::kSlice: return Rep::kSlice;
    case types::TypeKind::kPointer: case types::TypeKind::kSignature: case types::TypeKind::kMap:
    case types::TypeKind::kChan: return Rep::kPtr;
    case types::TypeKind::kInterface:
      return static_cast<types::Interface*>(u)->empty() ? Rep::kEface : Rep::kIface;
    case types::TypeKind::kTuple: return Rep::kTuple;
    default: return Rep::kVoid;
  }
}

}  // namespace

Shape Shapes::of(types::Type* t) {
  if (t == nullptr) return {};
  if (auto it = cache_.find(t); it != cache_.end()) return it->second;
  types::Type* u = types::under(t);
  Shape s;
  s.rep = rep_of(u);
  if (s.rep == Rep::kTuple) {
    for (types::Var* v : static_cast<types::Tuple*>(u)->vars) {
      const Shape e = of(v->type);
      s.slots += e.slots;
      s.pointers = s.pointers || e.pointers;
    }
    s.size = s.slots * 8;
  } else if (s.rep != Rep::kVoid) {
    s.size = types::size_of(u);
    s.slots = slots_of(s.size);
    s.pointers = ir::has_pointers(t);
  }
  cache_.emplace(t, s);
  return s;
}

std::uint32_t Shapes::tuple_offset(Shapes& shapes, types::Type* t, std::size_t i) {
  std::uint32_t at = 0;
  auto* tuple = static_cast<types::Tuple*>(types::under(t));
  for (std::size_t k = 0; k < i; ++k) at += shapes.of(tuple->vars[k]->type).slots;
  return at;
}

namespace {

void set_bit(std::vector<std::uint8_t>& bits, std::int64_t i) {
  const auto byte = static_cast<std::size_t>(i / 8);
  if (bits.size() <= byte) bits.resize(byte + 1);
  bits[byte] = static_cast<std::uint8_t>(bits[byte] | (1u << (i % 8)));
}

void mark_at(types::Type* t, std::int64_t offset, std::int64_t first_word, std::vector<std::uint8_t>& bits) {
  if (!ir::has_pointers(t)) return;
  types::Type* u = types::under(t);
  auto word = [&](std::int64_t w) { set_bit(bits, first_word + offset / 8 + w); };
  switch (rep_of(u)) {
    case Rep::kMem:
      if (auto* s = types::as<types::Struct>(u)) {
        for (std::size_t i = 0; i < s->fields.size(); ++i) {
          mark_at(s->fields[i]->type, offset + types::offset_of(s, i), first_word, bits);
        }
      } else {
        auto* a = static_cast<types::Array*>(u);
        const std::int64_t step = types::size_of(a->elem);
        for (std::int64_t i = 0; i < a->len; ++i) mark_at(a->elem, offset + i * step, first_word, bits);
      }
      break;
    case Rep::kEface: case Rep::kIface: word(0); word(1); break;
    default: word(0); break;
  }
}

}  // namespace

void mark_pointers(types::Type* t, std::int64_t first_word, std::vector<std::uint8_t>& bits) {
  if (t == nullptr) return;
  if (auto* tuple = types::as<types::Tuple>(t)) {
    for (types::Var* v : tuple->vars) {
      mark_pointers(v->type, first_word, bits);
      first_word += types::size_of(v->type) == 0 ? 0 : slots_of(types::size_of(v->type));
    }
    return;
  }
  mark_at(t, 0, first_word, bits);
}

}  // namespace govm::codegen
