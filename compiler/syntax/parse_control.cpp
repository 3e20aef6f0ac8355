// Statements with headers: if, for, switch, select.
#include "compiler/syntax/parser_impl.h"
#include "compiler/syntax/printer.h"

namespace govm::syntax {
namespace {

// Binary expressions in parentheses, so that an '=' between two of them stands out.
std::string emphasize(const Expr* x) {
  const auto* o = as<Operation>(x);
  const std::string s = to_short_string(x);
  return o && o->y ? "(" + s + ")" : s;
}

}  // namespace

// header = [ SimpleStmt ] [ ";" [ Cond ] [ ";" [ SimpleStmt ] ] ], before "{".
Parser::Header Parser::header(Token keyword) {
  want(keyword);
  Header h;
  if (tok_ == Token::kLbrace) {
    if (keyword == Token::kIf) {
      syntax_error("missing condition in if statement");
      h.cond = bad_expr();
    }
    return h;
  }
  const int outer = expr_nesting_;
  expr_nesting_ = -1;
  if (tok_ != Token::kSemi) {
    if (got(Token::kVar)) {
      syntax_error("var declaration not allowed in " + std::string(to_string(keyword)) + " initializer");
    }
    h.init = simple_stmt(nullptr, keyword);
    if (h.init->kind == NodeKind::kRangeClause) {
      expr_nesting_ = outer;
      return h;
    }
  }
  Semicolon semi;
  SimpleStmt* cond = nullptr;
  if (tok_ != Token::kLbrace) {
    cond = header_cond(keyword, h, semi);
  } else {
    cond = h.init;
    h.init = nullptr;
  }
  h.cond = unpack_cond(cond, keyword, semi);
  expr_nesting_ = outer;
  return h;
}

// Behind the init statement, not at "{": reads the condition and sets h.post.
SimpleStmt* Parser::header_cond(Token keyword, Header& h, Semicolon& semi) {
  if (tok_ == Token::kSemi) {
    semi = {pos(), lit_};
    next();
  } else {
    want(Token::kLbrace);  // gives a better message than asking for ';'
    if (tok_ != Token::kLbrace) advance(token_set(Token::kLbrace, Token::kRbrace));
  }
  if (keyword != Token::kFor) return tok_ != Token::kLbrace ? simple_stmt(nullptr, keyword) : nullptr;
  SimpleStmt* cond = nullptr;
  if (tok_ != Token::kSemi) {
    if (tok_ == Token::kLbrace) {
      syntax_error("expected for loop condition");
      return nullptr;
    }
    cond = simple_stmt(nullptr, kNoKeyword);
  }
  want(Token::kSemi);
  if (tok_ != Token::kLbrace) {
    h.post = simple_stmt(nullptr, kNoKeyword);
    if (const auto* a = as<AssignStmt>(h.post); a && a->op == Operator::kDef) {
      syntax_error_at(a->pos, "cannot declare in post statement of for loop");
    }
  }
  return cond;
}

Expr* Parser::unpack_cond(SimpleStmt* stmt, Token keyword, const Semicolon& semi) {
  if (!stmt) {
    if (keyword != Token::kIf || !semi.pos.known()) return nullptr;
    if (semi.text != "semicolon") {
      syntax_error_at(semi.pos, "unexpected " + std::string(semi.text) + ", expected { after if clause");
    } else {
      syntax_error_at(semi.pos, "missing condition in if statement");
    }
    return make<BadExpr>(semi.pos);
  }
  if (auto* s = as<ExprStmt>(stmt)) return s->x;
  // Often '=' was written for '=='.
  const auto* a = as<AssignStmt>(stmt);
  const std::string text = a && a->op == Operator::kNone ? "assignment " + emphasize(a->lhs) + " = " + emphasize(a->rhs)
                                                         : to_short_string(stmt);
  syntax_error_at(stmt->pos, "cannot use " + text + " as value");
  return nullptr;
}

Stmt* Parser::for_stmt() {
  auto* s = make<ForStmt>(pos());
  const Header h = header(Token::kFor);
  s->init = h.init;
  s->cond = h.cond;
  s->post = h.post;
  s->body = block_stmt("for clause");
  return s;
}

IfStmt* Parser::if_stmt() {
  const Nesting nesting(*this);
  auto* s = make<IfStmt>(pos());
  const Header h = header(Token::kIf);
  s->init = h.init;
  s->cond = h.cond ? h.cond : bad_expr();
  s->then = block_stmt("if clause");
  if (got(Token::kElse)) {
    if (tok_ == Token::kIf) {
      s->else_stmt = if_stmt();
    } else if (tok_ == Token::kLbrace) {
      s->else_stmt = block_stmt("");
    } else {
      syntax_error("else must be followed by if or statement block");
      advance(token_set(Token::kName, Token::kRbrace));
    }
  }
  return s;
}

template <typename Statement, typename Clause>
void Parser::clauses(Statement* s, Clause* (Parser::*clause)(), const char* missing_brace) {
  if (!got(Token::kLbrace)) {
    syntax_error(missing_brace);
    advance(token_set(Token::kCase, Token::kDefault, Token::kRbrace));
  }
  List<Clause> list(*this);
  while (tok_ != Token::kEof && tok_ != Token::kRbrace) list.push((this->*clause)());
  s->body = list.take();
  s->rbrace = pos();
  want(Token::kRbrace);
}

Stmt* Parser::switch_stmt() {
  auto* s = make<SwitchStmt>(pos());
  const Header h = header(Token::kSwitch);
  s->init = h.init;
  s->tag = h.cond;
  clauses(s, &Parser::case_clause, "missing { after switch clause");
  return s;
}

Stmt* Parser::select_stmt() {
  auto* s = make<SelectStmt>(pos());
  want(Token::kSelect);
  clauses(s, &Parser::comm_clause, "missing { after select clause");
  return s;
}

void Parser::clause_start_error() {
  syntax_error("expected case or default or }");
  advance(token_set(Token::kColon, Token::kCase, Token::kDefault, Token::kRbrace));
}

CaseClause* Parser::case_clause() {
  auto* c = make<CaseClause>(pos());
  if (got(Token::kCase)) {
    c->cases = expr_list();
  } else if (!got(Token::kDefault)) {
    clause_start_error();
  }
  c->colon = pos();
  want(Token::kColon);
  c->body = stmt_list();
  return c;
}

// Any simple statement is accepted; the checker complains about those that are no communication.
CommClause* Parser::comm_clause() {
  auto* c = make<CommClause>(pos());
  if (got(Token::kCase)) {
    c->comm = simple_stmt(nullptr, kNoKeyword);
  } else if (!got(Token::kDefault)) {
    clause_start_error();
  }
  c->colon = pos();
  want(Token::kColon);
  c->body = stmt_list();
  return c;
}

}  // namespace govm::syntax
