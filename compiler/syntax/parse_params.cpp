// Parameter lists: of functions, their results, receivers, and type parameters.
#include "compiler/syntax/parser_impl.h"
#include "compiler/syntax/positions.h"

namespace govm::syntax {

// ParameterDecl = [ IdentifierList ] [ "..." ] Type .
// A name alone is returned as such; whether it is a type is decided when the whole list is known.
Field* Parser::param_decl_or_nil(Name* first, Token follow) {
  const bool type_sets_ok = follow == Token::kRbrack;
  Pos at = pos();
  if (first) {
    at = first->pos;
  } else if (type_sets_ok && at_operator(Operator::kTilde)) {
    return embedded_elem(nullptr);
  }
  auto* f = make<Field>(at);
  if (tok_ == Token::kName || first) {
    Name* n = first ? first : name();
    if (bracket_or_dot_param(f, n, type_sets_ok)) return f;
    f->name = n;
  }
  if (tok_ == Token::kDotDotDot) {
    auto* t = make<DotsType>(pos());
    next();
    t->elem = type_or_nil();
    if (!t->elem) {
      t->elem = bad_expr();
      syntax_error("... is missing type");
    }
    f->type_expr = t;
    return f;
  }
  if (type_sets_ok && at_operator(Operator::kTilde)) {
    f->type_expr = embedded_elem(nullptr)->type_expr;
    return f;
  }
  f->type_expr = type_or_nil();
  if (type_sets_ok && f->type_expr && at_operator(Operator::kOr)) f = embedded_elem(f);
  if (f->name || f->type_expr) return f;
  syntax_error("expected " + token_string(follow));
  advance(token_set(Token::kComma, follow));
  return nullptr;
}

// Behind a name: "[", ".", or (in type parameter lists) "|" tell that it is a type or has one.
bool Parser::bracket_or_dot_param(Field*& f, Name* n, bool type_sets_ok) {
  if (tok_ == Token::kLbrack) {
    f->type_expr = array_or_type_args();
    if (auto* instance = as<IndexExpr>(f->type_expr)) {
      instance->x = n;
    } else {
      f->name = n;
    }
  } else if (tok_ == Token::kDot) {
    f->type_expr = qualified_name(n);
  } else if (type_sets_ok && at_operator(Operator::kOr)) {
    f->type_expr = n;
  } else {
    return false;
  }
  if (type_sets_ok && at_operator(Operator::kOr)) f = embedded_elem(f);
  return true;
}

// Parameters    = "(" [ ParameterList [ "," ] ] ")" .
// ParameterList = ParameterDecl { "," ParameterDecl } .
// The opening token was read, and maybe the first name, and maybe its type. In the result either all fields have names
// or none has.
std::span<Field*> Parser::param_list(Name* first, Expr* first_type, Token close, bool require_names) {
  auto named_field = [&] {
    auto* f = make<Field>(first->pos);
    f->name = first;
    f->type_expr = first_type;
    return f;
  };
  List<Field> params(*this);
  if (first && first_type && tok_ == close) {  // list() would not call us
    next();
    params.push(named_field());
    return params.take();
  }
  int named = 0;  // have a name and a type
  int typed = 0;  // have a type
  const Pos end = list("parameter list", Token::kComma, close, [&] {
    Field* f = first_type ? named_field() : param_decl_or_nil(first, close);
    first = nullptr;
    first_type = nullptr;
    if (f) {
      named += f->name && f->type_expr ? 1 : 0;
      typed += f->type_expr ? 1 : 0;
      params.push(f);
    }
    return false;
  });
  if (params.size() == 0) return {};
  if (named == 0 && !require_names) {
    for (std::size_t i = 0; i < params.size(); ++i) {
      Field* f = params[i];
      if (!f->name) continue;
      f->type_expr = f->name;
      f->name = nullptr;
    }
  } else if (static_cast<std::size_t>(named) != params.size()) {
    distribute_param_types(params, named, typed, end, require_names);
  }
  return params.take();
}

// Gives names without a type the one to their right; complains about types without a name and names without a type.
void Parser::distribute_param_types(List<Field>& params, int named, int typed, Pos end, bool require_names) {
  Pos bad;  // leftmost
  Expr* t = nullptr;
  for (std::size_t i = params.size(); i-- > 0;) {
    Field* f = params[i];
    if (f->type_expr) {
      t = f->type_expr;
      if (!f->name) {
        bad = start_pos(t);
        f->name = blank_name(bad);
      }
    } else if (t) {
      f->type_expr = t;
    } else {
      bad = f->name->pos;
      f->type_expr = make<BadExpr>(bad);
    }
  }
  if (bad.known()) report_missing_param(params, bad, end, named == typed, require_names);
}

// no_types: all that is missing are the types of the last names; that is reported at the closing token.
void Parser::report_missing_param(List<Field>& params, Pos at, Pos end, bool no_types, bool require_names) {
  if (no_types) {
    syntax_error_at(end, require_names ? "missing type constraint" : "missing parameter type");
  } else if (!require_names) {
    syntax_error_at(at, "missing parameter name");
  } else {
    syntax_error_at(at, params.size() == 1 ? "missing type parameter name or invalid array length"
                                           : "missing type parameter name");
  }
}

}  // namespace govm::syntax
