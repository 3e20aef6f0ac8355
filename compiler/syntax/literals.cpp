// Number, rune and string literals, checked as gc's scanner does.
#include <fmt/format.h>

#include "base/utf8.h"
#include "compiler/syntax/char_class.h"
#include "compiler/syntax/scanner.h"

namespace govm::syntax {
namespace {

const char* base_name(int base) {
  switch (base) {
    case 2: return "binary";
    case 8: return "octal";
    case 10: return "decimal";
    default: return "hexadecimal";
  }
}

// Index of the first '_' that does not separate digits, or -1.
int invalid_separator(std::string_view text) {
  char prefix = ' ';
  char d = '.';  // what was seen last: '_', '0' (a digit) or '.' (anything else)
  std::size_t i = 0;
  if (text.size() >= 2 && text[0] == '0') {
    prefix = static_cast<char>(lower(text[1]));
    if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
      d = '0';
      i = 2;
    }
  }
  for (; i < text.size(); ++i) {
    const char previous = d;
    d = text[i];
    if (d == '_') {
      if (previous != '0') return static_cast<int>(i);
    } else if (is_decimal(d) || (prefix == 'x' && is_hex(d))) {
      d = '0';
    } else {
      if (previous == '_') return static_cast<int>(i) - 1;
      d = '.';
    }
  }
  return d == '_' ? static_cast<int>(text.size()) - 1 : -1;
}

}  // namespace

std::string quoted_rune(std::int32_t rune) {
  if (rune < 0) rune = 0xFFFD;
  switch (rune) {
    case '\a': return "'\\a'";
    case '\b': return "'\\b'";
    case '\f': return "'\\f'";
    case '\n': return "'\\n'";
    case '\r': return "'\\r'";
    case '\t': return "'\\t'";
    case '\v': return "'\\v'";
    case '\\': return "'\\\\'";
    case '\'': return "'\\''";
    default: break;
  }
  std::string out = "'";
  if (utf8::is_print(static_cast<char32_t>(rune))) {
    utf8::append(out, static_cast<char32_t>(rune));
  } else if (rune < ' ' || rune == 0x7F) {
    out += fmt::format("\\x{:02x}", rune);
  } else if (rune < 0x10000) {
    out += fmt::format("\\u{:04x}", rune);
  } else {
    out += fmt::format("\\U{:08x}", rune);
  }
  return out + "'";
}

std::string code_point(std::int32_t rune) {
  std::string out = fmt::format("U+{:04X}", static_cast<std::uint32_t>(rune));
  if (utf8::is_print(static_cast<char32_t>(rune))) {
    out += " '";
    utf8::append(out, static_cast<char32_t>(rune));
    out += '\'';
  }
  return out;
}

void Scanner::set_literal(LitKind kind, bool ok) {
  nlsemi_ = true;
  tok_ = Token::kLiteral;
  lit_ = segment();
  bad_ = !ok;
  lit_kind_ = kind;
}

// Accepts { digit | '_' }; bit 0 of the result: a digit was seen, bit 1: a '_' was. *invalid becomes the index in the
// literal of the first digit too large for the base.
int Scanner::digits(int base, int* invalid) {
  int seen = 0;
  if (base > 10) {
    for (; is_hex(ch_) || ch_ == '_'; nextch()) seen |= ch_ == '_' ? 2 : 1;
    return seen;
  }
  for (; is_decimal(ch_) || ch_ == '_'; nextch()) {
    if (ch_ != '_' && ch_ >= '0' + base && invalid && *invalid < 0) {
      *invalid = static_cast<int>(offset_of(at_) - offset_);
    }
    seen |= ch_ == '_' ? 2 : 1;
  }
  return seen;
}

void Scanner::number(bool seen_point) {
  bool ok = true;
  auto fail = [&](std::string message) {
    if (ok) error(std::move(message));
    ok = false;
  };
  LitKind kind = LitKind::kInt;
  int base = 10;
  char prefix = 0;  // 0: decimal; '0': octal without a letter; else 'x', 'o', 'b'
  int seen = 0;
  int invalid = -1;

  if (!seen_point) {
    if (ch_ == '0') {
      nextch();
      switch (lower(ch_)) {
        case 'x': nextch(); base = 16; prefix = 'x'; break;
        case 'o': nextch(); base = 8; prefix = 'o'; break;
        case 'b': nextch(); base = 2; prefix = 'b'; break;
        default: base = 8; prefix = '0'; seen = 1;
      }
    }
    seen |= digits(base, &invalid);
    if (ch_ == '.') {
      if (prefix == 'o' || prefix == 'b') fail(fmt::format("invalid radix point in {} literal", base_name(base)));
      nextch();
      seen_point = true;
    }
  }
  if (seen_point) {
    kind = LitKind::kFloat;
    seen |= digits(base, &invalid);
  }
  if ((seen & 1) == 0) fail(fmt::format("{} literal has no digits", base_name(base)));

  const std::int32_t e = lower(ch_);
  if (ch_ > 0 && (e == 'e' || e == 'p')) {
    if (e == 'e' && prefix != 0 && prefix != '0') {
      fail(quoted_rune(ch_) + " exponent requires decimal mantissa");
    } else if (e == 'p' && prefix != 'x') {
      fail(quoted_rune(ch_) + " exponent requires hexadecimal mantissa");
    }
    nextch();
    kind = LitKind::kFloat;
    if (ch_ == '+' || ch_ == '-') nextch();
    seen = digits(10, nullptr) | (seen & 2);
    if ((seen & 1) == 0) fail("exponent has no digits");
  } else if (prefix == 'x' && kind == LitKind::kFloat) {
    fail("hexadecimal mantissa requires a 'p' exponent");
  }
  if (ch_ == 'i') {
    kind = LitKind::kImag;
    nextch();
  }
  set_literal(kind, ok);

  if (kind == LitKind::kInt && invalid >= 0 && ok) {
    error_at(static_cast<std::uint32_t>(invalid),
             fmt::format("invalid digit {} in {} literal",
                         quoted_rune(static_cast<unsigned char>(lit_[static_cast<std::size_t>(invalid)])),
                         base_name(base)));
    ok = false;
  }
  if ((seen & 2) != 0 && ok) {
    if (const int i = invalid_separator(lit_); i >= 0) {
      error_at(static_cast<std::uint32_t>(i), "'_' must separate successive digits");
      ok = false;
    }
  }
  bad_ = !ok;
}

void Scanner::rune_literal() {
  bool ok = true;
  nextch();
  for (int n = 0;; ++n) {
    if (ch_ == '\'') {
      if (ok && n == 0) {
        error("empty rune literal or unescaped '");
        ok = false;
      } else if (ok && n != 1) {
        error_at(0, "more than one character in rune literal");
        ok = false;
      }
      nextch();
      break;
    }
    if (ch_ == '\\') {
      nextch();
      if (!escape('\'')) ok = false;
      continue;
    }
    if (ch_ == '\n') {
      if (ok) error("newline in rune literal");
      ok = false;
      break;
    }
    if (ch_ < 0) {
      if (ok) error_at(0, "rune literal not terminated");
      ok = false;
      break;
    }
    nextch();
  }
  set_literal(LitKind::kRune, ok);
}

void Scanner::string_literal() {
  bool ok = true;
  nextch();
  for (;;) {
    if (ch_ == '"') {
      nextch();
      break;
    }
    if (ch_ == '\\') {
      nextch();
      if (!escape('"')) ok = false;
      continue;
    }
    if (ch_ == '\n') {
      error("newline in string");
      ok = false;
      break;
    }
    if (ch_ < 0) {
      error_at(0, "string not terminated");
      ok = false;
      break;
    }
    if (ch_ >= 0x80) {
      nextch();
    } else {
      resume_at(skip_class(at_, kStringByte));
    }
  }
  set_literal(LitKind::kString, ok);
}

void Scanner::raw_string() {
  bool ok = true;
  nextch();
  for (;;) {
    if (ch_ == '`') {
      nextch();
      break;
    }
    if (ch_ < 0) {
      error_at(0, "string not terminated");
      ok = false;
      break;
    }
    if (ch_ == '\n' || ch_ >= 0x80) {
      nextch();
    } else {
      resume_at(skip_class(at_, kRawByte));
    }
  }
  set_literal(LitKind::kString, ok);
}

// Behind the backslash.
bool Scanner::escape(char quote) {
  int n = 0;
  std::uint32_t base = 16;
  std::uint32_t max = utf8::kMaxRune;
  switch (ch_) {
    case 'a': case 'b': case 'f': case 'n': case 'r': case 't': case 'v': case '\\':
      nextch();
      return true;
    case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
      n = 3;
      base = 8;
      max = 255;
      break;
    case 'x': nextch(); n = 2; max = 255; break;
    case 'u': nextch(); n = 4; break;
    case 'U': nextch(); n = 8; break;
    default:
      if (ch_ == quote) {
        nextch();
        return true;
      }
      if (ch_ < 0) return true;  // the caller complains about the end of file
      error("unknown escape");
      return false;
  }
  std::uint32_t x = 0;
  for (; n > 0; --n) {
    if (ch_ < 0) return true;
    std::uint32_t d = base;
    if (is_decimal(ch_)) {
      d = static_cast<std::uint32_t>(ch_ - '0');
    } else if (is_hex(ch_)) {
      d = static_cast<std::uint32_t>(lower(ch_) - 'a' + 10);
    }
    if (d >= base) {
      error(fmt::format("invalid character {} in {} escape", quoted_rune(ch_), base_name(static_cast<int>(base))));
      return false;
    }
    x = x * base + d;
    nextch();
  }
  if (x > max && base == 8) {
    error(fmt::format("octal escape value {} > 255", x));
    return false;
  }
  if (x > max || (x >= 0xD800 && x < 0xE000)) {
    error("escape is invalid Unicode code point " + code_point(static_cast<std::int32_t>(x)));
    return false;
  }
  return true;
}

}  // namespace govm::syntax
