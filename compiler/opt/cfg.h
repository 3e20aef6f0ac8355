// Control flow: clean-up, dominators and loops. Analyses are tables indexed by Block::id and hold until blocks change.
#pragma once

#include <vector>

#include "compiler/opt/edit.h"

namespace govm::opt {

// Folds branches on constants, skips empty blocks, joins blocks with their only successor, removes what cannot be
// reached. Returns whether anything changed.
bool clean_cfg(Function& fn);
// Only removes unreachable blocks and their edges.
bool remove_unreachable(Function& fn);
// Orders fn.blocks in reverse postorder, so that code follows the likely path.
void order_blocks(Function& fn);

std::vector<Block*> reverse_postorder(const Function& fn);

// Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm. All blocks must be reachable.
class Dominators {
 public:
  explicit Dominators(const Function& fn);
  const std::vector<Block*>& rpo() const { return rpo_; }
  std::uint32_t order(const Block* b) const { return order_[b->id]; }  // index in rpo()
  Block* idom(const Block* b) const { return idom_[b->id]; }           // null for the entry
  bool dominates(const Block* a, const Block* b) const {               // reflexive
    return enter_[a->id] <= enter_[b->id] && leave_[b->id] <= leave_[a->id];
  }
  // The block b is entered from, but for back edges to b: what its branch to b depends on holds in b. Null if there
  // are several, or if both its edges lead to b.
  const Block* sole_entry(const Block* b) const;
  // Preorder of the dominator tree: parents before children, a subtree contiguous.
  const std::vector<Block*>& preorder() const { return preorder_; }

 private:
  std::vector<Block*> rpo_;
  std::vector<std::uint32_t> order_;
  std::vector<Block*> idom_;
  std::vector<std::uint32_t> enter_, leave_;
  std::vector<Block*> preorder_;
};

// Natural loops. Blocks of irreducible regions have no loop, but irreducible() is set then.
struct Loop {
  Block* header;
  Loop* outer = nullptr;
  std::uint32_t depth = 1;
  std::vector<Block*> blocks;  // those of inner loops included
};

class Loops {
 public:
  Loops(const Function& fn, const Dominators& dominators);
  Loop* innermost(const Block* b) const { return of_block_[b->id]; }
  bool contains(const Loop* loop, const Block* b) const;  // a null loop is the whole function
  bool irreducible() const { return irreducible_; }
  std::vector<Loop>& all() { return loops_; }             // inner loops before outer ones
  const std::vector<Loop>& all() const { return loops_; }

 private:
  void collect(Loop& loop, const Dominators& dominators);
  std::vector<Loop> loops_;
  std::vector<Loop*> of_block_;
  bool irreducible_ = false;
};

}  // namespace govm::opt
