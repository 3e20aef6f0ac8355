// Terminating statements (Go spec: Terminating statements; types2/return.go).
#include "compiler/types/checker_impl.h"

namespace govm::types {

using syntax::BranchKind;
using syntax::NodeKind;

namespace {

bool has_break(syntax::Node* s, Symbol label, bool implicit);

bool has_break_list(std::span<syntax::Stmt*> list, Symbol label, bool implicit) {
  for (syntax::Stmt* s : list) {
    if (has_break(s, label, implicit)) return true;
  }
  return false;
}

template <typename Clause>
bool has_break_clauses(std::span<Clause*> list, Symbol label) {
  for (Clause* c : list) {
    if (has_break_list(c->body, label, false)) return true;
  }
  return false;
}

// Is there a break that refers to the statement: one with its label, or (implicit) one without?
bool has_break(syntax::Node* s, Symbol label, bool implicit) {
  switch (s->kind) {
    case NodeKind::kLabeledStmt: return has_break(static_cast<syntax::LabeledStmt*>(s)->stmt, label, implicit);
    case NodeKind::kBranchStmt: {
      auto* b = static_cast<syntax::BranchStmt*>(s);
      if (b->tok != BranchKind::kBreak) return false;
      return b->label ? b->label->value == label : implicit;
    }
    case NodeKind::kBlockStmt: return has_break_list(static_cast<syntax::BlockStmt*>(s)->list, label, implicit);
    case NodeKind::kIfStmt: {
      auto* i = static_cast<syntax::IfStmt*>(s);
      return has_break(i->then, label, implicit) || (i->else_stmt && has_break(i->else_stmt, label, implicit));
    }
    case NodeKind::kSwitchStmt:
      return label && has_break_clauses(static_cast<syntax::SwitchStmt*>(s)->body, label);
    case NodeKind::kSelectStmt:
      return label && has_break_clauses(static_cast<syntax::SelectStmt*>(s)->body, label);
    case NodeKind::kForStmt: return label && has_break(static_cast<syntax::ForStmt*>(s)->body, label, false);
    default: return false;
  }
}

bool is_panic_call(syntax::Expr* e) {
  auto* call = syntax::as<syntax::CallExpr>(unparen(e));
  if (!call) return false;
  syntax::Expr* fun = unparen(call->fun);
  return fun->mode == Mode::kBuiltin && fun->builtin_id == static_cast<std::uint8_t>(BuiltinId::kPanic);
}

}  // namespace

bool Checker::is_terminating(syntax::Stmt* s, Symbol label) {
  switch (s->kind) {
    case NodeKind::kLabeledStmt: {
      auto* l = static_cast<syntax::LabeledStmt*>(s);
      return is_terminating(l->stmt, l->label->value);
    }
    case NodeKind::kExprStmt: return is_panic_call(static_cast<syntax::ExprStmt*>(s)->x);
    case NodeKind::kReturnStmt: return true;
    case NodeKind::kBranchStmt: {
      BranchKind tok = static_cast<syntax::BranchStmt*>(s)->tok;
      return tok == BranchKind::kGoto || tok == BranchKind::kFallthrough;
    }
    case NodeKind::kBlockStmt: return is_terminating_list(static_cast<syntax::BlockStmt*>(s)->list, Symbol());
    case NodeKind::kIfStmt: {
      auto* i = static_cast<syntax::IfStmt*>(s);
      return i->else_stmt && is_terminating(i->then, Symbol()) && is_terminating(i->else_stmt, Symbol());
    }
    case NodeKind::kSwitchStmt: return is_terminating_switch(static_cast<syntax::SwitchStmt*>(s)->body, label);
    case NodeKind::kSelectStmt:
      for (syntax::CommClause* c : static_cast<syntax::SelectStmt*>(s)->body) {
        if (!is_terminating_list(c->body, Symbol()) || has_break_list(c->body, label, true)) return false;
      }
      return true;
    case NodeKind::kForStmt: {
      auto* f = static_cast<syntax::ForStmt*>(s);
      if (f->init && f->init->kind == NodeKind::kRangeClause) return false;
      return !f->cond && !has_break(f->body, label, true);
    }
    default: return false;
  }
}

bool Checker::is_terminating_list(std::span<syntax::Stmt*> list, Symbol label) {
  for (std::size_t i = list.size(); i > 0; --i) {
    if (list[i - 1]->kind != NodeKind::kEmptyStmt) return is_terminating(list[i - 1], label);
  }
  return false;
}

bool Checker::is_terminating_switch(std::span<syntax::CaseClause*> body, Symbol label) {
  bool has_default = false;
  for (syntax::CaseClause* c : body) {
    has_default |= c->cases == nullptr;
    if (!is_terminating_list(c->body, Symbol()) || has_break_list(c->body, label, true)) return false;
  }
  return has_default;
}

}  // namespace govm::types
