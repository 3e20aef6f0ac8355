// Source text to tokens, with Go's automatic semicolons. Errors have gc's words and places.
//
// The scanner keeps one character of lookahead: ch_, whose bytes are [at_, at_ + width_). Loops over plain bytes run on
// at_ directly and then re-read with nextch(); every other byte passes nextch(), which counts lines and reports NUL
// bytes, invalid UTF-8 and stray byte order marks (and skips them, wherever they stand).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/source_map.h"
#include "base/symbol.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/token.h"

namespace govm::syntax {

class Scanner {
 protected:
  Scanner(SourceFile& source, Interner& interner);
  virtual ~Scanner() = default;

  // Reads the next token into tok_ and the members below it.
  void next();
  // From here on there is only Token::kEof.
  void stop_scanning();
  // At "{": skips to behind the matching "}" and reads the next token. Returns where the "}" is; false (and nothing is
  // skipped) if there is none.
  bool skip_block(std::uint32_t& rbrace);
  // Goes on at offset, in text that was scanned before: lines are known.
  void rescan_from(std::uint32_t offset);
  // Goes back to offset; lines are known up to here.
  void return_to(std::uint32_t offset);

  // Called for each error; offset is where in the text.
  virtual void scan_error(std::uint32_t offset, std::string message) = 0;
  // Called for "//go:..." , "//line ..." and "/*line ...*/" comments, delimiters included.
  virtual void directive(std::uint32_t offset, std::string_view comment) = 0;

  SourceFile& source_;
  Interner& interner_;

  Token tok_ = Token::kEof;
  std::uint32_t offset_ = 0;       // where the token starts
  bool blank_ = false;             // nothing but white space stands before it on its line
  Symbol name_;                    // kName
  std::string_view lit_;           // kName, kLiteral: text; kSemi: "semicolon", "newline" or "EOF"
  LitKind lit_kind_ = LitKind::kInt;
  bool bad_ = false;               // kLiteral: malformed, and reported
  Operator op_ = Operator::kNone;  // kOperator, kStar, kAssignOp, kIncOp
  int prec_ = 0;                   // of op_

  std::uint32_t end_offset() const { return offset_of(at_); }  // behind the token
  std::uint32_t offset_of(const char* p) const { return static_cast<std::uint32_t>(p - begin_); }
  std::uint32_t line_start() const { return line_start_; }

 private:
  void nextch() {
    at_ += width_;
    if (ch_ == '\n') add_line();
    const auto c = static_cast<unsigned char>(*at_);
    if (c - 1u < 0x7Fu) [[likely]] {
      ch_ = c;
      width_ = 1;
    } else {
      nextch_slow();
    }
  }
  void nextch_slow();
  void add_line();
  void resume_at(const char* p);  // p is behind bytes known to be plain
  void error(std::string message) { scan_error(offset_of(at_), std::move(message)); }
  void error_at(std::uint32_t delta, std::string message) { scan_error(offset_ + delta, std::move(message)); }
  std::string_view segment() const { return {begin_ + offset_, static_cast<std::size_t>(at_ - begin_) - offset_}; }

  void single(Token token) {
    nextch();
    tok_ = token;
  }
  void closing(Token token) {
    single(token);
    nlsemi_ = true;
  }
  void semi(std::string_view text) {
    lit_ = text;
    tok_ = Token::kSemi;
  }
  void operation(Operator op);                  // op or op=
  void plain_operation(Operator op);            // never followed by =
  void increment_or(Operator op);
  bool slash(bool nlsemi);                      // false: it was a comment to skip
  void dot();
  void less();
  void greater();
  void ampersand();
  void bar();
  void identifier();
  bool at_identifier_char(bool first);

  void line_comment();
  void full_comment();
  void skip_line();
  bool skip_comment();

  // literals.cpp
  void set_literal(LitKind kind, bool ok);
  int digits(int base, int* invalid);
  void number(bool seen_point);
  void rune_literal();
  void string_literal();
  void raw_string();
  bool escape(char quote);

  const char* skip_in_block(const char* p, int& depth);

  const char* begin_;
  const char* end_;
  const char* at_;
  std::int32_t ch_ = ' ';  // -1: end of file
  std::uint32_t width_ = 0;
  std::uint32_t line_start_ = 0;
  bool record_lines_ = true;
  std::uint32_t known_lines_ = 0;  // lines that start here or before are recorded
  bool nlsemi_ = false;  // a newline or the end of file becomes ';'
};

// A rune as fmt's %#U ("U+0040 '@'") and %q ("'@'").
std::string code_point(std::int32_t rune);
std::string quoted_rune(std::int32_t rune);

}  // namespace govm::syntax
