// Values of literals (Go spec: Integer, Floating-point, Imaginary, Rune and String literals).
#include <cmath>

#include "base/utf8.h"
#include "compiler/types/constant_rep.h"

namespace govm::constant {

using syntax::LitKind;

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 16;
}

// Removes a base prefix; legacy_octal: "0777" is octal (integers only).
int take_base(std::string_view& s, bool legacy_octal) {
  if (s.size() >= 2 && s[0] == '0') {
    int base = 0;
    switch (s[1]) {
      case 'x': case 'X': base = 16; break;
      case 'b': case 'B': base = 2; break;
      case 'o': case 'O': base = 8; break;
      default: break;
    }
    if (base != 0) {
      s.remove_prefix(2);
      return base;
    }
    if (legacy_octal) {
      s.remove_prefix(1);
      return 8;
    }
  }
  return 10;
}

// Accumulates digits a machine word at a time.
class DigitReader {
 public:
  explicit DigitReader(int base) : base_(base) {}
  bool add(char c) {
    int d = digit_value(c);
    if (d >= base_) return false;
    if (scale_ > (std::uint64_t{1} << 58)) flush();
    word_ = word_ * base_ + d;
    scale_ *= base_;
    any_ = true;
    return true;
  }
  bool any() const { return any_; }
  Int value() {
    flush();
    return total_;
  }

 private:
  void flush() {
    total_ = total_ * scale_ + word_;
    word_ = 0;
    scale_ = 1;
  }
  int base_;
  bool any_ = false;
  std::uint64_t word_ = 0, scale_ = 1;
  Int total_;
};

const Value* int_literal(Arena& arena, std::string_view s) {
  int base = take_base(s, true);
  std::uint64_t x = 0;
  bool any = false, overflow = false;
  for (char c : s) {
    if (c == '_') continue;
    int d = digit_value(c);
    if (d >= base) return nullptr;
    any = true;
    overflow |= __builtin_mul_overflow(x, static_cast<std::uint64_t>(base), &x);
    overflow |= __builtin_add_overflow(x, static_cast<std::uint64_t>(d), &x);
  }
  if (!any && base != 8) return nullptr;
  if (!overflow) return x >> 63 ? new_int(arena, Int(x)) : new_int64(arena, static_cast<std::int64_t>(x));
  DigitReader reader(base);
  for (char c : s) {
    if (c != '_') reader.add(c);
  }
  return new_int(arena, reader.value());
}

constexpr std::int64_t kExponentLimit = std::int64_t{1} << 40;

std::optional<std::int64_t> parse_exponent(std::string_view s) {
  bool negative = false;
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
    negative = s[0] == '-';
    s.remove_prefix(1);
  }
  if (s.empty()) return std::nullopt;
  std::int64_t e = 0;
  for (char c : s) {
    if (c == '_') continue;
    if (c < '0' || c > '9') return std::nullopt;
    e = std::min(e * 10 + (c - '0'), kExponentLimit);
  }
  return negative ? -e : e;
}

Int power(unsigned base, std::uint64_t e) {
  Int result(1), b(base);
  for (; e > 0; e >>= 1) {
    if (e & 1) result *= b;
    if (e > 1) b *= b;
  }
  return result;
}

// mant * 10^e10 for exponents too large for fractions.
Float scale_by_ten(const Int& mant, std::int64_t e10) {
  constexpr unsigned kExtra = kPrecision + 128;
  Float p{Int(1), 0}, b{Int(10), 0};
  for (std::uint64_t e = static_cast<std::uint64_t>(e10 < 0 ? -e10 : e10); e > 0; e >>= 1) {
    if (e & 1) p = multiply(p, b, kExtra);
    if (e > 1) b = multiply(b, b, kExtra);
  }
  if (e10 >= 0) return multiply(Float{mant, 0}, p);
  Float q = quotient(mant, p.mant);
  q.exp -= p.exp;
  return round(q);
}

// A number with optional fraction and exponent: mant * 10^e10 * 2^e2.
struct Scanned {
  Int mant;
  std::int64_t e10 = 0, e2 = 0;
};

std::optional<Scanned> scan_float(std::string_view s) {
  int base = take_base(s, false);
  DigitReader reader(base);
  Scanned out;
  std::int64_t fraction_digits = 0;
  bool fraction = false;
  std::size_t i = 0;
  for (; i < s.size(); ++i) {
    char c = s[i];
    if (c == '_') continue;
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (reader.add(c)) {
      fraction_digits += fraction;
    } else {
      break;
    }
  }
  if (!reader.any()) return std::nullopt;
  out.mant = reader.value();
  if (base == 10) out.e10 = -fraction_digits;
  if (base == 16) out.e2 = -4 * fraction_digits;
  if (fraction && base != 10 && base != 16) return std::nullopt;
  if (i == s.size()) return out;
  bool decimal = s[i] == 'e' || s[i] == 'E', binary = s[i] == 'p' || s[i] == 'P';
  if (!(decimal && base == 10) && !binary) return std::nullopt;
  auto e = parse_exponent(s.substr(i + 1));
  if (!e) return std::nullopt;
  (decimal ? out.e10 : out.e2) += *e;
  return out;
}

const Value* float_literal(Arena& arena, std::string_view s) {
  auto scanned = scan_float(s);
  if (!scanned) return nullptr;
  const Int& mant = scanned->mant;
  if (mant == 0) return new_exact_rat(arena, Int(0), Int(1));
  double size = bits_of(mant) + static_cast<double>(scanned->e10) * 3.321928094887362 + static_cast<double>(scanned->e2);
  if (size > 2.2e9) return &kUnknownValue;
  if (size < -2.2e9) return new_exact_rat(arena, Int(0), Int(1));
  if (std::abs(size) > kMaxSmallExp + 8) {
    Float f = scanned->e10 != 0 ? scale_by_ten(mant, scanned->e10) : round(Float{mant, 0});
    f.exp += scanned->e2;
    f = round(f);
    if (f.mant == 0) return new_exact_rat(arena, Int(0), Int(1));
    return new_float(arena, f);
  }
  Int num = mant, den(1);
  if (scanned->e10 > 0) num *= power(10, static_cast<std::uint64_t>(scanned->e10));
  if (scanned->e10 < 0) den *= power(10, static_cast<std::uint64_t>(-scanned->e10));
  if (scanned->e2 > 0) num <<= static_cast<unsigned>(scanned->e2);
  if (scanned->e2 < 0) den <<= static_cast<unsigned>(-scanned->e2);
  Float f = quotient(num, den);
  std::int64_t e = exponent(f);
  if (-kMaxSmallExp < e && e < kMaxSmallExp) return new_exact_rat(arena, num, den);
  return new_float(arena, f);
}

// ---- runes and strings

// Reads one character or escape of a quoted literal; is_byte: it stands for a byte, not a rune.
bool unquote_char(std::string_view& s, char quote, std::uint32_t& code, bool& is_byte) {
  is_byte = false;
  if (s.empty() || s[0] == quote) return false;
  unsigned char c = static_cast<unsigned char>(s[0]);
  if (c != '\\') {
    if (c < 0x80) {
      code = c;
      s.remove_prefix(1);
      return true;
    }
    utf8::Decoded d = utf8::decode(s);
    code = d.rune;
    s.remove_prefix(d.width);
    return true;
  }
  if (s.size() < 2) return false;
  char e = s[1];
  s.remove_prefix(2);
  switch (e) {
    case 'a': code = '\a'; return true;
    case 'b': code = '\b'; return true;
    case 'f': code = '\f'; return true;
    case 'n': code = '\n'; return true;
    case 'r': code = '\r'; return true;
    case 't': code = '\t'; return true;
    case 'v': code = '\v'; return true;
    case '\\': code = '\\'; return true;
    case '\'':
    case '"':
      code = static_cast<unsigned char>(e);
      return e == quote;
    default: break;
  }
  int digits = 0, base = 16;
  if (e == 'x') digits = 2;
  if (e == 'u') digits = 4;
  if (e == 'U') digits = 8;
  code = 0;
  if (e >= '0' && e <= '7') {
    digits = 2;
    base = 8;
    code = static_cast<std::uint32_t>(e - '0');
  }
  if (digits == 0 || s.size() < static_cast<std::size_t>(digits)) return false;
  for (int i = 0; i < digits; ++i) {
    int d = digit_value(s[i]);
    if (d >= base) return false;
    code = code * base + static_cast<std::uint32_t>(d);
  }
  s.remove_prefix(static_cast<std::size_t>(digits));
  is_byte = e == 'x' || base == 8;
  return is_byte ? code <= 255 : utf8::valid_rune(code);
}

const Value* rune_literal(Arena& arena, std::string_view s) {
  if (s.size() < 3 || s.front() != '\'' || s.back() != '\'') return nullptr;
  s = s.substr(1, s.size() - 2);
  std::uint32_t code = 0;
  bool is_byte = false;
  if (!unquote_char(s, '\'', code, is_byte) || !s.empty()) return nullptr;
  return new_int64(arena, code);
}

std::optional<std::string> unquote(std::string_view s) {
  if (s.size() < 2 || s.front() != s.back()) return std::nullopt;
  char quote = s.front();
  s = s.substr(1, s.size() - 2);
  std::string out;
  if (quote == '`') {
    for (char c : s) {
      if (c != '\r') out.push_back(c);
    }
    return out;
  }
  if (quote != '"') return std::nullopt;
  while (!s.empty()) {
    std::size_t plain = s.find('\\');
    if (plain != 0) {
      std::string_view run = s.substr(0, plain);
      if (run.find('"') != run.npos || run.find('\n') != run.npos) return std::nullopt;
      out.append(run);
      s.remove_prefix(run.size());
      continue;
    }
    std::uint32_t code = 0;
    bool is_byte = false;
    if (!unquote_char(s, quote, code, is_byte)) return std::nullopt;
    if (is_byte) {
      out.push_back(static_cast<char>(code));
    } else {
      utf8::append(out, code);
    }
  }
  return out;
}

}  // namespace

const Value* Factory::from_literal(std::string_view literal, LitKind lit_kind) {
  const Value* v = nullptr;
  switch (lit_kind) {
    case LitKind::kInt: v = int_literal(arena_, literal); break;
    case LitKind::kFloat: v = float_literal(arena_, literal); break;
    case LitKind::kImag:
      if (!literal.empty() && literal.back() == 'i') {
        v = float_literal(arena_, literal.substr(0, literal.size() - 1));
        if (v) v = new_complex(arena_, new_int64(arena_, 0), v);
      }
      break;
    case LitKind::kRune: v = rune_literal(arena_, literal); break;
    case LitKind::kString:
      if (auto text = unquote(literal)) return make_string(*text);
      break;
  }
  return v ? v : &kUnknownValue;
}

}  // namespace govm::constant
