// Fuel: a second dispatch table, whose handlers of backward branches and calls count. A branch costs a word and those it goes
// back over, a call kCallCost. Programs without a limit run on the ordinary table and pay nothing.
#include "vm/interp/comparisons.h"
#include "vm/interp/support.h"
#include "vm/interp/table.h"
#include "vm/runtime/fatal.h"

namespace govm::interp {

namespace {

// The worker's portion is used up. False: the program's is.
[[gnu::noinline, gnu::cold]] bool next_portion(sched::Worker* w) {
  rt::Runtime& runtime = runtime_of(w);
  rt::Fuel& fuel = runtime.fuel();
  if (!fuel.on()) {
    w->fuel = INT64_MAX / 2;     // until this goroutine next yields
    return true;
  }
  while (w->fuel < 0) {
    std::int64_t more = fuel.take();
    if (more == 0 && fuel.refill) {
      const std::int64_t given = fuel.refill();
      if (given <= 0) break;
      fuel.add(given);
      more = fuel.take();
    }
    if (more == 0) break;
    w->fuel += more;
  }
  if (w->fuel >= 0) return true;
  rt::limit_reached(runtime, w->current, rt::End::kFuel, "govm: out of fuel");
  return false;
}

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_fuel(GOVM_HANDLER_ARGS) {
  save(w, pc, fp);
  if (!next_portion(w)) LEAVE(kKill);
  DISPATCH();
}

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_fuel_of_call(GOVM_HANDLER_ARGS) {
  save(w, pc, fp);
  if (!next_portion(w)) LEAVE(kKill);
  w->fuel += kCallCost;          // it starts over
  DISPATCH();
}

}  // namespace

#define FUEL_HANDLER(name) \
  GOVM_PRESERVE_NONE __attribute__((section("govm_handlers"))) void fuel_##name(GOVM_HANDLER_ARGS)

#define FUEL_LOOP(condition, offset, words)                                               \
  if (condition) {                                                                        \
    const std::int64_t back = (offset);                                                   \
    pc += back;                                                                           \
    w->fuel += back - 1;                                                                  \
    if (w->fuel < 0) [[unlikely]] TAIL(slow_fuel);                                        \
    if (w->poll.load(std::memory_order_relaxed) != 0) [[unlikely]] TAIL(slow_poll);       \
    DISPATCH();                                                                           \
  }                                                                                       \
  NEXT(words)

FUEL_HANDLER(Loop) { FUEL_LOOP(true, pc->imm32(), 1); }
FUEL_HANDLER(LoopNonZero) { FUEL_LOOP(RA.u != 0, pc->imm32(), 1); }
FUEL_HANDLER(LoopZero) { FUEL_LOOP(RA.u == 0, pc->imm32(), 1); }
#define FUEL_COMPARE(name, condition) \
  FUEL_HANDLER(Loop##name) { FUEL_LOOP((condition), IMM_C, 1); }
GOVM_COMPARISONS(FUEL_COMPARE)
FUEL_HANDLER(IncLoopLtI64) {
  const std::int64_t next = RA.i + 1;
  RA.i = next;
  FUEL_LOOP(next < RB.i, IMM_C, 1);
}
FUEL_HANDLER(IncLoopLtKI64) {
  const std::int64_t next = RA.i + 1;
  RA.i = next;
  FUEL_LOOP(next < IMM_B, IMM_C, 1);
}

// Counted before the call itself; one that must start over gives it back (slow_call, too).
#define FUEL_CALL(name)                                            \
  FUEL_HANDLER(name) {                                             \
    w->fuel -= kCallCost;                                          \
    if (w->fuel < 0) [[unlikely]] TAIL(slow_fuel_of_call);         \
    TAIL(op_##name);                                               \
  }
FUEL_CALL(Call)
FUEL_CALL(CallClosure)
FUEL_CALL(CallIface)

namespace {

struct FuelTable {
  const void* handlers[bc::kOpCount];
  FuelTable() {
    for (int i = 0; i < bc::kOpCount; i++) handlers[i] = kDispatchTable[i];
    const auto set = [&](bc::Op op, Handler handler) { handlers[static_cast<int>(op)] = reinterpret_cast<const void*>(handler); };
#define SET(name) set(bc::Op::k##name, fuel_##name);
#define SET_COMPARE(name, condition) SET(Loop##name)
    SET(Loop) SET(LoopNonZero) SET(LoopZero) SET(IncLoopLtI64) SET(IncLoopLtKI64) SET(Call) SET(CallClosure) SET(CallIface)
    GOVM_COMPARISONS(SET_COMPARE)
  }
};

}  // namespace

const void* const* fuel_table() {
  static const FuelTable table;
  return table.handlers;
}

}  // namespace govm::interp
