#include "vm/interp/table.h"

#include "vm/interp/handler.h"

namespace govm::interp {

const void* const kDispatchTable[] = {
#define OP(name, a, b, c, words, flags, meaning) reinterpret_cast<const void*>(&op_##name),
#include "vm/bytecode/ops.def"
#undef OP
};

}  // namespace govm::interp
