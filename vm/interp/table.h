// The dispatch table: one handler an opcode, in ops.def's order.
#pragma once

#include <cstdint>

namespace govm::interp {

extern const void* const kDispatchTable[];
const void* const* fuel_table();     // the one that counts (fuel.cpp)
constexpr std::int64_t kCallCost = 8;  // of fuel
// Every instruction of Go code is counted off Worker::budget, then executed by
// Worker::counted_table (deterministic mode).
extern const void* const kCountingTable[];

}  // namespace govm::interp
