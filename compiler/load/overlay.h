// Replacing declarations of the standard library by those of the overlay, on the syntax tree.
#pragma once

#include <vector>

#include "base/symbol.h"
#include "compiler/syntax/ast.h"

namespace govm::load {

// Removes from files every package-level function, method, type, variable and constant that one of overlay's files
// declares too. A name in a declaration of several becomes blank. Functions init and blank names never match.
void replace_declarations(const std::vector<syntax::File*>& files, const std::vector<syntax::File*>& overlay,
                          Interner& names);

}  // namespace govm::load
