#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {

SimpleStmt* Parser::expr_stmt(Expr* x) {
  auto* s = make<ExprStmt>(x->pos);
  s->x = x;
  return s;
}

RangeClause* Parser::range_clause(Expr* lhs, bool def) {
  auto* r = make<RangeClause>(pos());
  next();
  r->lhs = lhs;
  r->def = def;
  r->x = expr();
  return r;
}

// SimpleStmt = EmptyStmt | ExpressionStmt | SendStmt | IncDecStmt | Assignment | ShortVarDecl .
// lhs: what was read of it already, or null. keyword: the statement whose header it stands in.
SimpleStmt* Parser::simple_stmt(Expr* lhs, Token keyword) {
  if (keyword == Token::kFor && tok_ == Token::kRange) return range_clause(nullptr, false);
  if (!lhs) lhs = expr_list();
  if (tok_ == Token::kAssign || tok_ == Token::kDefine) return assign_stmt(lhs, keyword);
  if (lhs->kind != NodeKind::kListExpr) return one_expr_stmt(lhs);
  syntax_error("expected := or = or comma");
  advance(token_set(Token::kSemi, Token::kRbrace));
  return expr_stmt(static_cast<ListExpr*>(lhs)->elems[0]);  // make the best of it
}

// lhs op= x, lhs++, lhs <- x, or just lhs
SimpleStmt* Parser::one_expr_stmt(Expr* lhs) {
  const Pos at = pos();
  switch (tok_) {
    case Token::kAssignOp:
    case Token::kIncOp: {
      auto* a = make<AssignStmt>(at);
      const bool has_rhs = tok_ == Token::kAssignOp;
      a->op = op_;
      a->lhs = lhs;
      next();
      if (has_rhs) a->rhs = expr();
      return a;
    }
    case Token::kArrow: {
      auto* s = make<SendStmt>(at);
      next();
      s->chan = lhs;
      s->value = expr();
      return s;
    }
    default:
      return expr_stmt(lhs);
  }
}

SimpleStmt* Parser::assign_stmt(Expr* lhs, Token keyword) {
  const Pos at = pos();
  const bool def = tok_ == Token::kDefine;
  next();
  if (keyword == Token::kFor && tok_ == Token::kRange) return range_clause(lhs, def);
  Expr* rhs = expr_list();
  if (auto* guard = as<TypeSwitchGuard>(rhs); guard && keyword == Token::kSwitch && def) {
    if (auto* n = as<Name>(lhs)) {  // switch n := x.(type)
      guard->lhs = n;
      return expr_stmt(guard);
    }
  }
  auto* a = make<AssignStmt>(at);
  a->op = def ? Operator::kDef : Operator::kNone;
  a->lhs = lhs;
  a->rhs = rhs;
  return a;
}

Stmt* Parser::labeled_stmt_or_nil(Name* label) {
  auto* s = make<LabeledStmt>(pos());
  s->label = label;
  want(Token::kColon);
  if (tok_ == Token::kRbrace) {  // no semicolon is needed before it: an empty statement
    s->stmt = make<EmptyStmt>(pos());
    return s;
  }
  s->stmt = stmt_or_nil();
  if (s->stmt) return s;
  syntax_error_at(s->pos, "missing statement after label");
  return nullptr;
}

// context is empty where the current token is known to be "{".
BlockStmt* Parser::block_stmt(std::string_view context) {
  auto* s = make<BlockStmt>(pos());
  if (!got(Token::kLbrace)) {
    syntax_error("expected { after " + std::string(context));
    advance(token_set(Token::kName, Token::kRbrace));
    s->rbrace = pos();
    if (got(Token::kRbrace)) return s;
  }
  s->list = stmt_list();
  s->rbrace = pos();
  want(Token::kRbrace);
  return s;
}

DeclStmt* Parser::decl_stmt(DeclParser parse) {
  auto* s = make<DeclStmt>(pos());
  next();
  List<Decl> decls(*this);
  append_group(decls, parse);
  s->decls = decls.take();
  return s;
}

Stmt* Parser::branch_stmt() {
  auto* s = make<BranchStmt>(pos());
  const Token keyword = tok_;
  next();
  switch (keyword) {
    case Token::kFallthrough:
      s->tok = BranchKind::kFallthrough;
      break;
    case Token::kGoto:
      s->tok = BranchKind::kGoto;
      s->label = name();
      break;
    default:
      s->tok = keyword == Token::kBreak ? BranchKind::kBreak : BranchKind::kContinue;
      if (tok_ == Token::kName) s->label = name();
  }
  return s;
}

// go f(x), defer f(x)
Stmt* Parser::call_stmt() {
  auto* s = make<CallStmt>(pos());
  const bool is_defer = tok_ == Token::kDefer;
  s->tok = is_defer ? CallKind::kDefer : CallKind::kGo;
  next();
  Expr* x = pexpr(nullptr, tok_ == Token::kLparen);
  Expr* bare = unparen(x);
  if (bare != x) error_at(x->pos, std::string("expression in ") + (is_defer ? "defer" : "go") + " must not be parenthesized");
  s->call = bare;
  return s;
}

Stmt* Parser::return_stmt() {
  auto* s = make<ReturnStmt>(pos());
  next();
  if (tok_ != Token::kSemi && tok_ != Token::kRbrace) s->results = expr_list();
  return s;
}

Stmt* Parser::stmt_or_nil() {
  const Nesting nesting(*this);
  if (tok_ == Token::kName) {
    clear_pragmas();
    Expr* lhs = expr_list();
    if (lhs->kind == NodeKind::kName && tok_ == Token::kColon) return labeled_stmt_or_nil(static_cast<Name*>(lhs));
    return simple_stmt(lhs, kNoKeyword);
  }
  switch (tok_) {
    case Token::kVar: return decl_stmt(&Parser::var_decl);
    case Token::kConst: return decl_stmt(&Parser::const_decl);
    case Token::kType: return decl_stmt(&Parser::type_decl);
    default: break;
  }
  clear_pragmas();
  switch (tok_) {
    case Token::kLbrace:
      return block_stmt("");
    case Token::kOperator:
    case Token::kStar:
      switch (op_) {
        case Operator::kAdd: case Operator::kSub: case Operator::kMul: case Operator::kAnd: case Operator::kXor:
        case Operator::kNot:
          return simple_stmt(nullptr, kNoKeyword);
        default:
          return nullptr;
      }
    case Token::kLiteral: case Token::kFunc: case Token::kLparen: case Token::kLbrack: case Token::kStruct:
    case Token::kMap: case Token::kChan: case Token::kInterface: case Token::kArrow:
      return simple_stmt(nullptr, kNoKeyword);
    case Token::kFor: return for_stmt();
    case Token::kSwitch: return switch_stmt();
    case Token::kSelect: return select_stmt();
    case Token::kIf: return if_stmt();
    case Token::kBreak: case Token::kContinue: case Token::kFallthrough: case Token::kGoto:
      return branch_stmt();
    case Token::kGo: case Token::kDefer:
      return call_stmt();
    case Token::kReturn: return return_stmt();
    case Token::kSemi: return make<EmptyStmt>(pos());
    default: return nullptr;
  }
}

// StatementList = { Statement ";" } .
std::span<Stmt*> Parser::stmt_list() {
  List<Stmt> stmts(*this);
  while (tok_ != Token::kEof && tok_ != Token::kRbrace && tok_ != Token::kCase && tok_ != Token::kDefault) {
    Stmt* s = stmt_or_nil();
    clear_pragmas();
    if (!s) break;
    stmts.push(s);
    if (!got(Token::kSemi) && tok_ != Token::kRbrace) {
      syntax_error("at end of statement");
      advance(token_set(Token::kSemi, Token::kRbrace, Token::kCase, Token::kDefault));
      got(Token::kSemi);  // avoids a spurious empty statement
    }
  }
  return stmts.take();
}

}  // namespace govm::syntax
