#include "repl/highlight.h"

#include <algorithm>
#include <cctype>

namespace govm::repl {
namespace {

constexpr std::string_view kKeyword = "35", kPredeclared = "36", kString = "32", kNumber = "33", kComment = "2";

constexpr std::string_view kKeywords[] = {"break", "case", "chan", "const", "continue", "default", "defer", "else",
                                          "fallthrough", "for", "func", "go", "goto", "if", "import", "interface", "map",
                                          "package", "range", "return", "select", "struct", "switch", "type", "var"};
constexpr std::string_view kNames[] = {"any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex",
                                       "complex128", "complex64", "copy", "delete", "error", "false", "float32", "float64",
                                       "imag", "int", "int16", "int32", "int64", "int8", "iota", "len", "make", "max", "min",
                                       "new", "nil", "panic", "print", "println", "real", "recover", "rune", "string",
                                       "true", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr"};

template <std::size_t N>
bool contains(const std::string_view (&table)[N], std::string_view word) {
  return std::binary_search(std::begin(table), std::end(table), word);
}

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }

struct Token {
  std::size_t size;
  std::string_view style;
};

std::size_t quoted_size(std::string_view s) {
  const char quote = s[0];
  std::size_t i = 1;
  while (i < s.size() && s[i] != quote && (quote == '`' || s[i] != '\n')) i += s[i] == '\\' && quote != '`' ? 2 : 1;
  return std::min(i + 1, s.size());
}

// The token at the beginning; white space and operators are a byte each.
Token token_at(std::string_view s) {
  if (s.starts_with("//")) return {std::min(s.find('\n'), s.size()), kComment};
  if (s.starts_with("/*")) {
    const std::size_t end = s.find("*/", 2);
    return {end == s.npos ? s.size() : end + 2, kComment};
  }
  if (s[0] == '"' || s[0] == '\'' || s[0] == '`') return {quoted_size(s), kString};
  if (!is_word(s[0])) return {1, ""};
  std::size_t n = 0;
  const bool number = std::isdigit(static_cast<unsigned char>(s[0])) != 0;
  while (n < s.size() && (is_word(s[n]) || (number && s[n] == '.'))) ++n;
  const std::string_view word = s.substr(0, n);
  if (number) return {n, kNumber};
  return {n, contains(kKeywords, word) ? kKeyword : contains(kNames, word) ? kPredeclared : ""};
}

}  // namespace

std::vector<std::string_view> highlight(std::string_view text) {
  std::vector<std::string_view> out;
  out.reserve(text.size());
  if (text.starts_with(":")) {
    const std::size_t end = std::min(text.find(' '), text.size());
    out.assign(end, kKeyword);
  }
  while (out.size() < text.size()) {
    const Token t = token_at(text.substr(out.size()));
    out.insert(out.end(), t.size, t.style);
  }
  return out;
}

int open_brackets(std::string_view text) {
  int depth = 0;
  while (!text.empty()) {
    const Token t = token_at(text);
    if (t.size == 1 && t.style.empty()) {
      if (text[0] == '{' || text[0] == '(' || text[0] == '[') ++depth;
      if ((text[0] == '}' || text[0] == ')' || text[0] == ']') && depth > 0) --depth;
    }
    text.remove_prefix(t.size);
  }
  return depth;
}

}  // namespace govm::repl
