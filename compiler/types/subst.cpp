// Substitution of type parameters (types2/subst.go). Types in which nothing changes are shared, not copied.
#include "base/assert.h"
#include "compiler/types/instantiate.h"
#include "compiler/types/named.h"
#include "compiler/types/typeset.h"
#include "compiler/types/universe.h"

namespace govm::types {

Var* clone_var(Session& session, Var* v, Type* t) {
  Var* copy = session.arena.make<Var>(*v);
  copy->type = t;
  if (!copy->origin) copy->origin = v;
  return copy;
}

Func* clone_func(Session& session, Func* f, Type* t) {
  Func* copy = session.arena.make<Func>(*f);
  copy->type = t;
  if (!copy->origin) copy->origin = f;
  return copy;
}

std::span<Func*> replace_recv_type(Session& session, std::span<Func*> in, Type* old, Type* new_type) {
  std::span<Func*> out = in;
  for (std::size_t i = 0; i < in.size(); ++i) {
    Signature* sig = in[i]->signature();
    if (!sig->recv || sig->recv->type != old) continue;
    if (out.data() == in.data()) out = session.arena.copy(std::span<Func* const>(in));
    auto* copy = session.arena.make<Signature>(*sig);
    copy->recv = clone_var(session, sig->recv, new_type);
    out[i] = clone_func(session, in[i], copy);
  }
  return out;
}

namespace {

class Subster {
 public:
  Subster(Session& session, Checker* check, Pos pos, const SubstMap& map, Named* expanding)
      : session_(session), check_(check), pos_(pos), map_(map), expanding_(expanding) {}
  Type* typ(Type* t);

 private:
  // The list with f applied to each element, or the same span if nothing changed.
  template <typename T, typename F>
  std::span<T> list(std::span<T> in, F f) {
    std::span<T> out = in;
    for (std::size_t i = 0; i < in.size(); ++i) {
      T changed = f(in[i]);
      if (changed == in[i]) continue;
      if (out.data() == in.data()) out = session_.arena.copy(std::span<const T>(in));
      out[i] = changed;
    }
    return out;
  }
  Type* typ_or_invalid(Type* t) { return t ? typ(t) : invalid_type(); }
  Var* var(Var* v) {
    Type* t = typ(v->type);
    return t == v->type ? v : clone_var(session_, v, t);
  }
  Func* func(Func* f) {
    Type* t = typ(f->type);
    return t == f->type ? f : clone_func(session_, f, t);
  }
  Tuple* tuple(Tuple* t) {
    if (!t) return t;
    auto vars = list(t->vars, [this](Var* v) { return var(v); });
    return vars.data() == t->vars.data() ? t : session_.arena.make<Tuple>(vars);
  }
  Type* structure(Struct* s);
  Type* signature(Signature* s);
  Type* union_type(Union* u);
  Type* interface(Interface* t);
  Type* named(Named* n);
  Type* alias(Alias* a);

  Session& session_;
  Checker* check_;
  Pos pos_;
  const SubstMap& map_;
  Named* expanding_;
};

Type* Subster::structure(Struct* s) {
  auto fields = list(s->fields, [this](Var* v) { return var(v); });
  if (fields.data() == s->fields.data()) return s;
  auto* copy = session_.arena.make<Struct>();
  copy->fields = fields;
  copy->tags = s->tags;
  return copy;
}

// The receiver is not substituted: methods are instantiated with their type, and interface methods' receivers are
// replaced with the interface.
Type* Subster::signature(Signature* s) {
  Tuple* params = tuple(s->params);
  Tuple* results = tuple(s->results);
  if (params == s->params && results == s->results) return s;
  auto* copy = session_.arena.make<Signature>();
  copy->rparams = s->rparams;
  copy->tparams = s->tparams;
  copy->recv = s->recv;
  copy->params = params;
  copy->results = results;
  copy->variadic = s->variadic;
  return copy;
}

Type* Subster::union_type(Union* u) {
  std::span<Term> terms = u->terms;
  for (std::size_t i = 0; i < u->terms.size(); ++i) {
    Type* t = typ(u->terms[i].type);
    if (t == u->terms[i].type) continue;
    if (terms.data() == u->terms.data()) terms = session_.arena.copy(std::span<const Term>(u->terms));
    terms[i].type = t;
  }
  return terms.data() == u->terms.data() ? u : session_.arena.make<Union>(terms);
}

Type* Subster::interface(Interface* t) {
  auto methods = list(t->methods, [this](Func* f) { return func(f); });
  auto embeddeds = list(t->embeddeds, [this](Type* e) { return typ(e); });
  if (methods.data() == t->methods.data() && embeddeds.data() == t->embeddeds.data()) return t;
  Interface* copy = new_interface(session_, check_);
  copy->embeddeds = embeddeds;
  copy->embed_pos = t->embed_pos;
  copy->implicit = t->implicit;
  copy->complete = t->complete;
  copy->methods = replace_recv_type(session_, methods, t, copy);
  if (!check_) type_set(copy);
  return copy;
}

Type* Subster::named(Named* n) {
  // Local types are not affected: only type arguments are substituted.
  const TypeParamList* tparams = n->origin()->tparams();
  std::size_t count = tparams ? tparams->size() : 0;
  if (count == 0) return n;
  const TypeList* targs = n->targs();
  if (!targs || targs->size() != count) return invalid_type();  // reported elsewhere
  auto changed = list(targs->types, [this](Type* t) { return typ(t); });
  if (changed.data() == targs->types.data()) return n;
  return instance(session_, check_, pos_, n->origin(), changed, expanding_);
}

Type* Subster::alias(Alias* a) {
  const TypeParamList* tparams = a->orig->tparams;
  std::size_t count = tparams ? tparams->size() : 0;
  if (count == 0) return a;
  if (!a->targs || a->targs->size() != count) return invalid_type();  // reported elsewhere
  auto changed = list(a->targs->types, [this](Type* t) { return typ(t); });
  if (changed.data() == a->targs->types.data()) return a;
  return new_alias_instance(session_, check_, pos_, a->orig, changed, expanding_);
}

Type* Subster::typ(Type* t) {
  Arena& arena = session_.arena;
  switch (t->type_kind()) {
    case TypeKind::kBasic: return t;
    case TypeKind::kTypeParam: return map_.lookup(static_cast<TypeParam*>(t));
    case TypeKind::kAlias: return alias(static_cast<Alias*>(t));
    case TypeKind::kNamed: return named(static_cast<Named*>(t));
    case TypeKind::kStruct: return structure(static_cast<Struct*>(t));
    case TypeKind::kTuple: return tuple(static_cast<Tuple*>(t));
    case TypeKind::kSignature: return signature(static_cast<Signature*>(t));
    case TypeKind::kUnion: return union_type(static_cast<Union*>(t));
    case TypeKind::kInterface: return interface(static_cast<Interface*>(t));
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(t);
      Type* elem = typ_or_invalid(a->elem);
      return elem == a->elem ? t : arena.make<Array>(elem, a->len);
    }
    case TypeKind::kSlice: {
      auto* s = static_cast<Slice*>(t);
      Type* elem = typ_or_invalid(s->elem);
      return elem == s->elem ? t : arena.make<Slice>(elem);
    }
    case TypeKind::kPointer: {
      auto* p = static_cast<Pointer*>(t);
      Type* base = typ(p->base);
      return base == p->base ? t : arena.make<Pointer>(base);
    }
    case TypeKind::kMap: {
      auto* m = static_cast<Map*>(t);
      Type *key = typ(m->key), *elem = typ(m->elem);
      return key == m->key && elem == m->elem ? t : arena.make<Map>(key, elem);
    }
    case TypeKind::kChan: {
      auto* c = static_cast<Chan*>(t);
      Type* elem = typ(c->elem);
      return elem == c->elem ? t : arena.make<Chan>(c->dir, elem);
    }
  }
  GOVM_UNREACHABLE();
}

}  // namespace

Type* subst(Session& session, Checker* check, Pos pos, Type* t, const SubstMap& map, Named* expanding) {
  if (map.empty() || t->type_kind() == TypeKind::kBasic) return t;
  if (auto* p = as<TypeParam>(t)) return map.lookup(p);
  return Subster(session, check, pos, map, expanding).typ(t);
}

Type* substitute(Session& session, Type* t, std::span<TypeParam* const> params, std::span<Type* const> args) {
  return subst(session, nullptr, Pos{}, t, SubstMap{params, args}, nullptr);
}

}  // namespace govm::types
