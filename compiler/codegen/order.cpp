#include "compiler/codegen/order.h"

#include <algorithm>

namespace govm::codegen {

namespace {

bool cold(const ir::Block* b) {
  const ir::Value* t = b->terminator();
  return t != nullptr && (t->op == ir::Op::kPanic || t->op == ir::Op::kUnreachable || t->op == ir::Op::kPanicText);
}

std::uint32_t depth(const opt::Loops& loops, const ir::Block* b) {
  const opt::Loop* loop = loops.innermost(b);
  return loop ? loop->depth : 0;
}

}  // namespace

std::vector<ir::Block*> layout_order(const ir::Function& fn, const opt::Loops& loops) {
  struct Step {
    ir::Block* block;
    std::vector<ir::Block*> succs;  // visited from the back: what is visited first is laid out last
  };
  std::vector<bool> seen(fn.next_block_id);
  std::vector<ir::Block*> postorder;
  std::vector<Step> stack;
  auto enter = [&](ir::Block* b) {
    seen[b->id] = true;
    Step s{b, b->succs};
    // Likely successors first: inside loops before outside, cold ones last; otherwise as written.
    auto likelier = [&](const ir::Block* x, const ir::Block* y) {
      if (cold(x) != cold(y)) return cold(y);
      return depth(loops, x) > depth(loops, y);
    };
    // Insertion sort: stable, and there are few but for switches, whose order is as good as any.
    for (std::size_t i = 1; i < s.succs.size() && s.succs.size() < 8; ++i) {
      for (std::size_t k = i; k > 0 && likelier(s.succs[k], s.succs[k - 1]); --k) std::swap(s.succs[k], s.succs[k - 1]);
    }
    stack.push_back(std::move(s));
  };
  enter(fn.blocks[0].get());
  while (!stack.empty()) {
    Step& top = stack.back();
    if (top.succs.empty()) {
      postorder.push_back(top.block);
      stack.pop_back();
      continue;
    }
    ir::Block* next = top.succs.back();
    top.succs.pop_back();
    if (!seen[next->id]) enter(next);
  }
  std::reverse(postorder.begin(), postorder.end());
  return postorder;
}

}  // namespace govm::codegen
