// Range clauses (Go spec: For statements with range clause).
#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

struct RangeTypes {
  Type* key = nullptr;    // null: no such variable permitted
  Type* value = nullptr;
  std::string_view cause; // if not ok
  bool ok = false;
};

RangeTypes bad(std::string_view cause) { return {invalid_type(), invalid_type(), cause, false}; }

RangeTypes over_function(Checker* check, Signature* f) {
  if (!check->allow_version(kGo1_23)) return bad("requires go1.23 or later");
  if (f->params->size() != 1) return bad("func must be func(yield func(...) bool): wrong argument count");
  if (f->results->size() != 0) return bad("func must be func(yield func(...) bool): unexpected results");
  auto* yield = as<Signature>(core_type(f->params->vars[0]->type));
  if (!yield) return bad("func must be func(yield func(...) bool): argument is not func");
  if (yield->params->size() > 2) {
    return bad("func must be func(yield func(...) bool): yield func has too many parameters");
  }
  bool one = yield->results->size() == 1;
  if (!one || !identical(yield->results->vars[0]->type, basic_type(BasicKind::kBool))) {
    if (one && is_boolean(yield->results->vars[0]->type)) {
      return bad("func must be func(yield func(...) bool): yield func returns user-defined boolean, not bool");
    }
    return bad("func must be func(yield func(...) bool): yield func does not return bool");
  }
  RangeTypes out{nullptr, nullptr, {}, true};
  if (yield->params->size() >= 1) out.key = yield->params->vars[0]->type;
  if (yield->params->size() >= 2) out.value = yield->params->vars[1]->type;
  return out;
}

RangeTypes range_types(Checker* check, Type* orig) {
  Type* t = core_type(orig);
  if (!t) return bad("no core type");
  if (auto* p = as<Pointer>(unalias(t))) {
    if (auto* a = as<Array>(under(p->base))) t = a;
  }
  Basic* int_type = basic_type(BasicKind::kInt);
  switch (t->type_kind()) {
    case TypeKind::kBasic:
      if (is_string(t)) return {int_type, universe_rune(), {}, true};
      if (is_integer(t)) {
        if (!check->allow_version(kGo1_22)) return bad("requires go1.22 or later");
        return {orig, nullptr, {}, true};
      }
      return {};
    case TypeKind::kArray: return {int_type, static_cast<Array*>(t)->elem, {}, true};
    case TypeKind::kSlice: return {int_type, static_cast<Slice*>(t)->elem, {}, true};
    case TypeKind::kMap: return {static_cast<Map*>(t)->key, static_cast<Map*>(t)->elem, {}, true};
    case TypeKind::kChan: {
      auto* c = static_cast<Chan*>(t);
      if (c->dir == syntax::ChanDir::kSendOnly) return bad("receive from send-only channel");
      return {c->elem, nullptr, {}, true};
    }
    case TypeKind::kSignature: return over_function(check, static_cast<Signature*>(t));
    default: return {};
  }
}

// The clause's parts, types and variables.
class RangeChecker {
 public:
  RangeChecker(Checker* check, syntax::ForStmt* s, syntax::RangeClause* clause)
      : check_(*check), stmt_(s), clause_(clause) {
    lhs_[0] = clause->lhs;
    if (auto* list = syntax::as<syntax::ListExpr>(clause->lhs)) {
      lhs_[0] = list->elems[0];
      if (list->elems.size() > 1) lhs_[1] = list->elems[1];
      if (list->elems.size() > 2) extra_ = list->elems[2];
    }
  }

  void run(unsigned inner) {
    check_.expr(nullptr, x_, clause_->x);
    if (x_.valid()) operand();
    // The variables' scope begins after the range expression.
    check_.open_scope();
    if (clause_->def) {
      define();
    } else if (lhs_[0]) {
      assign();
    } else if (over_int_) {
      // Settles the type of an untyped constant.
      check_.assignment(x_, nullptr, "range clause");
    }
    check_.stmt(inner, stmt_->body);
    check_.close_scope();
  }

 private:
  void operand() {
    RangeTypes r = range_types(&check_, x_.type);
    if (!r.ok) {
      if (r.cause.empty()) {
        check_.soft_errorf(x_, Code::kInvalidRangeExpr, "cannot range over %s", x_);
      } else {
        check_.soft_errorf(x_, Code::kInvalidRangeExpr, "cannot range over %s: %s", x_, r.cause);
      }
    } else if (!r.key && lhs_[0]) {
      check_.soft_errorf(lhs_[0], Code::kInvalidIterVar, "range over %s permits no iteration variables", x_);
    } else if (!r.value && lhs_[1]) {
      check_.soft_errorf(lhs_[1], Code::kInvalidIterVar, "range over %s permits only one iteration variable", x_);
    } else if (extra_) {
      check_.soft_errorf(extra_, Code::kInvalidIterVar, "range clause permits at most two iteration variables");
    }
    types_[0] = r.key;
    types_[1] = r.value;
    over_int_ = r.ok && is_integer(x_.type);
    if (!over_int_ && is_untyped(x_.type)) {
      check_.update_expr_type(x_.expr, default_type(x_.type), true);
      x_.type = default_type(x_.type);
    }
  }

  bool has_type(int i) const { return types_[i] && types_[i] != invalid_type(); }

  // A stand-in operand for what the loop assigns.
  Operand produced(int i) const {
    Operand y;
    y.mode = Mode::kValue;
    y.expr = lhs_[i];
    y.type = types_[i];
    return y;
  }

  void define_one(int i, std::vector<Var*>& vars) {
    Var* v = nullptr;
    if (auto* ident = syntax::as<syntax::Name>(lhs_[i])) {
      v = check_.new_var(ident->pos, ident->value, nullptr);
      check_.record_def(ident, v);
      if (!ident->value.is_blank()) vars.push_back(v);
    } else {
      check_.errorf(lhs_[i], Code::kInvalidSyntaxTree, "cannot declare %s", lhs_[i]);
      v = check_.new_var(lhs_[i]->pos, check_.universe.blank, nullptr);
    }
    if (!has_type(i)) {
      v->type = invalid_type();
      v->used = true;  // no follow-up error
    } else if (over_int_) {
      check_.init_var(v, x_, "range clause");
    } else {
      Operand y = produced(i);
      check_.init_var(v, y, "assignment");
    }
  }

  void define() {
    std::vector<Var*> vars;
    for (int i = 0; i < 2; ++i) {
      if (lhs_[i]) define_one(i, vars);
    }
    if (vars.empty()) {
      check_.error(stmt_, Code::kNoNewVar, "no new variables on left side of :=");
      return;
    }
    for (Var* v : vars) check_.declare(check_.env.scope, nullptr, v, stmt_->body->pos);
  }

  void assign() {
    for (int i = 0; i < 2; ++i) {
      if (!lhs_[i] || !has_type(i)) continue;
      if (!over_int_) {
        Operand y = produced(i);
        check_.assign_var(lhs_[i], nullptr, &y, "assignment");
        continue;
      }
      check_.assign_var(lhs_[i], nullptr, &x_, "range clause");
      // The variable decides the type of an untyped constant; it may be an interface, which does not work.
      if (x_.valid() && !is_integer(x_.type)) {
        check_.soft_errorf(lhs_[i], Code::kInvalidRangeExpr, "cannot use iteration variable of type %s", x_.type);
      }
    }
  }

  Checker& check_;
  syntax::ForStmt* stmt_;
  syntax::RangeClause* clause_;
  syntax::Expr* lhs_[2] = {nullptr, nullptr};
  syntax::Expr* extra_ = nullptr;
  Operand x_;
  Type* types_[2] = {nullptr, nullptr};
  bool over_int_ = false;
};

}  // namespace

void Checker::range_stmt(unsigned inner, syntax::ForStmt* s, syntax::RangeClause* rclause) {
  RangeChecker(this, s, rclause).run(inner);
}

}  // namespace govm::types
