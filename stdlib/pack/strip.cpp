#include "stdlib/pack/strip.h"

#include <algorithm>

namespace govm::pack {
namespace {

// Length of the literal at the front of text, which starts with its quote.
std::size_t literal_length(std::string_view text) {
  const char quote = text[0];
  std::size_t i = 1;
  while (i < text.size() && text[i] != quote) {
    if (quote != '`') {
      if (text[i] == '\n') break;  // malformed: left to the parser
      if (text[i] == '\\') ++i;
    }
    ++i;
  }
  return i < text.size() ? i + 1 : text.size();
}

void trim_blanks(std::string& out) {
  while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
}

}  // namespace

std::string strip_comments(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t n = 1;
    if (text[0] == '"' || text[0] == '`' || text[0] == '\'') {
      n = literal_length(text);
      out += text.substr(0, n);
    } else if (text.starts_with("//")) {
      n = std::min(text.find('\n'), text.size());
      const std::string_view comment = text.substr(0, n);
      if (comment.starts_with("//go:") || comment.starts_with("//line ")) {
        out += comment;
      } else {
        trim_blanks(out);
      }
    } else if (text.starts_with("/*")) {
      const std::size_t close = text.find("*/", 2);
      n = close == text.npos ? text.size() : close + 2;
      out += ' ';
      for (const char c : text.substr(0, n)) {
        if (c == '\n') out += c;
      }
    } else {
      out += text[0];
    }
    text.remove_prefix(n);
  }
  return out;
}

}  // namespace govm::pack
