#include "compiler/types/named.h"

#include <algorithm>

#include "base/assert.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

Named* new_named(Session& session, Checker* check, TypeName* obj, Type* underlying) {
  auto* n = session.arena.make<Named>();
  n->impl = session.arena.make<Named::Impl>();
  n->impl->session = &session;
  n->impl->check = check;
  n->impl->obj = obj;
  n->impl->from_rhs = n->impl->underlying = underlying;
  if (!obj->type) obj->type = n;
  if (check) check->needs_cleanup(n);
  return n;
}

Named* new_named_instance(Session& session, Checker* check, Pos pos, Named* orig, std::span<Type* const> targs,
                          Named*) {
  TypeName* name = orig->impl->obj;
  auto* obj = session.arena.make<TypeName>(pos, name->pkg, name->name, nullptr);
  Named* n = new_named(session, check, obj, nullptr);
  n->impl->orig = orig;
  n->impl->targs = new_type_list(session, targs);
  return n;
}

namespace {

// The methods of an interface have the generic type as receiver: give them the instance.
Type* with_receiver(Session& session, Checker* check, Interface* iface, Named* orig, Named* n) {
  const std::span<Func*> methods = replace_recv_type(session, iface->methods, orig, n);
  if (methods.data() == iface->methods.data()) return iface;
  if (iface == orig->impl->underlying) {  // not copied by the substitution
    Interface* old = iface;
    iface = new_interface(session, check);
    iface->embeddeds = old->embeddeds;
    iface->embed_pos = old->embed_pos;
    iface->complete = old->complete;
    iface->implicit = old->implicit;
  }
  iface->methods = methods;
  iface->tset = nullptr;
  return iface;
}

Type* expand_underlying(Named* n) {
  Named::Impl& i = *n->impl;
  Named* orig = i.orig;
  const auto tparams = list_of(orig->impl->tparams);
  const auto targs = list_of(i.targs);
  if (tparams.size() != targs.size() || !orig->impl->underlying) return invalid_type();  // reported elsewhere
  const SubstMap map{tparams, targs};
  Type* u = subst(*i.session, i.check, i.obj->pos, orig->impl->underlying, map, n);
  if (auto* iface = as<Interface>(u)) return with_receiver(*i.session, i.check, iface, orig, n);
  return u;
}

}  // namespace

Named* resolve(Named* n) {
  Named::Impl& i = *n->impl;
  if (i.state != Named::Impl::kUnresolved) return n;
  if (!i.orig) {
    i.state = Named::Impl::kComplete;
    return n;
  }
  resolve(i.orig);
  Type* underlying = expand_underlying(n);
  i.tparams = i.orig->impl->tparams;
  i.underlying = underlying;
  i.from_rhs = i.orig->impl->from_rhs;
  i.state = i.orig->impl->methods.empty() ? Named::Impl::kComplete : Named::Impl::kResolved;
  return n;
}

TypeName* Named::obj() const { return impl->orig ? impl->orig->impl->obj : impl->obj; }
Named* Named::origin() { return impl->orig ? impl->orig : this; }
const TypeParamList* Named::tparams() { return resolve(this)->impl->tparams; }
const TypeList* Named::targs() const { return impl->targs; }
std::size_t Named::num_methods() { return origin()->impl->methods.size(); }

namespace {

Func* expand_method(Named* n, std::size_t index) {
  Named::Impl& i = *n->impl;
  Func* orig = i.orig->impl->methods[index];
  if (i.check) i.check->obj_decl(orig);
  Signature* orig_sig = orig->signature();
  const Deref recv = deref(orig_sig->recv->type);
  if (recv.type == n) return orig;  // n is the receiver type of the declaration itself
  Signature* sig = orig_sig;
  const auto rparams = list_of(orig_sig->rparams);
  const auto targs = list_of(i.targs);
  if (rparams.size() == targs.size())
    sig = as<Signature>(subst(*i.session, i.check, orig->pos, orig_sig, SubstMap{rparams, targs}, n));
  if (sig == orig_sig) sig = i.session->arena.make<Signature>(*orig_sig);
  Type* rtype = recv.was_pointer ? new_pointer(*i.session, n) : n;
  sig->recv = clone_var(*i.session, orig_sig->recv, rtype);
  return clone_func(*i.session, orig, sig);
}

}  // namespace

Func* Named::method(std::size_t index) {
  resolve(this);
  if (!impl->orig) return impl->methods[index];
  const std::size_t count = impl->orig->impl->methods.size();
  if (impl->methods.size() != count) {  // methods may have been added since
    std::vector<Func*> list(impl->methods.begin(), impl->methods.end());
    list.resize(count);
    impl->methods = impl->session->arena.copy(list);
  }
  if (!impl->methods[index]) {
    Func* m = expand_method(this, index);
    impl->methods[index] = m;
    if (++impl->expanded_methods == count) impl->state = Impl::kComplete;
  }
  return impl->methods[index];
}

void add_method(Named* n, Func* m) {
  Named::Impl& i = *n->impl;
  if (method_index(i.methods, m->pkg, m->name, false) >= 0) return;
  std::vector<Func*> list(i.methods.begin(), i.methods.end());
  list.push_back(m);
  i.methods = i.session->arena.copy(list);
}

MethodFound lookup_method(Named* n, const Package* pkg, Symbol name, bool fold_case) {
  Named* orig = n->origin();
  if (!fold_case && !name.exported() && !same_pkg(orig->impl->obj->pkg, pkg)) return {-1, nullptr};
  const std::span<Func*> methods = orig->impl->methods;
  for (std::size_t i = 0; i < methods.size(); ++i)
    if (fold_case ? same_id(methods[i], pkg, name, true) : methods[i]->name == name)
      return {static_cast<int>(i), methods[i]};
  return {-1, nullptr};
}

namespace {

// Follows a chain of named types whose underlying types were not known when they were declared.
Type* follow_chain(Named* first, Named* next) {
  Checker* check = first->impl->check;
  GOVM_ASSERT(check);
  std::vector<Named*> seen;
  std::vector<Object*> path;
  Named* n = first;
  Type* u = nullptr;
  for (;;) {
    seen.push_back(n);
    path.push_back(n->impl->obj);
    n = next;
    if (auto it = std::find(seen.begin(), seen.end(), n); it != seen.end()) {
      const std::span<Object*> cycle = std::span(path).subspan(static_cast<std::size_t>(it - seen.begin()));
      check->cycle_error(cycle, first_in_source(cycle));
      u = invalid_type();
      break;
    }
    Type* v = resolve(n)->impl->underlying;
    u = v ? unalias(v) : invalid_type();
    next = as<Named>(u);
    if (!next) break;
  }
  for (Named* s : seen) s->impl->underlying = u;
  return u;
}

}  // namespace

Type* under_named(Named* n) {
  Type* u = resolve(n)->impl->underlying;
  if (!u) return invalid_type();
  u = unalias(u);
  if (auto* next = as<Named>(u)) return follow_chain(n, next);
  return u;
}

Type* safe_underlying(Type* t) {
  if (Named* n = as_named(t)) return n->impl->underlying ? n->impl->underlying : invalid_type();
  t = unalias(t);
  return is_type_param(t) ? under(t) : t;
}

Named* as_named(Type* t) { return as<Named>(unalias(t)); }

// ---- aliases

Type* unalias(Type* t) {
  auto* a0 = as<Alias>(t);
  if (!a0) return t;
  if (a0->actual) return a0->actual;
  Type* r = a0;
  while (auto* a = as<Alias>(r)) r = a->from_rhs;
  GOVM_ASSERT(r);
  // An invalid type may be the placeholder of an alias that is still being declared.
  if (r != invalid_type()) a0->actual = r;
  return r;
}

bool TypeName::is_alias() const {
  Type* t = type;
  if (!t) return false;
  switch (t->type_kind()) {
    case TypeKind::kBasic: {
      // unsafe.Pointer is no alias; byte and rune are, and whatever basic type has another name.
      auto* b = static_cast<Basic*>(t);
      if (pkg && pkg->path.str() == "unsafe") return false;
      return pkg || b->name != name.str() || b == universe_byte() || b == universe_rune();
    }
    case TypeKind::kNamed: return this != static_cast<Named*>(t)->impl->obj;
    case TypeKind::kTypeParam: return this != static_cast<TypeParam*>(t)->obj;
    default: return true;
  }
}

Alias* new_alias(Session& session, Checker* check, TypeName* obj, Type* rhs) {
  auto* a = session.arena.make<Alias>();
  a->session = &session;
  a->obj = obj;
  a->orig = a;
  a->from_rhs = rhs;
  if (!obj->type) obj->type = a;
  if (check) check->needs_cleanup(a);
  return a;
}

Alias* new_alias_instance(Session& session, Checker* check, Pos pos, Alias* orig, std::span<Type* const> targs,
                          Named* expanding) {
  auto* obj = session.arena.make<TypeName>(pos, orig->obj->pkg, orig->obj->name, nullptr);
  Type* rhs = subst(session, check, pos, orig->from_rhs, SubstMap{list_of(orig->tparams), targs}, expanding);
  Alias* a = new_alias(session, check, obj, rhs);
  a->orig = orig;
  a->tparams = orig->tparams;
  a->targs = new_type_list(session, targs);
  return a;
}

// ---- type parameters and interfaces

TypeParam* new_type_param(Session& session, Checker* check, TypeName* obj, Type* constraint) {
  auto* p = session.arena.make<TypeParam>();
  p->session = &session;
  p->check = check;
  p->id = ++session.next_type_param_id;
  p->obj = obj;
  p->bound = constraint;
  if (!obj->type) obj->type = p;
  if (check) check->needs_cleanup(p);
  return p;
}

// The constraint: an interface is taken as it is, any other type is the only element of an implicit one.
Interface* TypeParam::iface() {
  Interface* ityp = nullptr;
  Type* u = under(bound);
  if (u == invalid_type()) return session->universe->any;
  if (auto* i = as<Interface>(u)) {
    if (is_type_param(bound)) return session->universe->any;  // reported elsewhere
    ityp = i;
  }
  if (!ityp) {
    ityp = new_interface(*session, nullptr);
    std::vector<Type*> embedded{bound};
    ityp->embeddeds = session->arena.copy(embedded);
    ityp->complete = true;
    ityp->implicit = true;
    bound = ityp;
  }
  if (!ityp->tset) {
    Pos pos = obj->pos;
    if (Named* n = as_named(bound)) pos = n->impl->obj->pos;
    compute_interface_type_set(*session, check, pos, ityp);
  }
  return ityp;
}

bool type_param_is(TypeParam* t, FunctionRef<bool(const Term*)> f) { return type_set(t->iface())->is(f); }

Interface* new_interface(Session& session, Checker* check) {
  auto* t = session.arena.make<Interface>();
  t->session = &session;
  t->check = check;
  if (check) check->needs_cleanup(t);
  return t;
}

TypeParamList* bind_tparams(Session& session, std::span<TypeParam* const> list) {
  if (list.empty()) return nullptr;
  for (std::size_t i = 0; i < list.size(); ++i) {
    GOVM_ASSERT(list[i]->index < 0);
    list[i]->index = static_cast<int>(i);
  }
  auto* l = session.arena.make<TypeParamList>();
  l->params = session.arena.copy(list);
  return l;
}

TypeList* new_type_list(Session& session, std::span<Type* const> list) {
  if (list.empty()) return nullptr;
  auto* l = session.arena.make<TypeList>();
  l->types = session.arena.copy(list);
  return l;
}

}  // namespace govm::types
