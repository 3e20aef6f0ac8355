#pragma once

#include "compiler/codegen/shape.h"
#include "compiler/ir/ir.h"

namespace govm::codegen {

// Structs and arrays too large for slots. As values they are pointers to memory that nobody writes any more: parameters
// and results, what closures capture, and what is on the way from one place in memory to another.
bool by_reference(types::Type* t);
// The shape in which a value of type t is passed.
Shape passed_shape(Shapes& shapes, types::Type* t);

// Makes all such values of fn pointers. An error names an operation that cannot take them; then fn is of no use.
std::string pass_by_reference(ir::Function& fn, Shapes& shapes);

}  // namespace govm::codegen
