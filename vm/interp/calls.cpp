// Calls and returns, closures.
#include <algorithm>

#include "vm/interp/support.h"
#include "vm/interp/table.h"

namespace govm::interp {

HANDLER(Call) {
  ENTER(reinterpret_cast<const bc::Function*>(pc->word(1)), fp + pc->a, pc + 2, nullptr);
}
HANDLER(CallClosure) {
  void* closure = RB.p;
  if (closure == nullptr) [[unlikely]] RAISE_NIL(0);
  ENTER(*static_cast<const bc::Function* const*>(closure), fp + pc->a, pc + 1, closure);
}
HANDLER(CallIface) {
  const auto* tab = static_cast<const abi::Itab*>(RB.p);
  if (tab == nullptr) [[unlikely]] RAISE_NIL(0);
  const auto* f = static_cast<const bc::Function*>(tab->fun[pc->c]);
  Slot* callee = fp + pc->a;
  // The receiver may be written twice (slow_call starts over), so not over the itab before the check: see ENTER.
  const Slot data = fp[pc->b + 1];
  const Instr* entry = __atomic_load_n(&f->entry, __ATOMIC_ACQUIRE);
  if (reinterpret_cast<std::uintptr_t>(callee + f->frame_size() + rt::kFrameReserve) >
      w->stack_limit.load(std::memory_order_relaxed)) [[unlikely]]
    TAIL(slow_call);
  rt::write_header(callee, f, pc + 1, fp, nullptr);
  callee[0] = data;
  fp = callee;
  pc = entry;
  DISPATCH();
}

#define RETURN()                                              \
  do {                                                        \
    pc = static_cast<const Instr*>(fp[bc::kFrameReturn].p);   \
    fp = static_cast<Slot*>(fp[bc::kFrameCaller].p);          \
    DISPATCH();                                               \
  } while (false)
HANDLER(Return) { RETURN(); }
HANDLER(Return1) {
  RB = RA;
  RETURN();
}
HANDLER(Return2) {
  const Slot x = fp[pc->a], y = fp[pc->a + 1];
  fp[pc->b] = x;
  fp[pc->b + 1] = y;
  RETURN();
}
HANDLER(Return1K) {
  RB.i = static_cast<std::int16_t>(pc->a);
  RETURN();
}

HANDLER(GetCapture) {
  RA = static_cast<const Slot*>(fp[bc::kFrameClosure].p)[pc->b];
  NEXT(1);
}
HANDLER(GetCaptureN) {
  std::memcpy(&RA, static_cast<const Slot*>(fp[bc::kFrameClosure].p) + pc->b, pc->c * sizeof(Slot));
  NEXT(1);
}
HANDLER(ClosurePtr) {
  RA = fp[bc::kFrameClosure];
  NEXT(1);
}
HANDLER(CallerPC) {
  RA.p = const_cast<Instr*>(rt::return_pc(fp));
  NEXT(1);
}

// ---- slow paths

namespace {

struct Target { const bc::Function* function; Slot* frame; const Instr* ret; void* closure; };

// A pinned goroutine goes on: what it does is short, and it must keep its worker.
bool stays(sched::Worker* w) {
  return rt::state_of(*w->current).pins != 0 && (w->poll.load(std::memory_order_relaxed) & sched::kPollKill) == 0;
}

Target call_target(const Instr* pc, Slot* fp) {
  switch (static_cast<bc::Op>(pc->op)) {
    case bc::Op::kCall: return {reinterpret_cast<const bc::Function*>(pc->word(1)), fp + pc->a, pc + 2, nullptr};
    case bc::Op::kCallClosure: return {*static_cast<const bc::Function* const*>(RB.p), fp + pc->a, pc + 1, RB.p};
    default: {
      const auto* tab = static_cast<const abi::Itab*>(RB.p);
      Slot* frame = fp + pc->a;
      frame[0] = fp[pc->b + 1];
      return {static_cast<const bc::Function*>(tab->fun[pc->c]), frame, pc + 1, nullptr};
    }
  }
}

}  // namespace

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_call(GOVM_HANDLER_ARGS) {
  Goroutine& g = *w->current;
  if (w->poll.load(std::memory_order_relaxed) != 0 && !stays(w)) {
    w->fuel += kCallCost;        // if it counts, the call does again
    TAIL(slow_poll);
  }
  save(w, pc, fp);
  const Target target = call_target(pc, fp);
  rt::write_header(target.frame, target.function, target.ret, fp, target.closure);
  const std::uint32_t slots = std::max<std::uint32_t>(
      target.function->frame_size(), target.function->param_slots + target.function->result_slots);
  Slot* frame = target.frame;
  if (!rt::fits(g, frame, slots)) {
    frame = rt::relocate_frame(*w, g, frame, target.function->param_slots, slots);
    if (frame == nullptr) TAIL(slow_overflow);
  } else {
    w->set_stack_limit(g.stack.limit());
  }
  fp = frame;
  pc = __atomic_load_n(&target.function->entry, __ATOMIC_ACQUIRE);
  // Entered between the two loads of entry and frame_slots by another worker's compilation: check anew.
  if (!rt::fits(g, fp, target.function->frame_size())) {
    fp = rt::relocate_frame(*w, g, fp, target.function->param_slots, target.function->frame_size());
    if (fp == nullptr) {
      fp = reinterpret_cast<Slot*>(g.fp);
      pc = static_cast<const Instr*>(g.pc);
      TAIL(slow_overflow);
    }
  }
  DISPATCH();
}

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_poll(GOVM_HANDLER_ARGS) {
  if (stays(w)) DISPATCH();
  LEAVE(kYielded);
}

}  // namespace govm::interp
