// The directives whose arguments later stages read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/ast.h"

namespace govm::syntax {

// The first word: "go:noinline".
std::string_view pragma_verb(const Pragma& pragma);

struct Linkname {
  Pos pos;
  std::string_view local;   // name in the file's package; may be "Type.method"
  std::string_view target;  // "import/path.name"; empty: the symbol is only marked as accessible
};
// Null for other pragmas and malformed ones (those the parser reported).
std::optional<Linkname> parse_linkname(const Pragma& pragma);

// The patterns of "go:embed ..."; on malformed quoting returns false and sets error.
bool parse_embed_patterns(std::string_view pragma_text, std::vector<std::string>& patterns, std::string& error);

}  // namespace govm::syntax
