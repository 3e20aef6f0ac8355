// The passes, in the order optimize() runs them. Each leaves a function that verifies, and returns whether it changed
// anything. uses counts are only valid where a pass recounts them.
#pragma once

#include "compiler/opt/cfg.h"

namespace govm::opt {

// Splits Allocs of structs and small arrays that are only accessed by parts into Allocs of the parts.
bool split_aggregates(Function& fn);
// Allocs only loaded and stored as a whole become SSA values.
bool promote_allocs(Function& fn);
// Constant folding, algebra, forwarding through aggregates, and global value numbering, in one walk over the dominator
// tree. Branches that became constant are left to clean_cfg.
bool simplify(Function& fn);
// Loads that yield what was stored or loaded before; stores nobody reads.
bool forward_memory(Function& fn);
// Loads of structs of which only some fields are used, and stores of structs just made, go field by field.
bool narrow_memory(Function& fn);
// Conversions between string and []byte that are only looked at share the bytes.
bool borrow_bytes(Function& fn);
// Sets kNoBounds where an index is proven to be in range.
bool prove_bounds(Function& fn);
// Moves invariant computations in front of their loops.
bool hoist_invariants(Function& fn);
// Copies addresses and comparisons to the accesses and branches that code generation fuses them with.
bool sink_operands(Function& fn);
// Takes away what has no effect and is not used.
bool remove_dead(Function& fn);

}  // namespace govm::opt
