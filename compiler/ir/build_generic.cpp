// Types as the function being built sees them: type parameters substituted, then the canonical representative.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

types::Type* Builder::typ(const types::Type* t) {
  GOVM_ASSERT(t);
  auto [it, fresh] = types_.try_emplace(t, nullptr);
  if (!fresh) return it->second;
  auto* type = const_cast<types::Type*>(t);
  if (types::is_untyped(type)) type = types::default_type(type);
  if (is_generic()) type = types::substitute(session_, type, fn_->env.params, fn_->env.args);
  type = canon(type);
  types_[t] = type;
  return type;
}

std::vector<types::Type*> Builder::type_args(const types::TypeList* list) {
  std::vector<types::Type*> out;
  if (!list) return out;
  for (types::Type* t : list->types) out.push_back(typ(t));
  return out;
}

types::Type* Builder::field_type(types::Type* struct_type, int field) {
  auto* s = types::under_as<types::Struct>(struct_type);
  GOVM_ASSERT(s && static_cast<std::size_t>(field) < s->fields.size());
  return canon(s->fields[field]->type);
}

types::Type* Builder::elem_type(types::Type* t) {
  t = types::under(t);
  switch (t->type_kind()) {
    case types::TypeKind::kPointer: return canon(types::as<types::Pointer>(t)->base);
    case types::TypeKind::kSlice: return canon(types::as<types::Slice>(t)->elem);
    case types::TypeKind::kArray: return canon(types::as<types::Array>(t)->elem);
    case types::TypeKind::kMap: return canon(types::as<types::Map>(t)->elem);
    case types::TypeKind::kChan: return canon(types::as<types::Chan>(t)->elem);
    case types::TypeKind::kBasic: return program_.basic(types::BasicKind::kUint8);  // string
    default: GOVM_UNREACHABLE();
  }
}

}  // namespace govm::ir
