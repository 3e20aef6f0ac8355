// Promotion of Allocs to SSA values with pruned phis on iterated dominance frontiers (Cytron et al.). Executing an
// Alloc makes a new zeroed variable, so it counts as a store of zero.
#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

constexpr std::uint32_t kNotVariable = ~std::uint32_t{0};

struct Variable {
  Value* alloc;
  types::Type* type;
  Value* zero = nullptr;
  std::vector<Block*> defs;        // blocks that store, each once
  std::vector<Block*> upward_uses; // blocks that load before storing
};

class Promoter {
 public:
  explicit Promoter(Function& fn) : fn_(fn), index_(fn.next_value_id, kNotVariable) {}

  bool run() {
    if (!find_variables()) return false;
    Dominators dominators(fn_);
    collect_accesses();
    compute_frontiers(dominators);
    for (std::uint32_t i = 0; i < variables_.size(); ++i) place_phis(i);
    rename(dominators);
    insert_at_entry(fn_, zeros_);
    remove_copies(fn_);
    return true;
  }

 private:
  struct PlacedPhi { Value* phi; std::uint32_t variable; };

  bool find_variables() {
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op != Op::kAlloc) continue;
        index_[v->id] = static_cast<std::uint32_t>(variables_.size());
        variables_.push_back({v, nullptr, nullptr, {}, {}});
      }
    }
    if (variables_.empty()) return false;
    reject_others();
    std::uint32_t kept = 0;
    for (Variable& variable : variables_) {
      std::uint32_t& index = index_[variable.alloc->id];
      if (index == kNotVariable) continue;
      index = kept;
      variable.type = fn_.program->canonical(pointee(variable.alloc->type));
      if (&variables_[kept] != &variable) variables_[kept] = std::move(variable);
      ++kept;
    }
    variables_.resize(kept);
    return kept != 0;
  }

  // Any use but loading and storing the whole keeps a variable in memory.
  void reject_others() {
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        for (std::size_t i = 0; i < v->args.size(); ++i) {
          std::uint32_t& index = index_[v->args[i]->id];
          if (index == kNotVariable) continue;
          const bool whole = v->op == Op::kLoad || (v->op == Op::kStore && i == 0) || v->op == Op::kZeroMem;
          const bool check = v->op == Op::kNilCheck && v->type == nullptr;
          if (!whole && !check) index = kNotVariable;
        }
      }
    }
    for (Value* v : fn_.result_allocs) index_[v->id] = kNotVariable;
  }

  std::uint32_t accessed(const Value* v) const {
    switch (v->op) {
      case Op::kAlloc: return index_[v->id];
      case Op::kLoad: case Op::kStore: case Op::kNilCheck: case Op::kZeroMem: return index_[v->args[0]->id];
      default: return kNotVariable;
    }
  }

  void collect_accesses() {
    std::vector<std::uint32_t> stored_in(variables_.size(), kNotVariable), used_in(stored_in);
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        const std::uint32_t i = accessed(v);
        if (i == kNotVariable || v->op == Op::kNilCheck) continue;
        if (v->op == Op::kLoad) {
          if (stored_in[i] == b->id || used_in[i] == b->id) continue;
          used_in[i] = b->id;
          variables_[i].upward_uses.push_back(b.get());
        } else if (stored_in[i] != b->id) {
          stored_in[i] = b->id;
          variables_[i].defs.push_back(b.get());
        }
      }
    }
  }

  void compute_frontiers(const Dominators& dominators) {
    frontiers_.resize(fn_.next_block_id);
    for (auto& b : fn_.blocks) {
      if (b->preds.size() < 2) continue;
      for (Block* runner : b->preds) {
        for (; runner != dominators.idom(b.get()) && runner != nullptr; runner = dominators.idom(runner)) {
          auto& frontier = frontiers_[runner->id];
          if (std::find(frontier.begin(), frontier.end(), b.get()) == frontier.end()) frontier.push_back(b.get());
        }
      }
    }
  }

  void place_phis(std::uint32_t i) {
    Variable& variable = variables_[i];
    if (variable.upward_uses.empty()) return;
    mark_live_in(variable);
    placed_in_.resize(fn_.next_block_id);
    ++round_;
    std::vector<Block*> work = variable.defs;
    while (!work.empty()) {
      Block* b = work.back();
      work.pop_back();
      for (Block* join : frontiers_[b->id]) {
        if (placed_in_[join->id] == round_ || live_in_[join->id] != round_) continue;
        placed_in_[join->id] = round_;
        Value* phi = fn_.new_value(Op::kPhi, variable.type, variable.alloc->pos);
        phi->block = join;
        phi->args.assign(join->preds.size(), nullptr);
        if (phis_.empty()) phis_.resize(fn_.next_block_id);
        phis_[join->id].push_back({phi, i});
        work.push_back(join);
      }
    }
  }

  // Blocks at whose start the variable may still be read. round_ + 1 is the mark place_phis uses next.
  void mark_live_in(const Variable& variable) {
    live_in_.resize(fn_.next_block_id);
    defines_.resize(fn_.next_block_id);
    const std::uint32_t mark = round_ + 1;
    for (Block* b : variable.defs) defines_[b->id] = mark;
    std::vector<Block*> work = variable.upward_uses;
    for (Block* b : work) live_in_[b->id] = mark;
    while (!work.empty()) {
      Block* b = work.back();
      work.pop_back();
      for (Block* pred : b->preds) {
        if (live_in_[pred->id] == mark || defines_[pred->id] == mark) continue;
        live_in_[pred->id] = mark;
        work.push_back(pred);
      }
    }
  }

  Value* zero_of(std::uint32_t i) {
    Variable& variable = variables_[i];
    if (variable.zero == nullptr) {
      variable.zero = make_zero(fn_, variable.type);
      variable.zero->block = fn_.blocks[0].get();
      zeros_.push_back(variable.zero);
    }
    return variable.zero;
  }

  void rename(const Dominators& dominators) {
    current_.assign(variables_.size(), nullptr);
    struct Scope { const Block* block; std::size_t undo; };
    std::vector<Scope> scopes;
    for (Block* b : dominators.preorder()) {
      while (!scopes.empty() && !dominators.dominates(scopes.back().block, b)) {
        while (undo_.size() > scopes.back().undo) {
          current_[undo_.back().first] = undo_.back().second;
          undo_.pop_back();
        }
        scopes.pop_back();
      }
      scopes.push_back({b, undo_.size()});
      rename_block(b);
    }
  }

  void set_current(std::uint32_t i, Value* v) {
    undo_.emplace_back(i, current_[i]);
    current_[i] = v;
  }

  void rename_block(Block* b) {
    std::vector<Value*> kept;
    kept.reserve(b->values.size());
    if (!phis_.empty()) {
      for (const PlacedPhi& placed : phis_[b->id]) {
        kept.push_back(placed.phi);
        set_current(placed.variable, placed.phi);
      }
    }
    for (Value* v : b->values) {
      const std::uint32_t i = accessed(v);
      if (i == kNotVariable) {
        kept.push_back(v);
        continue;
      }
      switch (v->op) {
        case Op::kLoad:
          become_copy(v, current_[i] != nullptr ? current_[i] : zero_of(i));
          kept.push_back(v);
          break;
        case Op::kStore: set_current(i, v->args[1]); break;
        case Op::kNilCheck: break;
        default: set_current(i, zero_of(i)); break;
      }
    }
    b->values = std::move(kept);
    if (!phis_.empty()) fill_successor_phis(b);
  }

  void fill_successor_phis(Block* b) {
    for (Block* succ : b->succs) {
      for (const PlacedPhi& placed : phis_[succ->id]) {
        Value* v = current_[placed.variable];
        for (std::size_t p = 0; p < succ->preds.size(); ++p) {
          if (succ->preds[p] == b) placed.phi->args[p] = v != nullptr ? v : zero_of(placed.variable);
        }
      }
    }
  }

  Function& fn_;
  std::vector<std::uint32_t> index_;  // by value id
  std::vector<Variable> variables_;
  std::vector<std::vector<Block*>> frontiers_;
  std::vector<std::vector<PlacedPhi>> phis_;
  std::vector<std::uint32_t> placed_in_, live_in_, defines_;
  std::uint32_t round_ = 0;
  std::vector<Value*> current_;
  std::vector<std::pair<std::uint32_t, Value*>> undo_;
  std::vector<Value*> zeros_;
};

}  // namespace

bool promote_allocs(Function& fn) { return Promoter(fn).run(); }

}  // namespace govm::opt
