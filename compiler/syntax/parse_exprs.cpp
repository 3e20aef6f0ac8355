#include "compiler/syntax/parser_impl.h"
#include "compiler/syntax/printer.h"

namespace govm::syntax {
namespace {

// Whether x must be a value, whatever its names mean.
bool is_value(const Expr* x) {
  switch (x->kind) {
    case NodeKind::kBasicLit: case NodeKind::kCompositeLit: case NodeKind::kFuncLit: case NodeKind::kSliceExpr:
    case NodeKind::kAssertExpr: case NodeKind::kTypeSwitchGuard: case NodeKind::kCallExpr:
      return true;
    case NodeKind::kOperation: {
      const auto* o = static_cast<const Operation*>(x);
      return o->op != Operator::kMul || o->y;  // *T may be a type
    }
    case NodeKind::kParenExpr:
      return is_value(static_cast<const ParenExpr*>(x)->x);
    case NodeKind::kIndexExpr: {
      const auto* i = static_cast<const IndexExpr*>(x);
      return is_value(i->x) || is_value(i->index);
    }
    default:
      return false;
  }
}

}  // namespace

// Expression = UnaryExpr | Expression binary_op Expression . x is the first operand if it was read already.
Expr* Parser::binary_expr(Expr* x, int prec) {
  if (!x) x = unary_expr();
  for (int n = 0; (tok_ == Token::kOperator || tok_ == Token::kStar) && prec_ > prec; ++n) {
    if (n > kMaxChain) too_deep();
    auto* t = make<Operation>(pos());
    t->op = op_;
    const int operator_prec = prec_;
    next();
    t->x = x;
    t->y = binary_expr(nullptr, operator_prec);
    x = t;
  }
  return x;
}

// UnaryExpr = PrimaryExpr | unary_op UnaryExpr .
Expr* Parser::unary_expr() {
  const Nesting nesting(*this);
  if (tok_ == Token::kOperator || tok_ == Token::kStar) {
    switch (op_) {
      case Operator::kMul: case Operator::kAdd: case Operator::kSub: case Operator::kNot: case Operator::kXor:
      case Operator::kTilde: case Operator::kAnd:
        return unary_operation();
      default:
        break;
    }
  } else if (tok_ == Token::kArrow) {
    return receive_or_chan_type();
  }
  return pexpr(nullptr, true);
}

Expr* Parser::unary_operation() {
  auto* o = make<Operation>(pos());
  o->op = op_;
  next();
  Expr* x = unary_expr();
  // Parentheses around a composite literal mean nothing here.
  o->x = o->op == Operator::kAnd ? unparen(x) : x;
  return o;
}

// At "<-". What follows decides: a channel type takes the arrow (<-chan T; in <-(chan<- T) it is handed on to the
// element), anything else is received from.
Expr* Parser::receive_or_chan_type() {
  const Pos at = pos();
  next();
  Expr* x = unary_expr();
  if (x->kind != NodeKind::kChanType) {
    auto* o = make<Operation>(at);
    o->op = Operator::kRecv;
    o->x = x;
    return o;
  }
  auto dir = ChanDir::kSendOnly;
  Expr* t = x;
  while (dir == ChanDir::kSendOnly) {
    auto* c = as<ChanType>(t);
    if (!c) break;
    dir = c->dir;
    if (dir == ChanDir::kRecvOnly) syntax_error("unexpected <-, expected chan");
    c->dir = ChanDir::kRecvOnly;
    t = c->elem;
  }
  if (dir == ChanDir::kSendOnly) syntax_error("unexpected " + to_short_string(t) + ", expected chan");
  return x;
}

// Operand     = Literal | OperandName | MethodExpr | "(" Expression ")" .
// Composite literals are read in pexpr, as their type may be a qualified name.
Expr* Parser::operand(bool keep_parens) {
  switch (tok_) {
    case Token::kName:
      return name();
    case Token::kLiteral:
      return literal_or_nil();
    case Token::kLparen:
      return paren_operand(keep_parens);
    case Token::kFunc:
      return func_operand();
    case Token::kLbrack: case Token::kChan: case Token::kMap: case Token::kStruct: case Token::kInterface:
      return type();
    default: {
      Expr* x = bad_expr();
      syntax_error("expected expression");
      advance(token_set(Token::kRparen, Token::kRbrack, Token::kRbrace));
      return x;
    }
  }
}

// Parentheses are recorded only where an error may have to mention them.
Expr* Parser::paren_operand(bool keep_parens) {
  const Pos at = pos();
  next();
  ++expr_nesting_;
  Expr* x = expr();
  --expr_nesting_;
  want(Token::kRparen);
  if (!keep_parens && tok_ != Token::kLbrace) return x;  // before "{" it may be a (forbidden) (T){...}
  auto* p = make<ParenExpr>(at);
  p->x = x;
  return p;
}

Expr* Parser::func_operand() {
  const Pos at = pos();
  next();
  FuncType* t = nullptr;
  func_type("function type", t);
  if (tok_ != Token::kLbrace) return t;
  ++expr_nesting_;
  auto* f = make<FuncLit>(at);
  f->func_type = t;
  f->body = func_body();
  --expr_nesting_;
  return f;
}

// Whether "{" behind the type belongs to a composite literal rather than a block.
bool Parser::complit_ok(const Expr* t) const {
  switch (t->kind) {
    case NodeKind::kName: case NodeKind::kSelectorExpr: return expr_nesting_ >= 0;
    case NodeKind::kIndexExpr: return expr_nesting_ >= 0 && !is_value(t);
    case NodeKind::kArrayType: case NodeKind::kSliceType: case NodeKind::kStructType: case NodeKind::kMapType:
      return true;
    default: return false;
  }
}

// PrimaryExpr = Operand { Selector | Index | Slice | TypeAssertion | Arguments | LiteralValue } .
Expr* Parser::pexpr(Expr* x, bool keep_parens) {
  if (!x) x = operand(keep_parens);
  for (int n = 0;; ++n) {
    if (n > kMaxChain) too_deep();
    switch (tok_) {
      case Token::kDot: x = dot_expr(x); break;
      case Token::kLbrack: x = bracket_expr(x); break;
      case Token::kLparen: x = call_expr(x); break;
      case Token::kLbrace: {
        const Expr* t = unparen(x);
        if (!complit_ok(t)) return x;
        if (t != x) syntax_error("cannot parenthesize type in composite literal");
        CompositeLit* lit = complit_expr();
        lit->type_expr = x;
        x = lit;
        break;
      }
      default:
        return x;
    }
  }
}

Expr* Parser::dot_expr(Expr* x) {
  const Pos at = pos();
  next();
  if (tok_ == Token::kName) {
    auto* s = make<SelectorExpr>(at);
    s->x = x;
    s->sel = name();
    return s;
  }
  if (!got(Token::kLparen)) {
    syntax_error("expected name or (");
    advance(token_set(Token::kSemi, Token::kRparen));
    return x;
  }
  Expr* out = nullptr;
  if (got(Token::kType)) {
    auto* guard = make<TypeSwitchGuard>(at);
    guard->x = x;
    out = guard;
  } else {
    auto* assertion = make<AssertExpr>(at);
    assertion->x = x;
    assertion->type_expr = type();
    out = assertion;
  }
  want(Token::kRparen);
  return out;
}

// x[i], x[i, j], x[i:j], x[i:j:k]
Expr* Parser::bracket_expr(Expr* x) {
  const Pos at = pos();
  next();
  Expr* index = nullptr;
  if (tok_ != Token::kColon) {
    bool comma = false;
    if (tok_ == Token::kRbrack) {
      syntax_error("expected operand");
      index = bad_expr();
    } else {
      const TypeList args = type_list(false);
      index = args.x;
      comma = args.comma;
    }
    if (comma || tok_ == Token::kRbrack) {
      want(Token::kRbrack);
      auto* t = make<IndexExpr>(at);
      t->x = x;
      t->index = index;
      return t;
    }
  }
  return slice_expr(x, index, at);
}

Expr* Parser::slice_expr(Expr* x, Expr* first, Pos at) {
  if (!got(Token::kColon)) {
    syntax_error("expected comma, : or ]");
    advance(token_set(Token::kComma, Token::kColon, Token::kRbrack));
  }
  ++expr_nesting_;
  auto* t = make<SliceExpr>(at);
  t->x = x;
  t->index[0] = first;
  if (tok_ != Token::kColon && tok_ != Token::kRbrack) t->index[1] = expr();
  if (tok_ == Token::kColon) {
    t->full = true;
    if (!t->index[1]) {
      error("middle index required in 3-index slice");
      t->index[1] = bad_expr();
    }
    next();
    if (tok_ != Token::kRbrack) {
      t->index[2] = expr();
    } else {
      error("final index required in 3-index slice");
      t->index[2] = bad_expr();
    }
  }
  --expr_nesting_;
  want(Token::kRbrack);
  return t;
}

// "(" [ arg { "," arg } [ "..." ] [ "," ] ] ")"
Expr* Parser::call_expr(Expr* fun) {
  auto* call = make<CallExpr>(pos());
  next();
  call->fun = fun;
  ++expr_nesting_;
  List<Expr> args(*this);
  list("argument list", Token::kComma, Token::kRparen, [&] {
    args.push(expr());
    call->has_dots = got(Token::kDotDotDot);
    return call->has_dots;
  });
  --expr_nesting_;
  call->args = args.take();
  return call;
}

// Element = Expression | LiteralValue .
Expr* Parser::bare_complit_expr() {
  if (tok_ == Token::kLbrace) return complit_expr();
  return expr();
}

// LiteralValue = "{" [ ElementList [ "," ] ] "}" .
CompositeLit* Parser::complit_expr() {
  const Nesting nesting(*this);
  auto* x = make<CompositeLit>(pos());
  if (may_skip_literal() && skip_literal(x)) return x;
  ++expr_nesting_;
  want(Token::kLbrace);
  List<Expr> elems(*this);
  x->rbrace = list("composite literal", Token::kComma, Token::kRbrace, [&] {
    Expr* e = bare_complit_expr();
    if (tok_ == Token::kColon) {
      auto* kv = make<KeyValueExpr>(pos());
      next();
      kv->key = e;
      kv->value = bare_complit_expr();
      e = kv;
      ++x->nkeys;
    }
    elems.push(e);
    return false;
  });
  --expr_nesting_;
  x->elems = elems.take();
  return x;
}

BasicLit* Parser::literal_or_nil() {
  if (tok_ != Token::kLiteral) return nullptr;
  auto* b = make<BasicLit>(pos(), lit_, lit_kind_, bad_);
  next();
  return b;
}

// ExpressionList = Expression { "," Expression } .
Expr* Parser::expr_list() {
  Expr* x = expr();
  if (tok_ != Token::kComma) return x;
  List<Expr> items(*this);
  items.push(x);
  while (got(Token::kComma)) items.push(expr());
  auto* l = make<ListExpr>(x->pos);
  l->elems = items.take();
  return l;
}

}  // namespace govm::syntax
