#include "compiler/syntax/input.h"

#include <cctype>

#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {
namespace {

bool is_identifier_start(char c) { return c == '_' || std::isalpha(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }
bool is_identifier_part(char c) { return is_identifier_start(c) || std::isdigit(static_cast<unsigned char>(c)); }

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

// Whether text, which begins behind "func", is a declaration: a name follows, or a receiver, a name and "(". Otherwise
// it is a function literal.
bool declares_function(std::string_view text) {
  std::size_t at = skip_space(text, 0);
  if (at < text.size() && is_identifier_start(text[at])) return true;
  if (at == text.size() || text[at] != '(') return false;
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) break;
    if (text[at] == '\n' || text[at] == '{') return false;
  }
  at = skip_space(text, std::min(at + 1, text.size()));
  const std::size_t name = at;
  while (at < text.size() && is_identifier_part(text[at])) ++at;
  return at > name && is_identifier_start(text[name]) && skip_space(text, at) < text.size() &&
         text[skip_space(text, at)] == '(';
}

constexpr std::uint64_t kItemEnd = token_set(Token::kSemi);

}  // namespace

// Input = [ PackageClause ";" ] { ( Declaration | Statement ) ";" } .
void Parser::input(Input& out) {
  source_.begin_scan();
  next();
  top_ = false;
  if (tok_ == Token::kPackage) {
    next();
    name();
    if (tok_ != Token::kEof) want(Token::kSemi);
  }
  while (tok_ != Token::kEof) {
    if (got(Token::kSemi)) continue;
    input_item(out);
    clear_pragmas();
    if (tok_ == Token::kEof || got(Token::kSemi)) continue;
    syntax_error("at end of statement");
    advance(kItemEnd);
  }
}

void Parser::input_item(Input& out) {
  const auto group = [&](DeclParser parse) {
    next();
    List<Decl> decls(*this);
    append_group(decls, parse);
    for (Decl* d : decls.take()) out.items.push_back({d, nullptr});
  };
  switch (tok_) {
    case Token::kImport: return group(&Parser::import_decl);
    case Token::kConst: return group(&Parser::const_decl);
    case Token::kType: return group(&Parser::type_decl);
    case Token::kVar: return group(&Parser::var_decl);
    case Token::kFunc:
      if (!declares_function(source_.text().substr(offset_ + 4))) break;
      next();
      out.items.push_back({func_decl(), nullptr});
      return;
    default: break;
  }
  ++func_nesting_;
  const int errors = error_count_;
  Stmt* s = stmt_or_nil();
  --func_nesting_;
  if (!s) {
    syntax_error("expected declaration, statement or expression");
    return advance(kItemEnd);
  }
  if (errors == error_count_) {
    auto* body = make<BlockStmt>(s->pos);
    List<Stmt> list(*this);
    list.push(s);
    body->list = list.take();
    check_branches(body, source_, on_error_);
  }
  out.items.push_back({nullptr, s});
}

Input parse_input(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error) {
  Input out;
  const auto last = static_cast<std::uint32_t>(source.text().find_last_not_of(" \t\r\n") + 1);
  const ErrorHandler watch = [&](Pos pos, std::string message) {
    // Where the text ends, or begins what has no end.
    const bool at_end = pos.offset - source.base() >= last && message.find("unexpected newline") == message.npos;
    const bool open = message == "string not terminated" || message == "comment not terminated";
    out.incomplete = out.incomplete || at_end || open;
    on_error(pos, std::move(message));
  };
  Parser(source, arena, interner, watch, Bodies::kParse).input(out);
  return out;
}

}  // namespace govm::syntax
