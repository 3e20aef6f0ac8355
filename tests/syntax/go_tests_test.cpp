// Go's own syntax tests: the annotated files of cmd/compile/internal/syntax/testdata and of test/.
#include <algorithm>
#include <map>
#include <regex>
#include <tuple>
#include <vector>

#include "compiler/syntax/parser.h"
#include "tests/catch.h"
#include "tests/syntax/go_source.h"

namespace fs = std::filesystem;
using namespace govm;

namespace {

struct Reported {
  std::uint32_t line, column;
  std::string message;
};

bool before(const Reported& a, const Reported& b) { return std::tie(a.line, a.column) < std::tie(b.line, b.column); }

// The errors of a file in order of position.
std::vector<Reported> errors_of(const fs::path& path, const std::string& text) {
  SourceMap sources;
  Arena arena;
  Interner names;
  std::vector<std::pair<Pos, std::string>> errors;
  SourceFile& file = sources.add_file(path.string(), text);
  syntax::parse_file(file, arena, names, [&](Pos pos, std::string message) { errors.emplace_back(pos, message); });
  std::vector<Reported> out;
  for (auto& [pos, message] : errors) {
    const Position p = sources.position_ignoring_directives(pos);
    const Reported e{p.line, p.column, message};
    out.insert(std::upper_bound(out.begin(), out.end(), e, before), e);
  }
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == '\n') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

std::string trimmed(std::string s) {
  while (!s.empty() && s.back() == ' ') s.pop_back();
  s.erase(0, s.find_first_not_of(' '));
  return s;
}

// Go's regular expressions take a brace that counts nothing as itself.
bool matches(const std::string& message, const std::string& pattern) {
  std::string escaped;
  for (const char c : pattern) {
    if ((c == '{' || c == '}') && !escaped.ends_with('\\')) escaped += '\\';
    escaped += c;
  }
  return std::regex_search(message, std::regex(escaped));
}

// "/* ERROR rx */" stands before the token an error is reported at, "// ERROR rx" on its line (column 0).
std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> declared_errors(const std::string& text) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> out;
  const auto lines = lines_of(text);
  for (std::uint32_t n = 1; n <= lines.size(); ++n) {
    const std::string& line = lines[n - 1];
    if (auto at = line.find("// ERROR "); at != line.npos) out[{n, 0}] = trimmed(line.substr(at + 9));
    for (std::size_t at = line.find("/* ERROR "); at != line.npos; at = line.find("/* ERROR ", at + 1)) {
      const std::size_t end = line.find("*/", at);
      std::size_t token = end + 2;
      while (token < line.size() && (line[token] == ' ' || line[token] == '\t')) ++token;
      if (line.compare(token, 2, "//") == 0) token = line.size();
      out[{n, static_cast<std::uint32_t>(token) + 1}] = trimmed(line.substr(at + 9, end - at - 9));
    }
  }
  return out;
}

// "LINE+1" stands for a line of the file, counted from this one.
std::string resolve_lines(const std::string& pattern, std::size_t line) {
  std::string out;
  std::size_t at = 0;
  std::smatch found;
  const std::regex line_rx("LINE(?:([+-])([0-9]+))?");
  for (std::string rest = pattern; std::regex_search(rest, found, line_rx); rest = found.suffix()) {
    const int delta = found[2].matched ? std::stoi(found[2]) : 0;
    out += std::string(found.prefix()) + "[^ ]*:" +
           std::to_string(static_cast<int>(line) + (found[1] == "-" ? -delta : delta));
    at = pattern.size() - static_cast<std::size_t>(found.suffix().length());
  }
  return out + pattern.substr(at);
}

// What stands in quotes behind "// ERROR " (or GC_ERROR) on a line.
std::vector<std::string> expected_on(const std::string& line, std::size_t number) {
  std::vector<std::string> out;
  std::size_t at = line.find("// ERROR ");
  if (at == line.npos) at = line.find("// GC_ERROR ");
  while (at != line.npos) {
    const std::size_t open = line.find('"', at);
    if (open == line.npos) break;
    const std::size_t close = line.find('"', open + 1);
    if (close == line.npos) break;
    out.push_back(resolve_lines(line.substr(open + 1, close - open - 1), number));
    at = close + 1;
  }
  return out;
}

}  // namespace

TEST_CASE("errors of the compiler's syntax testdata") {
  const fs::path root = testing::go_root();
  if (root.empty()) return;
  for (const auto& entry : fs::directory_iterator(root / "src/cmd/compile/internal/syntax/testdata")) {
    if (entry.path().extension() != ".go" || entry.path().filename() == "sample.go") continue;
    const std::string text = testing::read_file(entry.path());
    auto declared = declared_errors(text);
    for (const Reported& e : errors_of(entry.path(), text)) {
      INFO(entry.path().filename() << ":" << e.line << ":" << e.column << ": " << e.message);
      auto found = declared.find({e.line, e.column});
      if (found == declared.end()) found = declared.find({e.line, 0});
      const bool expected = found != declared.end();
      CHECK(expected);
      if (!expected) continue;
      CHECK(matches(e.message, found->second));
      declared.erase(found);
    }
    for (const auto& [place, pattern] : declared) {
      FAIL_CHECK(entry.path().filename() << ":" << place.first << ":" << place.second << ": missing error " << pattern);
    }
  }
}

TEST_CASE("syntax errors of Go's errorcheck tests") {
  const fs::path root = testing::go_root();
  if (root.empty() || !fs::exists(root / "test")) return;
  int checked = 0;
  for (const char* folder : {"test", "test/syntax", "test/fixedbugs", "test/typeparam", "test/interface", "test/chan"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".go") continue;
      const std::string text = testing::read_file(entry.path());
      const bool errorcheck = text.starts_with("// errorcheck\n") || text.find("\n// errorcheck\n") != text.npos;
      if (text.find("//line ") != text.npos) continue;
      if (!errorcheck && !text.starts_with("// run\n") && !text.starts_with("// compile\n")) continue;
      const auto lines = lines_of(text);
      std::uint32_t last_line = 0;
      std::map<std::uint32_t, bool> seen;
      for (const Reported& e : errors_of(entry.path(), text)) {
        const bool is_syntax = e.message.starts_with("syntax error");
        if (is_syntax && e.line == last_line) continue;  // gc reports one a line
        last_line = is_syntax ? e.line : last_line;
        seen[e.line] = true;
        INFO(folder << "/" << entry.path().filename().string() << ":" << e.line << ":" << e.column << ": " << e.message);
        const auto patterns = e.line <= lines.size() ? expected_on(lines[e.line - 1], e.line) : std::vector<std::string>();
        CHECK(std::any_of(patterns.begin(), patterns.end(), [&](auto& p) { return matches(e.message, p); }));
      }
      for (std::uint32_t n = 1; n <= lines.size(); ++n) {
        for (const std::string& pattern : expected_on(lines[n - 1], n)) {
          if (pattern.starts_with("syntax error") && !seen[n]) {
            FAIL_CHECK(folder << "/" << entry.path().filename().string() << ":" << n << ": missing " << pattern);
          }
        }
      }
      ++checked;
    }
  }
  CHECK(checked > 1000);
}
