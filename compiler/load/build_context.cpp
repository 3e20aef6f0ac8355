#include "compiler/load/build_context.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <optional>

#include "compiler/syntax/build_constraint.h"

namespace govm::load {
namespace {

constexpr int kGoMinor = 24;

constexpr std::string_view kSystems[] = {
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
};
constexpr std::string_view kArchitectures[] = {
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le",
    "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm",
};
// Packages of std whose amd64 files are used.
constexpr std::string_view kAmd64Packages[] = {
    "internal/goarch", "internal/cpu", "syscall", "internal/syscall/unix", "encoding/binary",
    "vendor/golang.org/x/sys/cpu", "runtime", "internal/runtime/atomic",
};
constexpr std::string_view kExperiments[] = {
    "goexperiment.swissmap", "goexperiment.synchashtriemap", "goexperiment.aliastypeparams",
    "goexperiment.coverageredesign", "goexperiment.spinbitmutex",
};

template <std::size_t N>
bool contains(const std::string_view (&table)[N], std::string_view item) {
  return std::find(std::begin(table), std::end(table), item) != std::end(table);
}

bool is_release_tag(std::string_view tag) {
  if (!tag.starts_with("go1.")) return false;
  int n = 0;
  const auto [stop, error] = std::from_chars(tag.data() + 4, tag.data() + tag.size(), n);
  return error == std::errc() && stop == tag.data() + tag.size() && n >= 1 && n <= kGoMinor;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\r')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t at = s.find(separator);
    out.push_back(s.substr(0, at));
    if (at == s.npos) return out;
    s.remove_prefix(at + 1);
  }
}

}  // namespace

bool BuildContext::satisfied(std::string_view tag) const {
  if (tag == "linux" || tag == "unix" || tag == "gc" || is_release_tag(tag)) return true;
  if (tag == "amd64") return amd64;
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

bool BuildContext::matches_name(std::string_view name) const {
  if (name.empty() || name.front() == '_' || name.front() == '.') return false;
  name = name.substr(0, name.find('.'));
  const std::size_t underscore = name.find('_');  // "linux.go" is no constraint, "x_linux.go" is
  if (underscore == name.npos) return true;
  auto parts = split(name.substr(underscore), '_');
  if (parts.back() == "test") parts.pop_back();
  if (parts.empty()) return true;
  const std::string_view last = parts.back();
  if (parts.size() >= 2 && contains(kArchitectures, last) && contains(kSystems, parts[parts.size() - 2])) {
    return satisfied(last) && satisfied(parts[parts.size() - 2]);
  }
  if (contains(kArchitectures, last) || contains(kSystems, last)) return satisfied(last);
  return true;
}

namespace {

// Calls visit with each line before the package clause that begins outside of comments; until it returns true.
template <typename Visit>
void visit_header(std::string_view source, Visit&& visit) {
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
  bool in_comment = false;
  while (!source.empty()) {
    const std::size_t end = source.find('\n');
    std::string_view line = trim(source.substr(0, end));
    source.remove_prefix(end == source.npos ? source.size() : end + 1);
    if (!in_comment && visit(line)) return;
    while (!line.empty()) {
      if (in_comment) {
        const std::size_t close = line.find("*/");
        if (close == line.npos) break;
        in_comment = false;
        line = trim(line.substr(close + 2));
      } else if (line.starts_with("//")) {
        break;
      } else if (line.starts_with("/*")) {
        in_comment = true;
        line.remove_prefix(2);
      } else {
        return;  // the package clause
      }
    }
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// What stands behind "// +build" in a line; null if it is no such line.
std::optional<std::string_view> plus_build(std::string_view line) {
  if (!line.starts_with("//")) return std::nullopt;
  line = trim(line.substr(2));
  if (!line.starts_with("+build") || (line.size() > 6 && !is_blank(line[6]))) return std::nullopt;
  return trim(line.substr(6));
}

}  // namespace

std::string_view build_line(std::string_view source) {
  std::string_view out;
  visit_header(source, [&](std::string_view line) {
    if (line.starts_with("//go:build") && (line.size() == 10 || is_blank(line[10]))) out = line;
    return !out.empty();
  });
  return out;
}

// A line is a disjunction of conjunctions ("a,b !c"); all lines must hold. Only those with an empty line between them and
// the package clause count.
bool BuildContext::matches_plus_build(std::string_view source) const {
  bool all = true, pending = true;
  const auto holds = [&](std::string_view term) {
    const bool negated = term.starts_with("!");
    return satisfied(term.substr(negated)) != negated;
  };
  visit_header(source, [&](std::string_view line) {
    if (line.empty()) {
      all = all && pending;
      pending = true;
    } else if (const auto words = plus_build(line)) {
      bool any = false;
      for (const std::string_view word : split(*words, ' ')) {
        const auto terms = split(trim(word), ',');
        any = any || (!trim(word).empty() && std::all_of(terms.begin(), terms.end(), holds));
      }
      pending = pending && any;
    }
    return false;
  });
  return all;
}

namespace {

// Drops spaces, semicolons and comments.
void skip_blanks(std::string_view& s) {
  for (;;) {
    s.remove_prefix(std::min(s.find_first_not_of(" \t\r\n;"), s.size()));
    if (s.starts_with("//")) {
      s.remove_prefix(std::min(s.find('\n'), s.size()));
    } else if (s.starts_with("/*")) {
      const std::size_t end = s.find("*/", 2);
      s.remove_prefix(end == s.npos ? s.size() : end + 2);
    } else {
      return;
    }
  }
}

// The next word, string or other character; empty at the end.
std::string_view next_token(std::string_view& s) {
  skip_blanks(s);
  if (s.empty()) return {};
  std::size_t n = 1;
  if (s[0] == '"' || s[0] == '`') {
    const std::size_t close = s.find(s[0], 1);
    n = close == s.npos ? s.size() : close + 1;
  } else if (std::string_view("()").find(s[0]) == std::string_view::npos) {
    n = std::min(s.find_first_of(" \t\r\n;\"`()/"), s.size());
    n = std::max<std::size_t>(n, 1);
  }
  const std::string_view out = s.substr(0, n);
  s.remove_prefix(n);
  return out;
}

bool is_c(std::string_view token) { return token == "\"C\"" || token == "`C`"; }

bool is_string(std::string_view token) { return token.starts_with('"') || token.starts_with('`'); }

}  // namespace

bool imports_c(std::string_view source) {
  if (source.find("\"C\"") == source.npos && source.find("`C`") == source.npos) return false;
  if (source.starts_with("\xEF\xBB\xBF")) source.remove_prefix(3);
  if (next_token(source) != "package") return false;
  next_token(source);
  while (next_token(source) == "import") {
    std::string_view token = next_token(source);
    const bool group = token == "(";
    if (group) token = next_token(source);
    while (!token.empty() && token != ")") {
      if (is_c(token)) return true;
      const bool ends = is_string(token) && !group;
      if (ends) break;
      token = next_token(source);
    }
  }
  return false;
}

bool BuildContext::matches_text(std::string_view source) const {
  const std::string_view line = build_line(source);
  if (line.empty()) return source.find("+build") == source.npos || matches_plus_build(source);
  const auto constraint = syntax::parse_constraint(line);
  // A malformed line excludes nothing; the file's other errors will show.
  return !constraint || syntax::evaluate(*constraint, [&](std::string_view tag) { return satisfied(tag); });
}

// Those that are on, and what $GOEXPERIMENT adds.
static void add_experiments(std::vector<std::string>& tags) {
  for (const std::string_view e : kExperiments) tags.emplace_back(e);
  const char* more = std::getenv("GOEXPERIMENT");
  if (more == nullptr) return;
  for (const std::string_view e : split(more, ',')) {
    if (!e.empty() && !e.starts_with("no")) tags.push_back("goexperiment." + std::string(e));
  }
}

BuildContext user_build_context(std::vector<std::string> extra_tags) {
  BuildContext out;
  out.tags = std::move(extra_tags);
  out.tags.emplace_back("purego");
  add_experiments(out.tags);
  return out;
}

BuildContext std_build_context(std::string_view path) {
  BuildContext out;
  out.amd64 = contains(kAmd64Packages, path);
  out.tags = {"math_big_pure_go", "netgo", "osusergo"};
  if (path != "hash/maphash") out.tags.emplace_back("purego");
  if (path == "testing/synctest") out.tags.emplace_back("goexperiment.synctest");  // always at hand
  add_experiments(out.tags);
  return out;
}

}  // namespace govm::load
