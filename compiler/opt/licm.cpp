// Loop-invariant code motion: what never panics and only depends on values from outside a loop is computed in the
// block in front of it. Inner loops first, so that values may leave several.
#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"

namespace govm::opt {
namespace {

class Hoister {
 public:
  Hoister(Function& fn, const Dominators& dominators, Loops& loops) : fn_(fn), dominators_(dominators), loops_(loops) {}

  // Makes blocks in front of the loops that have none; returns whether it did (the analyses no longer hold then).
  bool make_fronts() {
    bool made = false;
    for (Loop& loop : loops_.all()) {
      mark_inside(loop);
      if (block_in_front(loop) != nullptr) continue;
      make_front(loop);
      made = true;
    }
    return made;
  }

  bool run() {
    for (Loop& loop : loops_.all()) hoist(loop);
    return changed_;
  }

 private:
  // Values go from the loop's blocks, in dominance order, to the end of the block in front.
  void hoist(Loop& loop) {
    moved_.clear();
    mark_inside(loop);
    std::sort(loop.blocks.begin(), loop.blocks.end(),
              [&](const Block* a, const Block* b) { return dominators_.order(a) < dominators_.order(b); });
    Block* front = block_in_front(loop);
    for (Block* b : loop.blocks) {
      auto movable = [&](Value* v) {
        if (!hoistable(v) || v->op == Op::kParam || v->op == Op::kCapture) return false;
        for (const Value* arg : v->args) {
          if (inside_[arg->block->id]) return false;
        }
        v->block = front;  // now outside, for the values that use it
        moved_.push_back(v);
        return true;
      };
      std::erase_if(b->values, movable);
    }
    if (moved_.empty()) return;
    front->values.insert(front->values.end() - 1, moved_.begin(), moved_.end());
    changed_ = true;
  }

  void mark_inside(const Loop& loop) {
    inside_.assign(fn_.next_block_id, false);
    for (const Block* b : loop.blocks) inside_[b->id] = true;
  }

  // The only block outside the loop that leads to the header, if it leads nowhere else.
  Block* block_in_front(const Loop& loop) const {
    Block* front = nullptr;
    for (Block* pred : loop.header->preds) {
      if (inside_[pred->id]) continue;
      if (front != nullptr || pred->succs.size() != 1) return nullptr;
      front = pred;
    }
    return front;
  }

  void make_front(Loop& loop) {
    Block* header = loop.header;
    std::vector<std::size_t> entries;
    for (std::size_t i = 0; i < header->preds.size(); ++i) {
      if (!inside_[header->preds[i]->id]) entries.push_back(i);
    }
    Block* front = fn_.new_block();
    for (std::size_t i : entries) {
      front->preds.push_back(header->preds[i]);
      auto& succs = header->preds[i]->succs;
      *std::find(succs.begin(), succs.end(), header) = front;
    }
    Value* jump = make_like(header->values.front(), Op::kJump, nullptr, {});
    jump->block = front;
    front->succs.push_back(header);
    move_phi_args(header, front, entries);
    front->values.push_back(jump);
    for (std::size_t i = entries.size(); i-- > 0;) {
      header->preds.erase(header->preds.begin() + static_cast<std::ptrdiff_t>(entries[i]));
    }
    header->preds.push_back(front);
    for (Loop* outer = loop.outer; outer != nullptr; outer = outer->outer) outer->blocks.push_back(front);
  }

  // The header's phis keep the arguments of the back edges and get one from the new block.
  void move_phi_args(Block* header, Block* front, const std::vector<std::size_t>& entries) {
    for (std::size_t p = 0; p < phi_count(header); ++p) {
      Value* phi = header->values[p];
      Value* from_front = phi->args[entries[0]];
      if (entries.size() > 1) {
        Value* joined = make_like(phi, Op::kPhi, phi->type, {});
        joined->block = front;
        for (std::size_t i : entries) joined->args.push_back(phi->args[i]);
        front->values.push_back(joined);
        from_front = joined;
      }
      for (std::size_t i = entries.size(); i-- > 0;) {
        phi->args.erase(phi->args.begin() + static_cast<std::ptrdiff_t>(entries[i]));
      }
      phi->args.push_back(from_front);
    }
  }

  Function& fn_;
  const Dominators& dominators_;
  Loops& loops_;
  std::vector<bool> inside_;
  std::vector<Value*> moved_;
  bool changed_ = false;
};

}  // namespace

bool hoist_invariants(Function& fn) {
  for (bool ready = false;;) {
    Dominators dominators(fn);
    Loops loops(fn, dominators);
    if (loops.all().empty()) return false;
    Hoister hoister(fn, dominators, loops);
    if (ready || !hoister.make_fronts()) return hoister.run();
    ready = true;
  }
}

}  // namespace govm::opt
