// Function types, receivers and parameters.
#include "compiler/syntax/positions.h"
#include "compiler/types/checker_impl.h"
#include "compiler/types/mono.h"

namespace govm::types {

using namespace syntax;

void Checker::func_type(Signature* sig, Field* recv_par, std::span<Field*> tparams, FuncType* ftyp) {
  open_scope();
  env.scope->is_func = true;
  sig->scope = env.scope;
  Receiver recv{nullptr, nullptr};
  if (recv_par) recv = collect_recv(recv_par, ftyp->pos);
  if (!tparams.empty()) collect_type_params(&sig->tparams, tparams);
  Params params = collect_params(ftyp->params, true);
  Params results = collect_params(ftyp->results, false);

  const Pos scope_pos = end_pos(ftyp);
  if (recv.var && !recv.var->name.empty()) declare(env.scope, recv_par->name, recv.var, scope_pos);
  declare_params(params.names, params.vars, scope_pos);
  declare_params(results.names, results.vars, scope_pos);
  sig->recv = recv.var;
  sig->rparams = recv.tparams;
  sig->params = new_tuple(session, std::move(params.vars));
  sig->results = new_tuple(session, std::move(results.vars));
  sig->variadic = params.variadic;
  close_scope();
}

// Of a function without type parameters: its scope is made when its body is checked, which may never happen.
void Checker::plain_signature(Signature* sig, FuncDecl* f) {
  if (f->recv) sig->recv = collect_recv(f->recv, f->type->pos).var;
  Params params = collect_params(f->type->params, true);
  Params results = collect_params(f->type->results, false);
  sig->params = new_tuple(session, std::move(params.vars));
  sig->results = new_tuple(session, std::move(results.vars));
  sig->variadic = params.variadic;
}

void Checker::function_scope(Signature* sig, FuncDecl* f) {
  open_scope();
  env.scope->is_func = true;
  sig->scope = env.scope;
  const Pos scope_pos = end_pos(f->type);
  if (f->recv && f->recv->name && sig->recv) declare(env.scope, f->recv->name, sig->recv, scope_pos);
  auto declare_all = [&](std::span<Field*> fields, const Tuple* vars) {
    for (std::size_t i = 0; i < fields.size() && i < vars->vars.size(); ++i)
      if (fields[i]->name) declare(env.scope, fields[i]->name, vars->vars[i], scope_pos);
  };
  declare_all(f->type->params, sig->params);
  declare_all(f->type->results, sig->results);
  close_scope();
}

// A receiver without type parameters. An alias must not hide an instance: its methods are the generic type's.
Type* Checker::plain_recv_type(Field* rparam, Expr* base) {
  Type* t = var_type(rparam->type_expr);
  for (auto* a = as<Alias>(unpointer(t)); a;) {
    Type* b = unpointer(a->from_rhs);
    Named* n = as<Named>(b);
    auto* generic_alias = as<Alias>(b);
    if ((n && n->tparams()) || (generic_alias && generic_alias->tparams)) {
      errorf(base, Code::kInvalidRecv, "cannot define new methods on instantiated type %s", b);
      return invalid_type();
    }
    a = generic_alias;
  }
  return t;
}

// func (r T[P, Q]) m(): P and Q are declared here, with T's bounds.
Checker::Receiver Checker::generic_recv(Field* rparam, const RecvParts& parts, Pos scope_pos, Type** recv_type) {
  std::string cause;
  Named* base = nullptr;
  Type* t = generic_type(parts.base, &cause);
  if (!is_valid(t)) {
    if (!cause.empty()) errorf(parts.base, Code::kInvalidRecv, "%s", cause);
  } else if (auto* a = as<Alias>(t)) {
    if (is_valid(unalias(a)))
      errorf(parts.base, Code::kInvalidRecv, "cannot define new methods on generic alias type %s", t);
  } else {
    base = as<Named>(t);
  }

  std::vector<TypeParam*> params;
  for (Name* name : parts.tparams) {
    TypeParam* p = declare_type_param(name, scope_pos);
    params.push_back(p);
    record_use(name, p->obj);  // an identifier here is declared and used
    record_type_and_value(name, Mode::kTypexpr, p, nullptr);
  }
  TypeParamList* list = bind_tparams(session, params);
  if (!base) return {nullptr, list};

  const auto base_params = list_of(base->tparams());
  const std::vector<Type*> targs(params.begin(), params.end());
  if (params.size() == base_params.size()) {
    const SubstMap map{base_params, targs};
    for (std::size_t i = 0; i < params.size(); ++i) {
      mono().record_canon(params[i], base_params[i]);
      params[i]->bound = subst(params[i]->obj->pos, base_params[i]->bound, map);
    }
  } else {
    const std::string got =
        std::to_string(params.size()) + (params.size() == 1 ? " type parameter" : " type parameters");
    errorf(parts.base, Code::kBadRecv, "receiver declares %s, but receiver base type declares %d", got,
           base_params.size());
  }
  verify_versionf(parts.base, kGo1_18, "type instantiation");
  Type* r = instance(rparam->type_expr->pos, base, targs);
  record_instance(parts.base, targs, r);
  if (parts.ptr && is_valid(r)) r = new_pointer(session, r);
  record_parenthesized_recv_types(rparam->type_expr, r);
  *recv_type = r;
  return {nullptr, list};
}

Checker::Receiver Checker::collect_recv(Field* rparam, Pos scope_pos) {
  const RecvParts parts = unpack_recv(rparam->type_expr, true);
  Type* t = invalid_type();
  Receiver recv{nullptr, nullptr};
  if (parts.tparams.empty()) t = plain_recv_type(rparam, parts.base);
  else recv = generic_recv(rparam, parts, scope_pos, &t);
  recv.var = rparam->name ? new_param(rparam->name->pos, rparam->name->value, t)
                          : new_param(rparam->pos, Symbol(), t);
  if (!conf.lazy_bodies) later([this, base = parts.base, v = recv.var] { valid_recv(base, v); });
  return recv;
}

void Checker::record_parenthesized_recv_types(Expr* e, Type* t) {
  for (;;) {
    record_type_and_value(e, Mode::kTypexpr, t, nullptr);
    if (auto* p = as<ParenExpr>(e)) {
      e = p->x;
      continue;
    }
    auto* op = as<Operation>(e);
    auto* ptr = as<Pointer>(t);
    if (!op || op->op != Operator::kMul || op->y || !ptr) return;
    e = op->x;
    t = ptr->base;
  }
}

Checker::Params Checker::collect_params(std::span<Field*> list, bool variadic_ok) {
  Params r;
  if (list.empty()) return r;
  Type* t = nullptr;
  Expr* previous = nullptr;
  for (std::size_t i = 0; i < list.size(); ++i) {
    Field* f = list[i];
    Expr* e = f->type_expr;
    if (e != previous) {  // a, b T share T
      previous = e;
      if (auto* dots = as<DotsType>(e)) {
        e = dots->elem;
        if (variadic_ok && i + 1 == list.size()) r.variadic = true;
        else soft_errorf(dots, Code::kMisplacedDotDotDot, "can only use ... with final parameter in list");
      }
      t = var_type(e);
    }
    r.names.push_back(f->name);
    r.vars.push_back(f->name ? new_param(f->name->pos, f->name->value, t) : new_param(f->pos, Symbol(), t));
  }
  if (r.variadic) {
    Var* last = r.vars.back();
    last->type = new_slice(session, last->type);
    record_type_and_value(list.back()->type_expr, Mode::kTypexpr, last->type, nullptr);
  }
  return r;
}

void Checker::declare_params(std::span<Name* const> names, std::span<Var* const> params, Pos scope_pos) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i]) declare(env.scope, names[i], params[i], scope_pos);
}

void Checker::valid_recv(At at, Var* recv) {
  Type* rtyp = deref(recv->type).type;
  Type* t = unalias(rtyp);
  if (!is_valid(t)) return;
  if (as<Basic>(t)) {
    errorf(at, Code::kInvalidRecv, "cannot define new methods on non-local type %s", rtyp);
    return;
  }
  auto* n = as<Named>(t);
  if (!n) {
    errorf(at, Code::kInvalidRecv, "invalid receiver type %s", recv->type);
    return;
  }
  if (!is_own(n->obj()->pkg)) {
    errorf(at, Code::kInvalidRecv, "cannot define new methods on non-local type %s", rtyp);
    return;
  }
  const char* cause = nullptr;
  Type* u = under(n);
  if (u == basic_type(BasicKind::kUnsafePointer)) cause = "unsafe.Pointer";
  else if (as<Pointer>(u) || as<Interface>(u)) cause = "pointer or interface type";
  if (cause) errorf(at, Code::kInvalidRecv, "invalid receiver type %s (%s)", rtyp, cause);
}

}  // namespace govm::types
