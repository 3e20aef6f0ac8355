// Which files take part in a build: file name suffixes and //go:build lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace govm::load {

struct BuildContext {
  bool amd64 = true;               // GOARCH's tag and file name suffix
  std::vector<std::string> tags;   // true besides linux, unix, gc, go1.1 ... go1.24

  bool satisfied(std::string_view tag) const;
  // By _GOOS, _GOARCH and _test endings; names starting with '_' or '.' never match.
  bool matches_name(std::string_view file_name) const;
  // By the //go:build line before the package clause, or else by its "// +build" lines, if there are any.
  bool matches_text(std::string_view source) const;

 private:
  bool matches_plus_build(std::string_view source) const;
};

// For user code: linux/amd64 without assembly or cgo.
BuildContext user_build_context(std::vector<std::string> extra_tags);
// For a package of the standard library. Nearly all of it takes its portable files; amd64 is true only where types
// and constants of the system depend on it.
BuildContext std_build_context(std::string_view import_path);

// The //go:build line of a file (the first one before the package clause), else empty.
std::string_view build_line(std::string_view source);
// Whether the file imports "C": without cgo it takes no part in builds.
bool imports_c(std::string_view source);

}  // namespace govm::load
