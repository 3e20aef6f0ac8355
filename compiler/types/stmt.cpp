// Statements (types2/stmt.go). Misplaced branches and labels are the parser's errors.
#include <algorithm>

#include "compiler/types/checker_impl.h"

namespace govm::types {

using syntax::NodeKind;
using syntax::Operator;

void Checker::func_body(DeclInfo* decl, Symbol, Signature* sig, syntax::BlockStmt* body,
                        const constant::Value* iota) {
  Environment saved = env;
  env = Environment{};
  env.decl = decl;
  env.scope = sig->scope;
  env.version = saved.version;
  env.iota = iota;
  env.sig = sig;
  stmt_list(0, body->list);
  if (sig->results->size() > 0 && !is_terminating(body, Symbol())) {
    error(body->rbrace, Code::kMissingReturn, "missing return");
  }
  usage(sig->scope);
  env = saved;
}

void Checker::usage(Scope* scope) {
  if (scope->size() > 0) {
    std::vector<Var*> unused;
    for (Object* o : scope->sorted()) {
      if (auto* v = as<Var>(o); v && !v->is_param && !v->used) unused.push_back(v);
    }
    std::sort(unused.begin(), unused.end(), [](Var* a, Var* b) { return a->pos < b->pos; });
    for (Var* v : unused) soft_errorf(v->pos, Code::kUnusedVar, "declared and not used: %s", v->name);
  }
  // Function literals look after themselves.
  for (Scope* s = scope->first_child; s; s = s->next_sibling) {
    if (!s->is_func) usage(s);
  }
}

void Checker::simple_stmt(syntax::Stmt* s) {
  if (s) stmt(0, s);
}

void Checker::stmt_list(unsigned ctxt, std::span<syntax::Stmt*> list) {
  // Trailing empty statements do not count for fallthrough.
  while (!list.empty() && list.back()->kind == NodeKind::kEmptyStmt) list = list.first(list.size() - 1);
  unsigned inner = ctxt & ~kFallthroughOk;
  for (std::size_t i = 0; i < list.size(); ++i) stmt(i + 1 == list.size() ? ctxt : inner, list[i]);
}

namespace {

template <typename Clause, typename IsDefault>
void multiple_defaults(Checker* check, std::span<Clause*> list, IsDefault is_default) {
  Clause* first = nullptr;
  for (Clause* c : list) {
    if (!is_default(c)) continue;
    if (first) {
      check->errorf(c, Code::kDuplicateDefault, "multiple defaults (first at %s)", first->pos);
    } else {
      first = c;
    }
  }
}

}  // namespace

void Checker::multiple_switch_defaults(std::span<syntax::CaseClause*> list) {
  multiple_defaults(this, list, [](syntax::CaseClause* c) { return !c->cases; });
}

void Checker::multiple_select_defaults(std::span<syntax::CommClause*> list) {
  multiple_defaults(this, list, [](syntax::CommClause* c) { return !c->comm; });
}

void Checker::suspended_call(std::string_view keyword, syntax::Expr* call) {
  Code code = keyword == "go" ? Code::kInvalidGo : Code::kInvalidDefer;
  if (call->kind != NodeKind::kCallExpr) {
    errorf(call, code, "expression in %s must be function call", keyword);
    use(call);
    return;
  }
  Operand x;
  std::string_view what;
  switch (raw_expr(nullptr, x, call, nullptr, false)) {
    case ExprKind::kConversion: what = "requires function call, not conversion"; break;
    case ExprKind::kExpression:
      what = "discards result of";
      code = Code::kUnusedResults;
      break;
    case ExprKind::kStatement: return;
  }
  errorf(x, code, "%s %s %s", keyword, what, x);
}

namespace {

void expr_stmt(Checker* check, syntax::ExprStmt* s) {
  Operand x;
  ExprKind kind = check->raw_expr(nullptr, x, s->x, nullptr, false);
  switch (x.mode) {
    case Mode::kBuiltin: check->errorf(x, Code::kUncalledBuiltin, "%s must be called", x); break;
    case Mode::kTypexpr: check->errorf(x, Code::kNotAnExpr, "%s is not an expression", x); break;
    default:
      if (kind != ExprKind::kStatement) check->errorf(x, Code::kUnusedExpr, "%s is not used", x);
  }
}

void send_stmt(Checker* check, syntax::SendStmt* s) {
  Operand ch, val;
  check->expr(nullptr, ch, s->chan);
  check->expr(nullptr, val, s->value);
  if (!ch.valid() || !val.valid()) return;
  Type* u = core_type(ch.type);
  if (!u) {
    check->errorf(s, Code::kInvalidSend, "invalid operation: cannot send to %s: no core type", ch);
    return;
  }
  auto* c = as<Chan>(u);
  if (!c) {
    check->errorf(s, Code::kInvalidSend, "invalid operation: cannot send to non-channel %s", ch);
    return;
  }
  if (c->dir == syntax::ChanDir::kRecvOnly) {
    check->errorf(s, Code::kInvalidSend, "invalid operation: cannot send to receive-only channel %s", ch);
    return;
  }
  check->assignment(val, c->elem, "send");
}

void assign_stmt(Checker* check, syntax::AssignStmt* s) {
  if (!s->rhs) {  // x++ or x--
    Operand x;
    check->expr(nullptr, x, s->lhs);
    if (!x.valid()) return;
    if (!all_numeric(x.type)) {
      std::string_view op = syntax::to_string(s->op);
      check->errorf(s->lhs, Code::kNonNumericIncDec, "invalid operation: %s%s%s (non-numeric type %s)", s->lhs, op, op,
                    x.type);
      return;
    }
    check->assign_var(s->lhs, nullptr, &x, "assignment");
    return;
  }
  auto lhs = unpack_list(s->lhs), rhs = unpack_list(s->rhs);
  if (s->op == Operator::kNone) {
    check->assign_vars(lhs, rhs);
  } else if (s->op == Operator::kDef) {
    check->short_var_decl(s->pos, lhs, rhs);
  } else if (lhs.size() != 1 || rhs.size() != 1) {
    check->errorf(s, Code::kMultiValAssignOp, "assignment operation %s requires single-valued expressions",
                  syntax::to_string(s->op));
  } else {
    Operand x;
    check->binary(x, nullptr, lhs[0], rhs[0], s->op);
    check->assign_var(lhs[0], nullptr, &x, "assignment");
  }
}

void return_stmt(Checker* check, syntax::ReturnStmt* s) {
  Tuple* res = check->env.sig->results;
  auto results = unpack_list(s->results);
  if (!results.empty() || res->size() == 0 || res->vars[0]->name.empty()) {
    if (res->size() > 0 || !results.empty()) check->init_vars(res->vars, results, s);
    return;
  }
  // A bare return: the results must not be shadowed.
  for (Var* v : res->vars) {
    Object* alt = check->lookup(v->name);
    if (!alt || alt == v) continue;
    ErrorReport err(check, Code::kOutOfScopeResult);
    err.addf(s, "result parameter %s not in scope at return", v->name);
    err.addf(alt, "inner declaration of %s", v);
    err.report();
  }
}

void condition(Checker* check, syntax::Expr* cond, std::string_view what) {
  Operand x;
  check->expr(nullptr, x, cond);
  if (x.valid() && !all_boolean(x.type)) {
    check->errorf(cond, Code::kInvalidCond, "non-boolean condition in %s statement", what);
  }
}

bool is_receive(syntax::Expr* e) {
  auto* o = syntax::as<syntax::Operation>(unparen(e));
  return o && !o->y && o->op == Operator::kRecv;
}

bool valid_comm(syntax::SimpleStmt* comm) {
  if (!comm) return true;
  switch (comm->kind) {
    case NodeKind::kSendStmt: return true;
    case NodeKind::kAssignStmt: {
      syntax::Expr* rhs = static_cast<syntax::AssignStmt*>(comm)->rhs;
      return rhs && rhs->kind != NodeKind::kListExpr && is_receive(rhs);
    }
    case NodeKind::kExprStmt: return is_receive(static_cast<syntax::ExprStmt*>(comm)->x);
    default: return false;
  }
}

void select_stmt(Checker* check, unsigned inner, syntax::SelectStmt* s) {
  check->multiple_select_defaults(s->body);
  for (syntax::CommClause* clause : s->body) {
    if (!valid_comm(clause->comm)) {
      check->error(clause->comm, Code::kInvalidSelectCase,
                   "select case must be send or receive (possibly with assignment)");
      continue;
    }
    check->open_scope();
    if (clause->comm) check->stmt(inner, clause->comm);
    check->stmt_list(inner, clause->body);
    check->close_scope();
  }
}

void for_stmt(Checker* check, unsigned inner, syntax::ForStmt* s) {
  s->distinct_vars = check->allow_version(kGo1_22);
  if (auto* clause = syntax::as<syntax::RangeClause>(s->init)) {
    check->range_stmt(inner, s, clause);
    return;
  }
  check->open_scope();
  check->simple_stmt(s->init);
  if (s->cond) condition(check, s->cond, "for");
  check->simple_stmt(s->post);
  // The post statement may not declare variables: the parser has said so.
  if (auto* post = syntax::as<syntax::AssignStmt>(s->post); post && post->op == Operator::kDef) check->use(post->lhs);
  check->stmt(inner, s->body);
  check->close_scope();
}

void if_stmt(Checker* check, unsigned inner, syntax::IfStmt* s) {
  check->open_scope();
  check->simple_stmt(s->init);
  condition(check, s->cond, "if");
  check->stmt(inner, s->then);
  if (s->else_stmt) check->stmt(inner, s->else_stmt);
  check->close_scope();
}

}  // namespace

void Checker::stmt(unsigned ctxt, syntax::Stmt* s) {
  std::size_t top = delayed_count();
  unsigned inner = ctxt & ~(kFallthroughOk | kFinalSwitchCase | kInTypeSwitch);
  switch (s->kind) {
    case NodeKind::kEmptyStmt:
    case NodeKind::kBranchStmt: break;
    case NodeKind::kDeclStmt: decl_stmt(static_cast<syntax::DeclStmt*>(s)->decls); break;
    case NodeKind::kLabeledStmt: stmt(ctxt, static_cast<syntax::LabeledStmt*>(s)->stmt); break;
    case NodeKind::kExprStmt: expr_stmt(this, static_cast<syntax::ExprStmt*>(s)); break;
    case NodeKind::kSendStmt: send_stmt(this, static_cast<syntax::SendStmt*>(s)); break;
    case NodeKind::kAssignStmt: assign_stmt(this, static_cast<syntax::AssignStmt*>(s)); break;
    case NodeKind::kCallStmt: {
      auto* c = static_cast<syntax::CallStmt*>(s);
      suspended_call(c->tok == syntax::CallKind::kGo ? "go" : "defer", c->call);
      break;
    }
    case NodeKind::kReturnStmt: return_stmt(this, static_cast<syntax::ReturnStmt*>(s)); break;
    case NodeKind::kBlockStmt:
      open_scope();
      stmt_list(inner, static_cast<syntax::BlockStmt*>(s)->list);
      close_scope();
      break;
    case NodeKind::kIfStmt: if_stmt(this, inner, static_cast<syntax::IfStmt*>(s)); break;
    case NodeKind::kSwitchStmt: {
      auto* sw = static_cast<syntax::SwitchStmt*>(s);
      inner |= kBreakOk;
      open_scope();
      simple_stmt(sw->init);
      if (auto* guard = syntax::as<syntax::TypeSwitchGuard>(sw->tag)) {
        type_switch_stmt(inner | kInTypeSwitch, sw, guard);
      } else {
        switch_stmt(inner, sw);
      }
      close_scope();
      break;
    }
    case NodeKind::kSelectStmt: select_stmt(this, inner | kBreakOk, static_cast<syntax::SelectStmt*>(s)); break;
    case NodeKind::kForStmt:
      for_stmt(this, inner | kBreakOk | kContinueOk, static_cast<syntax::ForStmt*>(s));
      break;
    default: error(s, Code::kInvalidSyntaxTree, "invalid statement"); break;
  }
  // Function literals are checked before the next statement (the variables they use are known by now).
  process_delayed(top);
}

}  // namespace govm::types
