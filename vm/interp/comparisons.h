// Conditions of branches that compare, by the name their opcodes end in; they stand in J, Loop and fuel's Loop handlers.
#pragma once

#define GOVM_COMPARISONS(X) \
  X(EqI64, RA.u == RB.u) \
  X(NeI64, RA.u != RB.u) \
  X(LtI64, RA.i < RB.i) \
  X(LeI64, RA.i <= RB.i) \
  X(LtU64, RA.u < RB.u) \
  X(LeU64, RA.u <= RB.u) \
  X(EqKI64, RA.i == IMM_B) \
  X(NeKI64, RA.i != IMM_B) \
  X(LtKI64, RA.i < IMM_B) \
  X(LeKI64, RA.i <= IMM_B) \
  X(GtKI64, RA.i > IMM_B) \
  X(GeKI64, RA.i >= IMM_B) \
  X(LtKU64, RA.u < pc->b) \
  X(GeKU64, RA.u >= pc->b) \
  X(EqF64, RA.f64 == RB.f64) \
  X(NeF64, !(RA.f64 == RB.f64)) \
  X(LtF64, RA.f64 < RB.f64) \
  X(LeF64, RA.f64 <= RB.f64) \
  X(NotLtF64, !(RA.f64 < RB.f64)) \
  X(NotLeF64, !(RA.f64 <= RB.f64)) \
  X(EqF32, RA.f32 == RB.f32) \
  X(NeF32, !(RA.f32 == RB.f32)) \
  X(LtF32, RA.f32 < RB.f32) \
  X(LeF32, RA.f32 <= RB.f32) \
  X(NotLtF32, !(RA.f32 < RB.f32)) \
  X(NotLeF32, !(RA.f32 <= RB.f32))
