// One walk over the dominator tree: arguments are resolved, rewrite rules applied, and values equal to a dominating one
// become copies of it. Checks (of nil, of bounds) are values too: a dominating equal one has succeeded.
#include <algorithm>
#include <bit>
#include <unordered_map>
#include <vector>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"
#include "compiler/opt/rewrite.h"

namespace govm::opt {
namespace {

class Walk {
 public:
  explicit Walk(Function& fn) : fn_(fn), dominators_(fn), rewriter_(fn) {
    recount_uses(fn);
    table_.resize(std::bit_ceil(std::max<std::size_t>(64, fn.next_value_id)));
  }

  bool run() {
    for (Block* b : dominators_.preorder()) {
      if (learn_from_branch(b)) changed_ = true;
      visit(b);
    }
    settle_phis();
    remove_copies(fn_);
    return changed_;
  }

 private:
  // Arguments over back edges were not known yet when their phi was visited.
  void settle_phis() {
    for (bool again = true; again;) {
      again = false;
      for (Block* b : dominators_.rpo()) {
        for (Value* v : b->values) {
          if (v->op == Op::kCopy) continue;
          if (v->op != Op::kPhi) break;
          again |= rewriter_.apply(v);
        }
      }
      changed_ |= again;
    }
  }

  void visit(Block* b) {
    out_.clear();
    out_.reserve(b->values.size());
    for (std::size_t i = 0; i < b->values.size(); ++i) {
      Value* v = b->values[i];
      for (Value*& arg : v->args) arg = resolve(arg);
      rewriter_.emitted().clear();
      if (rewriter_.apply(v)) changed_ = true;
      for (Value* made : rewriter_.emitted()) {
        share(made);
        if (made->op != Op::kCopy) out_.push_back(made);
      }
      if (v->op == Op::kPhi) {
        out_.push_back(v);
        continue;
      }
      if (v->op == Op::kCopy) continue;  // users see through it
      for (Value*& arg : v->args) arg = resolve(arg);
      if (!share(v)) out_.push_back(v);
    }
    b->values = out_;
  }

  // Makes v a copy if a dominating value equals it; else remembers v.
  bool share(Value* v) {
    if (!shareable(v)) return false;
    const std::size_t mask = table_.size() - 1;
    for (std::size_t slot = hash(v) & mask, tries = 0; tries < 8; ++tries, slot = (slot + 1) & mask) {
      Value*& leader = table_[slot];
      if (leader == nullptr || leader->op == Op::kCopy) {
        leader = v;
        return false;
      }
      if (!equal(leader, v)) {
        // Left the leader's subtree for good: its place is free.
        if (!dominators_.dominates(leader->block, v->block)) return leader = v, false;
        continue;
      }
      if (!dominators_.dominates(leader->block, v->block)) return leader = v, false;
      become_copy(v, leader);
      return changed_ = true;
    }
    return false;
  }

  // Pointers count by the order of their appearance: what is found again must not depend on addresses, so that every run
  // of a program executes the same code.
  std::uint64_t number(const void* p) { return p == nullptr ? 0 : numbers_.try_emplace(p, numbers_.size() + 1).first->second; }

  std::size_t hash(const Value* v) {
    auto h = static_cast<std::uint64_t>(v->op) * 0x9E3779B97F4A7C15u;
    auto mix = [&](std::uint64_t x) { h = (h ^ x) * 0xD6E8FEB86659FD93u, h ^= h >> 29; };
    mix(static_cast<std::uint64_t>(v->aux_int));
    mix(number(v->type));
    mix(number(v->aux.none));
    for (const Value* arg : v->args) mix(arg->id);
    return h;
  }

  static bool equal(const Value* a, const Value* b) {
    return a->op == b->op && a->aux_int == b->aux_int && a->type == b->type && a->aux.none == b->aux.none &&
           a->args == b->args;
  }

  // On the true edge of a condition the condition is true: a dominated If on it folds.
  bool learn_from_branch(Block* b) {
    if (b->preds.size() != 1) return false;
    Block* pred = b->preds[0];
    Value* t = pred->terminator();
    Value* u = b->terminator();
    if (t->op != Op::kIf || u == nullptr || u->op != Op::kIf || pred->succs[0] == pred->succs[1]) return false;
    if (resolve(t->args[0]) != resolve(u->args[0]) || resolve(u->args[0])->op == Op::kConst) return false;
    Value* known = make_like(u, Op::kConst, t->args[0]->type, {});
    known->aux_int = pred->succs[0] == b;
    known->block = b;
    b->values.insert(b->values.end() - 1, known);
    u->args[0] = known;
    return true;
  }

  Function& fn_;
  Dominators dominators_;
  Rewriter rewriter_;
  std::vector<Value*> table_;
  std::unordered_map<const void*, std::uint64_t> numbers_;
  std::vector<Value*> out_;
  bool changed_ = false;
};

}  // namespace

bool simplify(Function& fn) { return Walk(fn).run(); }

}  // namespace govm::opt
