// Moves and constants.
#include "vm/interp/handler.h"

namespace govm::interp {

HANDLER(Nop) { NEXT(1); }
HANDLER(Move) {
  RA = RB;
  NEXT(1);
}
HANDLER(Move2) {
  const Slot first = RB, second = (&RB)[1];
  (&RA)[0] = first;
  (&RA)[1] = second;
  NEXT(1);
}
HANDLER(Move3) {
  const Slot first = RB, second = (&RB)[1], third = (&RB)[2];
  (&RA)[0] = first;
  (&RA)[1] = second;
  (&RA)[2] = third;
  NEXT(1);
}
HANDLER(MoveN) {
  copy_slots(&RA, &RB, pc->c);
  NEXT(1);
}
HANDLER(ZeroN) {
  std::memset(&RA, 0, pc->b * sizeof(Slot));
  NEXT(1);
}
HANDLER(ConstI32) {
  RA.i = pc->imm32();
  NEXT(1);
}
HANDLER(ConstI64) {
  RA.u = pc->word(1);
  NEXT(2);
}
HANDLER(ConstAddr) {
  RA.u = pc->word(1);
  NEXT(2);
}
HANDLER(ConstStr) {
  (&RA)[0].u = pc->word(1);
  (&RA)[1].u = pc->word(2);
  NEXT(3);
}
HANDLER(LocalAddr) {
  RA.p = &fp[pc->imm32()];
  NEXT(1);
}
HANDLER(CMove) {
  RA = RB.u != 0 ? RC : RA;
  NEXT(1);
}

}  // namespace govm::interp
