// Comparisons to a bool.
#include "vm/interp/handler.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::interp {

#define SET(name, field, compare)              \
  HANDLER(Set##name) {                         \
    RA.u = RB.field compare RC.field;          \
    NEXT(1);                                   \
  }
SET(EqI64, u, ==)
SET(NeI64, u, !=)
SET(LtI64, i, <)
SET(LeI64, i, <=)
SET(LtU64, u, <)
SET(LeU64, u, <=)
SET(EqF64, f64, ==)
SET(NeF64, f64, !=)
SET(LtF64, f64, <)
SET(LeF64, f64, <=)
SET(EqF32, f32, ==)
SET(NeF32, f32, !=)
SET(LtF32, f32, <)
SET(LeF32, f32, <=)

#define SET_K(name, field, compare, constant)  \
  HANDLER(Set##name) {                         \
    RA.u = RB.field compare constant;          \
    NEXT(1);                                   \
  }
SET_K(EqKI64, i, ==, IMM_C)
SET_K(NeKI64, i, !=, IMM_C)
SET_K(LtKI64, i, <, IMM_C)
SET_K(LeKI64, i, <=, IMM_C)
SET_K(GtKI64, i, >, IMM_C)
SET_K(GeKI64, i, >=, IMM_C)
SET_K(LtKU64, u, <, pc->c)
SET_K(GeKU64, u, >=, pc->c)

HANDLER(SetEqWord) {
  RA.u = RB.u == pc->word(1);
  NEXT(2);
}

}  // namespace govm::interp
