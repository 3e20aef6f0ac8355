// Initialisation and assignment (types2/assignments.go).
#include <algorithm>

#include "compiler/types/checker_impl.h"

namespace govm::types {

std::string AssignContext::str() const {
  std::string out(text);
  if (node) out += expr_string(node);
  return out;
}

namespace {

// Converts the untyped x for an assignment to t (null: any variable); false after an error.
bool settle_untyped(Checker* check, Operand& x, Type* t, const AssignContext& context) {
  Type* target = t;
  if (x.is_nil()) {
    if (!t) {
      check->errorf(x, Code::kUntypedNilUse, "use of untyped nil in %s", context.str());
      return false;
    }
  } else if (!t || is_non_type_param_interface(t)) {
    target = default_type(x.type);
  }
  Checker::Implicit i = check->implicit_type_and_value(x, target);
  if (i.code != Code::kNone) {
    std::string_view why;
    Code code = i.code;
    if (code == Code::kTruncatedFloat) {
      why = " (truncated)";
    } else if (code == Code::kNumericOverflow) {
      why = " (overflows)";
    } else {
      code = Code::kIncompatibleAssign;
    }
    check->errorf(x, code, "cannot use %s as %s value in %s%s", x, target, context.str(), why);
    return false;
  }
  if (i.val) {
    x.val = i.val;
    check->update_expr_val(x.expr, i.val);
  }
  if (i.type != x.type) {
    x.type = i.type;
    check->update_expr_type(x.expr, i.type, false);
  }
  return true;
}

std::string measure(int n, std::string_view unit) {
  return std::to_string(n) + " " + std::string(unit) + (n == 1 ? "" : "s");
}

void set_invalid(std::span<Var* const> lhs) {
  for (Var* v : lhs) {
    if (!v->type) v->type = invalid_type();
  }
}

bool is_call(std::span<syntax::Expr* const> rhs) {
  return rhs.size() == 1 && unparen(rhs[0])->kind == syntax::NodeKind::kCallExpr;
}

}  // namespace

void Checker::assignment(Operand& x, Type* t, const AssignContext& context) {
  single_value(x);
  switch (x.mode) {
    case Mode::kInvalid: return;
    case Mode::kNilValue:
    case Mode::kConstant:
    case Mode::kVariable:
    case Mode::kMapIndex:
    case Mode::kValue:
    case Mode::kCommaOk:
    case Mode::kCommaErr: break;
    default:
      errorf(x, Code::kIncompatibleAssign, "cannot assign %s to %s in %s", x, t, context.str());
      x.invalidate();
      return;
  }
  if (is_untyped(x.type) && !settle_untyped(this, x, t, context)) {
    x.invalidate();
    return;
  }
  if (auto* sig = as<Signature>(under(x.type)); sig && sig->tparams) {
    errorf(x, Code::kWrongTypeArgCount, "cannot use generic function %s without instantiation in %s", x,
           context.str());
    x.invalidate();
    return;
  }
  if (!t || x.type == t) return;
  std::string cause;
  Assignability a = assignable_to(session, this, x, t, &cause);
  if (a.ok) return;
  if (cause.empty()) {
    errorf(x, a.code, "cannot use %s as %s value in %s", x, t, context.str());
  } else {
    errorf(x, a.code, "cannot use %s as %s value in %s: %s", x, t, context.str(), cause);
  }
  x.invalidate();
}

void Checker::init_const(Const* lhs, Operand& x) {
  if (!x.valid() || !is_valid(x.type) || (lhs->type && !is_valid(lhs->type))) {
    if (!lhs->type) lhs->type = invalid_type();
    return;
  }
  if (x.mode != Mode::kConstant) {
    errorf(x, Code::kInvalidConstInit, "%s is not constant", x);
    if (!lhs->type) lhs->type = invalid_type();
    return;
  }
  if (!lhs->type) lhs->type = x.type;
  assignment(x, lhs->type, "constant declaration");
  if (x.valid()) lhs->value = x.val;
}

void Checker::init_var(Var* lhs, Operand& x, std::string_view context) {
  if (!x.valid() || !is_valid(x.type) || (lhs->type && !is_valid(lhs->type))) {
    if (!lhs->type) lhs->type = invalid_type();
    x.invalidate();
    return;
  }
  if (!lhs->type) {
    Type* t = x.type;
    if (is_untyped(t)) {
      if (t == basic_type(BasicKind::kUntypedNil)) {
        errorf(x, Code::kUntypedNilUse, "use of untyped nil in %s", context);
        lhs->type = invalid_type();
        x.invalidate();
        return;
      }
      t = default_type(t);
    }
    lhs->type = t;
  }
  assignment(x, lhs->type, context);
}

// The type of an assignment's left side; null for the blank identifier, the invalid type after an error.
Type* Checker::lhs_var(syntax::Expr* lhs) {
  auto* ident = syntax::as<syntax::Name>(unparen(lhs));
  if (ident && ident->value.is_blank()) {
    record_def(ident, nullptr);
    return nullptr;
  }
  // Assigning to a variable does not use it.
  Var* v = nullptr;
  bool was_used = false;
  if (ident) {
    if (auto* w = as<Var>(lookup(ident->value)); w && w->pkg == pkg) {
      v = w;
      was_used = w->used;
    }
  }
  Operand x;
  expr(nullptr, x, lhs);
  if (v) v->used = was_used;
  if (!x.valid() || !is_valid(x.type)) return invalid_type();
  if (x.mode == Mode::kVariable || x.mode == Mode::kMapIndex) return x.type;
  if (auto* sel = syntax::as<syntax::SelectorExpr>(x.expr)) {
    Operand op;
    expr(nullptr, op, sel->x);
    if (op.mode == Mode::kMapIndex) {
      errorf(x, Code::kUnaddressableFieldAssign, "cannot assign to struct field %s in map", x.expr);
      return invalid_type();
    }
  }
  errorf(x, Code::kUnassignableOperand, "cannot assign to %s (neither addressable nor a map index expression)", x.expr);
  return invalid_type();
}

// lhs = rhs, or lhs = x if rhs was evaluated already.
void Checker::assign_var(syntax::Expr* lhs, syntax::Expr* rhs, Operand* x, std::string_view context) {
  Type* t = lhs_var(lhs);
  if (t && !is_valid(t)) {
    if (x) {
      x->invalidate();
    } else {
      use(rhs);
    }
    return;
  }
  Operand own;
  if (!x) {
    std::optional<Target> target;
    std::string desc;
    if (t && as<Signature>(under(t))) {
      desc = expr_string(lhs);
      target = new_target(t, desc);
    }
    x = &own;
    expr(target ? &*target : nullptr, *x, rhs);
  }
  if (!t && context == "assignment") context = "assignment to _ identifier";
  assignment(*x, t, context);
}

std::string Checker::types_summary(std::span<Type* const> list, bool variadic, bool has_dots) {
  std::string out = "(";
  for (std::size_t i = 0; i < list.size(); ++i) {
    Type* t = list[i];
    std::string s;
    if (!t || !is_valid(t)) {
      s = "unknown type";
    } else if (is_untyped(t)) {
      // "number" stands for any untyped numeric constant.
      s = is_numeric(t) ? "number" : std::string(static_cast<Basic*>(t)->name.substr(sizeof("untyped ") - 1));
    } else {
      s = sprintf("%s", t);
    }
    if (i + 1 == list.size()) {
      if (variadic) {
        if (auto* slice = as<Slice>(t)) s = sprintf("%s", slice->elem);
        s = "..." + s;
      } else if (has_dots) {
        s += "...";
      }
    }
    if (i > 0) out += ", ";
    out += s;
  }
  return out + ")";
}

void Checker::assign_error(std::span<syntax::Expr* const> rhs, int l, int r) {
  std::string vars = measure(l, "variable"), vals = measure(r, "value");
  if (rhs.size() == 1) {
    if (auto* call = syntax::as<syntax::CallExpr>(unparen(rhs[0]))) {
      errorf(rhs[0], Code::kWrongAssignCount, "assignment mismatch: %s but %s returns %s", vars, call->fun, vals);
      return;
    }
  }
  errorf(rhs[0], Code::kWrongAssignCount, "assignment mismatch: %s but %s", vars, vals);
}

void Checker::return_error(At at, std::span<Var* const> lhs, std::span<Operand* const> rhs) {
  std::string_view qualifier = "not enough";
  if (rhs.size() > lhs.size()) {
    at = rhs[lhs.size()];
    qualifier = "too many";
  } else if (!rhs.empty()) {
    at = rhs.back();
  }
  ErrorReport err(this, Code::kWrongResultCount);
  err.addf(at, "%s return values", qualifier);
  err.addf(Pos{}, "have %s", types_summary(types_of(rhs), false, false));
  err.addf(Pos{}, "want %s", types_summary(types_of(lhs), false, false));
  err.report();
}

void Checker::init_vars(std::span<Var* const> lhs, std::span<syntax::Expr* const> rhs,
                        syntax::ReturnStmt* return_stmt) {
  std::string_view context = return_stmt ? "return statement" : "assignment";
  std::size_t l = lhs.size(), r = rhs.size();
  // One value for each variable, and it is not a call that may return several.
  if (l == r && !is_call(rhs)) {
    Operand x;
    for (std::size_t i = 0; i < l; ++i) {
      std::string_view desc = lhs[i]->name.str();
      if (return_stmt && desc.empty()) desc = "result variable";
      std::optional<Target> target = new_target(lhs[i]->type, desc);
      expr(target ? &*target : nullptr, x, rhs[i]);
      init_var(lhs[i], x, context);
    }
    return;
  }
  if (r != 1) {
    // The values are checked even if their number is wrong.
    if (use(rhs)) {
      if (return_stmt) {
        OperandList list = expr_list(rhs);
        return_error(return_stmt, lhs, list);
      } else {
        assign_error(rhs, static_cast<int>(l), static_cast<int>(r));
      }
    }
    set_invalid(lhs);
    return;
  }
  bool comma_ok = false;
  OperandList list = multi_expr(rhs[0], l == 2 && !return_stmt, &comma_ok);
  r = list.size();
  if (l == r) {
    for (std::size_t i = 0; i < l; ++i) init_var(lhs[i], *list[i], context);
    if (comma_ok && list[0]->valid() && list[1]->valid()) record_comma_ok_types(rhs[0], *list[0], *list[1]);
    return;
  }
  if (!list.empty() && list[0]->valid()) {
    if (return_stmt) {
      return_error(return_stmt, lhs, list);
    } else {
      assign_error(rhs, static_cast<int>(l), static_cast<int>(r));
    }
  }
  set_invalid(lhs);
}

void Checker::assign_vars(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs) {
  std::size_t l = lhs.size(), r = rhs.size();
  if (l == r && !is_call(rhs)) {
    for (std::size_t i = 0; i < l; ++i) assign_var(lhs[i], rhs[i], nullptr, "assignment");
    return;
  }
  if (r != 1) {
    bool ok_lhs = use_lhs(lhs), ok_rhs = use(rhs);
    if (ok_lhs && ok_rhs) assign_error(rhs, static_cast<int>(l), static_cast<int>(r));
    return;
  }
  bool comma_ok = false;
  OperandList list = multi_expr(rhs[0], l == 2, &comma_ok);
  r = list.size();
  if (l == r) {
    for (std::size_t i = 0; i < l; ++i) assign_var(lhs[i], nullptr, list[i], "assignment");
    if (comma_ok && list[0]->valid() && list[1]->valid()) record_comma_ok_types(rhs[0], *list[0], *list[1]);
    return;
  }
  if (!list.empty() && list[0]->valid()) assign_error(rhs, static_cast<int>(l), static_cast<int>(r));
  use_lhs(lhs);
}

void Checker::short_var_decl(Pos pos, std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs) {
  std::size_t top = delayed_count();
  std::vector<Var*> lhs_vars(lhs.size()), new_vars;
  bool has_error = false;
  for (std::size_t i = 0; i < lhs.size(); ++i) {
    auto* ident = syntax::as<syntax::Name>(lhs[i]);
    if (!ident) {
      use_lhs(lhs.subspan(i, 1));
      errorf(lhs[i], Code::kBadDecl, "non-name %s on left side of :=", lhs[i]);
      has_error = true;
      continue;
    }
    Symbol name = ident->value;
    if (!name.is_blank()) {
      bool repeated = std::any_of(lhs.begin(), lhs.begin() + static_cast<std::ptrdiff_t>(i), [&](syntax::Expr* e) {
        auto* other = syntax::as<syntax::Name>(e);
        return other && other->value == name;
      });
      if (repeated) {
        errorf(lhs[i], Code::kRepeatedDecl, "%s repeated on left side of :=", lhs[i]);
        has_error = true;
        continue;
      }
    }
    // Redeclaration is assignment to the variable of this scope.
    if (Object* alt = env.scope->lookup(name)) {
      record_use(ident, alt);
      if (auto* v = as<Var>(alt)) {
        lhs_vars[i] = v;
      } else {
        errorf(lhs[i], Code::kUnassignableOperand, "cannot assign to %s", lhs[i]);
        has_error = true;
      }
      continue;
    }
    Var* v = new_var(ident->pos, name, nullptr);
    lhs_vars[i] = v;
    if (!name.is_blank()) new_vars.push_back(v);
    record_def(ident, v);
  }
  for (std::size_t i = 0; i < lhs.size(); ++i) {
    if (!lhs_vars[i]) lhs_vars[i] = new_var(lhs[i]->pos, universe.blank, nullptr);
  }
  init_vars(lhs_vars, rhs, nullptr);
  // Function literals must be checked before the variables are declared: they are not in scope there.
  process_delayed(top);
  if (new_vars.empty() && !has_error) {
    soft_errorf(pos, Code::kNoNewVar, "no new variables on left side of :=");
    return;
  }
  Pos scope_pos = rhs.empty() ? pos : syntax::end_pos(rhs.back());
  for (Var* v : new_vars) declare(env.scope, nullptr, v, scope_pos);
}

}  // namespace govm::types
