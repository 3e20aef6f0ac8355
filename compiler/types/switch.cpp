// Expression and type switches (types2/stmt.go).
#include "compiler/types/checker_impl.h"
#include "compiler/types/const_key.h"
#include "compiler/types/type_hash.h"

#include <unordered_map>

namespace govm::types {

struct Checker::ValueMap {
  ConstantSet values;
};

struct Checker::SeenTypes {
  struct Entry {
    Type* type;  // null: nil
    syntax::Expr* expr;
  };
  std::unordered_multimap<std::uint64_t, Entry> entries;

  // The earlier case of an identical type, or null; then t is added.
  syntax::Expr* insert(Type* t, syntax::Expr* e) {
    std::uint64_t hash = t ? type_hash(t) : 0;
    auto [begin, end] = entries.equal_range(hash);
    for (auto it = begin; it != end; ++it) {
      Type* other = it->second.type;
      if (t == other || (t && other && identical(t, other))) return it->second.expr;
    }
    entries.emplace(hash, Entry{t, e});
    return nullptr;
  }
};

void Checker::case_values(Operand& x, std::span<syntax::Expr* const> values, ValueMap& seen) {
  for (syntax::Expr* e : values) {
    Operand v;
    expr(nullptr, v, e);
    if (!x.valid() || !v.valid()) continue;
    convert_untyped(v, x.type);
    if (!v.valid()) continue;
    // The comparison changes its operand: v is needed as it is.
    Operand result = v;
    comparison(result, x, syntax::Operator::kEql, true);
    if (!result.valid() || v.mode != Mode::kConstant) continue;
    // Booleans are not looked at: they often come from build tags.
    if (constant::kind(v.val) == constant::Kind::kBool || constant::kind(v.val) == constant::Kind::kComplex) continue;
    std::string key = constant_key(constants, v.val);
    if (key.empty()) continue;
    if (const ConstantSet::Entry* other = seen.values.insert(key, v.type, v.pos())) {
      ErrorReport err(this, Code::kDuplicateCase);
      err.addf(v, "duplicate case %s in expression switch", v);
      err.addf(other->pos, "previous case");
      err.report();
    }
  }
}

bool Checker::is_nil_expr(syntax::Expr* e) {
  auto* name = syntax::as<syntax::Name>(unparen(e));
  return name && as<Nil>(lookup(name->value));
}

// The type a type switch's variable has in a clause with these types.
Type* Checker::case_types(Operand& x, std::span<syntax::Expr* const> types, SeenTypes& seen) {
  Type* t = nullptr;
  for (syntax::Expr* e : types) {
    if (is_nil_expr(e)) {
      t = nullptr;
      Operand dummy;
      expr(nullptr, dummy, e);
    } else {
      t = var_type(e);
      if (!is_valid(t)) continue;
    }
    if (syntax::Expr* other = seen.insert(t, e)) {
      ErrorReport err(this, Code::kDuplicateCase);
      err.addf(e, "duplicate case %s in type switch", t ? sprintf("%s", t) : "nil");
      err.addf(other, "previous case");
      err.report();
      continue;
    }
    if (x.valid() && t) type_assertion(e, x, t, true);
  }
  // Only a clause with exactly one type gives the variable that type.
  if (types.size() != 1 || !t) t = x.valid() ? x.type : invalid_type();
  return t;
}

void Checker::switch_stmt(unsigned inner, syntax::SwitchStmt* s) {
  Operand x;
  if (s->tag) {
    expr(nullptr, x, s->tag);
    // Nil is not allowed; an untyped constant gets its default type.
    assignment(x, nullptr, "switch expression");
    if (x.valid() && !comparable(x.type) && !has_nil(x.type)) {
      errorf(x, Code::kInvalidExprSwitch, "cannot switch on %s (%s is not comparable)", x, x.type);
      x.invalidate();
    }
  } else {
    // A missing tag means true.
    x.mode = Mode::kConstant;
    x.type = basic_type(BasicKind::kBool);
    x.val = constants.make_bool(true);
    Pos pos = s->body.empty() ? s->rbrace : s->body[0]->pos;
    x.expr = arena.make<syntax::Name>(pos, sym("true"));
  }
  multiple_switch_defaults(s->body);
  ValueMap seen;
  for (std::size_t i = 0; i < s->body.size(); ++i) {
    syntax::CaseClause* clause = s->body[i];
    unsigned ctxt = inner | (i + 1 < s->body.size() ? kFallthroughOk : kFinalSwitchCase);
    case_values(x, unpack_list(clause->cases), seen);
    open_scope();
    stmt_list(ctxt, clause->body);
    close_scope();
  }
}

void Checker::type_switch_stmt(unsigned inner, syntax::SwitchStmt* s, syntax::TypeSwitchGuard* guard) {
  syntax::Name* lhs = guard->lhs;
  if (lhs) {
    if (lhs->value.is_blank()) {
      soft_errorf(lhs, Code::kNoNewVar, "no new variable on left side of :=");
      lhs = nullptr;
    } else {
      record_def(lhs, nullptr);  // each clause has its own variable
    }
  }
  Operand x;
  expr(nullptr, x, guard->x);
  if (x.valid()) {
    if (is_type_param(x.type)) {
      errorf(x, Code::kInvalidTypeSwitch, "cannot use type switch on type parameter value %s", x);
      x.invalidate();
    } else if (!is_interface(x.type)) {
      errorf(x, Code::kInvalidTypeSwitch, "%s is not an interface", x);
      x.invalidate();
    }
  }
  multiple_switch_defaults(s->body);
  std::vector<Var*> vars;
  SeenTypes seen;
  for (syntax::CaseClause* clause : s->body) {
    Type* t = case_types(x, unpack_list(clause->cases), seen);
    open_scope();
    if (lhs) {
      Var* v = new_var(lhs->pos, lhs->value, t);
      declare(env.scope, nullptr, v, clause->colon);
      record_implicit(clause, v);
      vars.push_back(v);
    }
    stmt_list(inner, clause->body);
    close_scope();
  }
  if (!lhs) return;
  // The variable counts as used if it is used in any clause.
  bool used = false;
  for (Var* v : vars) {
    used |= v->used;
    v->used = true;
  }
  if (!used) soft_errorf(lhs, Code::kUnusedVar, "%s declared and not used", lhs->value);
}

}  // namespace govm::types
