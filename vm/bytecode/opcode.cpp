#include "vm/bytecode/opcode.h"

namespace govm::bc {

namespace {
constexpr OpInfo kInfos[] = {
#define OP(name, a, b, c, words, flags, meaning) \
  {#name, Operand::k##a, Operand::k##b, Operand::k##c, Words::k##words, flags, meaning},
#include "vm/bytecode/ops.def"
#undef OP
};
}  // namespace

const OpInfo& op_info(Op op) { return kInfos[static_cast<int>(op)]; }

Word word_kind(Words words, int index) {
  static constexpr Word kTable[][3] = {
      {Word::kNone, Word::kNone, Word::kNone}, {Word::kInt, Word::kNone, Word::kNone},
      {Word::kInt, Word::kInt, Word::kNone},   {Word::kInt, Word::kInt, Word::kInt},
      {Word::kAddr, Word::kNone, Word::kNone}, {Word::kAddr, Word::kInt, Word::kNone},
      {Word::kAddr, Word::kType, Word::kNone}, {Word::kAddr, Word::kType, Word::kType},
      {Word::kType, Word::kNone, Word::kNone}, {Word::kType, Word::kInt, Word::kNone},
      {Word::kType, Word::kType, Word::kNone}, {Word::kFunc, Word::kNone, Word::kNone},
      {Word::kFunc, Word::kType, Word::kNone}, {Word::kSlot, Word::kNone, Word::kNone},
      {Word::kSwitch, Word::kNone, Word::kNone}, {Word::kSelect, Word::kNone, Word::kNone},
  };
  return kTable[static_cast<int>(words)][index];
}

}  // namespace govm::bc
