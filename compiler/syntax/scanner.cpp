#include "compiler/syntax/scanner.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/utf8.h"
#include "compiler/syntax/char_class.h"

namespace govm::syntax {
namespace {

constexpr std::int32_t kByteOrderMark = 0xFEFF;

// Perfect hash of the keywords, by their first two bytes and length.
constexpr std::uint32_t keyword_hash(std::string_view s) {
  return ((static_cast<std::uint32_t>(s[0]) << 4 ^ static_cast<std::uint32_t>(s[1])) +
          static_cast<std::uint32_t>(s.size())) & 63;
}

struct KeywordTable {
  std::array<std::string_view, 64> text;
  std::array<Token, 64> token{};
  KeywordTable() {
    for (int t = static_cast<int>(Token::kBreak); t <= static_cast<int>(Token::kVar); ++t) {
      const std::string_view s = to_string(static_cast<Token>(t));
      text[keyword_hash(s)] = s;
      token[keyword_hash(s)] = static_cast<Token>(t);
    }
  }
};
const KeywordTable kKeywords;

}  // namespace

Scanner::Scanner(SourceFile& source, Interner& interner)
    : source_(source),
      interner_(interner),
      begin_(source.text().data()),
      end_(begin_ + source.text().size()),
      at_(begin_) {}

void Scanner::add_line() {
  line_start_ = offset_of(at_);
  if (record_lines_ && line_start_ > known_lines_) source_.add_line(line_start_);
}

// at_ stands on a NUL (or the end), or on the first byte of a longer sequence.
void Scanner::nextch_slow() {
  for (;;) {
    if (at_ == end_) {
      ch_ = -1;
      width_ = 0;
      return;
    }
    const utf8::Decoded d = utf8::decode({at_, static_cast<std::size_t>(end_ - at_)});
    ch_ = static_cast<std::int32_t>(d.rune);
    width_ = d.width;
    if (ch_ == 0) {
      error("invalid NUL character");
    } else if (d.rune == utf8::kRuneError && d.width == 1) {
      error("invalid UTF-8 encoding");
    } else if (ch_ == kByteOrderMark) {
      if (at_ != begin_) error("invalid BOM in the middle of the file");
    } else {
      return;
    }
    at_ += width_;
    const auto c = static_cast<unsigned char>(*at_);
    if (c - 1u < 0x7Fu) {
      ch_ = c;
      width_ = 1;
      return;
    }
  }
}

void Scanner::resume_at(const char* p) {
  at_ = p;
  ch_ = ' ';
  width_ = 0;
  nextch();
}

void Scanner::stop_scanning() {
  at_ = end_;
  ch_ = -1;
  width_ = 0;
  nlsemi_ = false;
  offset_ = offset_of(end_);
  tok_ = Token::kEof;
}

void Scanner::rescan_from(std::uint32_t offset) {
  record_lines_ = false;
  nlsemi_ = false;
  resume_at(begin_ + offset);
  next();
}

void Scanner::return_to(std::uint32_t offset) {
  known_lines_ = std::max(known_lines_, line_start_);
  nlsemi_ = false;
  resume_at(begin_ + offset);
  next();
}

// p is at a byte kBlockByte does not cover; returns where to go on, or null at the end of the text.
const char* Scanner::skip_in_block(const char* p, int& depth) {
  const char c = *p;
  switch (c) {
    case '\0': return p == end_ ? nullptr : p + 1;
    case '{': ++depth; return p + 1;
    case '}': --depth; return p + 1;
    case '/':
      if (p[1] == '/') return static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end_ - p)));
      if (p[1] != '*') return p + 1;
      {
        const std::string_view rest(p + 2, static_cast<std::size_t>(end_ - p - 2));
        const std::size_t close = rest.find("*/");
        return close == rest.npos ? nullptr : rest.data() + close + 2;
      }
    case '`': {
      const auto* close = static_cast<const char*>(std::memchr(p + 1, '`', static_cast<std::size_t>(end_ - p - 1)));
      return close ? close + 1 : nullptr;
    }
    default:  // a quote
      for (++p; *p != c; ++p) {
        if (*p == '\\') ++p;
        if (*p == '\n' || p >= end_) return nullptr;  // malformed: have it parsed and reported
      }
      return p + 1;
  }
}

bool Scanner::skip_block(std::uint32_t& rbrace) {
  const char* p = at_;
  for (int depth = 1; depth > 0;) {
    p = skip_class(p, kBlockByte);
    p = skip_in_block(p, depth);
    if (!p) return false;
  }
  rbrace = offset_of(p) - 1;
  for (const char* line = at_; (line = static_cast<const char*>(
                                    std::memchr(line, '\n', static_cast<std::size_t>(p - line)))) != nullptr;) {
    ++line;
    line_start_ = offset_of(line);
    if (record_lines_) source_.add_line(line_start_);
  }
  resume_at(p);
  nlsemi_ = true;
  next();
  return true;
}

void Scanner::operation(Operator op) {
  op_ = op;
  prec_ = precedence(op);
  if (ch_ == '=') {
    single(Token::kAssignOp);
    return;
  }
  tok_ = Token::kOperator;
}

void Scanner::plain_operation(Operator op) {
  op_ = op;
  prec_ = precedence(op);
  tok_ = Token::kOperator;
}

// At + or -.
void Scanner::increment_or(Operator op) {
  const std::int32_t sign = ch_;
  nextch();
  if (ch_ != sign) {
    operation(op);
    return;
  }
  op_ = op;
  prec_ = precedence(op);
  closing(Token::kIncOp);
}

void Scanner::dot() {
  nextch();
  if (is_decimal(ch_)) {
    number(true);
    return;
  }
  if (ch_ == '.' && at_[1] == '.') {
    nextch();
    single(Token::kDotDotDot);
    return;
  }
  tok_ = Token::kDot;
}

void Scanner::less() {
  nextch();
  switch (ch_) {
    case '=': nextch(); plain_operation(Operator::kLeq); break;
    case '<': nextch(); operation(Operator::kShl); break;
    case '-': single(Token::kArrow); break;
    default: plain_operation(Operator::kLss);
  }
}

void Scanner::greater() {
  nextch();
  switch (ch_) {
    case '=': nextch(); plain_operation(Operator::kGeq); break;
    case '>': nextch(); operation(Operator::kShr); break;
    default: plain_operation(Operator::kGtr);
  }
}

void Scanner::ampersand() {
  nextch();
  switch (ch_) {
    case '&': nextch(); plain_operation(Operator::kAndAnd); break;
    case '^': nextch(); operation(Operator::kAndNot); break;
    default: operation(Operator::kAnd);
  }
}

void Scanner::bar() {
  nextch();
  if (ch_ == '|') {
    nextch();
    plain_operation(Operator::kOrOr);
    return;
  }
  operation(Operator::kOr);
}

bool Scanner::slash(bool nlsemi) {
  nextch();
  if (ch_ == '/') {
    nextch();
    line_comment();
    return false;
  }
  if (ch_ == '*') {
    nextch();
    const std::uint32_t line = line_start_;
    full_comment();
    if (line_start_ == line || !nlsemi) return false;
    semi("newline");  // a comment over several lines acts like a newline
    return true;
  }
  operation(Operator::kDiv);
  return true;
}

void Scanner::next() {
  const bool nlsemi = nlsemi_;
  nlsemi_ = false;
  for (;;) {
    const std::uint32_t before = offset_of(at_);
    const std::uint32_t before_line = line_start_;
    while (ch_ == ' ' || ch_ == '\t' || (ch_ == '\n' && !nlsemi) || ch_ == '\r') nextch();
    offset_ = offset_of(at_);
    blank_ = line_start_ != before_line || before == line_start_;

    if (is_ascii_letter(ch_) || (ch_ >= 0x80 && at_identifier_char(true))) {
      identifier();
      return;
    }
    switch (ch_) {
      case -1:
        if (nlsemi) {
          semi("EOF");
        } else {
          tok_ = Token::kEof;
        }
        return;
      case '\n': nextch(); semi("newline"); return;
      case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
        number(false);
        return;
      case '"': string_literal(); return;
      case '`': raw_string(); return;
      case '\'': rune_literal(); return;
      case '(': single(Token::kLparen); return;
      case '[': single(Token::kLbrack); return;
      case '{': single(Token::kLbrace); return;
      case ',': single(Token::kComma); return;
      case ';': nextch(); semi("semicolon"); return;
      case ')': closing(Token::kRparen); return;
      case ']': closing(Token::kRbrack); return;
      case '}': closing(Token::kRbrace); return;
      case ':':
        single(Token::kColon);
        if (ch_ == '=') single(Token::kDefine);
        return;
      case '.': dot(); return;
      case '+': increment_or(Operator::kAdd); return;
      case '-': increment_or(Operator::kSub); return;
      case '*':
        nextch();
        operation(Operator::kMul);
        if (tok_ == Token::kOperator) tok_ = Token::kStar;
        return;
      case '/':
        if (slash(nlsemi)) return;
        continue;
      case '%': nextch(); operation(Operator::kRem); return;
      case '&': ampersand(); return;
      case '|': bar(); return;
      case '^': nextch(); operation(Operator::kXor); return;
      case '<': less(); return;
      case '>': greater(); return;
      case '=':
        single(Token::kAssign);
        if (ch_ != '=') return;
        nextch();
        plain_operation(Operator::kEql);
        return;
      case '!':
        nextch();
        if (ch_ != '=') {
          plain_operation(Operator::kNot);
          return;
        }
        nextch();
        plain_operation(Operator::kNeq);
        return;
      case '~': nextch(); plain_operation(Operator::kTilde); return;
      default:
        error("invalid character " + code_point(ch_));
        nextch();
    }
  }
}

void Scanner::identifier() {
  nextch();
  do {
    const char* p = skip_class(at_, kIdentByte);
    if (p != at_) resume_at(p);
  } while (is_ascii_letter(ch_) || is_decimal(ch_));
  if (ch_ >= 0x80) {
    while (at_identifier_char(false)) nextch();
  }
  const std::string_view text = segment();
  if (text.size() >= 2) {
    const std::uint32_t h = keyword_hash(text);
    if (kKeywords.text[h] == text) {
      tok_ = kKeywords.token[h];
      nlsemi_ = tok_ == Token::kBreak || tok_ == Token::kContinue || tok_ == Token::kFallthrough ||
                tok_ == Token::kReturn;
      return;
    }
  }
  nlsemi_ = true;
  lit_ = text;
  name_ = interner_.intern(text);
  tok_ = Token::kName;
}

bool Scanner::at_identifier_char(bool first) {
  if (ch_ < 0x80) {
    if (is_ascii_letter(ch_)) return true;
    if (!is_decimal(ch_)) return false;
    if (first) error("identifier cannot begin with digit " + code_point(ch_));
    return true;
  }
  const auto rune = static_cast<char32_t>(ch_);
  if (utf8::is_letter(rune)) return true;
  if (utf8::is_digit(rune)) {
    if (first) error("identifier cannot begin with digit " + code_point(ch_));
  } else {
    error("invalid character " + code_point(ch_) + " in identifier");
  }
  return true;
}

void Scanner::skip_line() {
  while (ch_ >= 0 && ch_ != '\n') resume_at(ch_ >= 0x80 ? at_ + width_ : skip_class(at_, kLineByte));
}

void Scanner::line_comment() {
  // The newline stays: it may become a semicolon.
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  const bool wanted = rest.starts_with("go:") || rest.starts_with("line ");
  skip_line();
  if (wanted) directive(offset_, segment());
}

bool Scanner::skip_comment() {
  while (ch_ >= 0) {
    while (ch_ == '*') {
      nextch();
      if (ch_ == '/') {
        nextch();
        return true;
      }
    }
    if (ch_ == '\n' || ch_ >= 0x80) {
      nextch();
    } else if (ch_ >= 0) {
      resume_at(skip_class(at_, kCommentByte));
    }
  }
  error_at(0, "comment not terminated");
  return false;
}

void Scanner::full_comment() {
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  const bool wanted = rest.starts_with("line ");
  if (skip_comment() && wanted) directive(offset_, segment());
}

}  // namespace govm::syntax
