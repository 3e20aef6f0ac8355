#include "tests/types/go_tests.h"

#include <algorithm>
#include <regex>
#include <set>

#include "compiler/syntax/parser.h"
#include "compiler/types/universe.h"
#include "tests/syntax/go_source.h"

namespace govm::testing {

namespace {

// The value of a Go string literal, quotes included.
std::string unquote(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  if (s.size() < 2) return "";
  if (s.front() == '`') return std::string(s.substr(1, s.size() - 2));
  std::string out;
  for (std::size_t i = 1; i + 1 < s.size(); ++i) {
    if (s[i] != '\\') {
      out += s[i];
      continue;
    }
    switch (s[++i]) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      default: out += s[i];
    }
  }
  return out;
}

// Walks over a source, finding comments and where the token before each one is.
class CommentScanner {
 public:
  explicit CommentScanner(std::string_view text) : text_(text) {}

  template <typename F>
  void run(F&& on_comment) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        on_comment(token_line_, text_.substr(at_ + 2, end - at_ - 2));
        at_ = end;
      } else if (text_.substr(at_, 2) == "/*") {
        const std::size_t end = std::min(text_.find("*/", at_ + 2), text_.size());
        const std::string_view body = text_.substr(at_ + 2, end - at_ - 2);
        on_comment(token_line_, body);
        line_ += static_cast<std::uint32_t>(std::count(body.begin(), body.end(), '\n'));
        at_ = std::min(end + 2, text_.size());
      } else if (c == '"' || c == '\'' || c == '`') {
        literal(c);
      } else {
        if (c != ' ' && c != '\t' && c != '\r') token_line_ = line_;
        ++at_;
      }
    }
  }

 private:
  void literal(char quote) {
    token_line_ = line_;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (quote != '`' && text_[at_] == '\\') ++at_;
      else if (text_[at_] == '\n') {
        if (quote != '`') return;
        ++line_;
      }
    }
    ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t token_line_ = 1;
};

std::vector<Expected> testdata_expectations(std::string_view text) {
  std::vector<Expected> list;
  CommentScanner(text).run([&](std::uint32_t line, std::string_view comment) {
    if (comment.starts_with(" ERROR ")) list.push_back({line, unquote(comment.substr(7)), false});
    else if (comment.starts_with(" ERRORx ")) list.push_back({line, unquote(comment.substr(8)), true});
  });
  return list;
}

// LINE, LINE+2 and LINE-2 stand for line numbers.
std::string with_line_numbers(std::string pattern, std::uint32_t line) {
  static const std::regex kLine(R"(LINE(?:([+-])([0-9]+))?)");
  for (std::smatch m; std::regex_search(pattern, m, kLine);) {
    int n = static_cast<int>(line);
    if (m[1].matched) n += (m[1] == "+" ? 1 : -1) * std::stoi(m[2]);
    pattern = m.prefix().str() + "\\S*:" + std::to_string(n) + m.suffix().str();
  }
  return pattern;
}

std::vector<Expected> errorcheck_expectations(const std::string& text) {
  std::vector<Expected> list;
  std::uint32_t number = 0;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string line = text.substr(start, end - start);
    start = end + 1;
    ++number;
    if (line.find("////") != std::string::npos) continue;  // disabled
    static const std::regex kMark(R"(// (?:GC_)?ERROR (.*))");
    std::smatch m;
    if (!std::regex_search(line, m, kMark)) continue;
    static const std::regex kQuoted(R"("([^"]*)\")");
    const std::string rest = m[1];
    for (std::sregex_iterator i(rest.begin(), rest.end(), kQuoted), stop; i != stop; ++i)
      list.push_back({number, with_line_numbers((*i)[1], number), true});
  }
  return list;
}

// Go's regular expressions take a brace that begins no repetition literally.
std::string to_ecmascript(const std::string& pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool digit = i + 1 < pattern.size() && pattern[i + 1] >= '0' && pattern[i + 1] <= '9';
    const bool closes = c == '}' && (i == 0 || pattern[i - 1] < '0' || pattern[i - 1] > '9');
    if ((c == '{' && !digit) || closes) out += '\\';
    out += c;
    if (c == '\\' && i + 1 < pattern.size()) out += pattern[++i];
  }
  return out;
}

bool matches(const Expected& e, const std::string& message) {
  if (!e.is_regex) return message.find(e.pattern) != std::string::npos;
  try {
    return std::regex_search(message, std::regex(to_ecmascript(e.pattern), std::regex::ECMAScript));
  } catch (const std::regex_error&) {
    return false;
  }
}

std::string flag(const std::string& text, const std::string& name) {
  const std::string first = text.substr(0, text.find('\n'));
  const std::size_t at = first.find("-" + name + "=");
  if (at == std::string::npos) return "";
  const std::size_t from = at + name.size() + 2;
  return first.substr(from, first.find_first_of(" \r", from) - from);
}

}  // namespace

GoTestRunner::GoTestRunner() {
  loader_ = std::make_unique<load::Loader>(session_, load::Options{}, [](types::Diagnostic) {}, load::no_files());
  // Test sources may use the checker's own builtins.
  for (auto id : {types::BuiltinId::kAssert, types::BuiltinId::kTrace}) {
    const Symbol name = session_.symbols.intern(types::builtin_info(id).name);
    auto* b = session_.arena.make<types::Builtin>(nullptr, name, id);
    b->type = types::invalid_type();
    b->color = 1;
    session_.universe->scope->insert(b);
  }
}
GoTestRunner::~GoTestRunner() = default;

std::vector<GoTestRunner::Found> GoTestRunner::check(const std::vector<std::filesystem::path>& files,
                                                     const std::string& go_version, bool gc_mode) {
  std::vector<Found> found;
  std::vector<const SourceFile*> sources;
  auto add = [&](Pos pos, std::string message) {
    const SourceFile* f = session_.sources.file(pos);
    const auto at = std::find(sources.begin(), sources.end(), f) - sources.begin();
    const auto line = (gc_mode ? session_.sources.position(pos)
                               : session_.sources.position_ignoring_directives(pos)).line;
    found.push_back({static_cast<std::uint32_t>(at), line, std::move(message)});
  };
  std::vector<syntax::File*> trees;
  int syntax_errors = 0;
  std::set<std::uint32_t> lines;
  for (const auto& path : files) {
    SourceFile& source = session_.sources.add_file(path.filename().string(), read_file(path));
    sources.push_back(&source);
    trees.push_back(syntax::parse_file(source, session_.arena, session_.symbols,
                                       [&](Pos pos, std::string message) {
      // gc reports one syntax error a line, and does not check types after one.
      if (message.starts_with("syntax error")) {
        ++syntax_errors;
        if (gc_mode && !lines.insert(session_.sources.position(pos).line).second) return;
      }
      add(pos, std::move(message));
    }));
  }
  if (gc_mode && syntax_errors > 0) return found;
  types::CheckConfig config;
  config.go_version = go_version;
  config.bodyless = true;  // functions may lack a body
  config.importer = [&](std::string_view path, Pos, std::string& reason) -> types::Package* {
    if (load::Package* p = loader_->import(path)) return p->types;
    reason = "no such package";
    return nullptr;
  };
  config.on_error = [&](types::Diagnostic d) { add(d.pos, std::move(d.message)); };
  types::PackageChecker(session_, config).check(session_.symbols.intern("p"), trees);
  return found;
}

std::vector<std::string> GoTestRunner::testdata(const std::vector<std::filesystem::path>& files) {
  std::vector<std::vector<Expected>> expected;
  for (const auto& f : files) expected.push_back(testdata_expectations(read_file(f)));
  std::vector<std::string> diffs;
  for (const Found& f : check(files, flag(read_file(files[0]), "lang"), false)) {
    if (f.message.find("go.dev/issue/56103") != std::string::npos) continue;  // gc says this, its type checker does not
    auto& list = expected[f.file];
    auto hit = std::find_if(list.begin(), list.end(),
                            [&](const Expected& e) { return e.line == f.line && matches(e, f.message); });
    if (hit != list.end()) list.erase(hit);
    else diffs.push_back(files[f.file].filename().string() + ":" + std::to_string(f.line) + ": got " + f.message);
  }
  for (std::size_t i = 0; i < files.size(); ++i)
    for (const Expected& e : expected[i])
      diffs.push_back(files[i].filename().string() + ":" + std::to_string(e.line) + ": want " + e.pattern);
  return diffs;
}

bool GoTestRunner::is_plain_errorcheck(const std::string& text) {
  const std::string first = text.substr(0, text.find('\n'));
  if (!first.starts_with("// errorcheck") || first.starts_with("// errorcheckdir") ||
      first.starts_with("// errorcheckoutput") || first.starts_with("// errorcheckand"))
    return false;
  static const std::regex kFlags(R"(\s-(?!lang=)\S+)");
  if (std::regex_search(first, kFlags)) return false;
  return text.find("\n//go:build") == std::string::npos;
}

std::vector<std::string> GoTestRunner::errorcheck(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  std::vector<Expected> expected = errorcheck_expectations(text);
  std::vector<Found> found = check({file}, flag(text, "lang"), true);
  std::vector<bool> used(found.size());
  std::vector<std::string> diffs;
  for (const Expected& e : expected) {
    bool hit = false;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i].line != e.line || used[i] || !matches(e, found[i].message)) continue;
      used[i] = hit = true;
    }
    if (!hit) diffs.push_back(std::to_string(e.line) + ": want " + e.pattern);
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!used[i]) diffs.push_back(std::to_string(found[i].line) + ": got " + found[i].message);
  return diffs;
}

}  // namespace govm::testing
