// Source text of a node, as gc prints expressions in messages (short form elides function bodies and the like).
#pragma once

#include <string>

#include "compiler/syntax/ast.h"

namespace govm::syntax {

std::string to_string(const Node* node);        // whole node on one line where possible
// Bodies of function and composite literals shown as "{…}": what gc's messages and types2's ExprString print.
std::string to_short_string(const Node* node);

}  // namespace govm::syntax
