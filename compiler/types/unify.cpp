#include "compiler/types/unify.h"

#include "base/assert.h"
#include "compiler/types/lookup.h"
#include "compiler/types/named.h"

namespace govm::types {

namespace {

constexpr int kDepthLimit = 50;

Interface* as_interface(Type* t) { return is_type_param(t) ? nullptr : as<Interface>(under(t)); }

bool same_terms(TermList x, TermList y) { return terms_subset_of(x, y) && terms_subset_of(y, x); }

}  // namespace

struct Unifier::Pair {
  Interface *x, *y;
  const Pair* prev;
  bool seen(Interface* a, Interface* b) const {
    for (const Pair* p = this; p; p = p->prev) {
      if ((p->x == a && p->y == b) || (p->x == b && p->y == a)) return true;
    }
    return false;
  }
};

Unifier::Unifier(Session& session, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
                 bool interface_inference)
    : session_(session), interface_inference_(interface_inference) {
  for (std::size_t i = 0; i < tparams.size(); ++i) {
    handles_.push_back({tparams[i], static_cast<int>(i)});
    types_.push_back(i < targs.size() ? targs[i] : nullptr);
  }
}

int Unifier::index_of(TypeParam* p) const {
  for (std::size_t i = 0; i < handles_.size(); ++i) {
    if (handles_[i].param == p) return static_cast<int>(i);
  }
  return -1;
}

TypeParam* Unifier::bound_type_param(Type* t) const {
  TypeParam* p = as_type_param(t);
  return p && index_of(p) >= 0 ? p : nullptr;
}

Type* Unifier::at(TypeParam* p) const { return types_[static_cast<std::size_t>(handles_[index_of(p)].handle)]; }
void Unifier::set(TypeParam* p, Type* t) { types_[static_cast<std::size_t>(handles_[index_of(p)].handle)] = t; }

std::size_t Unifier::unknowns() const {
  std::size_t n = 0;
  for (const Handle& h : handles_) n += types_[static_cast<std::size_t>(h.handle)] == nullptr;
  return n;
}

std::vector<Type*> Unifier::inferred(std::span<TypeParam* const> tparams) const {
  std::vector<Type*> list;
  for (TypeParam* p : tparams) list.push_back(at(p));
  return list;
}

// Makes x and y share one inferred type; false if both have one already.
bool Unifier::join(TypeParam* x, TypeParam* y) {
  int hx = handles_[index_of(x)].handle, hy = handles_[index_of(y)].handle;
  if (hx == hy) return true;
  bool known_x = types_[hx] != nullptr, known_y = types_[hy] != nullptr;
  if (known_x && known_y) return false;
  int from = known_x ? hy : hx, to = known_x ? hx : hy;
  for (Handle& h : handles_) {
    if (h.handle == from) h.handle = to;
  }
  return true;
}

bool Unifier::nify_param(TypeParam* px, Type* y, unsigned mode, const Pair* p) {
  Type* x = at(px);
  if (!x) {
    set(px, y);
    return true;
  }
  if (!nify(x, y, mode, p)) return false;
  // With inexact unification the types may differ: interfaces must have the same methods, and a defined type is
  // preferred over a type literal, a directed channel over an undirected one.
  Interface *xi = as_interface(x), *yi = as_interface(y);
  bool xn = as_named(x) != nullptr, yn = as_named(y) != nullptr;
  if (xi && yi) {
    if (xn && yn) return identical(x, y);
    if (type_set(xi)->methods.size() != type_set(yi)->methods.size()) return false;
  } else if (xi || yi) {
    return false;
  }
  if (!(mode & kExact) && !xn) {
    if (yn) {
      set(px, y);
    } else if (auto* c = as<Chan>(under(y)); c && c->dir != syntax::ChanDir::kBoth) {
      set(px, y);
    }
  }
  return true;
}

// Both interfaces, inexactly: the methods of one must be among the other's.
bool Unifier::nify_interfaces(Interface* x, Interface* y, const Pair* p) {
  TypeSet *xs = type_set(x), *ys = type_set(y);
  if (xs->comparable != ys->comparable || !same_terms(xs->terms, ys->terms)) return false;
  if (p && p->seen(x, y)) return true;
  Pair q{x, y, p};
  TypeSet *fewer = xs, *more = ys;
  if (fewer->methods.size() > more->methods.size()) std::swap(fewer, more);
  for (Func* m : fewer->methods) {
    auto found = more->lookup_method(m->pkg, m->name, false);
    if (!found.func || !nify(m->type, found.func->type, kExact, &q)) return false;
  }
  return true;
}

// y, not an interface, must have x's methods.
bool Unifier::nify_methods(Interface* x, Type* y, const Pair* p) {
  for (Func* m : type_set(x)->methods) {
    Lookup found = lookup_field_or_method(session_, y, false, m->pkg, m->name, false);
    auto* f = as<Func>(found.obj);
    if (!f || !nify(m->type, f->type, kExact, p)) return false;
  }
  return true;
}

bool Unifier::nify_exact_interfaces(Interface* x, Interface* y, const Pair* p) {
  TypeSet *xs = type_set(x), *ys = type_set(y);
  if (xs->comparable != ys->comparable || !same_terms(xs->terms, ys->terms)) return false;
  if (xs->methods.size() != ys->methods.size()) return false;
  if (p && p->seen(x, y)) return true;
  Pair q{x, y, p};
  for (std::size_t i = 0; i < xs->methods.size(); ++i) {
    Func *f = xs->methods[i], *g = ys->methods[i];
    if (!same_id(f, g->pkg, g->name, false) || !nify(f->type, g->type, kExact, &q)) return false;
  }
  return true;
}

bool Unifier::nify_tuples(Tuple* x, Tuple* y, unsigned mode, const Pair* p) {
  std::size_t nx = x ? x->size() : 0, ny = y ? y->size() : 0;
  if (nx != ny) return false;
  for (std::size_t i = 0; i < nx; ++i) {
    if (!nify(x->vars[i]->type, y->vars[i]->type, mode, p)) return false;
  }
  return true;
}

bool Unifier::nify_structs(Struct* x, Struct* y, unsigned mode, const Pair* p) {
  if (x->fields.size() != y->fields.size()) return false;
  for (std::size_t i = 0; i < x->fields.size(); ++i) {
    Var *f = x->fields[i], *g = y->fields[i];
    if (f->embedded != g->embedded || x->tag(i) != y->tag(i) || !same_id(f, g->pkg, g->name, false) ||
        !nify(f->type, g->type, mode, p)) {
      return false;
    }
  }
  return true;
}

bool Unifier::nify_named(Named* x, Named* y, unsigned mode, const Pair* p) {
  // The arguments are unified even where the generic types differ: that is how gc's reports come about.
  auto xargs = list_of(x->targs()), yargs = list_of(y->targs());
  if (xargs.size() != yargs.size()) return false;
  for (std::size_t i = 0; i < xargs.size(); ++i) {
    if (!nify(xargs[i], yargs[i], mode, p)) return false;
  }
  return identical_origin(x, y);
}

bool Unifier::nify_structure(Type* x, Type* y, unsigned mode, const Pair* p) {
  // Element types must match exactly in assignments.
  unsigned emode = mode & kAssign ? mode | kExact : mode;
  Type* yorig = y;
  x = unalias(x);
  y = unalias(y);
  if (auto* t = as<TypeParam>(x)) {
    // Not bound here (of an enclosing function): its core type may still match.
    if (Type* core = core_type(t)) return nify(core, yorig, kAssign, p);
    return false;
  }
  if (auto* n = as<Named>(x)) {
    Named* m = as_named(y);
    return m && nify_named(n, m, mode, p);
  }
  if (x->type_kind() != y->type_kind()) return false;
  switch (x->type_kind()) {
    case TypeKind::kBasic: return static_cast<Basic*>(x)->kind == static_cast<Basic*>(y)->kind;
    case TypeKind::kArray: {
      auto *a = static_cast<Array*>(x), *b = static_cast<Array*>(y);
      return (a->len < 0 || b->len < 0 || a->len == b->len) && nify(a->elem, b->elem, emode, p);
    }
    case TypeKind::kSlice: return nify(static_cast<Slice*>(x)->elem, static_cast<Slice*>(y)->elem, emode, p);
    case TypeKind::kStruct: return nify_structs(static_cast<Struct*>(x), static_cast<Struct*>(y), emode, p);
    case TypeKind::kPointer: return nify(static_cast<Pointer*>(x)->base, static_cast<Pointer*>(y)->base, emode, p);
    case TypeKind::kTuple: return nify_tuples(static_cast<Tuple*>(x), static_cast<Tuple*>(y), mode, p);
    case TypeKind::kSignature: {
      auto *a = static_cast<Signature*>(x), *b = static_cast<Signature*>(y);
      return a->variadic == b->variadic && nify_tuples(a->params, b->params, emode, p) &&
             nify_tuples(a->results, b->results, emode, p);
    }
    case TypeKind::kInterface:
      return nify_exact_interfaces(static_cast<Interface*>(x), static_cast<Interface*>(y), p);
    case TypeKind::kMap: {
      auto *a = static_cast<Map*>(x), *b = static_cast<Map*>(y);
      return nify(a->key, b->key, emode, p) && nify(a->elem, b->elem, emode, p);
    }
    case TypeKind::kChan: {
      auto *a = static_cast<Chan*>(x), *b = static_cast<Chan*>(y);
      return (!(mode & kExact) || a->dir == b->dir) && nify(a->elem, b->elem, emode, p);
    }
    default: return false;
  }
}

bool Unifier::nify(Type* x, Type* y, unsigned mode, const Pair* p) {
  struct Depth {
    int& n;
    explicit Depth(int& d) : n(d) { ++n; }
    ~Depth() { --n; }
  } depth(depth_);
  if (x == y || unalias(x) == unalias(y)) return true;
  if (depth_ > kDepthLimit) return false;  // an ill-founded recursion: no inference

  // A defined type, if any, is y, unless y is a bound type parameter (then that is x).
  if (as_named(x) || bound_type_param(y)) std::swap(x, y);

  // Inexactly, a defined type matches a type literal by its underlying type.
  if (Named* ny = as_named(y);
      !(mode & kExact) && ny && is_type_lit(x) && !(interface_inference_ && is_interface(x))) {
    y = under(ny);
    if (x == y || unalias(x) == unalias(y)) return true;
  }

  TypeParam *px = bound_type_param(x), *py = bound_type_param(y);
  if (px && py) return join(px, py) || nify(at(px), at(py), mode, p);
  if (px) return nify_param(px, y, mode, p);

  if (interface_inference_ && !(mode & kExact)) {
    Interface *xi = as_interface(x), *yi = as_interface(y);
    if (xi && yi) return nify_interfaces(xi, yi, p);
    if (yi) return nify_methods(yi, x, p);
    if (xi) return nify_methods(xi, y, p);
  }
  if (is_type_param(y)) std::swap(x, y);
  return nify_structure(x, y, mode, p);
}

}  // namespace govm::types
