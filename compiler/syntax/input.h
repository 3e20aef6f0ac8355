// Parsing what a console reads: declarations and statements in any order, no package clause.
#pragma once

#include <vector>

#include "compiler/syntax/parser.h"

namespace govm::syntax {

// One declaration or statement of an input. Exactly one of the two is set.
struct InputItem {
  Decl* decl = nullptr;   // import, const, type, var or func; of a group, one item each
  Stmt* stmt = nullptr;
};

struct Input {
  std::vector<InputItem> items;   // in source order; partial after errors
  bool incomplete = false;        // an error at the end of the text, which more text may mend
};

// As parse_file. A leading package clause is skipped.
Input parse_input(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error);

}  // namespace govm::syntax
