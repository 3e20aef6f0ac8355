// Directive comments: //line, //go:build and the other //go: pragmas.
#include "compiler/syntax/pragmas.h"

#include <charconv>
#include <cstdlib>

#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/parser_impl.h"
#include "compiler/syntax/unquote.h"

namespace govm::syntax {
namespace {

constexpr std::uint64_t kMaxLine = std::uint64_t{1} << 30;

constexpr std::string_view kFuncPragmas[] = {
    "go:noescape",    "go:norace",         "go:nosplit",           "go:noinline",           "go:nocheckptr",
    "go:systemstack", "go:nowritebarrier", "go:nowritebarrierrec", "go:yeswritebarrierrec", "go:cgo_unsafe_args",
    "go:uintptrkeepalive", "go:uintptrescapes", "go:registerparams",
};

bool is_func_pragma(std::string_view verb) {
  for (const std::string_view p : kFuncPragmas) {
    if (p == verb) return true;
  }
  return false;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string_view> fields(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < text.size() && !is_space(text[i])) ++i;
    out.push_back(text.substr(start, i - start));
  }
  return out;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

// Length of the first pattern of args, which is not empty; 0 if its quoting is wrong.
std::size_t embed_pattern_length(std::string_view args) {
  if (args[0] == '`') {
    const std::size_t close = args.find('`', 1);
    return close == args.npos ? 0 : close + 1;
  }
  if (args[0] == '"') {
    std::size_t i = 1;
    while (i < args.size() && args[i] != '"') i += args[i] == '\\' ? 2 : 1;
    return i >= args.size() ? 0 : i + 1;
  }
  std::size_t i = 0;
  while (i < args.size() && !is_space(args[i])) ++i;
  return i;
}

// What stands behind the last ':' of text: where it starts (0: there is no ':') and its value, if it is a number.
struct TrailingNumber {
  std::size_t start = 0;
  std::uint64_t value = 0;
  bool ok = false;
};
TrailingNumber trailing_number(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return {};
  TrailingNumber out{colon + 1, 0, false};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + out.start, end, out.value);
  out.ok = error == std::errc() && stop == end && out.start < text.size();
  return out;
}

}  // namespace

std::string_view pragma_verb(const Pragma& pragma) { return pragma.text.substr(0, pragma.text.find(' ')); }

std::optional<Linkname> parse_linkname(const Pragma& pragma) {
  const auto words = fields(pragma.text);
  if (words.empty() || words[0] != "go:linkname" || words.size() < 2 || words.size() > 3) return {};
  return Linkname{pragma.pos, words[1], words.size() == 3 ? words[2] : std::string_view()};
}

bool parse_embed_patterns(std::string_view text, std::vector<std::string>& patterns, std::string& error) {
  constexpr std::string_view kVerb = "go:embed";
  text.remove_prefix(std::min(kVerb.size(), text.size()));
  for (std::string_view args = trim(text); !args.empty(); args = trim(args)) {
    const std::size_t n = embed_pattern_length(args);
    std::string pattern(args.substr(0, n));
    const bool quoted = args[0] == '"' || args[0] == '`';
    if (n == 0 || (quoted && !unquote_string(args.substr(0, n), pattern)) ||
        (n < args.size() && !is_space(args[n]))) {
      error = "invalid quoted string in //go:embed: " + std::string(args);
      return false;
    }
    patterns.push_back(std::move(pattern));
    args.remove_prefix(n);
  }
  return true;
}

void Parser::scan_error(std::uint32_t offset, std::string message) {
  error_at(source_.pos(offset), std::move(message));
}

void Parser::directive(std::uint32_t offset, std::string_view comment) {
  const bool block = comment[1] == '*';
  std::string_view text = comment.substr(2);
  if (block) {
    text.remove_suffix(2);
  } else if (text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  if (text.starts_with("line ")) {
    if (block || offset == line_start()) line_directive(offset, comment, text.substr(5));
    return;
  }
  if (text.starts_with("go:")) go_directive(offset, comment, text);
}

void Parser::line_directive(std::uint32_t offset, std::string_view comment, std::string_view text) {
  const auto text_offset = static_cast<std::uint32_t>(text.data() - source_.text().data());
  auto report = [&](std::size_t at, const char* what) {
    error_at(source_.pos(text_offset + static_cast<std::uint32_t>(at)),
             std::string("invalid ") + what + " number: " + std::string(text.substr(at)));
  };
  TrailingNumber line = trailing_number(text);
  if (line.start == 0) return;  // no line directive
  if (!line.ok) {
    report(line.start, "line");
    return;
  }
  TrailingNumber column;
  if (const TrailingNumber before = trailing_number(text.substr(0, line.start - 1)); before.ok) {
    column = line;
    line = before;
    if (column.value == 0 || column.value > kMaxLine) {
      report(column.start, "column");
      return;
    }
    text = text.substr(0, column.start - 1);
  }
  if (line.value == 0 || line.value > kMaxLine) {
    report(line.start, "line");
    return;
  }
  const std::string_view file = text.substr(0, line.start - 1);
  if (!file.empty() || !column.ok) base_file_ = file;  // with a column, an empty name means the one before
  // A // comment ends with its newline.
  auto from = offset + static_cast<std::uint32_t>(comment.size()) + (comment[1] == '/' ? 1 : 0);
  source_.add_line_directive(from, base_file_, static_cast<std::uint32_t>(line.value),
                             static_cast<std::uint32_t>(column.value));
}

void Parser::go_directive(std::uint32_t offset, std::string_view comment, std::string_view text) {
  const Pragma pragma{source_.pos(offset + 2), text};
  if (top_ && text.starts_with("go:build")) {
    if (const auto constraint = parse_constraint(comment)) {
      build_constraint_ = comment;
      go_version_ = interner_.intern(minimum_go_version(*constraint));
    }
  }
  if (!blank_) {
    report(pragma.pos, "misplaced compiler directive");
    return;
  }
  if (text.starts_with("go:linkname ")) {
    if (parse_linkname(pragma)) {
      file_pragmas_.push_back(pragma);
    } else {
      report(pragma.pos, "usage: //go:linkname localname [linkname]");
    }
    return;
  }
  if (pragma_verb(pragma) == "go:embed") {
    std::vector<std::string> patterns;
    std::string message;
    if (!parse_embed_patterns(text, patterns, message)) report(pragma.pos, message);
    if (patterns.empty()) {
      report(pragma.pos, "usage: //go:embed pattern...");
      return;
    }
  }
  pragmas_.push_back(pragma);
}

std::span<Pragma> Parser::take_pragmas(PragmaHolder holder) {
  if (pragmas_.empty()) return {};
  for (const Pragma& p : pragmas_) {
    const std::string_view verb = pragma_verb(p);
    if (verb == "go:embed") {
      if (holder != PragmaHolder::kVar) report(p.pos, "misplaced go:embed directive");
      else if (func_nesting_ > 0) report(p.pos, "go:embed cannot apply to var inside func");
    } else if ((verb == "go:build" && holder != PragmaHolder::kFile) ||
               (is_func_pragma(verb) && holder != PragmaHolder::kFunc)) {
      report(p.pos, "misplaced compiler directive");
    }
  }
  const std::span<Pragma> out = arena_.copy(pragmas_);
  pragmas_.clear();
  return out;
}

// At places where no declaration takes them.
void Parser::clear_pragmas() {
  if (pragmas_.empty()) return;
  for (const Pragma& p : pragmas_) {
    const std::string_view verb = pragma_verb(p);
    if (verb == "go:embed") {
      report(p.pos, "misplaced go:embed directive");
    } else if (verb == "go:build" || is_func_pragma(verb)) {
      report(p.pos, "misplaced compiler directive");
    } else {
      file_pragmas_.push_back(p);
    }
  }
  pragmas_.clear();
}

}  // namespace govm::syntax
