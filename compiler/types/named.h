// The inside of defined types (types2/named.go). An instance is resolved (its underlying type substituted) when first
// needed, and its methods one by one.
#pragma once

#include <vector>

#include "compiler/types/checker.h"

namespace govm::types {

struct Named::Impl {
  Session* session = nullptr;
  Checker* check = nullptr;        // while its package is being checked, else null
  TypeName* obj = nullptr;         // of the origin, for instances
  Type* from_rhs = nullptr;        // declared right-hand side, for cycle reports
  Named* orig = nullptr;           // instances: the generic type; else null
  const TypeList* targs = nullptr; // instances
  enum State : std::uint8_t { kUnresolved, kResolved, kComplete } state = kUnresolved;
  Type* underlying = nullptr;      // may be a Named while being set up
  TypeParamList* tparams = nullptr;
  std::span<Func*> methods;        // instances: parallel to the origin's, null until expanded
  std::uint32_t expanded_methods = 0;
  Named* earlier = nullptr;        // the same type in an earlier version of its package (versions.h); else null
};

// n, or what it was in the first version of its package.
inline Named* first_version(Named* n) {
  while (n->impl->earlier != nullptr) n = n->impl->earlier;
  return n;
}

Named* new_named(Session& session, Checker* check, TypeName* obj, Type* underlying);
Named* new_named_instance(Session& session, Checker* check, Pos pos, Named* orig, std::span<Type* const> targs,
                          Named* expanding);
Named* resolve(Named* n);
void add_method(Named* n, Func* m);
Type* safe_underlying(Type* t);    // without completing anything; for reports and cycle checks
struct MethodFound {
  int index;                       // -1: none
  Func* func;                      // of the origin: use Named::method(index) for the instantiated one
};
MethodFound lookup_method(Named* n, const Package* pkg, Symbol name, bool fold_case);

Alias* new_alias(Session& session, Checker* check, TypeName* obj, Type* rhs);
Alias* new_alias_instance(Session& session, Checker* check, Pos pos, Alias* orig, std::span<Type* const> targs,
                          Named* expanding);
TypeParam* new_type_param(Session& session, Checker* check, TypeName* obj, Type* constraint);
Interface* new_interface(Session& session, Checker* check);
TypeParamList* bind_tparams(Session& session, std::span<TypeParam* const> list);  // null for an empty list; sets indices
TypeList* new_type_list(Session& session, std::span<Type* const> list);           // null for an empty list
inline std::span<TypeParam* const> list_of(const TypeParamList* l) {
  return l ? std::span<TypeParam* const>(l->params) : std::span<TypeParam* const>();
}
inline std::span<Type* const> list_of(const TypeList* l) {
  return l ? std::span<Type* const>(l->types) : std::span<Type* const>();
}

}  // namespace govm::types
