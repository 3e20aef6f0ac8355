// Recording of results in the syntax tree (types2/recording.go). An expression whose recorded type is untyped is one
// whose final type is not known yet; update_expr_type settles it on the way down from where it is used.
#include "base/assert.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

using syntax::NodeKind;
using syntax::Operator;

void Checker::record(Operand& x) {
  switch (x.mode) {
    case Mode::kInvalid: return;
    case Mode::kNoValue: {
      static Tuple empty;  // immutable
      record_type_and_value(x.expr, x.mode, as<Tuple>(x.type) ? x.type : &empty, nullptr);
      return;
    }
    default: break;
  }
  if (x.mode == Mode::kBuiltin) x.expr->builtin_id = static_cast<std::uint8_t>(x.id);
  const constant::Value* val = x.mode == Mode::kConstant ? x.val : nullptr;
  if (x.type && is_untyped(x.type)) {
    remember_untyped(x.expr, false, x.mode, static_cast<Basic*>(x.type), val);
  } else {
    record_type_and_value(x.expr, x.mode, x.type, val);
  }
}

void Checker::remember_untyped(syntax::Expr* e, bool lhs, Mode mode, Basic* t, const constant::Value* v) {
  e->mode = mode;
  e->type = t;
  e->constant = v;
  e->comma_ok = false;
  if (lhs) {
    untyped_lhs_[e] = true;
  } else if (bool* known = untyped_lhs_.find(e)) {
    *known = false;
  }
}

void Checker::mark_untyped_lhs(syntax::Expr* e) {
  if (e->type && is_untyped(e->type)) untyped_lhs_[e] = true;
}

void Checker::record_type_and_value(syntax::Expr* e, Mode mode, Type* t, const constant::Value* v) {
  if (mode == Mode::kInvalid) return;
  e->mode = mode;
  e->type = t;
  e->constant = v;
  e->comma_ok = false;
}

void Checker::record_builtin_type(syntax::Expr* f, Signature* sig) {
  for (;;) {
    record_type_and_value(f, Mode::kBuiltin, sig, nullptr);
    auto* p = syntax::as<syntax::ParenExpr>(f);
    if (!p) return;
    f = p->x;
  }
}

void Checker::record_comma_ok_types(syntax::Expr* e, Operand& value, Operand& ok) {
  if (!value.valid()) return;
  Tuple* t = new_tuple(session, {new_var(e->pos, Symbol(), value.type), new_var(e->pos, Symbol(), ok.type)});
  for (;;) {
    e->type = t;
    e->comma_ok = true;
    auto* p = syntax::as<syntax::ParenExpr>(e);
    if (!p) return;
    e = p->x;
  }
}

// The type arguments go to the identifier that names the generic function.
void Checker::record_instance(syntax::Expr* e, std::span<Type* const> targs, Type* t) {
  for (;;) {
    e = unparen(e);
    if (auto* ix = syntax::as<syntax::IndexExpr>(e)) {
      e = ix->x;
    } else if (auto* sel = syntax::as<syntax::SelectorExpr>(e)) {
      e = sel->sel;
    } else {
      break;
    }
  }
  auto* name = syntax::as<syntax::Name>(e);
  if (!name) return;
  name->targs = new_type_list(session, targs);
  if (as<Signature>(t)) {
    name->mode = Mode::kValue;
    name->type = t;
  }
}

void Checker::record_selection(syntax::SelectorExpr* x, SelectionKind kind, Type* recv, Object* obj,
                               std::span<const int> index, bool indirect) {
  record_use(x->sel, obj);
  x->selection = arena.make<Selection>(kind, recv, obj, arena.copy(index), indirect);
}

void Checker::update_expr_val(syntax::Expr* e, const constant::Value* v) {
  if (e->type && is_untyped(e->type)) e->constant = v;
}

// Gives e, if its type is not settled yet, the type t; with final, or if t is typed, that is its last word.
void Checker::update_expr_type(syntax::Expr* e, Type* t, bool final) {
  if (!e->type || !is_untyped(e->type)) return;
  const constant::Value* old_val = e->constant;
  switch (e->kind) {
    case NodeKind::kCallExpr:
    case NodeKind::kName:
    case NodeKind::kBasicLit:
    case NodeKind::kSelectorExpr: break;
    case NodeKind::kParenExpr: update_expr_type(static_cast<syntax::ParenExpr*>(e)->x, t, final); break;
    case NodeKind::kOperation: {
      auto* o = static_cast<syntax::Operation*>(e);
      // The operands of a constant operation keep their types: they do not exist at run time.
      if (old_val) break;
      bool comparison = Operator::kEql <= o->op && o->op <= Operator::kGeq;
      bool shift = o->op == Operator::kShl || o->op == Operator::kShr;
      if (!o->y) {
        if (o->op == Operator::kMul) return;
        update_expr_type(o->x, t, final);
      } else if (shift) {
        update_expr_type(o->x, t, final);
      } else if (!comparison) {
        update_expr_type(o->x, t, final);
        update_expr_type(o->y, t, final);
      }
      break;
    }
    default: return;
  }
  if (!final && is_untyped(t)) {
    e->type = under(t);
    return;
  }
  Basic* old_type = static_cast<Basic*>(e->type);
  Mode old_mode = e->mode;
  e->type = t;  // settled: not to be visited again
  bool* lhs = untyped_lhs_.find(e);
  if (lhs && *lhs) {
    *lhs = false;
    // As if the shift were not there, its left operand gets the type; that must be an integer type.
    if (!all_integer(t)) {
      errorf(e, Code::kInvalidShiftOperand, "invalid operation: shifted operand %s (type %s) must be integer", e, t);
      e->mode = Mode::kInvalid;
      return;
    }
  }
  if (old_val) {
    Operand c;
    c.mode = old_mode;
    c.expr = e;
    c.type = old_type;
    c.val = old_val;
    convert_untyped(c, t);
    if (!c.valid()) {
      e->mode = Mode::kInvalid;
      return;
    }
    old_val = c.val;
  }
  record_type_and_value(e, old_mode, t, old_val);
}

}  // namespace govm::types
