// What a node consists of.
#pragma once

#include <functional>

#include "compiler/syntax/ast.h"

namespace govm::syntax {

// Calls visit for each node directly below `node`, in the order of the source text; absent ones are left out. Of a
// chain of operators (a + b + c) the operands are visited: a chain may be longer than a recursion should be deep.
void for_each_child(const Node* node, const std::function<void(const Node*)>& visit);

}  // namespace govm::syntax
