#include "compiler/load/go_mod.h"

#include <algorithm>
#include <iterator>

#include "compiler/syntax/unquote.h"

namespace govm::load {
namespace {

constexpr std::string_view kIgnoredDirectives[] = {"exclude", "retract", "toolchain", "tool", "ignore"};

using Words = std::vector<std::string>;

// The words of a line, comments dropped; quoted ones unquoted. Parentheses are words of their own.
Words words_of(std::string_view line) {
  Words out;
  while (!line.empty()) {
    const char c = line.front();
    if (c == ' ' || c == '\t' || c == '\r') {
      line.remove_prefix(1);
      continue;
    }
    if (line.starts_with("//")) break;
    std::size_t n = 1;
    if (c == '"' || c == '`') {
      const std::size_t close = line.find(c, 1);
      n = close == line.npos ? line.size() : close + 1;
      std::string value;
      if (!syntax::unquote_string(line.substr(0, n), value)) value = line.substr(0, n);
      out.push_back(value);
    } else if (c != '(' && c != ')') {
      while (n < line.size() && std::string_view(" \t\r()").find(line[n]) == std::string_view::npos &&
             !line.substr(n).starts_with("//")) {
        ++n;
      }
      out.emplace_back(line.substr(0, n));
    } else {
      out.emplace_back(1, c);
    }
    line.remove_prefix(n);
  }
  return out;
}

// The language version of a go directive: "1.22.3" is go1.22.
std::string language_version(const std::string& version) {
  const std::size_t first = version.find('.');
  const std::size_t end = version.find_first_not_of("0123456789", first == version.npos ? 0 : first + 1);
  return "go" + version.substr(0, end);
}

bool valid_version(const std::string& v) {
  const std::size_t dot = v.find('.');
  return dot != v.npos && dot > 0 && dot + 1 < v.size() && v.find_first_not_of("0123456789") == dot &&
         v[dot + 1] >= '0' && v[dot + 1] <= '9';
}

class GoModParser {
 public:
  GoModParser(std::string_view text, std::string_view file_name) : text_(text), file_name_(file_name) {}

  GoMod parse() {
    std::string block;  // the directive of the parenthesised block we are in
    while (!text_.empty()) {
      ++line_;
      const std::size_t end = text_.find('\n');
      Words words = words_of(text_.substr(0, end));
      text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
      if (words.empty()) continue;
      if (!block.empty()) {
        if (words[0] == ")") {
          block.clear();
        } else {
          directive(block, words);
        }
        continue;
      }
      const std::string verb = words[0];
      words.erase(words.begin());
      if (!words.empty() && words[0] == "(") {
        block = verb;
        if (words.back() == ")") block.clear();
        continue;
      }
      directive(verb, words);
    }
    return std::move(mod_);
  }

 private:
  void error(const std::string& message) {
    mod_.errors.push_back(std::string(file_name_) + ":" + std::to_string(line_) + ": " + message);
  }

  void directive(const std::string& verb, const Words& args) {
    if (verb == "module") {
      if (args.size() != 1) return error("usage: module module/path");
      mod_.path = args[0];
    } else if (verb == "go") {
      if (args.size() != 1) return error("go directive expects exactly one argument");
      if (!valid_version(args[0])) return error("invalid go version '" + args[0] + "': must match format 1.23.0");
      mod_.go_version = language_version(args[0]);
    } else if (verb == "require") {
      if (args.size() < 2) return error("usage: require module/path v1.2.3");
      mod_.requires_.push_back({args[0], args[1]});
    } else if (verb == "godebug") {
      if (args.size() != 1 || args[0].find('=') == std::string::npos) return error("usage: godebug key=value");
      mod_.godebugs.push_back(args[0]);
    } else if (verb == "replace") {
      replace(args);
    } else if (verb == "use" && file_name_ == "go.work") {
      if (args.size() != 1) return error("usage: use local/dir");
      mod_.uses.push_back(args[0]);
    } else if (std::find(std::begin(kIgnoredDirectives), std::end(kIgnoredDirectives), verb) ==
               std::end(kIgnoredDirectives)) {
      error("unknown directive: " + verb);
    }
  }

  // old [version] => new [version]
  void replace(const Words& args) {
    const auto arrow = std::find(args.begin(), args.end(), "=>");
    const auto before = arrow - args.begin();
    const auto after = args.end() - arrow - 1;
    if (arrow == args.end() || before < 1 || before > 2 || after < 1 || after > 2) {
      return error("usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => "
                   "../local/directory");
    }
    mod_.replaces.push_back({args[0], before == 2 ? args[1] : "", *(arrow + 1), after == 2 ? args.back() : ""});
  }

  std::string_view text_;
  std::string_view file_name_;
  int line_ = 0;
  GoMod mod_;
};

}  // namespace

bool GoMod::Replace::is_local() const {
  return new_path.starts_with("./") || new_path.starts_with("../") || new_path.starts_with("/") || new_path == "." ||
         new_path == "..";
}

std::string cache_directory(std::string_view path, std::string_view version) {
  std::string out;
  for (const char c : std::string(path) + "@" + std::string(version)) {
    if (c >= 'A' && c <= 'Z') {
      out += '!';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  return out;
}

GoMod parse_go_mod(std::string_view text, std::string_view file_name) { return GoModParser(text, file_name).parse(); }

}  // namespace govm::load
