#include "compiler/syntax/parser.h"

#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {
namespace {

constexpr std::uint64_t kDeclStart =
    token_set(Token::kImport, Token::kConst, Token::kType, Token::kVar, Token::kFunc);

// Keywords that start a statement: good places to go on after an error in a function.
constexpr std::uint64_t kStopSet =
    token_set(Token::kBreak, Token::kConst, Token::kContinue, Token::kDefer, Token::kFallthrough, Token::kFor,
              Token::kGo, Token::kGoto, Token::kIf, Token::kReturn, Token::kSelect, Token::kSwitch, Token::kType,
              Token::kVar);

}  // namespace

std::string token_string(Token token) {
  if (token == Token::kComma) return "comma";
  if (token == Token::kSemi) return "semicolon or newline";
  if (token >= Token::kBreak) return "keyword " + std::string(to_string(token));
  return std::string(to_string(token));
}

const Expr* unparen(const Expr* x) {
  while (const auto* p = as<ParenExpr>(x)) x = p->x;
  return x;
}

Parser::Parser(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error,
               Bodies bodies)
    : Scanner(source, interner),
      arena_(arena),
      bodies_(bodies),
      on_error_(on_error),
      blank_symbol_(interner.intern("_")),
      base_file_(source.name()) {
  pending_nodes_.reserve(256);
}

void Parser::want(Token token) {
  if (got(token)) return;
  syntax_error("expected " + token_string(token));
  advance(0);
}

// Like got(kAssign), but complains about := and goes on.
bool Parser::got_assign() {
  if (tok_ == Token::kDefine) {
    syntax_error("expected =");
  } else if (tok_ != Token::kAssign) {
    return false;
  }
  next();
  return true;
}

void Parser::error_at(Pos at, std::string message) {
  ++error_count_;
  on_error_(at, std::move(message));
}

std::string Parser::current_token() const {
  switch (tok_) {
    case Token::kName: return "name " + std::string(lit_);
    case Token::kSemi: return std::string(lit_);
    case Token::kLiteral: return "literal " + std::string(lit_);
    case Token::kOperator: return std::string(to_string(op_));
    case Token::kAssignOp: return std::string(to_string(op_)) + "=";
    case Token::kIncOp: return std::string(to_string(op_)) + std::string(to_string(op_));
    default: return token_string(tok_);
  }
}

void Parser::syntax_error_at(Pos at, std::string_view message) {
  if (tok_ == Token::kEof && error_count_ > 0) return;  // follow-up errors mean nothing
  std::string tail(message);
  if (message.starts_with("in ") || message.starts_with("at ") || message.starts_with("after ")) {
    tail.insert(0, " ");
  } else if (message.starts_with("expected ")) {
    tail.insert(0, ", ");
  } else if (!message.empty()) {
    error_at(at, "syntax error: " + tail);
    return;
  }
  error_at(at, "syntax error: unexpected " + current_token() + tail);
}

// Skips to a token of the follow set (inside functions also to a statement keyword); with an empty set, skips one.
void Parser::advance(std::uint64_t follow) {
  if (follow == 0) {
    if (tok_ != Token::kEof) next();
    return;
  }
  follow |= bit(Token::kEof);
  if (func_nesting_ > 0) follow |= kStopSet;
  while ((follow & bit(tok_)) == 0) next();
}

void Parser::too_deep() {
  if (tok_ == Token::kEof) return;
  error("syntax error: nesting too deep");
  stop_scanning();
}

bool Parser::is_empty_func_decl(const List<Decl>& decls) const {
  if (decls.size() == 0) return false;
  const auto* f = as<FuncDecl>(decls[decls.size() - 1]);
  return f && !f->body;
}

// SourceFile = PackageClause ";" { ImportDecl ";" } { TopLevelDecl ";" } .
File* Parser::file(bool imports_only) {
  source_.begin_scan();
  next();
  auto* f = arena_.make<File>();
  f->pos = pos();
  f->source = &source_;
  f->go_version = go_version_;
  f->build_constraint = build_constraint_;
  top_ = false;
  auto finish = [&] {
    clear_pragmas();
    f->eof = pos();
    f->pragmas = arena_.copy(file_pragmas_);
    return f;
  };

  if (!got(Token::kPackage)) {
    syntax_error("package statement must be first");
    f->package_name = blank_name(f->pos);
    return finish();
  }
  for (const Pragma& p : take_pragmas(PragmaHolder::kFile)) file_pragmas_.push_back(p);
  f->package_name = name();
  want(Token::kSemi);
  if (error_count_ > 0) return finish();  // don't bother with the rest

  List<Decl> decls(*this);
  Token previous = Token::kImport;
  while (tok_ != Token::kEof) {
    if (tok_ == Token::kImport && previous != Token::kImport) {
      syntax_error("imports must appear before other declarations");
    }
    previous = tok_;
    if (imports_only && tok_ != Token::kImport) break;
    switch (tok_) {
      case Token::kImport: next(); append_group(decls, &Parser::import_decl); break;
      case Token::kConst: next(); append_group(decls, &Parser::const_decl); break;
      case Token::kType: next(); append_group(decls, &Parser::type_decl); break;
      case Token::kVar: next(); append_group(decls, &Parser::var_decl); break;
      case Token::kFunc: next(); decls.push(func_decl()); break;
      default:
        if (tok_ == Token::kLbrace && is_empty_func_decl(decls)) {
          syntax_error("unexpected semicolon or newline before {");
        } else {
          syntax_error("non-declaration statement outside function body");
        }
        advance(kDeclStart);
        continue;
    }
    // Before the ';' is consumed: comments behind it belong to the next declaration.
    clear_pragmas();
    if (tok_ != Token::kEof && !got(Token::kSemi)) {
      syntax_error("after top level declaration");
      advance(kDeclStart);
    }
  }
  f->decls = decls.take();
  return finish();
}

File* parse_file(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error,
                 Bodies bodies) {
  return Parser(source, arena, interner, on_error, bodies).file(false);
}

void parse_body(FuncDecl* func, SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error) {
  if (!func->body_skipped) return;
  func->body_skipped = false;
  Parser(source, arena, interner, on_error, Bodies::kParse).skipped_body(func);
}

void parse_elements(CompositeLit* literal, SourceFile& source, Arena& arena, Interner& interner,
                    const ErrorHandler& on_error) {
  if (!literal->skipped) return;
  literal->skipped = nullptr;
  Parser(source, arena, interner, on_error, Bodies::kParse).skipped_elements(literal);
}

File* parse_imports(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error) {
  return Parser(source, arena, interner, on_error, Bodies::kSkip).file(true);
}

}  // namespace govm::syntax
