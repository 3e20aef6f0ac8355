// Clean-up of control flow. Phi arguments follow the order of preds throughout; an edit never makes two edges between
// the same blocks whose phi arguments would differ.
#include <algorithm>

#include "compiler/opt/cfg.h"

namespace govm::opt {
namespace {

bool fold_branch(Block* b) {
  Value* t = b->terminator();
  if (t == nullptr || (t->op != Op::kIf && t->op != Op::kSwitch)) return false;
  if (t->op == Op::kIf) {
    Value* cond = resolve(t->args[0]);
    if (cond->op == Op::kConst) return jump_only_to(b, cond->aux_int != 0 ? 0 : 1), true;
    if (cond->op == Op::kNot) {
      // Swapping the edges keeps each one's place in its successor's preds, unless both lead to one block.
      if (b->succs[0] == b->succs[1]) return false;
      t->args[0] = cond->args[0];
      std::swap(b->succs[0], b->succs[1]);
      return true;
    }
  } else if (resolve(t->args[0])->op == Op::kConst) {
    const std::int64_t x = resolve(t->args[0])->aux_int;
    const auto& cases = *t->aux.cases;
    const auto found = std::find(cases.begin(), cases.end(), x) - cases.begin();
    return jump_only_to(b, static_cast<std::size_t>(found)), true;
  }
  Block* target = b->succs[0];
  if (std::any_of(b->succs.begin(), b->succs.end(), [&](const Block* s) { return s != target; })) return false;
  const std::size_t first = pred_index(b, 0);
  for (std::size_t i = 1; i < b->succs.size(); ++i) {
    const std::size_t other = pred_index(b, i);
    for (std::size_t p = 0; p < phi_count(target); ++p) {
      const auto& args = target->values[p]->args;
      if (resolve(args[first]) != resolve(args[other])) return false;
    }
  }
  return jump_only_to(b, 0), true;
}

// b's succ_index-th edge leads to `target` instead, whose phis get the arguments of the edge `like` there.
void redirect(Block* b, std::size_t succ_index, Block* target, std::size_t like) {
  remove_pred(b->succs[succ_index], pred_index(b, succ_index));
  // The new edge must come at its place among b's edges to target: it is the only one, or all are alike.
  b->succs[succ_index] = target;
  target->preds.push_back(b);
  for (std::size_t p = 0; p < phi_count(target); ++p) {
    Value* phi = target->values[p];
    phi->args.push_back(phi->args[like]);
  }
}

bool has_edge(const Block* from, const Block* to) {
  return std::find(from->succs.begin(), from->succs.end(), to) != from->succs.end();
}

// Predecessors of a block with nothing but a jump go where it goes.
bool skip_empty(Function& fn, Block* b) {
  if (b->values.size() != 1 || b->values[0]->op != Op::kJump || b == fn.blocks[0].get()) return false;
  Block* target = b->succs[0];
  if (target == b) return false;
  const bool phis = phi_count(target) != 0;
  bool changed = false;
  for (std::size_t i = b->preds.size(); i-- > 0;) {
    if (i >= b->preds.size()) continue;
    Block* pred = b->preds[i];
    if (pred == b || (phis && (has_edge(pred, target) ||
                               std::count(pred->succs.begin(), pred->succs.end(), b) > 1))) {
      continue;
    }
    const auto at = std::find(pred->succs.begin(), pred->succs.end(), b) - pred->succs.begin();
    redirect(pred, static_cast<std::size_t>(at), target, pred_index(b, 0));
    changed = true;
  }
  return changed;
}

// A block that only branches on its own phi: predecessors that give it a constant know where it goes.
bool thread_phi(Block* b, const std::vector<std::uint32_t>& uses) {
  if (b->values.size() != 2 || b->values[0]->op != Op::kPhi || b->values[1]->op != Op::kIf) return false;
  Value* phi = b->values[0];
  if (resolve(b->values[1]->args[0]) != phi || uses[phi->id] != 1) return false;
  bool changed = false;
  for (std::size_t i = b->preds.size(); i-- > 0;) {
    Value* arg = resolve(phi->args[i]);
    Block* pred = b->preds[i];
    if (arg->op != Op::kConst || pred == b) continue;
    const std::size_t way = arg->aux_int != 0 ? 0 : 1;
    Block* target = b->succs[way];
    if (target == b || std::count(pred->succs.begin(), pred->succs.end(), b) != 1) continue;
    if (phi_count(target) != 0 && has_edge(pred, target)) continue;
    const auto at = std::find(pred->succs.begin(), pred->succs.end(), b) - pred->succs.begin();
    redirect(pred, static_cast<std::size_t>(at), target, pred_index(b, way));
    changed = true;
  }
  return changed;
}

bool join_successor(Function& fn, Block* b) {
  if (b->succs.size() != 1 || b->terminator()->op != Op::kJump) return false;
  Block* next = b->succs[0];
  if (next == b || next->preds.size() != 1 || next == fn.blocks[0].get()) return false;
  b->values.pop_back();
  b->values.reserve(b->values.size() + next->values.size());
  for (Value* v : next->values) {
    if (v->op == Op::kPhi) become_copy(v, v->args[0]);
    v->block = b;
    b->values.push_back(v);
  }
  next->values.clear();
  next->preds.clear();
  b->succs = std::move(next->succs);
  next->succs.clear();
  for (Block* succ : b->succs) std::replace(succ->preds.begin(), succ->preds.end(), next, b);
  return true;
}

std::vector<std::uint32_t> count_phi_uses(const Function& fn) {
  std::vector<std::uint32_t> uses(fn.next_value_id);
  for (auto& b : fn.blocks) {
    for (const Value* v : b->values) {
      for (Value* arg : v->args) ++uses[resolve(arg)->id];
    }
  }
  return uses;
}

bool has_thread_candidates(const Function& fn) {
  return std::any_of(fn.blocks.begin(), fn.blocks.end(), [](const auto& b) {
    return b->values.size() == 2 && b->values[0]->op == Op::kPhi && b->values[1]->op == Op::kIf;
  });
}

}  // namespace

bool clean_cfg(Function& fn) {
  bool any = remove_unreachable(fn);
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& b : fn.blocks) changed |= fold_branch(b.get());
    if (changed) remove_unreachable(fn);
    if (has_thread_candidates(fn)) {
      const std::vector<std::uint32_t> uses = count_phi_uses(fn);
      for (auto& b : fn.blocks) changed |= thread_phi(b.get(), uses);
      if (changed) remove_unreachable(fn);
    }
    for (auto& b : fn.blocks) changed |= skip_empty(fn, b.get());
    if (changed) remove_unreachable(fn);
    for (auto& b : fn.blocks) {
      while (!b->values.empty() && join_successor(fn, b.get())) changed = true;
    }
    if (changed) remove_unreachable(fn);
    any |= changed;
  }
  if (any) remove_copies(fn);
  return any;
}

}  // namespace govm::opt
