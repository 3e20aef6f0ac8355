// First and last position of a node's source text (gc reports most errors at the start).
#pragma once

#include "compiler/syntax/ast.h"

namespace govm::syntax {

Pos start_pos(const Node* node);
Pos end_pos(const Node* node);  // just behind the node; approximate as in gc for statements

}  // namespace govm::syntax
