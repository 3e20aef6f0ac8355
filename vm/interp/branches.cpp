// Branches. The Loop forms go backwards and poll: a raised poll leaves through slow_poll with pc at the target.
#include "vm/bytecode/tables.h"
#include "vm/interp/comparisons.h"
#include "vm/interp/handler.h"

namespace govm::interp {

#define POLL() \
  if (w->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] TAIL(slow_poll)

// Goes to the branch's target, or on behind its `words` words.
#define BRANCH(condition, offset, words) \
  if (condition) {                       \
    pc += (offset);                      \
    DISPATCH();                          \
  }                                      \
  NEXT(words)
#define LOOP(condition, offset, words)   \
  if (condition) {                       \
    pc += (offset);                      \
    POLL();                              \
    DISPATCH();                          \
  }                                      \
  NEXT(words)

HANDLER(Jump) {
  pc += pc->imm32();
  DISPATCH();
}
HANDLER(Loop) {
  pc += pc->imm32();
  POLL();
  DISPATCH();
}
HANDLER(JNonZero) { BRANCH(RA.u != 0, pc->imm32(), 1); }
HANDLER(JZero) { BRANCH(RA.u == 0, pc->imm32(), 1); }
HANDLER(LoopNonZero) { LOOP(RA.u != 0, pc->imm32(), 1); }
HANDLER(LoopZero) { LOOP(RA.u == 0, pc->imm32(), 1); }
HANDLER(JEqWord) { BRANCH(RA.u == pc->word(1), pc->imm32(), 2); }
HANDLER(JNeWord) { BRANCH(RA.u != pc->word(1), pc->imm32(), 2); }

#define COMPARE_BRANCH(name, condition)                \
  HANDLER(J##name) { BRANCH((condition), IMM_C, 1); }  \
  HANDLER(Loop##name) { LOOP((condition), IMM_C, 1); }

GOVM_COMPARISONS(COMPARE_BRANCH)

HANDLER(IncLoopLtI64) {
  const std::int64_t next = RA.i + 1;
  RA.i = next;
  LOOP(next < RB.i, IMM_C, 1);
}
HANDLER(IncLoopLtKI64) {
  const std::int64_t next = RA.i + 1;
  RA.i = next;
  LOOP(next < IMM_B, IMM_C, 1);
}

HANDLER(JumpTable) {
  const auto* targets = reinterpret_cast<const bc::SwitchTable*>(pc->word(1));
  const std::uint64_t index = RA.u - static_cast<std::uint64_t>(targets->low);
  pc += index < targets->offsets.size() ? targets->offsets[index] : targets->default_offset;
  DISPATCH();
}

}  // namespace govm::interp
