// Removes bounds checks that dominating conditions, other checks or the index's own range prove unnecessary.
#include "compiler/opt/bounds.h"

#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"

namespace govm::opt {
namespace {

bool is_index(const Value* v) {
  return v->op == Op::kIndexAddr || v->op == Op::kStringIndex || v->op == Op::kIndexVal;
}

bool is_checked_index(const Value* v) { return is_index(v) && (v->flags & ir::kNoBounds) == 0; }

bool has_checks(const Function& fn) {
  return std::any_of(fn.blocks.begin(), fn.blocks.end(), [](const auto& b) {
    return std::any_of(b->values.begin(), b->values.end(), is_checked_index);
  });
}

class Prover {
 public:
  explicit Prover(Function& fn) : dominators_(fn), facts_(fn, dominators_) {}

  bool run() {
    struct Scope { const Block* block; std::size_t mark; };
    std::vector<Scope> scopes;
    for (Block* b : dominators_.preorder()) {
      while (!scopes.empty() && !dominators_.dominates(scopes.back().block, b)) {
        facts_.undo(scopes.back().mark);
        scopes.pop_back();
      }
      scopes.push_back({b, facts_.mark()});
      enter(b);
      for (Value* v : b->values) visit(v);
    }
    return changed_;
  }

 private:
  void enter(const Block* b) {
    const Block* pred = dominators_.sole_entry(b);
    if (pred == nullptr) return;
    const Value* branch = pred->terminator();
    if (branch->op != Op::kIf) return;
    facts_.add_condition(branch->args[0], pred->succs[0] == b);
  }

  void visit(Value* v) {
    if (v->op == Op::kSlice) return facts_.add_slice(v);
    if (!is_checked_index(v)) return;
    if (facts_.index_in_range(v->args[0], v->args[1])) {
      v->flags |= ir::kNoBounds;
      changed_ = true;
    } else {
      facts_.add_index(v->args[0], v->args[1]);
    }
  }

  Dominators dominators_;
  Facts facts_;
  bool changed_ = false;
};

}  // namespace

bool prove_bounds(Function& fn) { return has_checks(fn) && Prover(fn).run(); }

}  // namespace govm::opt
