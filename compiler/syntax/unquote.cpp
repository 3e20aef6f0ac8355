#include "compiler/syntax/unquote.h"

#include "base/utf8.h"
#include "compiler/syntax/char_class.h"

namespace govm::syntax {
namespace {

struct Unescaped {
  std::uint32_t value = 0;
  bool is_byte = false;  // \x and octal escapes give a byte, all others a rune
};

bool read_digits(std::string_view& text, int n, std::uint32_t base, std::uint32_t& value) {
  value = 0;
  for (; n > 0; --n) {
    if (text.empty()) return false;
    const char c = text.front();
    std::uint32_t d = 16;
    if (is_decimal(c)) {
      d = static_cast<std::uint32_t>(c - '0');
    } else if (is_hex(c)) {
      d = static_cast<std::uint32_t>(lower(c) - 'a' + 10);
    }
    if (d >= base) return false;
    value = value * base + d;
    text.remove_prefix(1);
  }
  return true;
}

// text stands behind a backslash.
bool read_escape(std::string_view& text, char quote, Unescaped& out) {
  if (text.empty()) return false;
  const char c = text.front();
  if (c >= '0' && c <= '7') {
    out.is_byte = true;
    return read_digits(text, 3, 8, out.value) && out.value <= 255;
  }
  text.remove_prefix(1);
  switch (c) {
    case 'a': out.value = '\a'; return true;
    case 'b': out.value = '\b'; return true;
    case 'f': out.value = '\f'; return true;
    case 'n': out.value = '\n'; return true;
    case 'r': out.value = '\r'; return true;
    case 't': out.value = '\t'; return true;
    case 'v': out.value = '\v'; return true;
    case '\\': out.value = '\\'; return true;
    case 'x': out.is_byte = true; return read_digits(text, 2, 16, out.value);
    case 'u': return read_digits(text, 4, 16, out.value) && utf8::valid_rune(out.value);
    case 'U': return read_digits(text, 8, 16, out.value) && utf8::valid_rune(out.value);
    default: out.value = static_cast<std::uint32_t>(quote); return c == quote;
  }
}

bool strip_quotes(std::string_view& literal, char quote) {
  if (literal.size() < 2 || literal.front() != quote || literal.back() != quote) return false;
  literal.remove_prefix(1);
  literal.remove_suffix(1);
  return true;
}

}  // namespace

bool unquote_string(std::string_view text, std::string& out) {
  out.clear();
  if (strip_quotes(text, '`')) {
    if (text.find('`') != text.npos) return false;
    for (const char c : text) {
      if (c != '\r') out += c;  // carriage returns are no part of the value
    }
    return true;
  }
  if (!strip_quotes(text, '"')) return false;
  out.reserve(text.size());
  while (!text.empty()) {
    const char c = text.front();
    if (c == '"' || c == '\n') return false;
    text.remove_prefix(1);
    if (c != '\\') {
      out += c;
      continue;
    }
    Unescaped x;
    if (!read_escape(text, '"', x)) return false;
    if (x.is_byte) {
      out += static_cast<char>(x.value);
    } else {
      utf8::append(out, x.value);
    }
  }
  return true;
}

bool unquote_rune(std::string_view text, char32_t& out) {
  if (!strip_quotes(text, '\'') || text.empty() || text.front() == '\'' || text.front() == '\n') return false;
  if (text.front() == '\\') {
    text.remove_prefix(1);
    Unescaped x;
    if (!read_escape(text, '\'', x)) return false;
    out = x.value;
    return text.empty();
  }
  const utf8::Decoded d = utf8::decode(text);
  out = d.rune;
  return d.width == text.size();
}

}  // namespace govm::syntax
