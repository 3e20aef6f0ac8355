#include "compiler/opt/cfg.h"

#include <algorithm>

namespace govm::opt {

std::vector<Block*> reverse_postorder(const Function& fn) {
  struct Visit { Block* block; std::size_t next; };
  std::vector<Block*> out;
  std::vector<bool> seen(fn.next_block_id);
  std::vector<Visit> stack;
  Block* entry = fn.blocks[0].get();
  out.reserve(fn.blocks.size());
  seen[entry->id] = true;
  stack.push_back({entry, entry->succs.size()});
  // Last successors first: the first one then comes right behind its block.
  while (!stack.empty()) {
    Visit& top = stack.back();
    if (top.next == 0) {
      out.push_back(top.block);
      stack.pop_back();
      continue;
    }
    Block* succ = top.block->succs[--top.next];
    if (seen[succ->id]) continue;
    seen[succ->id] = true;
    stack.push_back({succ, succ->succs.size()});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

bool remove_unreachable(Function& fn) {
  std::vector<bool> reachable(fn.next_block_id);
  std::vector<Block*> work{fn.blocks[0].get()};
  std::size_t count = 1;
  reachable[work[0]->id] = true;
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    for (Block* succ : b->succs) {
      if (reachable[succ->id]) continue;
      reachable[succ->id] = true;
      ++count;
      work.push_back(succ);
    }
  }
  if (count == fn.blocks.size()) return false;
  for (auto& b : fn.blocks) {
    if (!reachable[b->id]) continue;
    for (std::size_t i = b->preds.size(); i-- > 0;) {
      if (!reachable[b->preds[i]->id]) remove_pred(b.get(), i);
    }
  }
  std::erase_if(fn.blocks, [&](const auto& b) { return !reachable[b->id]; });
  return true;
}

void order_blocks(Function& fn) {
  const std::vector<Block*> rpo = reverse_postorder(fn);
  std::vector<std::uint32_t> order(fn.next_block_id);
  for (std::uint32_t i = 0; i < rpo.size(); ++i) order[rpo[i]->id] = i;
  std::sort(fn.blocks.begin(), fn.blocks.end(),
            [&](const auto& a, const auto& b) { return order[a->id] < order[b->id]; });
}

}  // namespace govm::opt
