// One function from SSA to code.
#include <fmt/core.h>

#include <utility>

#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/emit.h"
#include "compiler/codegen/large_values.h"
#include "compiler/codegen/order.h"

namespace govm::codegen {

namespace {

// Too many slots: frame variables go to the heap, the larger ones first.
bool move_to_heap(ir::Function& fn, Shapes& shapes) {
  for (const std::int64_t limit : {4096, 64, 0}) {
    bool any = false;
    for (auto& b : fn.blocks) {
      for (ir::Value* v : b->values) {
        if (!Selection::in_frame(v, shapes)) continue;
        if (v->op == ir::Op::kAlloc && shapes.of(pointee(v->type)).size < limit) continue;
        if ((v->aux_int & ir::kMayLieInFrame) != 0) v->aux_int &= ~std::int64_t{ir::kMayLieInFrame};
        else v->aux_int |= 1;
        any = true;
      }
    }
    if (any) return true;
  }
  return false;
}

}  // namespace

bool generate(ir::Function& fn, Target& target, Shapes& shapes, bc::Code& code, std::uint32_t& frame_slots,
              std::string& error) {
  opt::remove_unreachable(fn);
  if (const std::string operation = pass_by_reference(fn, shapes); !operation.empty()) {
    error = fmt::format("{}: stack frame too large ({})", fn.name, operation);
    return false;
  }
  bool moved = false, tried_large = false;
  const auto shrink = [&] {
    if (!std::exchange(tried_large, true) && keep_in_memory(fn, shapes)) return moved = true;
    if (!move_to_heap(fn, shapes)) return false;
    return moved = true;
  };
  for (;;) {
    if (target.given_up()) return false;
    const opt::Dominators dominators(fn);
    const opt::Loops loops(fn, dominators);
    const Selection selection(fn, shapes, loops);
    const std::vector<Block*> order = layout_order(fn, loops);
    const Frame frame(fn, selection, order);
    if (frame.too_large()) {
      if (shrink()) continue;
      error = fmt::format("{}: stack frame too large", fn.name);
      return false;
    }
    for (const bool long_branches : {false, true}) {
      if (target.given_up()) return false;
      Emitter emitter(fn, selection, frame, order, target, long_branches);
      const bool fits = emitter.run();
      if (target.given_up()) return false;
      if (!fits) continue;
      code = emitter.take_code();
      code.heap_holds_frames = moved;
      frame_slots = emitter.frame_slots();
      if (frame_slots > 65000) {
        if (shrink()) break;
        error = fmt::format("{}: stack frame too large", fn.name);
        return false;
      }
      return true;
    }
  }
}

}  // namespace govm::codegen
