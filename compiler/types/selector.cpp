// Selectors x.f: qualified identifiers, fields, method values and expressions (types2/call.go).
#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

// pkg.Name; false after an error.
bool qualified_identifier(Checker* check, Operand& x, syntax::SelectorExpr* e, PkgName* pname) {
  Symbol sel = e->sel->value;
  Package* pkg = pname->imported;
  Object* exp = pkg->scope->lookup(sel);
  if (!exp) {
    if (!pkg->fake && !sel.is_blank()) {
      check->errorf(e->sel, Code::kUndeclaredImportedName, "undefined: %s", static_cast<syntax::Expr*>(e));
    }
    return false;
  }
  if (!exp->exported()) {
    check->errorf(e->sel, Code::kUnexportedName, "name %s not exported by package %s", sel, pkg->name);
    // go on: the object exists
  }
  check->record_use(e->sel, exp);
  x.type = exp->type;
  switch (exp->object_kind()) {
    case ObjectKind::kConst:
      x.mode = Mode::kConstant;
      x.val = static_cast<Const*>(exp)->value;
      break;
    case ObjectKind::kTypeName: x.mode = Mode::kTypexpr; break;
    case ObjectKind::kVar: x.mode = Mode::kVariable; break;
    case ObjectKind::kFunc: x.mode = Mode::kValue; break;
    case ObjectKind::kBuiltin:
      x.mode = Mode::kBuiltin;
      x.id = static_cast<Builtin*>(exp)->id;
      break;
    default: return false;
  }
  if (!x.type) x.type = invalid_type();
  // An imported object with an error of its own was reported there.
  return x.mode == Mode::kBuiltin || is_valid(x.type);
}

void report_missing(Checker* check, Operand& x, syntax::SelectorExpr* e, const Lookup& found) {
  if (!is_valid(under(x.type))) return;
  Symbol sel = e->sel->value;
  if (!found.index.empty()) {
    check->errorf(e->sel, Code::kAmbiguousSelector, "ambiguous selector %s.%s", x.expr, sel);
    return;
  }
  if (found.indirect) {
    if (x.mode == Mode::kTypexpr) {
      check->errorf(e->sel, Code::kInvalidMethodExpr,
                    "invalid method expression %s.%s (needs pointer receiver (*%s).%s)", x.type, sel, x.type, sel);
    } else {
      check->errorf(e->sel, Code::kInvalidMethodExpr, "cannot call pointer method %s on %s", sel, x.type);
    }
    return;
  }
  std::string why;
  if (is_interface_ptr(x.type)) {
    why = check->interface_ptr_error(x.type);
  } else {
    Lookup other = lookup_field_or_method(check->session, x.type, x.mode == Mode::kVariable, check->pkg, sel, true);
    why = check->lookup_error(x.type, sel.str(), other.obj, false);
  }
  check->errorf(e->sel, Code::kMissingFieldOrMethod, "%s.%s undefined (%s)", x.expr, sel, why);
}

// T.m as a function with the receiver as first parameter; false after an error.
bool method_expression(Checker* check, Operand& x, syntax::SelectorExpr* e, const Lookup& found) {
  Symbol sel = e->sel->value;
  auto* m = as<Func>(found.obj);
  if (!m) {
    check->errorf(e->sel, Code::kMissingFieldOrMethod, "%s.%s undefined (type %s has no method %s)", x.expr, sel,
                  x.type, sel);
    return false;
  }
  check->record_selection(e, SelectionKind::kMethodExpr, x.type, m, found.index, found.indirect);
  Signature* sig = m->signature();
  if (!sig || !sig->recv) {
    check->error(e, Code::kInvalidDeclCycle, "illegal cycle in method declaration");
    return false;
  }
  // The receiver parameter has a name if the others have, so that the signature prints well.
  Symbol name;
  if (sig->params->size() > 0 && !sig->params->vars[0]->name.empty()) {
    name = sig->recv->name.empty() ? check->universe.blank : sig->recv->name;
  }
  std::vector<Var*> params{check->arena.make<Var>(sig->recv->pos, sig->recv->pkg, name, x.type)};
  params.insert(params.end(), sig->params->vars.begin(), sig->params->vars.end());
  auto* t = check->arena.make<Signature>();
  t->tparams = sig->tparams;
  t->params = new_tuple(check->session, std::move(params));
  t->results = sig->results;
  t->variadic = sig->variadic;
  x.mode = Mode::kValue;
  x.type = t;
  check->add_decl_dep(m);
  return true;
}

void field_or_method_value(Checker* check, Operand& x, syntax::SelectorExpr* e, const Lookup& found) {
  if (auto* v = as<Var>(found.obj)) {
    check->record_selection(e, SelectionKind::kFieldVal, x.type, v, found.index, found.indirect);
    x.mode = x.mode == Mode::kVariable || found.indirect ? Mode::kVariable : Mode::kValue;
    x.type = v->type;
    return;
  }
  auto* f = static_cast<Func*>(found.obj);
  check->record_selection(e, SelectionKind::kMethodVal, x.type, f, found.index, found.indirect);
  x.mode = Mode::kValue;
  auto* sig = check->arena.make<Signature>(*f->signature());
  sig->recv = nullptr;
  x.type = sig;
  check->add_decl_dep(f);
}

// Everything but qualified identifiers; false after an error.
bool select(Checker* check, Operand& x, syntax::SelectorExpr* e, TypeName* def, bool want_type) {
  check->expr_or_type(x, e->x, false);
  switch (x.mode) {
    case Mode::kTypexpr:
      // Avoids crashes in invalid recursive declarations (type T T.x).
      if (def && def->type == x.type) {
        Object* cycle[] = {def};
        check->cycle_error(cycle, 0);
        return false;
      }
      break;
    case Mode::kBuiltin:
      check->errorf(e->pos, Code::kUncalledBuiltin, "invalid use of %s in selector expression", x);
      return false;
    case Mode::kInvalid: return false;
    default: break;
  }
  // The type must be complete enough for the lookup below.
  under(x.type);
  if (want_type) {
    check->errorf(e->sel, Code::kNotAType, "%s is not a type", static_cast<syntax::Expr*>(e));
    return false;
  }
  Lookup found = lookup_field_or_method(check->session, x.type, x.mode == Mode::kVariable, check->pkg, e->sel->value,
                                        false);
  if (!found.obj) {
    report_missing(check, x, e, found);
    return false;
  }
  if (as<Func>(found.obj)) check->obj_decl(found.obj);  // methods may not have a signature yet
  if (x.mode == Mode::kTypexpr) return method_expression(check, x, e, found);
  field_or_method_value(check, x, e, found);
  return true;
}

}  // namespace

void Checker::selector(Operand& x, syntax::SelectorExpr* e, TypeName* def, bool want_type) {
  e->selection = nullptr;
  bool ok = false;
  PkgName* pname = nullptr;
  if (auto* ident = syntax::as<syntax::Name>(e->x)) {
    pname = as<PkgName>(lookup(ident->value));
    if (pname) {
      record_use(ident, pname);
      pname->used = true;
      ok = qualified_identifier(this, x, e, pname);
    }
  }
  if (!pname) ok = select(this, x, e, def, want_type);
  if (!ok) x.invalidate();
  x.expr = e;
}

}  // namespace govm::types
