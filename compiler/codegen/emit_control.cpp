// Blocks, branches, phis, returns.
#include <algorithm>

#include "base/assert.h"
#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/emit.h"
#include "compiler/codegen/lines.h"

namespace govm::codegen {

using ir::Op;

void Emitter::block(Block* b, Block* next) {
  builder_.bind(labels_[b->id]);
  emitted_[b->id] = true;
  live_.block(builder_.position(), b);
  for (Value* v : b->values) {
    if ((ir::op_flags(v->op) & ir::kTerm) != 0) break;
    if (target_.given_up()) return;
    value(v);
  }
  terminator(b->terminator(), next);
}

std::size_t Emitter::succ_index(const Block* from, const Block* to) const {
  return static_cast<std::size_t>(std::find(from->succs.begin(), from->succs.end(), to) - from->succs.begin());
}

namespace {
// Index of the edge from->succs[succ] among the predecessors of its target (the n-th equal edge is the n-th equal pred).
std::size_t pred_index(const Block* from, std::size_t succ) {
  const Block* to = from->succs[succ];
  std::size_t nth = 0;
  for (std::size_t i = 0; i < succ; ++i) nth += from->succs[i] == to;
  for (std::size_t p = 0; p < to->preds.size(); ++p) {
    if (to->preds[p] == from && nth-- == 0) return p;
  }
  GOVM_UNREACHABLE();
}
}  // namespace

bool Emitter::edge_has_moves(Block* from, std::size_t succ) const {
  const Block* to = from->succs[succ];
  if (to->values.empty() || to->values[0]->op != Op::kPhi) return false;
  const std::size_t p = pred_index(from, succ);
  for (Value* phi : to->values) {
    if (phi->op != Op::kPhi) break;
    if (selection_.fold(phi) != Fold::kSlot) continue;
    const Selection::Part part = selection_.resolve(phi->args[p]);
    if (selection_.fold(part.root) != Fold::kSlot || frame_.slot(part.root) + part.slot != frame_.slot(phi)) return true;
  }
  return false;
}

void Emitter::phi_moves(Block* from, std::size_t succ) {
  const Block* to = from->succs[succ];
  if (to->values.empty() || to->values[0]->op != Op::kPhi) return;
  const std::size_t p = pred_index(from, succ);
  std::vector<Move> moves;
  std::vector<std::pair<Slot, Value*>> constants;
  for (Value* phi : to->values) {
    if (phi->op != Op::kPhi) break;
    if (selection_.fold(phi) == Fold::kSlot) add_move(moves, constants, static_cast<Slot>(frame_.slot(phi)), phi->args[p]);
  }
  parallel(std::move(moves), std::move(constants));
}

bc::Label Emitter::edge(Block* from, std::size_t succ) {
  if (!edge_has_moves(from, succ)) return labels_[from->succs[succ]->id];
  const bc::Label label = builder_.new_label();
  stubs_.push_back({label, from, succ});
  return label;
}

void Emitter::flush_stubs() {
  for (const Stub& s : std::exchange(stubs_, {})) {
    builder_.bind(s.label);
    scratch_ = 0;
    phi_moves(s.from, s.succ);
    Block* to = s.from->succs[s.succ];
    builder_.jump(place_[to->id] <= place_[s.from->id] ? BOp::kLoop : BOp::kJump, 0, labels_[to->id]);
  }
}

void Emitter::terminator(Value* t, Block* next) {
  scratch_ = 0;
  live_.value(builder_.position(), t);
  lines_->mark(builder_.position(), t->pos, t->inlined);
  switch (t->op) {
    case Op::kJump: jump(t->block, t->block->succs[0], next); break;
    case Op::kIf: conditional(t, next); break;
    case Op::kSwitch: switch_on(t, next); break;
    case Op::kReturn: return_values(t); break;
    case Op::kPanic: emit(BOp::kPanic, src(t->args[0])); break;
    case Op::kPanicText:
      emit(BOp::kPanicText, static_cast<Slot>(t->aux_int), 0, 0, {word(t->aux.string->data()), t->aux.string->size()});
      break;
    case Op::kUnreachable: emit(BOp::kUnreachable); break;
    default: unsupported(t);
  }
}

void Emitter::jump(Block* from, Block* to, Block* next) {
  phi_moves(from, 0);
  if (to == next) return;
  if (backward(to) && rotate(from, to, next)) return;
  builder_.jump(backward(to) ? BOp::kLoop : BOp::kJump, 0, labels_[to->id]);
}

// A jump back to a short test: the test is repeated here, so that an iteration takes one branch.
bool Emitter::rotate(Block* from, Block* header, Block* next) {
  (void)from;
  Value* t = header->terminator();
  if (t->op != Op::kIf) return false;
  int cost = 0;
  for (Value* v : header->values) {
    if (v->op == Op::kPhi || v == t) continue;
    const Fold f = selection_.fold(v);
    if (Frame::is_call(v) || (v->op == Op::kAlloc && selection_.in_frame(v))) return false;
    if (f == Fold::kSlot || f == Fold::kUnused) ++cost;
  }
  if (cost > 3) return false;
  for (Value* v : header->values) {
    if (v != t) value(v);
  }
  scratch_ = 0;
  lines_->mark(builder_.position(), t->pos, t->inlined);
  conditional(t, next);
  return true;
}

void Emitter::conditional(Value* t, Block* next) {
  Block* b = t->block;
  if (b->succs[0] == b->succs[1] && !edge_has_moves(b, 0) && !edge_has_moves(b, 1)) {
    jump(b, b->succs[0], next);
    return;
  }
  const Test yes = test(t->args[0]);
  std::size_t taken = 0, other = 1;
  // Fall through to the next block; else branch backwards rather than forwards. Moves of a loop's edge stay in line.
  const bool moves0 = edge_has_moves(b, 0) && backward(b->succs[0]), moves1 = edge_has_moves(b, 1) && backward(b->succs[1]);
  if (moves0 != moves1) {
    if (moves0) std::swap(taken, other);
  } else if (b->succs[0] == next || (b->succs[1] != next && backward(b->succs[1]) && !backward(b->succs[0]))) {
    std::swap(taken, other);
  }
  const Test when = taken == 0 ? yes : inverted(yes);
  const bool has_stub = edge_has_moves(b, taken);
  branch(when, edge(b, taken), backward(b->succs[taken]) && !has_stub);
  scratch_ = 0;
  phi_moves(b, other);
  Block* to = b->succs[other];
  if (to != next) builder_.jump(backward(to) ? BOp::kLoop : BOp::kJump, 0, labels_[to->id]);
}

Emitter::Test Emitter::inverted(Test t) {
  using C = Test::Cmp;
  if (t.kind == Test::Kind::kFloat && t.cmp != C::kEq && t.cmp != C::kNe) {
    t.negate = !t.negate;
    return t;
  }
  switch (t.cmp) {
    case C::kEq: t.cmp = C::kNe; break;
    case C::kNe: t.cmp = C::kEq; break;
    case C::kLt: t.cmp = C::kGe; break;
    case C::kLe: t.cmp = C::kGt; break;
    case C::kGt: t.cmp = C::kLe; break;
    case C::kGe: t.cmp = C::kLt; break;
  }
  return t;
}

Emitter::Test Emitter::test(Value* c) {
  bool negate = false;
  while (selection_.fold(c) == Fold::kFolded && c->op == Op::kNot) {
    negate = !negate;
    c = c->args[0];
  }
  Test t;
  if (selection_.fold(c) != Fold::kFolded) {
    t.x = src(c);
    return negate ? inverted(t) : t;
  }
  t.cmp = comparison(c->op);
  Value* x = c->args[0];
  Value* y = c->args[1];
  const Shape s = shape(x);
  t.kind = s.is_float() ? Test::Kind::kFloat : Test::Kind::kInt;
  t.float32 = s.rep == Rep::kF32;
  t.is_unsigned = !s.is_signed();
  if (x->op == Op::kZero) std::swap(x, y);
  t.x = src(x);
  if (y->op == Op::kZero && !s.is_float()) {
    t.has_imm = true;
  } else if (selection_.immediate(c, 1, &t.imm)) {
    t.has_imm = true;
  } else {
    t.y = src(y);
  }
  return negate ? inverted(t) : t;
}

void Emitter::branch(const Test& t, bc::Label to, bool back) {
  using C = Test::Cmp;
  auto pick = [back](BOp forward, BOp loop) { return back ? loop : forward; };
  if (t.kind == Test::Kind::kBool) {
    const BOp op = t.cmp == C::kNe ? pick(BOp::kJNonZero, BOp::kLoopNonZero) : pick(BOp::kJZero, BOp::kLoopZero);
    builder_.jump(op, t.x, to);
    return;
  }
  Slot x = t.x, y = t.y;
  if (t.kind == Test::Kind::kFloat) {
    const bool swapped = t.cmp == C::kGt || t.cmp == C::kGe;
    if (swapped) std::swap(x, y);
    const bool less = t.cmp == C::kLt || t.cmp == C::kGt;
    BOp op;
    if (t.cmp == C::kEq) op = pick(BOp::kJEqF64, BOp::kLoopEqF64);
    else if (t.cmp == C::kNe) op = pick(BOp::kJNeF64, BOp::kLoopNeF64);
    else if (t.negate) op = less ? pick(BOp::kJNotLtF64, BOp::kLoopNotLtF64) : pick(BOp::kJNotLeF64, BOp::kLoopNotLeF64);
    else op = less ? pick(BOp::kJLtF64, BOp::kLoopLtF64) : pick(BOp::kJLeF64, BOp::kLoopLeF64);
    // The float32 rows follow the float64 ones.
    if (t.float32) op = static_cast<BOp>(static_cast<int>(op) + (static_cast<int>(BOp::kJEqF32) - static_cast<int>(BOp::kJEqF64)));
    builder_.branch(op, x, y, to);
    return;
  }
  const bool equality = t.cmp == C::kEq || t.cmp == C::kNe;
  if (t.has_imm) {
    std::int64_t imm = t.imm;
    BOp op;
    if (t.is_unsigned && !equality) {
      // x <= k is x < k + 1, x > k is x >= k + 1.
      if (t.cmp == C::kLe || t.cmp == C::kGt) ++imm;
      op = t.cmp == C::kLt || t.cmp == C::kLe ? pick(BOp::kJLtKU64, BOp::kLoopLtKU64) : pick(BOp::kJGeKU64, BOp::kLoopGeKU64);
    } else {
      switch (t.cmp) {
        case C::kEq: op = pick(BOp::kJEqKI64, BOp::kLoopEqKI64); break;
        case C::kNe: op = pick(BOp::kJNeKI64, BOp::kLoopNeKI64); break;
        case C::kLt: op = pick(BOp::kJLtKI64, BOp::kLoopLtKI64); break;
        case C::kLe: op = pick(BOp::kJLeKI64, BOp::kLoopLeKI64); break;
        case C::kGt: op = pick(BOp::kJGtKI64, BOp::kLoopGtKI64); break;
        default: op = pick(BOp::kJGeKI64, BOp::kLoopGeKI64); break;
      }
      if (op == BOp::kLoopLtKI64) {
        if (bc::Instr* add = builder_.last(BOp::kAddKI64); add && add->a == x && add->b == x && add->c == 1) {
          builder_.drop_last();
          op = BOp::kIncLoopLtKI64;
        }
      }
    }
    builder_.branch(op, x, static_cast<Slot>(imm), to);
    return;
  }
  if (t.cmp == C::kGt || t.cmp == C::kGe) std::swap(x, y);
  BOp op;
  switch (t.cmp) {
    case C::kEq: op = pick(BOp::kJEqI64, BOp::kLoopEqI64); break;
    case C::kNe: op = pick(BOp::kJNeI64, BOp::kLoopNeI64); break;
    case C::kLt: case C::kGt:
      op = t.is_unsigned ? pick(BOp::kJLtU64, BOp::kLoopLtU64) : pick(BOp::kJLtI64, BOp::kLoopLtI64);
      break;
    default: op = t.is_unsigned ? pick(BOp::kJLeU64, BOp::kLoopLeU64) : pick(BOp::kJLeI64, BOp::kLoopLeI64); break;
  }
  if (op == BOp::kLoopLtI64 && x != y) {
    if (bc::Instr* add = builder_.last(BOp::kAddKI64); add && add->a == x && add->b == x && add->c == 1) {
      builder_.drop_last();
      op = BOp::kIncLoopLtI64;
    }
  }
  builder_.branch(op, x, y, to);
}

void Emitter::switch_on(Value* t, Block* next) {
  Block* b = t->block;
  const auto& cases = *t->aux.cases;
  const std::size_t otherwise = b->succs.size() - 1;
  const Slot x = src(t->args[0]);
  std::int64_t low = 0, high = -1;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    low = i == 0 ? cases[i] : std::min(low, cases[i]);
    high = i == 0 ? cases[i] : std::max(high, cases[i]);
  }
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  if (cases.size() >= 4 && range < cases.size() * 4) {
    auto& table = code_.switches.emplace_back(std::make_unique<bc::SwitchTable>());
    table->low = low;
    const bc::Label fallback = edge(b, otherwise);
    std::vector<bc::Label> targets(range + 1, fallback);
    for (std::size_t i = 0; i < cases.size(); ++i) targets[static_cast<std::size_t>(cases[i] - low)] = edge(b, i);
    builder_.jump_table(x, *table, targets, fallback);
    return;
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (cases[i] >= INT16_MIN && cases[i] <= INT16_MAX) {
      builder_.branch(BOp::kJEqKI64, x, static_cast<Slot>(cases[i]), edge(b, i));
    } else {
      builder_.jump(BOp::kJEqWord, x, edge(b, i), {static_cast<std::uint64_t>(cases[i])});
    }
  }
  scratch_ = 0;
  phi_moves(b, otherwise);
  Block* to = b->succs[otherwise];
  if (to != next) builder_.jump(backward(to) ? BOp::kLoop : BOp::kJump, 0, labels_[to->id]);
}

void Emitter::return_values(Value* t) {
  std::int64_t k = 0;
  if (t->args.size() == 1) {
    const std::uint32_t slots = shape(t->args[0]).slots;
    const auto to = static_cast<Slot>(frame_.result(0));
    Value* x = t->args[0];
    const Selection::Part part = selection_.resolve(x);
    if (slots == 1 && selection_.fold(part.root) == Fold::kConst && Selection::constant(x, &k) && k >= INT16_MIN &&
        k <= INT16_MAX) {
      emit(BOp::kReturn1K, static_cast<Slot>(k), to);
      return;
    }
    if (in_slots(x) && (slots == 1 || slots == 2)) {
      emit(slots == 1 ? BOp::kReturn1 : BOp::kReturn2, src(x), to);
      return;
    }
  }
  std::vector<Move> moves;
  std::vector<std::pair<Slot, Value*>> constants;
  for (std::size_t i = 0; i < t->args.size(); ++i) add_move(moves, constants, static_cast<Slot>(frame_.result(i)), t->args[i]);
  parallel(std::move(moves), std::move(constants));
  emit(BOp::kReturn);
}

// Twice, so that deferred calls return to behind a RunDefers: their caller's line is its line.
void Emitter::run_defers(std::uint32_t base) {
  emit(BOp::kRunDefers, static_cast<Slot>(base), 1);
  emit(BOp::kRunDefers, static_cast<Slot>(base), 0);
}

// Where a recovered panic continues: the remaining deferred calls, then the results as they are in memory.
void Emitter::recover_entry() {
  code_.recover_entry = builder_.position();
  lines_->mark(builder_.position(), fn_.end_pos, nullptr);
  live_.always(builder_.position());
  scratch_ = 0;
  run_defers(scratch(bc::kHeaderSlots) + bc::kHeaderSlots);
  // Addresses first: one may lie in a slot of the results.
  std::vector<Slot> addresses(fn_.result_allocs.size());
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Value* v = fn_.result_allocs[i];
    if (selection_.in_frame(v)) continue;
    addresses[i] = scratch();
    emit(BOp::kMove, addresses[i], src(v));
  }
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    Value* v = fn_.result_allocs[i];
    const auto to = static_cast<Slot>(frame_.result(i));
    if (selection_.in_frame(v)) {
      load_frame(to, frame_.variable(v) * 8, pointee(v->type));
    } else {
      if (by_reference(pointee(v->type))) emit(BOp::kMove, to, addresses[i]);
      else load_from(to, addresses[i], 0, pointee(v->type));
    }
  }
  emit(BOp::kReturn);
}

}  // namespace govm::codegen
