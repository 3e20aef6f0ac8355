// The opcode enum and what ops.def says about each.
#pragma once

#include <cstdint>
#include <string_view>

namespace govm::bc {

enum class Op : std::uint16_t {
#define OP(name, a, b, c, words, flags, meaning) k##name,
#include "vm/bytecode/ops.def"
#undef OP
  kCount,
};
constexpr int kOpCount = static_cast<int>(Op::kCount);

// What an operand field of the first word is.
enum class Operand : std::uint8_t {
  kNone, kDst, kDst2, kDst3, kDstN, kSrc, kSrc2, kSrc3, kSrcN, kMod, kModN, kImm, kUimm, kImm32, kOff, kOff32, kCount,
  kBase,
};

// What the words behind the first are.
enum class Words : std::uint8_t {
  kNone, kInt, kIntInt, kIntIntInt, kAddr, kAddrInt, kAddrType, kAddrTypeType, kType, kTypeInt, kTypeType, kFunc,
  kFuncType, kSlot, kSwitch, kSelect,
};
// One word of them.
enum class Word : std::uint8_t { kNone, kInt, kSlot, kAddr, kType, kFunc, kSwitch, kSelect };
Word word_kind(Words words, int index);   // index from 0
constexpr int word_count(Words words) {
  switch (words) {
    case Words::kNone: return 0;
    case Words::kIntInt: case Words::kAddrInt: case Words::kAddrType: case Words::kTypeInt: case Words::kTypeType:
    case Words::kFuncType: return 2;
    case Words::kIntIntInt: case Words::kAddrTypeType: return 3;
    default: return 1;
  }
}

enum OpFlags : std::uint8_t {
  kPanics = 1, kCollects = 2, kParks = 4, kCalls = 8, kTerm = 16, kPolls = 32, kBarrier = 64, kReturns = 128,
};

struct OpInfo {
  std::string_view name;
  Operand a, b, c;
  Words words;
  std::uint8_t flags;
  std::string_view meaning;
};
const OpInfo& op_info(Op op);

// Number of words of an instruction with this opcode, the first included.
constexpr int kOpLengths[] = {
#define OP(name, a, b, c, words, flags, meaning) 1 + word_count(Words::k##words),
#include "vm/bytecode/ops.def"
#undef OP
};
constexpr int op_length(Op op) { return kOpLengths[static_cast<int>(op)]; }

}  // namespace govm::bc
