// Declarations. An object is white until its declaration is looked at, grey while that happens (its place on the
// object path is added to the colour), and black when it has a type. Reaching a grey object is a cycle.
#include <algorithm>

#include "base/assert.h"
#include "base/stack_room.h"
#include "compiler/syntax/positions.h"
#include "compiler/types/checker_impl.h"
#include "compiler/types/objset.h"

namespace govm::types {

using namespace syntax;

namespace {

enum : std::uint32_t { kWhite, kBlack, kGrey };

// Restores the environment at the end of a scope.
class EnvironmentGuard {
 public:
  explicit EnvironmentGuard(Checker& c) : c_(c), saved_(c.env) {}
  ~EnvironmentGuard() { c_.env = saved_; }
  EnvironmentGuard(const EnvironmentGuard&) = delete;
  EnvironmentGuard& operator=(const EnvironmentGuard&) = delete;

 private:
  Checker& c_;
  Environment saved_;
};

}  // namespace

int first_in_source(std::span<Object* const> path) {
  std::size_t first = 0;
  for (std::size_t i = 1; i < path.size(); ++i)
    if (path[i]->pos < path[first]->pos) first = i;
  return static_cast<int>(first);
}

void Checker::declare(Scope* scope, Name* id, Object* obj, Pos scope_pos) {
  // The blank identifier is not declared, but recorded.
  if (!obj->name.is_blank()) {
    if (Object* alt = scope->insert(obj)) {
      ErrorReport err(this, Code::kDuplicateDecl);
      err.addf(obj, "%s redeclared in this block", obj->name);
      err.add_alt_decl(alt);
      err.report();
      return;
    }
    obj->scope_pos = scope_pos;
  }
  if (id) record_def(id, obj);
}

// The declarations that wait for obj's are so many that the stack would not suffice for more.
void Checker::too_deep(Object* obj) {
  errorf(obj, Code::kInvalidDeclCycle, "declaration of %s: too many declarations depend on each other", obj->name);
  obj->type = invalid_type();
  if (auto* constant = as<Const>(obj)) constant->value = constants.unknown();
  if (auto* function = as<Func>(obj)) {
    auto* signature = arena.make<Signature>();
    signature->params = signature->results = empty_tuple();
    function->type = signature;
  }
  obj->color = kBlack;
}

void Checker::grey_object(Object* obj) {
  const bool valid = valid_cycle(obj);
  switch (obj->object_kind()) {
    case ObjectKind::kConst:
    case ObjectKind::kVar:
      if (!valid || !obj->type) obj->type = invalid_type();
      break;
    case ObjectKind::kTypeName:
      if (!valid || !obj->type) obj->type = invalid_type();
      break;
    default: break;  // functions have a type before their signature is checked
  }
}

void Checker::obj_decl(Object* obj, TypeName* def) {
  if (obj->color == kBlack) return;
  if (obj->color == kWhite && obj->type) {
    obj->color = kBlack;
    return;
  }
  if (obj->color >= kGrey) {
    grey_object(obj);
    return;
  }
  if (stack_half_full()) {
    too_deep(obj);
    return;
  }
  DeclInfo* d = decl_of(obj);
  GOVM_ASSERT(d);
  obj->color = kGrey + static_cast<std::uint32_t>(push(obj));
  {
    EnvironmentGuard guard(*this);
    env = Environment{};
    env.scope = d->file_scope;
    env.version = d->version;
    switch (obj->object_kind()) {
      case ObjectKind::kConst:
        env.decl = d;
        const_decl(static_cast<Const*>(obj), d->vtyp, d->init, d->inherited);
        break;
      case ObjectKind::kVar:
        env.decl = d;
        var_decl(static_cast<Var*>(obj), d->lhs, d->vtyp, d->init);
        break;
      case ObjectKind::kTypeName:
        type_decl(static_cast<TypeName*>(obj), d->tdecl, def);
        collect_methods(static_cast<TypeName*>(obj));
        break;
      case ObjectKind::kFunc: func_decl(static_cast<Func*>(obj), d); break;
      default: GOVM_UNREACHABLE();
    }
  }
  pop()->color = kBlack;
}

bool Checker::valid_cycle(Object* obj) {
  const auto cycle = std::span(obj_path_).subspan(obj->color - kGrey);
  bool tparam_cycle = false;  // through a type parameter list
  std::size_t values = 0;
  std::size_t definitions = 0;
  for (Object* o : cycle) {
    if (o->object_kind() == ObjectKind::kConst || o->object_kind() == ObjectKind::kVar) {
      ++values;
    } else if (auto* t = as<TypeName>(o)) {
      if (env.in_tparam_list && t->type && is_generic(t->type)) {
        tparam_cycle = true;
        break;
      }
      if (!t->is_alias()) ++definitions;
    }
  }
  if (!tparam_cycle) {
    // Constants and variables alone: initialisation order decides. Types: a defined type breaks the cycle.
    if (values == cycle.size()) return true;
    if (values == 0 && definitions > 0) return true;
  }
  std::vector<Object*> copy(cycle.begin(), cycle.end());
  cycle_error(copy, first_in_source(copy));
  return false;
}

void Checker::cycle_error(std::span<Object* const> cycle, int start) {
  auto name = [&](Object* o) { return package_prefix(o->pkg, qualifier()) + std::string(o->name.str()); };
  Object* obj = cycle[static_cast<std::size_t>(start)];
  const bool is_type = obj->object_kind() == ObjectKind::kTypeName;
  if (cycle.size() == 1) {
    errorf(obj, Code::kInvalidDeclCycle,
           is_type ? "invalid recursive type: %s refers to itself" : "invalid cycle in declaration: %s refers to itself",
           name(obj));
    return;
  }
  ErrorReport err(this, Code::kInvalidDeclCycle);
  err.addf(obj, is_type ? "invalid recursive type %s" : "invalid cycle in declaration of %s", name(obj));
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    Object* next = cycle[(static_cast<std::size_t>(start) + i + 1) % cycle.size()];
    err.addf(obj, "%s refers to %s", name(obj), name(next));
    obj = next;
  }
  err.report();
}

void Checker::const_decl(Const* obj, Expr* typ_expr, Expr* init, bool inherited) {
  const auto* saved_iota = env.iota;
  const Pos saved_errpos = env.errpos;
  env.iota = obj->value;
  env.errpos = Pos{};
  obj->value = constants.unknown();
  bool type_ok = true;
  if (typ_expr) {
    Type* t = typ(typ_expr);
    if (!is_const_type(t)) {
      if (is_valid(under(t))) errorf(typ_expr, Code::kInvalidConstType, "invalid constant type %s", t);
      obj->type = invalid_type();
      type_ok = false;
    } else {
      obj->type = t;
    }
  }
  if (type_ok) {
    Operand x;
    if (init) {
      if (inherited) env.errpos = obj->pos;  // the expression is another constant's
      expr(nullptr, x, init);
    }
    init_const(obj, x);
  }
  env.iota = saved_iota;
  env.errpos = saved_errpos;
}

void Checker::var_decl(Var* obj, std::span<Var*> lhs, Expr* typ_expr, Expr* init) {
  if (typ_expr) obj->type = var_type(typ_expr);
  if (!init) {
    if (!typ_expr) obj->type = invalid_type();  // an error was reported before
    return;
  }
  if (lhs.size() <= 1) {
    Operand x;
    const auto target = obj->type ? new_target(obj->type, obj->name.str()) : std::nullopt;
    expr(target ? &*target : nullptr, x, init);
    init_var(obj, x, "variable declaration");
    return;
  }
  // All variables of the declaration get their types at once.
  if (typ_expr)
    for (Var* v : lhs) v->type = obj->type;
  init_vars(lhs, std::span<Expr* const>(&init, 1), nullptr);
}

bool Checker::is_imported_constraint(Type* t) {
  Named* n = t ? as_named(t) : nullptr;
  if (!n || is_own(n->impl->obj->pkg) || !n->impl->obj->pkg) return false;
  auto* u = under_as<Interface>(n);
  return u && !type_set(u)->is_method_set();
}

namespace {

// What the delayed checks of a type declaration need to know of its end.
struct TypeDeclState {
  bool version_error = false;
  Type* rhs = nullptr;
};

}  // namespace

void Checker::type_decl(TypeName* obj, TypeDecl* tdecl, TypeName* def) {
  auto* state = arena.make<TypeDeclState>();
  later([this, obj, tdecl, state] {
    if (Named* t = as_named(obj->type)) valid_type(t);
    if (!state->version_error && is_imported_constraint(state->rhs))
      verify_versionf(tdecl->type_expr, kGo1_18, "using type constraint %s", state->rhs);
  });
  Field* tparam0 = tdecl->tparams.empty() ? nullptr : tdecl->tparams[0];

  if (tdecl->alias) {
    if (tparam0 && !verify_versionf(tparam0->name, kGo1_23, "generic type alias")) state->version_error = true;
    if (!state->version_error && !verify_versionf(tdecl, kGo1_9, "type alias"))
      state->version_error = true;
    Alias* alias = new_alias(session, this, obj, invalid_type());
    set_def_type(def, alias);
    if (tparam0) {
      open_scope();
      collect_type_params(&alias->tparams, tdecl->tparams);
    }
    state->rhs = defined_type(tdecl->type_expr, obj);
    alias->from_rhs = state->rhs;
    unalias(alias);
    if (tparam0) close_scope();
    return;
  }

  if (tparam0 && !verify_versionf(tparam0->name, kGo1_18, "type parameter")) state->version_error = true;
  Named* named = new_named(session, this, obj, nullptr);
  set_def_type(def, named);
  if (tparam0) {
    open_scope();
    collect_type_params(&named->impl->tparams, tdecl->tparams);
  }
  state->rhs = defined_type(tdecl->type_expr, obj);
  Named::Impl& impl = *named->impl;
  impl.from_rhs = state->rhs;
  if (!impl.underlying) impl.underlying = invalid_type();  // only after an error
  if (is_type_param(state->rhs)) {
    error(tdecl->type_expr, Code::kMisplacedTypeParam, "cannot use a type parameter as RHS in type declaration");
    impl.underlying = invalid_type();
  }
  if (tparam0) close_scope();
}

void Checker::collect_type_params(TypeParamList** dst, std::span<Field*> list) {
  // Declared all at once: a bound may mention any of them.
  std::vector<TypeParam*> tparams;
  for (Field* f : list) tparams.push_back(declare_type_param(f->name, list[0]->pos));
  *dst = bind_tparams(session, tparams);

  env.in_tparam_list = true;
  Type* b = nullptr;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Expr* e = list[i]->type_expr;
    if (i == 0 || e != list[i - 1]->type_expr) {
      b = bound(e);
      if (is_type_param(b)) {
        error(e, Code::kMisplacedTypeParam, "cannot use a type parameter as constraint");
        b = invalid_type();
      }
    }
    tparams[i]->bound = b;
  }
  env.in_tparam_list = false;
}

// A constraint written ~T or A|B is short for an interface with that element.
Type* Checker::bound(Expr* x) {
  auto* op = as<Operation>(x);
  if (!op || (op->op != Operator::kTilde && op->op != Operator::kOr)) return typ(x);
  auto* field = arena.make<Field>(x->pos);
  field->type_expr = x;
  auto* wrapper = arena.make<InterfaceType>(Pos{});
  wrapper->methods = arena.copy(std::vector<Field*>{field});
  Type* t = typ(wrapper);
  if (auto* iface = as<Interface>(t)) iface->implicit = true;
  return t;
}

TypeParam* Checker::declare_type_param(Name* name, Pos scope_pos) {
  auto* tname = arena.make<TypeName>(name->pos, pkg, name->value, nullptr);
  TypeParam* p = new_type_param(session, this, tname, invalid_type());
  declare(env.scope, name, tname, scope_pos);
  return p;
}

void Checker::collect_methods(TypeName* obj) {
  std::vector<Func*>* found = methods_.find(obj);
  if (!found || found->empty()) return;
  const std::vector<Func*> methods = std::move(*found);
  found->clear();
  Named* base = as_named(obj->type);
  if (base && obj->pkg != pkg) extended_.push_back({base, base->impl->methods});
  if (base)
    later([this, base] { check_field_uniqueness(base); });
  ObjSet set;
  std::vector<Func*> list;
  if (base) list.assign(base->impl->methods.begin(), base->impl->methods.end());
  const auto replaced = [&](Func* old) {  // of an earlier part of the package, declared anew
    return old->pkg != pkg && method_index(methods, old->pkg, old->name, false) >= 0;
  };
  std::erase_if(list, replaced);
  for (Func* m : list) set.insert(m);
  for (Func* m : methods) {
    if (Object* alt = set.insert(m)) {
      if (alt->pos.known())
        errorf(m, Code::kDuplicateMethod, "method %s.%s already declared at %v", obj->name, m->name, alt->pos);
      else
        errorf(m, Code::kDuplicateMethod, "method %s.%s already declared", obj->name, m->name);
      continue;
    }
    list.push_back(m);
  }
  if (base) base->impl->methods = arena.copy(list);
}

void Checker::check_field_uniqueness(Named* base) {
  auto* t = under_as<Struct>(base);
  if (!t) return;
  ObjSet set;
  for (Func* m : base->impl->methods) set.insert(m);
  for (Var* f : t->fields) {
    if (f->name.is_blank()) continue;
    Object* alt = set.insert(f);
    if (!alt) continue;
    // Reported at the method: in a struct the field comes first for most readers.
    ErrorReport err(this, Code::kDuplicateFieldAndMethod);
    err.addf(alt, "field and method with the same name %s", f->name);
    err.add_alt_decl(f);
    err.report();
  }
}

namespace {

// Without type parameters, of its receiver's type either.
bool is_plain(const FuncDecl* f) {
  if (!f->tparams.empty()) return false;
  if (!f->recv) return true;
  const Expr* t = unparen(f->recv->type_expr);
  if (const auto* o = syntax::as<syntax::Operation>(t); o && !o->y) t = unparen(o->x);
  return t->kind == syntax::NodeKind::kName;
}

}  // namespace

void Checker::func_decl(Func* obj, DeclInfo* d) {
  auto* sig = arena.make<Signature>();
  sig->params = sig->results = empty_tuple();
  obj->type = sig;  // guards against cycles
  // A function is not part of a type cycle through its own signature.
  const std::uint32_t saved = obj->color;
  obj->color = kBlack;
  FuncDecl* f = d->fdecl;
  if (conf.lazy_bodies && is_plain(f)) plain_signature(sig, f);
  else func_type(sig, f->recv, f->tparams, f->type);
  obj->color = saved;
  if (!f->body) {
    if (!f->tparams.empty()) soft_errorf(f, Code::kBadDecl, "generic function is missing function body");
    return;
  }
  if (conf.lazy_bodies) return;
  later([this, obj, d, sig, f] {
    d->body = DeclInfo::kChecking;
    func_body(d, obj->name, sig, f->body, nullptr);
    d->body = DeclInfo::kChecked;
  });
}

namespace {

struct LocalConsts {
  std::int64_t iota = 0;
  ConstDecl* previous = nullptr;
  ConstDecl* last = nullptr;
};

}  // namespace

void Checker::local_const_decl(ConstDecl* s, ConstDecl* last, std::int64_t iota, bool inherited) {
  const std::size_t top = delayed_count();
  const auto values = last ? unpack_list(last->values) : std::span<Expr* const>();
  std::vector<Const*> lhs;
  const constant::Value* value = constants.make_int64(iota);
  for (std::size_t i = 0; i < s->names.size(); ++i) {
    auto* obj = arena.make<Const>(s->names[i]->pos, pkg, s->names[i]->value, nullptr, value);
    lhs.push_back(obj);
    const_decl(obj, last ? last->type_expr : nullptr, i < values.size() ? values[i] : nullptr, inherited);
  }
  arity(s->pos, s->names, values, true, inherited);
  process_delayed(top);  // function literals must not see the new names
  const Pos scope_pos = end_pos(s);
  for (std::size_t i = 0; i < lhs.size(); ++i) declare(env.scope, s->names[i], lhs[i], scope_pos);
}

void Checker::local_var_decl(VarDecl* s) {
  const std::size_t top = delayed_count();
  std::vector<Var*> list;
  for (Name* n : s->names) list.push_back(new_var(n->pos, n->value, nullptr));
  const std::span<Var*> all = arena.copy(list);
  const auto values = unpack_list(s->values);
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::span<Var*> lhs;
    Expr* init = nullptr;
    if (values.size() == all.size()) {
      init = values[i];
    } else if (values.size() == 1) {
      lhs = all;
      init = values[0];
    } else if (i < values.size()) {
      init = values[i];
    }
    var_decl(all[i], lhs, s->type_expr, init);
    if (values.size() == 1) break;  // has set up all variables
  }
  // After a single value that did not fit, the rest may have no type.
  for (Var* v : all)
    if (!v->type) v->type = invalid_type();
  if (!s->type_expr || !values.empty()) arity(s->pos, s->names, values, false, false);
  process_delayed(top);
  const Pos scope_pos = end_pos(s);
  for (std::size_t i = 0; i < all.size(); ++i) declare(env.scope, s->names[i], all[i], scope_pos);
}

void Checker::decl_stmt(std::span<Decl*> list) {
  LocalConsts consts;
  for (Decl* d : list) {
    if (auto* s = as<ConstDecl>(static_cast<Node*>(d))) {
      if (!consts.previous || !s->group || consts.previous->group != s->group) consts = {};
      bool inherited = true;
      if (s->type_expr || s->values) {
        consts.last = s;
        inherited = false;
      } else if (!consts.last) {
        inherited = false;
      }
      local_const_decl(s, consts.last, consts.iota++, inherited);
      consts.previous = s;
      continue;
    }
    consts = {};
    if (auto* v = as<VarDecl>(static_cast<Node*>(d))) {
      local_var_decl(v);
    } else if (auto* t = as<TypeDecl>(static_cast<Node*>(d))) {
      auto* obj = arena.make<TypeName>(t->name->pos, pkg, t->name->value, nullptr);
      declare(env.scope, t->name, obj, t->name->pos);  // a local type may refer to itself
      if (!t->alias) pkg->local_types.push_back(t->name->pos);
      obj->color = kGrey + static_cast<std::uint32_t>(push(obj));
      type_decl(obj, t, nullptr);
      pop()->color = kBlack;
    }
  }
}

}  // namespace govm::types
