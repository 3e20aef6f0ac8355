// The dispatch table: one handler an opcode, in ops.def's order.
#pragma once

namespace govm::interp {

extern const void* const kDispatchTable[];
const void* const* fuel_table();     // the one that counts (fuel.cpp)

}  // namespace govm::interp
