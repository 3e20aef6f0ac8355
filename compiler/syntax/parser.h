// Parsing a file to a syntax tree (Go spec; gc's words and positions for errors).
#pragma once

#include <functional>
#include <string>

#include "base/arena.h"
#include "compiler/syntax/ast.h"

namespace govm::syntax {

// Called for each error, positions ascending where possible. The message has no position: "syntax error: ...".
using ErrorHandler = std::function<void(Pos, std::string)>;

enum class Bodies {
  kParse,
  kSkip,  // of declared functions only the extent is found; errors within stay unseen until parse_body. So it is with
          // plain literals that package-level variables begin with: see parse_elements
};

// Parses source's text. Always returns a File (partial after errors); never throws, never crashes on bad input.
// Nodes live in arena, names in interner, text slices in source.
File* parse_file(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error,
                 Bodies bodies = Bodies::kParse);

// Parses the body of a function whose body was skipped into the BlockStmt it has; nothing if that was done.
void parse_body(FuncDecl* func, SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error);

// Parses the elements of a literal that were skipped; nothing if that was done.
void parse_elements(CompositeLit* literal, SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error);

// Only package clause, imports and //go:build line: for finding packages quickly.
File* parse_imports(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error);

}  // namespace govm::syntax
