// Tables instructions refer to by pointer. Owned by the Code they belong to.
#pragma once

#include <cstdint>
#include <vector>

#include "base/abi.h"

namespace govm::bc {

// JumpTable. Offsets count words from the instruction.
struct SwitchTable {
  std::int64_t low = 0;
  std::vector<std::int32_t> offsets;      // of values low, low + 1, ...
  std::int32_t default_offset = 0;
};

struct SelectCase {
  bool send;
  std::uint16_t chan;        // slot of the channel
  std::uint16_t value;       // slot of the value to send, or where the received one goes; kNoSlot: dropped
  const abi::Type* elem;     // of the channel; a received scalar is stored extended, an aggregate in Go layout
};
constexpr std::uint16_t kNoSlot = 0xffff;

struct SelectTable {
  std::vector<SelectCase> cases;
  bool blocking = true;      // false: there is a default case
};

// Print's operand. Values as in a frame; strings, interfaces and complex two slots, slices three.
enum class PrintKind : std::uint16_t {
  kBool, kInt, kUint, kFloat64, kFloat32, kComplex128, kComplex64, kString, kPointer, kSlice, kInterface, kSpace, kNewline,
};

}  // namespace govm::bc
