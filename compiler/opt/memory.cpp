// Forwarding of memory within extended basic blocks: a load after a store to, or a load of, the same address gives the
// same value, unless something in between may have written there. Then, stores to variables nobody reads go.
#include <algorithm>

#include "compiler/opt/alias.h"
#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"

namespace govm::opt {
namespace {

constexpr std::size_t kMaxKnown = 24;

struct Known {
  Value* address;
  Value* value;
};

// The same computation, though maybe done twice.
bool same_address(Value* a, Value* b) {
  a = resolve(a);
  b = resolve(b);
  if (a == b) return true;
  if (a->op != b->op || a->aux_int != b->aux_int) return false;
  if (a->op == Op::kFieldAddr) return same_address(a->args[0], b->args[0]);
  return a->op == Op::kIndexAddr && resolve(a->args[1]) == resolve(b->args[1]) && same_address(a->args[0], b->args[0]);
}

class Forwarder {
 public:
  explicit Forwarder(Function& fn) : fn_(fn), privates_(fn), at_end_(fn.next_block_id) {}

  bool run() {
    for (Block* b : reverse_postorder(fn_)) {
      known_.clear();
      if (b->preds.size() == 1) known_ = at_end_[b->preds[0]->id];
      for (Value* v : b->values) visit(v);
      const bool wanted = std::any_of(b->succs.begin(), b->succs.end(),
                                      [](const Block* s) { return s->preds.size() == 1; });
      if (wanted) at_end_[b->id] = known_;
    }
    if (changed_) remove_copies(fn_);
    return changed_ | remove_unread_stores();
  }

 private:
  void visit(Value* v) {
    switch (v->op) {
      case Op::kLoad: return load(v);
      case Op::kStore: {
        Value* address = resolve(v->args[0]);
        forget(address);
        remember(address, resolve(v->args[1]));
        return;
      }
      case Op::kMove: case Op::kZeroMem: return forget(resolve(v->args[0]));
      case Op::kAlloc:
        // A new variable each time: what was known of an earlier one of a loop does not hold for it.
        std::erase_if(known_, [&](const Known& k) { return base_address(k.address) == v; });
        return;
      default:
        if (clobbers_memory(v) && v->op != Op::kKeepAlive) forget_shared();
        return;
    }
  }

  void load(Value* v) {
    Value* address = resolve(v->args[0]);
    for (const Known& k : known_) {
      if (same_address(k.address, address) && k.value->type == v->type) {
        become_copy(v, k.value);
        changed_ = true;
        return;
      }
    }
    remember(address, v);
  }

  void remember(Value* address, Value* value) {
    if (known_.size() == kMaxKnown) known_.erase(known_.begin());
    known_.push_back({address, value});
  }

  void forget(Value* written) {
    std::erase_if(known_, [&](const Known& k) { return may_alias(k.address, written, privates_); });
  }

  void forget_shared() {
    std::erase_if(known_, [&](const Known& k) { return !privates_.contains(base_address(k.address)); });
  }

  // Variables that are written but never read.
  bool remove_unread_stores() {
    if (!privates_.any()) return false;
    std::vector<bool> read(fn_.next_value_id);
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op == Op::kLoad) read[base_address(v->args[0])->id] = true;
        if (v->op == Op::kMove) read[base_address(v->args[1])->id] = true;
      }
    }
    auto dead = [&](Value* v) {
      if (v->op != Op::kStore && v->op != Op::kZeroMem && v->op != Op::kMove) return false;
      const Value* base = base_address(v->args[0]);
      return privates_.contains(base) && !read[base->id];
    };
    bool removed = false;
    for (auto& b : fn_.blocks) removed |= std::erase_if(b->values, dead) != 0;
    return removed;
  }

  Function& fn_;
  PrivateAllocs privates_;
  std::vector<std::vector<Known>> at_end_;
  std::vector<Known> known_;
  bool changed_ = false;
};

}  // namespace

bool forward_memory(Function& fn) { return Forwarder(fn).run(); }

}  // namespace govm::opt
