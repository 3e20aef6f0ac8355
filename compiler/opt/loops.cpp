#include <algorithm>

#include "compiler/opt/cfg.h"

namespace govm::opt {

Loops::Loops(const Function& fn, const Dominators& dominators) : of_block_(fn.next_block_id) {
  const std::vector<Block*>& rpo = dominators.rpo();
  // Headers in reverse order of rpo: inner loops first.
  for (std::size_t i = rpo.size(); i-- > 0;) {
    bool header = false;
    for (const Block* pred : rpo[i]->preds) {
      if (dominators.order(pred) < i) continue;
      if (dominators.dominates(rpo[i], pred)) header = true;
      else irreducible_ = true;
    }
    if (header) loops_.push_back(Loop{.header = rpo[i], .blocks = {}});
  }
  for (Loop& loop : loops_) collect(loop, dominators);
  for (std::size_t i = loops_.size(); i-- > 0;) {
    if (loops_[i].outer != nullptr) loops_[i].depth = loops_[i].outer->depth + 1;
  }
}

// Walks backwards from the back edges to the header, over inner loops as a whole.
void Loops::collect(Loop& loop, const Dominators& dominators) {
  std::vector<Block*> work;
  auto add = [&](Block* b) {
    Loop* inner = of_block_[b->id];
    if (inner == nullptr) {
      of_block_[b->id] = &loop;
      loop.blocks.push_back(b);
      if (b != loop.header) work.push_back(b);
      return;
    }
    while (inner->outer != nullptr) inner = inner->outer;
    if (inner == &loop) return;
    inner->outer = &loop;
    loop.blocks.insert(loop.blocks.end(), inner->blocks.begin(), inner->blocks.end());
    work.push_back(inner->header);
  };
  add(loop.header);
  for (Block* pred : loop.header->preds) {
    if (dominators.dominates(loop.header, pred)) add(pred);
  }
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    for (Block* pred : b->preds) {
      if (dominators.dominates(loop.header, pred)) add(pred);
    }
  }
}

bool Loops::contains(const Loop* loop, const Block* b) const {
  if (loop == nullptr) return true;
  for (const Loop* l = of_block_[b->id]; l != nullptr; l = l->outer) {
    if (l == loop) return true;
  }
  return false;
}

}  // namespace govm::opt
