#include <algorithm>

#include "compiler/opt/cfg.h"

namespace govm::opt {

Dominators::Dominators(const Function& fn)
    : rpo_(reverse_postorder(fn)),
      order_(fn.next_block_id),
      idom_(fn.next_block_id),
      enter_(fn.next_block_id),
      leave_(fn.next_block_id) {
  const auto count = static_cast<std::uint32_t>(rpo_.size());
  constexpr std::uint32_t kUnset = ~std::uint32_t{0};
  std::vector<std::uint32_t> idom(count, kUnset);
  for (std::uint32_t i = 0; i < count; ++i) order_[rpo_[i]->id] = i;
  idom[0] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::uint32_t i = 1; i < count; ++i) {
      std::uint32_t best = kUnset;
      for (const Block* pred : rpo_[i]->preds) {
        std::uint32_t p = order_[pred->id];
        if (idom[p] == kUnset) continue;
        if (best == kUnset) {
          best = p;
          continue;
        }
        while (p != best) {
          if (p > best) p = idom[p];
          else best = idom[best];
        }
      }
      if (idom[i] != best) {
        idom[i] = best;
        changed = true;
      }
    }
  }
  // Subtree sizes, bottom up, give each block its interval in the preorder.
  std::vector<std::uint32_t> size(count, 1);
  for (std::uint32_t i = count; i-- > 1;) size[idom[i]] += size[i];
  std::vector<std::uint32_t> next(count);
  preorder_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t at = i == 0 ? 0 : next[idom[i]];
    if (i != 0) {
      next[idom[i]] += size[i];
      idom_[rpo_[i]->id] = rpo_[idom[i]];
    }
    next[i] = at + 1;
    preorder_[at] = rpo_[i];
    enter_[rpo_[i]->id] = at;
    leave_[rpo_[i]->id] = at + size[i];
  }
}

const Block* Dominators::sole_entry(const Block* b) const {
  const Block* entry = nullptr;
  for (const Block* pred : b->preds) {
    if (dominates(b, pred)) continue;
    if (entry != nullptr) return nullptr;
    entry = pred;
  }
  return entry;
}

}  // namespace govm::opt
