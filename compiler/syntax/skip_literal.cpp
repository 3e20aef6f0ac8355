// Literals whose elements are parsed when somebody needs them. While their tokens are skipped, the names among them and
// their number are taken down: what initialisation order and the type of the variable depend on. Literals with anything
// that could have an effect when evaluated, or that is hard to tell from its tokens, are parsed at once.
#include <algorithm>
#include <charconv>

#include "compiler/syntax/parser.h"
#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {
namespace {

constexpr int kFewTokens = 24;  // parsing that many takes no more than what is kept of them

constexpr std::uint64_t kBeforeElement = token_set(Token::kLbrace, Token::kComma, Token::kColon);
constexpr std::uint64_t kOperand = token_set(Token::kName, Token::kLiteral);
constexpr std::uint64_t kBehindElement = token_set(Token::kComma, Token::kRbrace);

bool in(std::uint64_t set, Token t) { return (set & bit(t)) != 0; }

}  // namespace

// Goes through the tokens of one literal, from behind its "{".
class LiteralSkipper {
 public:
  explicit LiteralSkipper(Parser& parser) : p_(parser) {}

  // False: in doubt. Else the current token is the closing "}".
  bool run() {
    while (true) {
      if (p_.tok_ == Token::kRbrace && depth_ == 1) {
        end_element();
        return tokens_ >= kFewTokens;
      }
      if (!token()) return false;
    }
  }

  SkippedElements* result() {
    auto* out = p_.arena_.make<SkippedElements>();
    out->names = p_.arena_.copy(names_);
    out->length = length_;
    return out;
  }

 private:
  void next() {
    before_ = previous_;
    previous_ = p_.tok_;
    p_.next();
    ++tokens_;
  }

  bool token() {
    const Token t = p_.tok_;
    if (previous_ == Token::kRbrace && !in(kBehindElement, t)) return false;
    if (depth_ == 1 && t != Token::kComma) open_ = true;
    switch (t) {
      case Token::kName: return !in(kOperand, previous_) && name();
      case Token::kLiteral:
        if (p_.bad_ || in(kOperand, previous_)) return false;
        literal_ = p_.lit_kind_ == LitKind::kInt ? p_.lit_ : std::string_view();
        break;
      case Token::kLbrace:
        if (previous_ != Token::kName && !in(kBeforeElement, previous_)) return false;
        ++depth_;
        break;
      case Token::kRbrace: --depth_; break;
      case Token::kComma:
        if (depth_ == 1) end_element();
        break;
      case Token::kColon:
        if (!in(kOperand, previous_)) return false;
        if (depth_ == 1) key();
        break;
      case Token::kLbrack:  // of a type; not an index
        if (!in(kBeforeElement | token_set(Token::kOperator, Token::kStar, Token::kRbrack), previous_)) return false;
        break;
      case Token::kDotDotDot:
        if (previous_ != Token::kLbrack) return false;
        break;
      case Token::kOperator:
      case Token::kStar:
      case Token::kRbrack: break;
      default: return false;
    }
    next();
    return true;
  }

  bool name() {
    SkippedName n{p_.name_, Symbol(), Mention::kOperand};
    const bool first = in(kBeforeElement, previous_);
    const bool address = previous_ == Token::kOperator && p_op_ == Operator::kAnd && in(kBeforeElement, before_);
    next();
    if (p_.tok_ == Token::kDot) {
      p_.next();
      if (p_.tok_ != Token::kName) return false;
      n.member = p_.name_;
      p_.next();
    }
    const bool last = in(kBehindElement, p_.tok_);
    if (p_.tok_ == Token::kLbrack || p_.tok_ == Token::kDot) return false;
    if (p_.tok_ == Token::kLbrace) n.as = Mention::kType;
    else if (p_.tok_ == Token::kColon && first) n.as = Mention::kKey;
    else if (first && last) n.as = depth_ == 1 ? Mention::kElement : Mention::kNested;
    else if (address && last) n.as = Mention::kAddress;
    if (std::find(names_.begin(), names_.end(), n) == names_.end()) names_.push_back(n);
    return true;
  }

  // The token before is that of an index, or the end of one, if the literal is an array's.
  void key() {
    std::int64_t index = 0;
    const char* end = literal_.data() + literal_.size();
    const bool plain = previous_ == Token::kLiteral && in(kBeforeElement, before_) && !literal_.empty() &&
                       (literal_ == "0" || literal_[0] != '0') &&
                       std::from_chars(literal_.data(), end, index).ptr == end;
    if (plain) next_ = index;
    else countable_ = false;
  }

  void end_element() {
    if (!open_) return;
    open_ = false;
    longest_ = std::max(longest_, ++next_);
    length_ = countable_ ? longest_ : -1;
  }

  Parser& p_;
  int depth_ = 1;
  int tokens_ = 0;
  Token previous_ = Token::kLbrace, before_ = Token::kAssign;
  const Operator& p_op_ = p_.op_;  // of the operator last read
  std::string_view literal_;
  bool open_ = false;              // an element of the literal itself has begun
  bool countable_ = true;
  std::int64_t next_ = 0, longest_ = 0, length_ = 0;
  std::vector<SkippedName> names_;
};

// At "{". False: nothing was skipped.
bool Parser::skip_literal(CompositeLit* literal) {
  skip_literal_ = false;  // there is one literal that a variable begins with
  const std::uint32_t start = offset_;
  next();
  LiteralSkipper skipper(*this);
  if (!skipper.run()) {
    return_to(start);
    return false;
  }
  literal->rbrace = pos();
  next();
  literal->skipped = skipper.result();
  skipped_ = literal;
  return true;
}

void Parser::skipped_elements(CompositeLit* literal) {
  top_ = false;
  rescan_from(literal->pos.offset - source_.base());
  const CompositeLit* parsed = complit_expr();
  literal->elems = parsed->elems;
  literal->nkeys = parsed->nkeys;
}

CompositeLit* skipped_literal(Expr* x) {
  if (auto* o = as<Operation>(x); o && o->op == Operator::kAnd && !o->y) x = o->x;
  auto* literal = as<CompositeLit>(x);
  return literal && literal->skipped ? literal : nullptr;
}

}  // namespace govm::syntax
