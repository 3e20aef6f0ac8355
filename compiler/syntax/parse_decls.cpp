#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {

bool is_type_elem(const Expr* x) {
  for (;;) {
    switch (x->kind) {
      case NodeKind::kArrayType: case NodeKind::kStructType: case NodeKind::kFuncType: case NodeKind::kInterfaceType:
      case NodeKind::kSliceType: case NodeKind::kMapType: case NodeKind::kChanType:
        return true;
      case NodeKind::kOperation: {
        const auto* o = static_cast<const Operation*>(x);
        if (o->op == Operator::kTilde || (o->y && is_type_elem(o->y))) return true;
        x = o->x;
        break;
      }
      case NodeKind::kParenExpr: x = static_cast<const ParenExpr*>(x)->x; break;
      default: return false;
    }
  }
}

// f | "(" { f ";" } ")"
void Parser::append_group(List<Decl>& decls, DeclParser parse) {
  if (tok_ != Token::kLparen) {
    decls.push((this->*parse)(nullptr));
    return;
  }
  auto* group = arena_.make<Group>(pos());
  clear_pragmas();
  next();  // only now: comments behind the "(" may hold pragmas
  list("grouped declaration", Token::kSemi, Token::kRparen, [&] {
    decls.push((this->*parse)(group));
    return false;
  });
}

// ImportSpec = [ "." | PackageName ] ImportPath .
Decl* Parser::import_decl(Group* group) {
  auto* d = make<ImportDecl>(pos());
  d->group = group;
  d->pragmas = take_pragmas(PragmaHolder::kOther);
  if (tok_ == Token::kName) {
    d->local_name = name();
  } else if (tok_ == Token::kDot) {
    d->local_name = make<Name>(pos(), interner_.intern("."));
    next();
  }
  d->path = literal_or_nil();
  if (!d->path) {
    d->path = make<BasicLit>(pos(), std::string_view("\"\""), LitKind::kString, true);
    syntax_error("missing import path");
    advance(token_set(Token::kSemi, Token::kRparen));
    return d;
  }
  if (!d->path->bad && d->path->lit != LitKind::kString) {
    syntax_error_at(d->path->pos, "import path must be a string");
    d->path->bad = true;
  }
  return d;
}

// ConstSpec = IdentifierList [ [ Type ] "=" ExpressionList ] .
Decl* Parser::const_decl(Group* group) {
  auto* d = make<ConstDecl>(pos());
  d->group = group;
  d->pragmas = take_pragmas(PragmaHolder::kOther);
  d->names = name_list(name());
  if (tok_ != Token::kEof && tok_ != Token::kSemi && tok_ != Token::kRparen) {
    d->type_expr = type_or_nil();
    if (got_assign()) d->values = expr_list();
  }
  return d;
}

// TypeSpec = identifier [ TypeParams ] [ "=" ] Type .
Decl* Parser::type_decl(Group* group) {
  auto* d = make<TypeDecl>(pos());
  d->group = group;
  d->pragmas = take_pragmas(PragmaHolder::kOther);
  d->name = name();
  if (tok_ == Token::kLbrack) {
    generic_or_array_type(d);
  } else {
    d->alias = got_assign();
    d->type_expr = type_or_nil();
  }
  if (!d->type_expr) {
    d->type_expr = bad_expr();
    syntax_error("in type declaration");
    advance(token_set(Token::kSemi, Token::kRparen));
  }
  return d;
}

// At the "[" behind a declared type's name: an array or slice type, or type parameters. With a name first, both are
// possible: what follows is parsed as an expression and then taken apart, unless it is "name [", which can only start
// a constraint (an index expression is never constant).
void Parser::generic_or_array_type(TypeDecl* d) {
  const Pos at = pos();
  next();
  if (tok_ == Token::kRbrack) {
    next();
    d->type_expr = slice_type(at);
    return;
  }
  if (tok_ != Token::kName) {
    d->type_expr = array_type(at, nullptr);
    return;
  }
  Expr* x = name();
  if (tok_ != Token::kLbrack) {
    ++expr_nesting_;
    x = binary_expr(pexpr(x, false), 0);
    --expr_nesting_;
  }
  const NameAndType first = extract_name(x, tok_ == Token::kComma);
  if (first.name && (first.type || tok_ != Token::kRbrack)) {
    d->tparams = param_list(first.name, first.type, Token::kRbrack, true);
    d->alias = got_assign();
    d->type_expr = type_or_nil();
  } else {
    d->type_expr = array_type(at, x);
  }
}

// Splits x into a type parameter's name and its constraint where x reads so: "P *E", "P (E)", "P *E|F". Only done if
// the constraint can't be an ordinary expression, or by force. A lone name gives (name, null), failure (null, x).
Parser::NameAndType Parser::extract_name(Expr* x, bool force) {
  if (auto* n = as<Name>(x)) return {n, nullptr};
  if (auto* o = as<Operation>(x); o && o->y) {
    if (o->op == Operator::kMul) {
      auto* n = as<Name>(o->x);
      if (n && (force || is_type_elem(o->y))) return {n, indirect(o->pos, o->y)};
    } else if (o->op == Operator::kOr) {
      const NameAndType left = extract_name(o->x, force || is_type_elem(o->y));
      if (left.name && left.type) {
        auto* copy = make<Operation>(o->pos);
        copy->op = Operator::kOr;
        copy->x = left.type;
        copy->y = o->y;
        return {left.name, copy};
      }
    }
  } else if (auto* call = as<CallExpr>(x)) {
    auto* n = as<Name>(call->fun);
    if (n && call->args.size() == 1 && !call->has_dots && (force || is_type_elem(call->args[0]))) {
      return {n, unparen(call->args[0])};
    }
  }
  return {nullptr, x};
}

// VarSpec = IdentifierList ( Type [ "=" ExpressionList ] | "=" ExpressionList ) .
Decl* Parser::var_decl(Group* group) {
  auto* d = make<VarDecl>(pos());
  d->group = group;
  d->pragmas = take_pragmas(PragmaHolder::kVar);
  d->names = name_list(name());
  if (got_assign()) {
    d->values = bodies_ == Bodies::kSkip && d->names.size() == 1 ? package_value() : expr_list();
  } else {
    d->type_expr = type();
    if (got_assign()) d->values = expr_list();
  }
  return d;
}

// What a variable begins with, perhaps a literal that is to be parsed when needed.
Expr* Parser::package_value() {
  skip_literal_ = func_nesting_ == 0;
  skipped_ = nullptr;
  Expr* x = expr_list();
  skip_literal_ = false;
  if (skipped_ && skipped_literal(x) != skipped_) {  // it is part of something larger
    parse_elements(skipped_, source_, arena_, interner_, on_error_);
  }
  return x;
}

// FunctionDecl = "func" FunctionName [ TypeParams ] ( Function | Signature ) .
// MethodDecl   = "func" Receiver MethodName ( Function | Signature ) .
FuncDecl* Parser::func_decl() {
  auto* f = make<FuncDecl>(pos());
  f->pragmas = take_pragmas(PragmaHolder::kFunc);
  std::string_view context;
  if (got(Token::kLparen)) {
    context = "method";
    const std::span<Field*> receivers = param_list(nullptr, nullptr, Token::kRparen, false);
    if (receivers.empty()) {
      error("method has no receiver");
    } else {
      if (receivers.size() > 1) error("method has multiple receivers");
      f->recv = receivers[0];
    }
  }
  if (tok_ == Token::kName) {
    f->name = name();
    f->tparams = func_type(context, f->type);
  } else {
    f->name = blank_name(pos());
    f->type = make<FuncType>(pos());
    syntax_error(context.empty() ? "expected name or (" : "expected name");
    advance(token_set(Token::kLbrace, Token::kSemi));
  }
  if (tok_ == Token::kLbrace) func_decl_body(f);
  return f;
}

void Parser::func_decl_body(FuncDecl* f) {
  if (bodies_ == Bodies::kSkip) {
    const Pos start = pos();
    std::uint32_t rbrace = 0;
    if (skip_block(rbrace)) {
      f->body = make<BlockStmt>(start);
      f->body->rbrace = source_.pos(rbrace);
      f->body_skipped = true;
      return;
    }
  }
  f->body = func_body();
}

void Parser::skipped_body(FuncDecl* f) {
  top_ = false;
  rescan_from(f->body->pos.offset - source_.base());
  const BlockStmt* body = func_body();
  f->body->list = body->list;
}

BlockStmt* Parser::func_body() {
  ++func_nesting_;
  const int errors = error_count_;
  BlockStmt* body = block_stmt("");
  --func_nesting_;
  // After syntax errors the tree is incomplete and more complaints would mislead.
  if (errors == error_count_) check_branches(body, source_, on_error_);
  return body;
}

Name* Parser::name() {
  if (tok_ == Token::kName) {
    auto* n = make<Name>(pos(), name_);
    next();
    return n;
  }
  Name* n = blank_name(pos());
  syntax_error("expected name");
  advance(0);
  return n;
}

// IdentifierList = identifier { "," identifier } . The first one was read already.
std::span<Name*> Parser::name_list(Name* first) {
  List<Name> names(*this);
  names.push(first);
  while (got(Token::kComma)) names.push(name());
  return names.take();
}

}  // namespace govm::syntax
