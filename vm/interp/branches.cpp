// Branches. The Loop forms go backwards and poll: a raised poll leaves through slow_poll with pc at the target.
#include "vm/bytecode/tables.h"
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

COMPARE_BRANCH(EqI64, RA.u == RB.u)
COMPARE_BRANCH(NeI64, RA.u != RB.u)
COMPARE_BRANCH(LtI64, RA.i < RB.i)
COMPARE_BRANCH(LeI64, RA.i <= RB.i)
COMPARE_BRANCH(LtU64, RA.u < RB.u)
COMPARE_BRANCH(LeU64, RA.u <= RB.u)
COMPARE_BRANCH(EqKI64, RA.i == IMM_B)
COMPARE_BRANCH(NeKI64, RA.i != IMM_B)
COMPARE_BRANCH(LtKI64, RA.i < IMM_B)
COMPARE_BRANCH(LeKI64, RA.i <= IMM_B)
COMPARE_BRANCH(GtKI64, RA.i > IMM_B)
COMPARE_BRANCH(GeKI64, RA.i >= IMM_B)
COMPARE_BRANCH(LtKU64, RA.u < pc->b)
COMPARE_BRANCH(GeKU64, RA.u >= pc->b)
COMPARE_BRANCH(EqF64, RA.f64 == RB.f64)
COMPARE_BRANCH(NeF64, !(RA.f64 == RB.f64))
COMPARE_BRANCH(LtF64, RA.f64 < RB.f64)
COMPARE_BRANCH(LeF64, RA.f64 <= RB.f64)
COMPARE_BRANCH(NotLtF64, !(RA.f64 < RB.f64))
COMPARE_BRANCH(NotLeF64, !(RA.f64 <= RB.f64))
COMPARE_BRANCH(EqF32, RA.f32 == RB.f32)
COMPARE_BRANCH(NeF32, !(RA.f32 == RB.f32))
COMPARE_BRANCH(LtF32, RA.f32 < RB.f32)
COMPARE_BRANCH(LeF32, RA.f32 <= RB.f32)
COMPARE_BRANCH(NotLtF32, !(RA.f32 < RB.f32))
COMPARE_BRANCH(NotLeF32, !(RA.f32 <= RB.f32))

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
