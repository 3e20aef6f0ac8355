// Underlying and core types.
#include "compiler/types/named.h"
#include "compiler/types/predicates.h"
#include "compiler/types/universe.h"

namespace govm::types {

Type* under_named(Named* n);  // named.cpp

Type* under(Type* t) {
  if (!t) return invalid_type();  // an element of a type that is being declared
  switch (t->type_kind()) {
    case TypeKind::kNamed: return under_named(static_cast<Named*>(t));
    case TypeKind::kAlias: return under(unalias(t));
    case TypeKind::kTypeParam: return static_cast<TypeParam*>(t)->iface();
    default: return t;
  }
}

void typeset(Type* t, FunctionRef<bool(Type*, Type*)> f) {
  if (TypeParam* p = as_type_param(t)) {
    type_set(p->iface())->typeset(f);
    return;
  }
  f(t, under(t));
}

bool under_is(Type* t, FunctionRef<bool(Type*)> f) {
  bool ok = false;
  typeset(t, [&](Type*, Type* u) {
    ok = f(u);
    return ok;
  });
  return ok;
}

Type* match(Type* x, Type* y) {
  if (identical(x, y)) return x;
  auto* cx = as<Chan>(x);
  auto* cy = as<Chan>(y);
  if (!cx || !cy || !identical(cx->elem, cy->elem)) return nullptr;
  if (cx->dir == syntax::ChanDir::kBoth) return y;
  if (cy->dir == syntax::ChanDir::kBoth) return x;
  return nullptr;
}

namespace {

// The type all types of t's type set have in common; with strings: []byte and string together give string.
Type* common_type(Type* t, bool strings) {
  Type* common = nullptr;
  bool has_string = false;
  typeset(t, [&](Type*, Type* u) {
    if (!u) return false;
    if (strings && is_string(u)) {
      u = byte_slice();
      has_string = true;
    }
    if (common) u = match(common, u);
    common = u;
    if (!u) has_string = false;
    return u != nullptr;
  });
  return has_string ? basic_type(BasicKind::kString) : common;
}

}  // namespace

Type* core_type(Type* t) {
  if (!is_type_param(t)) return under(t);
  return common_type(t, false);
}

Type* core_string(Type* t) {
  if (!is_type_param(t)) return under(t);  // an untyped string stays untyped
  return common_type(t, true);
}

Type* unpointer(Type* t) {
  while (auto* p = as<Pointer>(t)) t = p->base;
  return t;
}

Deref deref(Type* t) {
  if (auto* p = as<Pointer>(unalias(t))) return {p->base ? p->base : invalid_type(), true};
  return {t, false};
}

Type* deref_struct_ptr(Type* t) {
  if (auto* p = under_as<Pointer>(t); p && under_as<Struct>(p->base)) return p->base;
  return t;
}

}  // namespace govm::types
