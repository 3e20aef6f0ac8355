// Statement coverage: counters in the source text, as `go test -cover` puts them there (cmd/cover).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govm::load {

enum class CoverMode { kSet, kCount, kAtomic };

// Statements that run one after the other, from a position up to another: columns count bytes from 1.
struct CoverBlock {
  std::uint32_t line, column, end_line, end_column, statements;
};

struct CoveredText {
  std::string text;                // lines and columns of what was there are unchanged, by line directives
  std::vector<CoverBlock> blocks;  // block i is counted in element i of the array `variable`
};

// A file with counters, of the package under test or one named with it.
struct CoveredFile {
  std::string package;          // import path
  std::string name;             // as profiles show it: "import/path/file.go"
  std::string variable;         // exported by the package
  std::vector<CoverBlock> blocks;
};

// A Go file's text with counters in a package variable `variable`. A file with syntax errors comes back unchanged.
CoveredText add_counters(const std::string& text, std::string_view variable, CoverMode mode);

}  // namespace govm::load
