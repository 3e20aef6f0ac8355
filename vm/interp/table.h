// The dispatch table: one handler an opcode, in ops.def's order.
#pragma once

namespace govm::interp {

extern const void* const kDispatchTable[];

}  // namespace govm::interp
