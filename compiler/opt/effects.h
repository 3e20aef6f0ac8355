// What a value may do besides giving a result, sharper than the flags of ops.def.
#pragma once

#include "compiler/opt/edit.h"

namespace govm::opt {

// Its operation may panic with these operands.
bool may_panic(const Value* v);
// Nothing is lost if it is taken away when unused.
bool removable(const Value* v);
// The same operands give the same result wherever it is computed; a dominating equal one makes it redundant.
bool shareable(const Value* v);
// May also be computed earlier, where it was not before: shareable and never panics.
bool hoistable(const Value* v);
// May write to, or (calls) run code that writes to, memory others can see.
bool clobbers_memory(const Value* v);
// A pointer, function or interface that cannot be nil.
bool known_non_nil(const Value* v);

}  // namespace govm::opt
