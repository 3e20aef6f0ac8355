#include "vm/runtime/visit.h"

#include "vm/bytecode/opcode.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/panic.h"

namespace govm::rt {

namespace {

// Runs of slots that may hold pointers, as few ranges as possible.
void visit_mapped(const bc::Code& code, Slot* fp, std::uint32_t slots, gc::Marker& marker) {
  const auto& map = code.pointer_map;
  std::uint32_t mapped = std::min<std::uint32_t>(slots, static_cast<std::uint32_t>(map.size() * 8));
  for (std::uint32_t i = 0; i < mapped;) {
    if (!(map[i / 8] >> (i % 8) & 1)) {
      i++;
      continue;
    }
    std::uint32_t end = i + 1;
    while (end < mapped && (map[end / 8] >> (end % 8) & 1)) end++;
    marker.mark_range(fp + i, (end - i) * sizeof(Slot));
    i = end;
  }
  if (mapped < slots) marker.mark_range(fp + mapped, (slots - mapped) * sizeof(Slot));
}

// A goroutine that stopped at a call has written its arguments already, but the frame they belong to is not there yet.
void visit_arguments(const sched::Goroutine& g, Slot* fp, gc::Marker& marker) {
  const auto* pc = static_cast<const Instr*>(g.pc);
  const bc::Function* callee = nullptr;
  switch (static_cast<bc::Op>(pc->op)) {
    case bc::Op::kCall: callee = reinterpret_cast<const bc::Function*>(pc->word(1)); break;
    case bc::Op::kCallClosure:
      if (fp[pc->b].p != nullptr) callee = *static_cast<const bc::Function* const*>(fp[pc->b].p);
      break;
    case bc::Op::kCallIface:
      if (fp[pc->b].p != nullptr) callee = static_cast<const bc::Function*>(static_cast<const abi::Itab*>(fp[pc->b].p)->fun[pc->c]);
      break;
    default: break;
  }
  if (callee != nullptr) marker.mark_range(fp + pc->a, callee->param_slots * sizeof(Slot));
}

}  // namespace

void visit_frames(sched::Goroutine& g, gc::Marker& marker) {
  if (g.fp != nullptr && g.pc != nullptr) visit_arguments(g, reinterpret_cast<Slot*>(g.fp), marker);
  for (auto* fp = reinterpret_cast<Slot*>(g.fp); fp != nullptr; fp = caller_of(fp)) {
    const bc::Function* f = function_of(fp);
    marker.mark_pointer(fp[bc::kFrameClosure].p);
    std::uint32_t slots = std::max<std::uint32_t>(f->frame_size(), f->param_slots + f->result_slots);
    if (f->code != nullptr && !f->code->pointer_map.empty()) {
      visit_mapped(*f->code, fp, slots, marker);
    } else {
      marker.mark_range(fp, slots * sizeof(Slot));
    }
  }
  GoroutineState& s = state_of(g);
  for (DeferRecord* d = s.defers; d != nullptr; d = d->link) marker.mark_pointer(d->closure);
  marker.mark_pointer(s.keep);
}

}  // namespace govm::rt
