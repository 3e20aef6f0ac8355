// Expressions (types2/expr.go). Untyped expressions are remembered until their final type is known:
// update_expr_type walks down the tree again and records it.
#include "compiler/types/checker_impl.h"

#include "base/assert.h"

namespace govm::types {

using syntax::NodeKind;

namespace {

constexpr unsigned bit(Mode m) { return 1u << static_cast<unsigned>(m); }
constexpr unsigned kNotValues = bit(Mode::kNoValue) | bit(Mode::kBuiltin) | bit(Mode::kTypexpr);

}  // namespace

std::optional<Target> new_target(Type* t, std::string_view desc) {
  if (t) {
    if (auto* sig = as<Signature>(under(t))) return Target{sig, desc};
  }
  return std::nullopt;
}

ExprKind Checker::raw_expr(const Target* target, Operand& x, syntax::Expr* e, Type* hint, bool allow_generic) {
  ExprKind kind = expr_internal(target, x, e, hint);
  if (!allow_generic) non_generic(target, x);
  record(x);
  return kind;
}

void Checker::non_generic(const Target* target, Operand& x) {
  if (!x.valid() || x.mode == Mode::kNoValue) return;
  std::string_view what;
  switch (x.type->type_kind()) {
    case TypeKind::kAlias:
    case TypeKind::kNamed:
      if (is_generic(x.type)) what = "type";
      break;
    case TypeKind::kSignature:
      if (static_cast<Signature*>(x.type)->tparams) {
        if (target) {
          func_inst(target, x.pos(), x, nullptr, true);
          return;
        }
        what = "function";
      }
      break;
    default: break;
  }
  if (what.empty()) return;
  errorf(x.expr, Code::kWrongTypeArgCount, "cannot use generic %s %s without instantiation", what, x.expr);
  x.invalidate();
  x.type = invalid_type();
}

namespace {

// x.(T), with x checked: false after an error.
bool check_assertable(Checker* check, Operand& x, syntax::AssertExpr* e) {
  if (!e->type_expr) {
    check->error(e, Code::kInvalidSyntaxTree, "invalid use of AssertExpr");
    return false;
  }
  if (is_type_param(x.type)) {
    check->errorf(x, Code::kInvalidAssert, "invalid operation: cannot use type assertion on type parameter value %s",
                  x);
    return false;
  }
  if (!as<Interface>(under(x.type))) {
    check->errorf(x, Code::kInvalidAssert, "invalid operation: %s is not an interface", x);
    return false;
  }
  Type* t = check->var_type(e->type_expr);
  if (!is_valid(t)) return false;
  check->type_assertion(e, x, t, false);
  x.mode = Mode::kCommaOk;
  x.type = t;
  return true;
}

// *x: a pointer type or an indirection; false after an error.
bool check_star(Checker* check, Operand& x, syntax::Operation* e) {
  check->expr_or_type(x, e->x, false);
  if (!x.valid()) return false;
  if (x.mode == Mode::kTypexpr) {
    check->valid_var_type(e->x, x.type);
    x.type = check->arena.make<Pointer>(x.type);
    return true;
  }
  Type* base = nullptr;
  bool ok = under_is(x.type, [&](Type* u) {
    auto* p = as<Pointer>(u);
    if (!p) {
      check->errorf(x, Code::kInvalidIndirection, "invalid operation: cannot indirect %s", x);
      return false;
    }
    if (base && !identical(p->base, base)) {
      check->errorf(x, Code::kInvalidIndirection, "invalid operation: pointers of %s must have identical base types",
                    x);
      return false;
    }
    base = p->base;
    return true;
  });
  if (!ok) return false;
  x.mode = Mode::kVariable;
  x.type = base;
  return true;
}

}  // namespace

ExprKind Checker::expr_internal(const Target* target, Operand& x, syntax::Expr* e, Type* hint) {
  x.mode = Mode::kInvalid;
  x.type = invalid_type();
  ExprKind kind = ExprKind::kExpression;
  bool ok = true;
  switch (e->kind) {
    case NodeKind::kBadExpr: ok = false; break;
    case NodeKind::kName: ident(x, static_cast<syntax::Name*>(e), nullptr, false); break;
    case NodeKind::kDotsType:
      error(e, Code::kBadDotDotDotSyntax, "invalid use of '...'");
      ok = false;
      break;
    case NodeKind::kBasicLit: {
      auto* lit = static_cast<syntax::BasicLit*>(e);
      ok = !lit->bad;
      if (ok) basic_lit(x, lit);
      ok = ok && x.valid();
      break;
    }
    case NodeKind::kFuncLit:
      func_lit(x, static_cast<syntax::FuncLit*>(e));
      ok = x.valid();
      break;
    case NodeKind::kCompositeLit:
      composite_lit(x, static_cast<syntax::CompositeLit*>(e), hint);
      ok = x.valid();
      break;
    case NodeKind::kParenExpr:
      // Inference does not go past parentheses.
      kind = raw_expr(nullptr, x, static_cast<syntax::ParenExpr*>(e)->x, nullptr, false);
      x.expr = e;
      return kind;
    case NodeKind::kSelectorExpr: selector(x, static_cast<syntax::SelectorExpr*>(e), nullptr, false); break;
    case NodeKind::kIndexExpr: {
      auto* index_e = static_cast<syntax::IndexExpr*>(e);
      if (index_expr(x, index_e)) func_inst(target, e->pos, x, index_e, true);
      ok = x.valid();
      break;
    }
    case NodeKind::kSliceExpr:
      slice_expr(x, static_cast<syntax::SliceExpr*>(e));
      ok = x.valid();
      break;
    case NodeKind::kAssertExpr: {
      auto* a = static_cast<syntax::AssertExpr*>(e);
      expr(nullptr, x, a->x);
      ok = x.valid() && check_assertable(this, x, a);
      break;
    }
    case NodeKind::kTypeSwitchGuard:
      error(e, Code::kInvalidSyntaxTree, "use of .(type) outside type switch");
      use(static_cast<syntax::TypeSwitchGuard*>(e)->x);
      ok = false;
      break;
    case NodeKind::kCallExpr: return call_expr(x, static_cast<syntax::CallExpr*>(e));
    case NodeKind::kListExpr:
      error(e, Code::kInvalidSyntaxTree, "unexpected list of expressions");
      ok = false;
      break;
    case NodeKind::kOperation: {
      auto* o = static_cast<syntax::Operation*>(e);
      if (o->y) {
        binary(x, e, o->x, o->y, o->op);
        ok = x.valid();
      } else if (o->op == syntax::Operator::kMul) {
        ok = check_star(this, x, o);
      } else {
        unary(x, o);
        ok = x.valid();
        if (ok && o->op == syntax::Operator::kRecv) kind = ExprKind::kStatement;
      }
      break;
    }
    case NodeKind::kKeyValueExpr:
      error(e, Code::kInvalidSyntaxTree, "no key:value expected");
      ok = false;
      break;
    case NodeKind::kArrayType:
    case NodeKind::kSliceType:
    case NodeKind::kStructType:
    case NodeKind::kFuncType:
    case NodeKind::kInterfaceType:
    case NodeKind::kMapType:
    case NodeKind::kChanType:
      x.mode = Mode::kTypexpr;
      x.type = typ(e);
      break;
    default: GOVM_UNREACHABLE();
  }
  x.expr = e;
  if (ok) return kind;
  x.invalidate();
  return ExprKind::kStatement;  // avoids follow-up errors
}

void Checker::type_assertion(syntax::Expr* e, Operand& x, Type* t, bool type_switch) {
  std::string cause;
  if (assertable_to(x.type, t, &cause)) return;
  if (type_switch) {
    errorf(e, Code::kImpossibleAssert, "impossible type switch case: %s\n\t%s cannot have dynamic type %s %s", e, x, t,
           cause);
    return;
  }
  errorf(e, Code::kImpossibleAssert, "impossible type assertion: %s\n\t%s does not implement %s %s", e, t, x.type,
         cause);
}

void Checker::expr(const Target* target, Operand& x, syntax::Expr* e) {
  raw_expr(target, x, e, nullptr, false);
  exclude(x, kNotValues);
  single_value(x);
}

void Checker::generic_expr(Operand& x, syntax::Expr* e) {
  raw_expr(nullptr, x, e, nullptr, true);
  exclude(x, kNotValues);
  single_value(x);
}

OperandList Checker::multi_expr(syntax::Expr* e, bool allow_comma_ok, bool* comma_ok) {
  Operand* x = new_operand();
  raw_expr(nullptr, *x, e, nullptr, false);
  exclude(*x, kNotValues);
  if (comma_ok) *comma_ok = false;
  auto value = [&](Type* t) {
    Operand* o = new_operand();
    o->mode = Mode::kValue;
    o->expr = e;
    o->type = t;
    return o;
  };
  OperandList list;
  if (auto* t = as<Tuple>(x->type); t && x->valid()) {
    for (Var* v : t->vars) list.push_back(value(v->type));
    return list;
  }
  list.push_back(x);
  if (allow_comma_ok && (x->mode == Mode::kMapIndex || x->mode == Mode::kCommaOk || x->mode == Mode::kCommaErr)) {
    list.push_back(value(x->mode == Mode::kCommaErr ? universe.error : basic_type(BasicKind::kUntypedBool)));
    if (comma_ok) *comma_ok = true;
  }
  return list;
}

void Checker::expr_with_hint(Operand& x, syntax::Expr* e, Type* hint) {
  raw_expr(nullptr, x, e, hint, false);
  exclude(x, kNotValues);
  single_value(x);
}

void Checker::expr_or_type(Operand& x, syntax::Expr* e, bool allow_generic) {
  raw_expr(nullptr, x, e, nullptr, allow_generic);
  exclude(x, bit(Mode::kNoValue));
  single_value(x);
}

void Checker::exclude(Operand& x, unsigned modes) {
  if (!(modes & bit(x.mode))) return;
  switch (x.mode) {
    case Mode::kNoValue:
      if (modes & bit(Mode::kTypexpr)) {
        errorf(x, Code::kTooManyValues, "%s used as value", x);
      } else {
        errorf(x, Code::kTooManyValues, "%s used as value or type", x);
      }
      break;
    case Mode::kBuiltin: errorf(x, Code::kUncalledBuiltin, "%s must be called", x); break;
    case Mode::kTypexpr: errorf(x, Code::kNotAnExpr, "%s is not an expression", x); break;
    default: GOVM_UNREACHABLE();
  }
  x.invalidate();
}

void Checker::single_value(Operand& x) {
  if (x.mode != Mode::kValue || !as<Tuple>(x.type)) return;
  errorf(x, Code::kTooManyValues, "multiple-value %s in single-value context", x);
  x.invalidate();
}

}  // namespace govm::types
