// Type identity (Go spec: Type identity). Interfaces may be recursive: pairs being compared are assumed identical.
#include <algorithm>

#include "compiler/types/instantiate.h"
#include "compiler/types/named.h"
#include "compiler/types/predicates.h"
#include "compiler/types/universe.h"

namespace govm::types {

struct IfacePair {
  Interface* x;
  Interface* y;
  const IfacePair* prev;
  bool same(const IfacePair& o) const { return (x == o.x && y == o.y) || (x == o.y && y == o.x); }
};

namespace {

bool identical_tuples(const Comparer& c, Tuple* x, Tuple* y, const IfacePair* p) {
  if (x->size() != y->size()) return false;
  for (std::size_t i = 0; i < x->size(); ++i)
    if (!c.identical(x->vars[i]->type, y->vars[i]->type, p)) return false;
  return true;
}

bool identical_structs(const Comparer& c, Struct* x, Struct* y, const IfacePair* p) {
  if (x->fields.size() != y->fields.size()) return false;
  for (std::size_t i = 0; i < x->fields.size(); ++i) {
    Var* f = x->fields[i];
    Var* g = y->fields[i];
    if (f->embedded != g->embedded || (!c.ignore_tags && x->tag(i) != y->tag(i)) ||
        !same_id(f, g->pkg, g->name, false) || !c.identical(f->type, g->type, p))
      return false;
  }
  return true;
}

bool identical_signatures(const Comparer& c, Signature* x, Signature* y, const IfacePair* p) {
  const auto xtparams = list_of(x->tparams);
  const auto ytparams = list_of(y->tparams);
  if (xtparams.size() != ytparams.size() || x->variadic != y->variadic) return false;
  Tuple* yparams = y->params;
  Tuple* yresults = y->results;
  if (!xtparams.empty()) {  // compare with y's type parameters renamed to x's
    Session& session = *xtparams[0]->session;
    std::vector<Type*> renamed(xtparams.begin(), xtparams.end());
    const SubstMap map{ytparams, renamed};
    for (std::size_t i = 0; i < xtparams.size(); ++i) {
      Type* ybound = subst(session, nullptr, Pos{}, ytparams[i]->bound, map, nullptr);
      if (!c.identical(xtparams[i]->bound, ybound, p)) return false;
    }
    yparams = as<Tuple>(subst(session, nullptr, Pos{}, yparams, map, nullptr));
    yresults = as<Tuple>(subst(session, nullptr, Pos{}, yresults, map, nullptr));
  }
  return identical_tuples(c, x->params, yparams, p) && identical_tuples(c, x->results, yresults, p);
}

bool equal_terms(TermList x, TermList y) { return terms_subset_of(x, y) && terms_subset_of(y, x); }

TermList union_terms(Arena& arena, Union* u) {
  TermList all;
  for (const Term& t : u->terms) {
    auto* iface = under_as<Interface>(t.type);
    all = terms_union(arena, all, iface ? type_set(iface)->terms : TermList(&t, 1));
  }
  return all;
}

bool identical_interfaces(const Comparer& c, Interface* x, Interface* y, const IfacePair* p) {
  TypeSet* xset = type_set(x);
  TypeSet* yset = type_set(y);
  if (xset->comparable != yset->comparable || xset->methods.size() != yset->methods.size() ||
      !equal_terms(xset->terms, yset->terms))
    return false;
  const IfacePair pair{x, y, p};
  for (; p; p = p->prev)
    if (p->same(pair)) return true;
  for (std::size_t i = 0; i < xset->methods.size(); ++i) {
    Func* f = xset->methods[i];
    Func* g = yset->methods[i];
    if (!same_id(f, g->pkg, g->name, false) || !c.identical(f->type, g->type, &pair)) return false;
  }
  return true;
}

bool identical_named(Named* x, Named* y) {
  const auto xargs = list_of(x->targs());
  const auto yargs = list_of(y->targs());
  if (xargs.size() != yargs.size() || !identical_origin(x, y)) return false;
  return std::equal(xargs.begin(), xargs.end(), yargs.begin(), identical);
}

}  // namespace

bool Comparer::identical(Type* x, Type* y, const IfacePair* p) const {
  x = unalias(x);
  y = unalias(y);
  if (x == y) return true;
  if (ignore_invalids && (x == invalid_type() || y == invalid_type())) return true;
  if (!x || !y || x->type_kind() != y->type_kind()) return false;
  switch (x->type_kind()) {
    case TypeKind::kBasic: return static_cast<Basic*>(x)->kind == static_cast<Basic*>(y)->kind;
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(x);
      auto* b = static_cast<Array*>(y);
      // Unknown lengths were reported: assume they are equal.
      return (a->len < 0 || b->len < 0 || a->len == b->len) && identical(a->elem, b->elem, p);
    }
    case TypeKind::kSlice: return identical(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, p);
    case TypeKind::kStruct: return identical_structs(*this, static_cast<Struct*>(x), static_cast<Struct*>(y), p);
    case TypeKind::kPointer: return identical(static_cast<Pointer*>(x)->base, static_cast<Pointer*>(y)->base, p);
    case TypeKind::kTuple: return identical_tuples(*this, static_cast<Tuple*>(x), static_cast<Tuple*>(y), p);
    case TypeKind::kSignature:
      return identical_signatures(*this, static_cast<Signature*>(x), static_cast<Signature*>(y), p);
    case TypeKind::kUnion: {
      Arena scratch;
      return equal_terms(union_terms(scratch, static_cast<Union*>(x)), union_terms(scratch, static_cast<Union*>(y)));
    }
    case TypeKind::kInterface:
      return identical_interfaces(*this, static_cast<Interface*>(x), static_cast<Interface*>(y), p);
    case TypeKind::kMap:
      return identical(static_cast<Map*>(x)->key, static_cast<Map*>(y)->key, p) &&
             identical(static_cast<Map*>(x)->elem, static_cast<Map*>(y)->elem, p);
    case TypeKind::kChan:
      return static_cast<Chan*>(x)->dir == static_cast<Chan*>(y)->dir &&
             identical(static_cast<Chan*>(x)->elem, static_cast<Chan*>(y)->elem, p);
    case TypeKind::kNamed: return identical_named(static_cast<Named*>(x), static_cast<Named*>(y));
    case TypeKind::kTypeParam:
    case TypeKind::kAlias: return false;
  }
  return false;
}

bool identical(Type* x, Type* y) { return x == y || Comparer{}.identical(x, y); }
bool identical_ignore_tags(Type* x, Type* y) { return Comparer{.ignore_tags = true}.identical(x, y); }
bool identical_origin(Named* x, Named* y) {
  return first_version(x->origin())->impl->obj == first_version(y->origin())->impl->obj;
}

bool identical_instance(Type* xorig, std::span<Type* const> xargs, Type* yorig, std::span<Type* const> yargs) {
  return xargs.size() == yargs.size() &&
         std::equal(xargs.begin(), xargs.end(), yargs.begin(), [](Type* a, Type* b) { return identical(a, b); }) &&
         identical(xorig, yorig);
}

}  // namespace govm::types
