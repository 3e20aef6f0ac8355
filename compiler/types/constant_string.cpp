// Constant values as text, in the forms go/constant gives them.
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/utf8.h"
#include "compiler/types/constant_rep.h"

namespace govm::constant {

namespace {

std::string format(const char* pattern, double x) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, pattern, x);
  return buffer;
}

// strconv.FormatFloat(x, 'g', -1): shortest digits that read back as x; exponent form below 1e-4 and from 1e6.
std::string shortest(double x) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  int exp = std::atoi(std::string(text.substr(text.find('e') + 1)).c_str());
  if (exp < -4 || exp >= 6) return std::string(text);
  end = std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::fixed).ptr;
  return std::string(buffer, static_cast<std::size_t>(end - buffer));
}

bool is_integer(const Float& x) {
  if (x.mant == 0 || x.exp >= 0) return true;
  Int m = x.mant < 0 ? Int(-x.mant) : x.mant;
  return static_cast<std::int64_t>(lsb(m)) >= -x.exp;
}

std::string float_string(const Float& f) {
  double x = to_double(f);
  if ((f.mant == 0) == (x == 0) && !std::isinf(x)) {
    std::string s = format("%.6g", x);
    if (!is_integer(f) && s.find('.') == s.npos) s = shortest(x);
    return s;
  }
  // Outside float64: m * 10^d from mantissa and binary exponent.
  std::int64_t exp = exponent(f);
  double m = to_double(Float{f.mant, f.exp - exp});
  double d = static_cast<double>(exp) * (M_LN2 / M_LN10);
  auto e = static_cast<std::int64_t>(d);
  m *= std::pow(10, d - static_cast<double>(e));
  if (std::abs(m) < 1 - 0.5e-6) {
    m *= 10;
    --e;
  } else if (std::abs(m) >= 10) {
    m /= 10;
    ++e;
  }
  std::string s = format("%.6g", m) + "e";
  if (e >= 0) s += "+";
  return s + std::to_string(e);
}

void append_escaped(std::string& out, std::string_view& s) {
  static constexpr char kHex[] = "0123456789abcdef";
  utf8::Decoded d = utf8::decode(s);
  unsigned char c = static_cast<unsigned char>(s[0]);
  std::string_view bytes = s.substr(0, d.width);
  s.remove_prefix(d.width);
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\a': out += "\\a"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '\v': out += "\\v"; return;
    default: break;
  }
  bool invalid = d.rune == utf8::kRuneError && d.width == 1;
  if (c < 0x20 || c == 0x7f || invalid) {
    out += "\\x";
    out.push_back(kHex[c >> 4]);
    out.push_back(kHex[c & 15]);
  } else if ((d.rune >= 0x80 && d.rune < 0xa0) || d.rune == 0xfeff || (d.rune >= 0x2028 && d.rune <= 0x202f)) {
    char buffer[8];
    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(d.rune));
    out += buffer;
  } else {
    out += bytes;
  }
}

std::string quote(std::string_view s, std::size_t max_runes) {
  std::string out = "\"";
  std::size_t runes = 0;
  while (!s.empty() && runes <= max_runes) {
    append_escaped(out, s);
    ++runes;
  }
  out += "\"";
  return out;
}

std::string short_string(std::string_view text) {
  constexpr std::size_t kMaxRunes = 72;
  std::string s = quote(text, kMaxRunes);
  std::size_t runes = 0, cut = 0;
  for (std::string_view rest = s; !rest.empty(); ++runes) {
    if (runes == kMaxRunes - 3) cut = s.size() - rest.size();
    rest.remove_prefix(utf8::decode(rest).width);
  }
  if (runes > kMaxRunes) s = s.substr(0, cut) + "...";
  return s;
}

}  // namespace

std::string to_string(const Value* v) {
  switch (v->rep) {
    case Rep::kUnknown: return "unknown";
    case Rep::kBool: return v->i ? "true" : "false";
    case Rep::kString: return short_string(string_value(v));
    case Rep::kInt64: return std::to_string(v->i);
    case Rep::kBig: return load(v->big).str();
    case Rep::kRat:
    case Rep::kFloat: return float_string(load_float(v));
    case Rep::kComplex: return "(" + to_string(v->pair.re) + " + " + to_string(v->pair.im) + "i)";
  }
  return "";
}

std::string exact_string(const Value* v) {
  switch (v->rep) {
    case Rep::kString: return quote(string_value(v), std::string::npos - 1);
    case Rep::kRat: {
      Rat r = load_rat(v);
      return r.den == 1 ? r.num.str() : r.num.str() + "/" + r.den.str();
    }
    case Rep::kFloat: {
      Float f = load_float(v);
      return f.mant.str() + "p" + (f.exp >= 0 ? "+" : "") + std::to_string(f.exp);
    }
    case Rep::kComplex: return "(" + exact_string(v->pair.re) + " + " + exact_string(v->pair.im) + "i)";
    default: return to_string(v);
  }
}

}  // namespace govm::constant
