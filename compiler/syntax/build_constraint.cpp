#include "compiler/syntax/build_constraint.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"

namespace govm::syntax {
namespace {

using Kind = Constraint::Kind;
using Ptr = std::unique_ptr<Constraint>;
constexpr int kMaxDepth = 1000;

Ptr make(Kind kind, Ptr x, Ptr y) {
  auto out = std::make_unique<Constraint>();
  out->kind = kind;
  out->x = std::move(x);
  out->y = std::move(y);
  return out;
}

// or = and { "||" and }; and = not { "&&" not }; not = [ "!" ] atom; atom = tag | "(" or ")"
class ConstraintParser {
 public:
  explicit ConstraintParser(std::string_view text) : text_(text) {}

  Ptr parse() {
    Ptr out = parse_or(0);
    skip_space();
    return text_.empty() ? std::move(out) : nullptr;
  }

 private:
  void skip_space() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t')) text_.remove_prefix(1);
  }
  bool got(std::string_view token) {
    skip_space();
    if (!text_.starts_with(token)) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  Ptr parse_or(int depth) { return binary(depth, "||", Kind::kOr, &ConstraintParser::parse_and); }
  Ptr parse_and(int depth) { return binary(depth, "&&", Kind::kAnd, &ConstraintParser::parse_not); }
  Ptr binary(int depth, std::string_view op, Kind kind, Ptr (ConstraintParser::*operand)(int)) {
    Ptr x = (this->*operand)(depth);
    for (int n = 0; x && got(op); ++n) {
      Ptr y = n < kMaxDepth ? (this->*operand)(depth) : nullptr;
      if (!y) return nullptr;
      x = make(kind, std::move(x), std::move(y));
    }
    return x;
  }
  Ptr parse_not(int depth) {
    if (!got("!")) return parse_atom(depth);
    if (got("!")) return nullptr;  // double negation is not allowed
    Ptr x = parse_atom(depth);
    return x ? make(Kind::kNot, std::move(x), nullptr) : nullptr;
  }
  Ptr parse_atom(int depth) {
    if (depth > kMaxDepth) return nullptr;
    if (got("(")) {
      Ptr x = parse_or(depth + 1);
      return x && got(")") ? std::move(x) : nullptr;
    }
    skip_space();
    std::size_t n = 0;
    while (n < text_.size()) {
      const utf8::Decoded d = utf8::decode(text_.substr(n));
      if (!utf8::is_letter(d.rune) && !utf8::is_digit(d.rune) && d.rune != '_' && d.rune != '.') break;
      n += d.width;
    }
    if (n == 0) return nullptr;
    auto out = std::make_unique<Constraint>();
    out->tag = text_.substr(0, n);
    text_.remove_prefix(n);
    return out;
  }

  std::string_view text_;
};

// Smallest N of go1.N that z (or its negation, sign < 0) implies; -1: none.
int minimum_version(const Constraint& z, int sign) {
  switch (z.kind) {
    case Kind::kAnd:
    case Kind::kOr: {
      const int x = minimum_version(*z.x, sign);
      const int y = minimum_version(*z.y, sign);
      return (z.kind == Kind::kAnd) == (sign > 0) ? std::max(x, y) : std::min(x, y);
    }
    case Kind::kNot:
      return minimum_version(*z.x, -sign);
    case Kind::kTag:
      break;
  }
  if (sign < 0) return -1;
  if (z.tag == "go1") return 0;
  if (!z.tag.starts_with("go1.")) return -1;
  int n = 0;
  const char* end = z.tag.data() + z.tag.size();
  const auto [stop, error] = std::from_chars(z.tag.data() + 4, end, n);
  return error == std::errc() && stop == end ? n : -1;
}

}  // namespace

Ptr parse_constraint(std::string_view line) {
  constexpr std::string_view kPrefix = "//go:build";
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  if (!line.starts_with(kPrefix)) return nullptr;
  line.remove_prefix(kPrefix.size());
  if (line.empty() || (line.front() != ' ' && line.front() != '\t')) return nullptr;
  return ConstraintParser(line).parse();
}

bool evaluate(const Constraint& z, const std::function<bool(std::string_view)>& satisfied) {
  switch (z.kind) {
    case Kind::kTag: return satisfied(z.tag);
    case Kind::kNot: return !evaluate(*z.x, satisfied);
    case Kind::kAnd: return evaluate(*z.x, satisfied) && evaluate(*z.y, satisfied);
    case Kind::kOr: return evaluate(*z.x, satisfied) || evaluate(*z.y, satisfied);
  }
  return false;
}

std::string minimum_go_version(const Constraint& z) {
  const int n = minimum_version(z, +1);
  if (n < 0) return "";
  return n == 0 ? "go1" : "go1." + std::to_string(n);
}

}  // namespace govm::syntax
