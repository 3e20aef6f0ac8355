#include "compiler/load/paths.h"

namespace govm::load {

std::string join_path(std::string_view directory, std::string_view name) {
  std::string all = name.starts_with('/') || directory.empty() ? std::string(name)
                                                               : std::string(directory) + "/" + std::string(name);
  const bool rooted = all.starts_with('/');
  std::vector<std::string_view> parts;
  for (std::string_view rest = all; !rest.empty();) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest.remove_prefix(slash == rest.npos ? rest.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !rooted) {
      parts.push_back(part);
    }
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash == 0 ? 1 : slash);
}

bool relative_to(std::string_view path, std::string_view directory, std::string& out) {
  if (!path.starts_with(directory)) return false;
  path.remove_prefix(directory.size());
  if (!path.empty() && path.front() == '/') {
    path.remove_prefix(1);
  } else if (!path.empty() && !directory.empty() && directory != "/") {
    return false;
  }
  out = path;
  return true;
}

bool internal_allowed(std::string_view path, std::string_view importer) {
  // The last element "internal" decides; its parent is the root of those who may import it.
  std::size_t at = std::string_view::npos;
  for (std::size_t i = 0; i < path.size();) {
    const std::size_t end = std::min(path.find('/', i), path.size());
    if (path.substr(i, end - i) == "internal") at = i;
    i = end + 1;
  }
  if (at == std::string_view::npos) return true;
  if (at == 0) return false;
  const std::string_view parent = path.substr(0, at - 1);
  return importer == parent || (importer.starts_with(parent) && importer[parent.size()] == '/');
}

namespace {

// Matches one pattern element that is not '*' against the front of name, consuming both.
bool match_one(std::string_view& pattern, std::string_view& name, bool& bad) {
  const char p = pattern.front();
  pattern.remove_prefix(1);
  if (p == '\\') {
    if (pattern.empty()) {
      bad = true;
      return false;
    }
    const char literal = pattern.front();
    pattern.remove_prefix(1);
    if (name.empty() || name.front() != literal) return false;
  } else if (p == '[') {
    const bool negated = pattern.starts_with('^');
    if (negated) pattern.remove_prefix(1);
    const std::size_t close = pattern.find(']', 1);
    if (close == pattern.npos) {
      bad = true;
      return false;
    }
    bool inside = false;
    const std::string_view set = pattern.substr(0, close);
    for (std::size_t i = 0; i < set.size(); ++i) {
      const char lo = set[i];
      char hi = lo;
      if (i + 2 < set.size() && set[i + 1] == '-') {
        hi = set[i + 2];
        i += 2;
      }
      if (!name.empty() && lo <= name.front() && name.front() <= hi) inside = true;
    }
    pattern.remove_prefix(close + 1);
    if (name.empty() || inside == negated || name.front() == '/') return false;
  } else if (p == '?') {
    if (name.empty() || name.front() == '/') return false;
  } else if (name.empty() || name.front() != p) {
    return false;
  }
  name.remove_prefix(1);
  return true;
}

}  // namespace

bool match_pattern(std::string_view pattern, std::string_view name, bool& bad) {
  while (!pattern.empty() && !bad) {
    if (pattern.front() != '*') {
      if (!match_one(pattern, name, bad)) return false;
      continue;
    }
    pattern.remove_prefix(1);
    for (;;) {
      if (match_pattern(pattern, name, bad)) return true;
      if (bad || name.empty() || name.front() == '/') return false;
      name.remove_prefix(1);
    }
  }
  return !bad && name.empty();
}

}  // namespace govm::load
