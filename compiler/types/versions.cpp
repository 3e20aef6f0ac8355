// The greatest set of pairs of declared types that are equal as long as all pairs are taken for equal: first all of the
// same name, then those that differ are taken away until none does.
#include "compiler/types/versions.h"

#include <vector>

#include "compiler/types/instantiate.h"
#include "compiler/types/named.h"
#include "compiler/types/predicates.h"

namespace govm::types {
namespace {

struct Pair {
  Named* old;
  Named* fresh;
};

Named* declared_type(Object* o) {
  auto* name = as<TypeName>(o);
  return name != nullptr && name->type != nullptr ? as<Named>(name->type) : nullptr;
}

// t of the fresh version, with its type parameters replaced by the old one's.
Type* renamed(Session& session, Type* t, std::span<TypeParam* const> from, std::span<TypeParam* const> to) {
  if (from.empty()) return t;
  const std::vector<Type*> types(to.begin(), to.end());
  return subst(session, nullptr, Pos{}, t, SubstMap{from, types}, nullptr);
}

bool by_pointer(const Func* method) {
  const Var* recv = const_cast<Func*>(method)->signature()->recv;
  return recv != nullptr && as<Pointer>(unalias(recv->type)) != nullptr;
}

bool same_method(Session& session, Func* old, Func* fresh) {
  if (by_pointer(old) != by_pointer(fresh)) return false;
  const auto from = list_of(fresh->signature()->rparams), to = list_of(old->signature()->rparams);
  return from.size() == to.size() && identical(old->type, renamed(session, fresh->type, from, to));
}

Func* method_named(Named* type, Symbol name) {
  for (std::size_t i = 0; i < type->num_methods(); ++i) {
    if (type->method(i)->name == name) return type->method(i);
  }
  return nullptr;
}

bool same_methods(Session& session, const Pair& pair) {
  if (pair.old->num_methods() != pair.fresh->num_methods()) return false;
  for (std::size_t i = 0; i < pair.fresh->num_methods(); ++i) {
    Func* fresh = pair.fresh->method(i);
    Func* old = method_named(pair.old, fresh->name);
    if (old == nullptr || !same_method(session, old, fresh)) return false;
  }
  return true;
}

bool same(Session& session, const Pair& pair) {
  const auto to = list_of(pair.old->tparams()), from = list_of(pair.fresh->tparams());
  if (to.size() != from.size()) return false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!identical(to[i]->bound, renamed(session, from[i]->bound, from, to))) return false;
  }
  return identical(under(pair.old), renamed(session, under(pair.fresh), from, to)) && same_methods(session, pair);
}

}  // namespace

void pair_versions(Session& session, std::span<const PackageVersions> packages) {
  std::vector<Pair> pairs;
  for (const PackageVersions& p : packages) {
    for (Object* o : p.fresh->scope->sorted()) {
      Named* fresh = declared_type(o);
      Named* old = declared_type(p.old->scope->lookup(o->name));
      if (fresh == nullptr || old == nullptr || fresh->obj() != o || old->obj() != p.old->scope->lookup(o->name)) continue;
      pairs.push_back({old, fresh});
      fresh->impl->earlier = old;
    }
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (const Pair& pair : pairs) {
      if (pair.fresh->impl->earlier == nullptr || same(session, pair)) continue;
      pair.fresh->impl->earlier = nullptr;
      changed = true;
    }
  }
}

Func* earlier_version(const PackageVersions& package, Func* fresh) {
  Signature* signature = fresh->signature();
  if (signature->recv == nullptr) {
    auto* old = as<Func>(package.old->scope->lookup(fresh->name));
    return old != nullptr && identical(old->type, fresh->type) ? old : nullptr;
  }
  Type* receiver = unalias(signature->recv->type);
  if (auto* pointer = as<Pointer>(receiver)) receiver = unalias(pointer->base);
  auto* named = as<Named>(receiver);
  Named* old = named != nullptr ? named->origin()->impl->earlier : nullptr;
  return old != nullptr ? method_named(old, fresh->name) : nullptr;
}

Var* earlier_version(const PackageVersions& package, Var* fresh) {
  auto* old = as<Var>(package.old->scope->lookup(fresh->name));
  return old != nullptr && identical(old->type, fresh->type) ? old : nullptr;
}

}  // namespace govm::types
