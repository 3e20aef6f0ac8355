#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

Shape basic_shape(const types::Basic* b) {
  using K = types::BasicKind;
  switch (b->kind) {
    case K::kBool: return {Shape::kBool, 8};
    case K::kInt: case K::kInt64: return {Shape::kInt, 64, true};
    case K::kInt8: return {Shape::kInt, 8, true};
    case K::kInt16: return {Shape::kInt, 16, true};
    case K::kInt32: return {Shape::kInt, 32, true};
    case K::kUint: case K::kUint64: return {Shape::kInt, 64};
    case K::kUintptr: return {Shape::kInt, 64, false, true};
    case K::kUint8: return {Shape::kInt, 8};
    case K::kUint16: return {Shape::kInt, 16};
    case K::kUint32: return {Shape::kInt, 32};
    case K::kFloat32: return {Shape::kFloat, 32, true};
    case K::kFloat64: return {Shape::kFloat, 64, true};
    case K::kComplex64: return {Shape::kComplex, 64, true};
    case K::kComplex128: return {Shape::kComplex, 128, true};
    case K::kString: return {Shape::kString};
    case K::kUnsafePointer: return {Shape::kPointer, 64};
    default: return {};
  }
}

}  // namespace

Shape shape_of(types::Type* t) {
  if (t == nullptr) return {};
  if (t->type_kind() == types::TypeKind::kNamed) t = types::under(t);
  switch (t->type_kind()) {
    case types::TypeKind::kBasic: return basic_shape(static_cast<types::Basic*>(t));
    case types::TypeKind::kPointer: case types::TypeKind::kMap: case types::TypeKind::kChan:
    case types::TypeKind::kSignature:
      return {Shape::kPointer, 64};
    case types::TypeKind::kSlice: return {Shape::kSlice};
    case types::TypeKind::kInterface: return {Shape::kInterface};
    case types::TypeKind::kStruct: return {Shape::kStruct};
    case types::TypeKind::kArray: return {Shape::kArray};
    default: return {};
  }
}

std::int64_t wrap(std::int64_t bits, Shape s) {
  const unsigned shift = 64u - s.bits;
  if (shift == 0) return bits;
  const auto up = static_cast<std::uint64_t>(bits) << shift;
  return s.is_signed ? static_cast<std::int64_t>(up) >> shift : static_cast<std::int64_t>(up >> shift);
}

std::int64_t min_value(Shape s) {
  return s.is_signed ? static_cast<std::int64_t>(~std::uint64_t{0} << (s.bits - 1)) : 0;
}

std::uint64_t max_value(Shape s) {
  return ~std::uint64_t{0} >> (64 - s.bits + (s.is_signed ? 1 : 0));
}

bool comparison_may_panic(types::Type* t) {
  t = types::under(t);
  if (t == nullptr) return false;
  if (t->type_kind() == types::TypeKind::kInterface) return true;
  if (auto* a = types::as<types::Array>(t)) return comparison_may_panic(a->elem);
  if (auto* s = types::as<types::Struct>(t)) {
    for (types::Var* field : s->fields) {
      if (comparison_may_panic(field->type)) return true;
    }
  }
  return false;
}

types::Type* pointee(types::Type* t) {
  auto* p = t ? types::under_as<types::Pointer>(t) : nullptr;
  return p ? p->base : nullptr;
}

}  // namespace govm::opt
