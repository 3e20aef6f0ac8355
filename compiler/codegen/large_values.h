#pragma once

#include "compiler/codegen/shape.h"
#include "compiler/ir/ir.h"

namespace govm::codegen {

// For a function whose frame is too large: values of many slots that are only moved leave it. False: there are none.
bool keep_in_memory(ir::Function& fn, Shapes& shapes);

}  // namespace govm::codegen
