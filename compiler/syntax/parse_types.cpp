#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {

Expr* Parser::type() {
  Expr* t = type_or_nil();
  if (!t) {
    t = bad_expr();
    syntax_error("expected type");
    advance(token_set(Token::kComma, Token::kColon, Token::kSemi, Token::kRparen, Token::kRbrack, Token::kRbrace));
  }
  return t;
}

Expr* Parser::indirect(Pos at, Expr* elem) {
  auto* o = make<Operation>(at);
  o->op = Operator::kMul;
  o->x = elem;
  return o;
}

// Type    = TypeName | TypeLit | "(" Type ")" .
// TypeLit = ArrayType | StructType | PointerType | FunctionType | InterfaceType | SliceType | MapType | ChannelType .
Expr* Parser::type_or_nil() {
  const Nesting nesting(*this);
  const Pos at = pos();
  switch (tok_) {
    case Token::kName:
      return qualified_name(nullptr);
    case Token::kStar:
      next();
      return indirect(at, type());
    case Token::kArrow: {
      next();
      want(Token::kChan);
      auto* t = make<ChanType>(at);
      t->dir = ChanDir::kRecvOnly;
      t->elem = chan_elem();
      return t;
    }
    case Token::kChan: {
      next();
      auto* t = make<ChanType>(at);
      if (got(Token::kArrow)) t->dir = ChanDir::kSendOnly;
      t->elem = chan_elem();
      return t;
    }
    case Token::kFunc: {
      next();
      FuncType* t = nullptr;
      func_type("function type", t);
      return t;
    }
    case Token::kLbrack:
      next();
      return got(Token::kRbrack) ? slice_type(at) : array_type(at, nullptr);
    case Token::kMap:
      return map_type(at);
    case Token::kStruct:
      return struct_type();
    case Token::kInterface:
      return interface_type();
    case Token::kLparen: {
      next();
      Expr* t = type();
      want(Token::kRparen);
      return t;
    }
    default:
      return nullptr;
  }
}

Expr* Parser::map_type(Pos at) {
  next();
  want(Token::kLbrack);
  auto* t = make<MapType>(at);
  t->key = type();
  want(Token::kRbrack);
  t->value = type();
  return t;
}

Expr* Parser::type_instance(Expr* generic) {
  auto* x = make<IndexExpr>(pos());
  want(Token::kLbrack);
  x->x = generic;
  if (tok_ == Token::kRbrack) {
    syntax_error("expected type argument list");
    x->index = bad_expr();
  } else {
    x->index = type_list(true).x;
  }
  want(Token::kRbrack);
  return x;
}

std::span<Field*> Parser::func_type(std::string_view context, FuncType*& out) {
  auto* t = make<FuncType>(pos());
  out = t;
  std::span<Field*> tparams;
  if (got(Token::kLbrack)) {
    if (!context.empty()) syntax_error_at(t->pos, std::string(context) + " must have no type parameters");
    if (tok_ == Token::kRbrack) {
      syntax_error("empty type parameter list");
      next();
    } else {
      tparams = param_list(nullptr, nullptr, Token::kRbrack, true);
    }
  }
  want(Token::kLparen);
  t->params = param_list(nullptr, nullptr, Token::kRparen, false);
  t->results = func_result();
  return tparams;
}

// Result = Parameters | Type .
std::span<Field*> Parser::func_result() {
  if (got(Token::kLparen)) return param_list(nullptr, nullptr, Token::kRparen, false);
  const Pos at = pos();
  Expr* t = type_or_nil();
  if (!t) return {};
  List<Field> results(*this);
  auto* f = make<Field>(at);
  f->type_expr = t;
  results.push(f);
  return results.take();
}

// "[" was read, at `at`; so was the length, unless it is null.
Expr* Parser::array_type(Pos at, Expr* len) {
  if (!len && !got(Token::kDotDotDot)) {
    ++expr_nesting_;
    len = expr();
    --expr_nesting_;
  }
  if (tok_ == Token::kComma) {
    // Fine behind type parameters, not here.
    syntax_error("unexpected comma; expected ]");
    next();
  }
  want(Token::kRbrack);
  auto* t = make<ArrayType>(at);
  t->len = len;
  t->elem = type();
  return t;
}

// "[" "]" were read.
Expr* Parser::slice_type(Pos at) {
  auto* t = make<SliceType>(at);
  t->elem = type();
  return t;
}

Expr* Parser::chan_elem() {
  Expr* t = type_or_nil();
  if (!t) {
    t = bad_expr();
    syntax_error("missing channel element type");  // it is simply absent: don't advance
  }
  return t;
}

// ---------------------------------------------------------------------------------------------- structs

struct Parser::StructBuilder {
  explicit StructBuilder(Parser& parser) : fields(parser) {}
  List<Field> fields;
  std::vector<BasicLit*> tags;  // as long as fields once there is one
  void add(Field* f, BasicLit* tag) {
    if (tag || !tags.empty()) {
      tags.resize(fields.size());
      tags.push_back(tag);
    }
    fields.push(f);
  }
};

// StructType = "struct" "{" { FieldDecl ";" } "}" .
StructType* Parser::struct_type() {
  auto* t = make<StructType>(pos());
  want(Token::kStruct);
  want(Token::kLbrace);
  StructBuilder fields(*this);
  list("struct type", Token::kSemi, Token::kRbrace, [&] {
    field_decl(fields);
    return false;
  });
  t->fields = fields.fields.take();
  t->tags = arena_.copy(fields.tags);
  return t;
}

// FieldDecl      = (IdentifierList Type | AnonymousField) [ Tag ] .
// AnonymousField = [ "*" ] TypeName .
void Parser::field_decl(StructBuilder& fields) {
  const Pos at = pos();
  switch (tok_) {
    case Token::kName:
      named_field_decl(fields, at);
      break;
    case Token::kStar: {
      next();
      Expr* elem = nullptr;
      if (tok_ == Token::kLparen) {
        syntax_error("cannot parenthesize embedded type");
        next();
        elem = qualified_name(nullptr);
        got(Token::kRparen);
      } else {
        elem = qualified_name(nullptr);
      }
      auto* f = make<Field>(at);
      BasicLit* tag = literal_or_nil();
      f->type_expr = indirect(at, elem);
      fields.add(f, tag);
      break;
    }
    case Token::kLparen:
      parenthesized_field_decl(fields, at);
      break;
    default:
      syntax_error("expected field name or embedded type");
      advance(token_set(Token::kSemi, Token::kRbrace));
  }
}

void Parser::parenthesized_field_decl(StructBuilder& fields, Pos at) {
  syntax_error("cannot parenthesize embedded type");
  next();
  auto* f = make<Field>(at);
  if (tok_ == Token::kStar) {
    const Pos star = pos();
    next();
    f->type_expr = indirect(star, qualified_name(nullptr));
  } else {
    f->type_expr = qualified_name(nullptr);
  }
  got(Token::kRparen);
  fields.add(f, literal_or_nil());
}

void Parser::named_field_decl(StructBuilder& fields, Pos at) {
  Name* first = name();
  auto embedded = [&](Expr* t) {
    auto* f = make<Field>(at);
    f->type_expr = t;
    fields.add(f, literal_or_nil());
  };
  if (tok_ == Token::kDot || tok_ == Token::kLiteral || tok_ == Token::kSemi || tok_ == Token::kRbrace) {
    embedded(qualified_name(first));
    return;
  }
  const std::span<Name*> names = name_list(first);
  Expr* t = nullptr;
  if (names.size() == 1 && tok_ == Token::kLbrack) {
    // An embedded instance T[P1, P2], or a field T of array or slice type.
    t = array_or_type_args();
    if (auto* instance = as<IndexExpr>(t)) {
      instance->x = first;
      embedded(instance);
      return;
    }
  } else {
    t = type();
  }
  BasicLit* tag = literal_or_nil();
  for (Name* n : names) {
    auto* f = make<Field>(n->pos);
    f->name = n;
    f->type_expr = t;
    fields.add(f, tag);
  }
}

// Behind a name: "[n]E", "[]E", or type arguments: then an IndexExpr whose x the caller sets.
Expr* Parser::array_or_type_args() {
  const Pos at = pos();
  want(Token::kLbrack);
  if (got(Token::kRbrack)) return slice_type(at);
  const TypeList args = type_list(false);
  want(Token::kRbrack);
  if (!args.comma) {
    if (Expr* elem = type_or_nil()) {
      auto* t = make<ArrayType>(at);
      t->len = args.x;
      t->elem = elem;
      return t;
    }
  }
  auto* t = make<IndexExpr>(at);
  t->index = args.x;
  return t;
}

// ---------------------------------------------------------------------------------------------- interfaces

// InterfaceType = "interface" "{" { ( MethodDecl | EmbeddedElem ) ";" } "}" .
InterfaceType* Parser::interface_type() {
  auto* t = make<InterfaceType>(pos());
  want(Token::kInterface);
  want(Token::kLbrace);
  List<Field> methods(*this);
  list("interface type", Token::kSemi, Token::kRbrace, [&] {
    Field* f = tok_ == Token::kName ? method_decl() : nullptr;
    if (!f || !f->name) f = embedded_elem(f);
    methods.push(f);
    return false;
  });
  t->methods = methods.take();
  return t;
}

// MethodSpec = MethodName Signature | InterfaceTypeName .
Field* Parser::method_decl() {
  auto* f = make<Field>(pos());
  Name* method_name = name();
  switch (tok_) {
    case Token::kLparen: {
      f->name = method_name;
      FuncType* t = nullptr;
      func_type("interface method", t);
      f->type_expr = t;
      break;
    }
    case Token::kLbrack:
      bracketed_method_decl(f, method_name);
      break;
    default:
      f->type_expr = qualified_name(method_name);
  }
  return f;
}

// name "[": a generic method (an error, but parsed) or an embedded instance T[P1, P2].
void Parser::bracketed_method_decl(Field* f, Name* method_name) {
  auto as_method = [&] {
    f->name = method_name;
    FuncType* t = nullptr;
    func_type("interface method", t);
    f->type_expr = t;
  };
  const Pos at = pos();
  next();
  if (tok_ == Token::kRbrack) {
    // An empty list; go on as if it were absent.
    const Pos empty = pos();
    next();
    if (tok_ == Token::kLparen) {
      error_at(empty, "empty type parameter list");
      as_method();
    } else {
      error_at(empty, "empty type argument list");
      f->type_expr = method_name;
    }
    return;
  }
  // Type arguments look like parameters without names: read parameters, decide afterwards.
  const std::span<Field*> params = param_list(nullptr, nullptr, Token::kRbrack, false);
  if (params.empty()) {
    if (tok_ == Token::kLparen) {
      as_method();
    } else {
      f->type_expr = method_name;
    }
    return;
  }
  if (params[0]->name) {
    as_method();
    error_at(at, "interface method must have no type parameters");
    return;
  }
  auto* t = make<IndexExpr>(at);
  t->x = method_name;
  t->index = params[0]->type_expr;
  if (params.size() > 1) {
    auto* l = make<ListExpr>(params[0]->pos);
    List<Expr> args(*this);
    for (Field* p : params) args.push(p->type_expr);
    l->elems = args.take();
    t->index = l;
  }
  f->type_expr = t;
}

// EmbeddedElem = MethodSpec | EmbeddedTerm { "|" EmbeddedTerm } .
Field* Parser::embedded_elem(Field* f) {
  if (!f) {
    f = make<Field>(pos());
    f->type_expr = embedded_term();
  }
  for (int n = 0; at_operator(Operator::kOr); ++n) {
    if (n > kMaxChain) too_deep();
    auto* t = make<Operation>(pos());
    t->op = Operator::kOr;
    next();
    t->x = f->type_expr;
    t->y = embedded_term();
    f->type_expr = t;
  }
  return f;
}

// EmbeddedTerm = [ "~" ] Type .
Expr* Parser::embedded_term() {
  if (at_operator(Operator::kTilde)) {
    auto* t = make<Operation>(pos());
    t->op = Operator::kTilde;
    next();
    t->x = type();
    return t;
  }
  Expr* t = type_or_nil();
  if (!t) {
    t = bad_expr();
    syntax_error("expected ~ term or type");
    advance(token_set(Token::kOperator, Token::kSemi, Token::kRparen, Token::kRbrack, Token::kRbrace));
  }
  return t;
}

// ---------------------------------------------------------------------------------------------- names and lists

// The first name may have been read.
Expr* Parser::qualified_name(Name* first) {
  Expr* x = first;
  if (!x) {
    if (tok_ == Token::kName) {
      x = name();
    } else {
      x = blank_name(pos());
      syntax_error("expected name");
      advance(token_set(Token::kDot, Token::kSemi, Token::kRbrace));
    }
  }
  if (tok_ == Token::kDot) {
    auto* s = make<SelectorExpr>(pos());
    next();
    s->x = x;
    s->sel = name();
    x = s;
  }
  return tok_ == Token::kLbrack ? type_instance(x) : x;
}

// { type "," } type [ "," ]; unless strict, the first may be any expression. Several become a ListExpr.
Parser::TypeList Parser::type_list(bool strict) {
  ++expr_nesting_;
  TypeList out{strict ? type() : expr(), false};
  if (got(Token::kComma)) {
    out.comma = true;
    if (Expr* t = type_or_nil()) {
      List<Expr> items(*this);
      items.push(out.x);
      items.push(t);
      while (got(Token::kComma)) {
        t = type_or_nil();
        if (!t) break;
        items.push(t);
      }
      auto* l = make<ListExpr>(out.x->pos);
      l->elems = items.take();
      out.x = l;
    }
  }
  --expr_nesting_;
  return out;
}

}  // namespace govm::syntax
