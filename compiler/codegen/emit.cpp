#include "compiler/codegen/emit.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/assert.h"
#include "compiler/codegen/lines.h"

namespace govm::codegen {

using ir::Op;

Emitter::Emitter(Function& fn, const Selection& selection, const Frame& frame, const std::vector<Block*>& order,
                 Target& target, bool long_branches)
    : fn_(fn), selection_(selection), frame_(frame), order_(order), target_(target), shapes_(selection.shapes()),
      builder_(long_branches), lines_(std::make_unique<Lines>(*fn.program, code_)), live_(frame) {
  for (std::uint32_t i = 0; i < fn.next_block_id; ++i) {
    labels_.push_back(builder_.new_label());
  }
  emitted_.resize(fn.next_block_id);
  place_.resize(fn.next_block_id);
  for (std::uint32_t i = 0; i < order.size(); ++i) place_[order[i]->id] = i;
}

Emitter::~Emitter() = default;

bool Emitter::run() {
  lines_->mark(0, fn_.pos, nullptr);
  for (std::size_t i = 0; i < order_.size() && !target_.given_up(); ++i) block(order_[i], i + 1 < order_.size() ? order_[i + 1] : nullptr);
  if (target_.given_up()) return true;
  flush_stubs();
  if (fn_.has_defer) recover_entry();
  return builder_.finish();
}

bc::Code Emitter::take_code() {
  code_.words = builder_.take_words();
  code_.pointer_map = frame_.pointer_map();
  code_.variables = frame_.variable_list();
  live_.finish(code_, frame_slots());
  return std::move(code_);
}

void Emitter::unsupported(const Value* v) {
  fmt::print(stderr, "govm: no code for v{} ({}) in {}\n{}", v->id, ir::op_name(v->op), fn_.name, ir::to_string(fn_));
  GOVM_UNREACHABLE();
}

// ---- operands

bool Emitter::in_slots(Value* v) const {
  const Fold f = selection_.fold(selection_.resolve(v).root);
  return f == Fold::kSlot;
}

Slot Emitter::src(Value* v) {
  const Selection::Part part = selection_.resolve(v);
  if (selection_.fold(part.root) == Fold::kSlot) return static_cast<Slot>(frame_.slot(part.root) + part.slot);
  if (shape(v).slots == 0) return 0;
  if (selection_.fold(part.root) != Fold::kConst) unsupported(part.root);
  const Slot at = scratch(shape(part.root).slots);
  make(at, part.root);
  return static_cast<Slot>(at + part.slot);
}

Slot Emitter::dst(const Value* v) {
  if (selection_.fold(v) == Fold::kSlot) return static_cast<Slot>(frame_.slot(v));
  return scratch(std::max<std::uint32_t>(1, shape(v).slots));
}

Slot Emitter::scratch(std::uint32_t slots) {
  const std::uint32_t at = frame_.top() + scratch_;
  scratch_ += slots;
  scratch_max_ = std::max(scratch_max_, scratch_);
  return static_cast<Slot>(at);
}

void Emitter::put(Slot to, Value* v) {
  const std::uint32_t slots = shape(v).slots;
  if (slots == 0) return;
  const Selection::Part part = selection_.resolve(v);
  if (selection_.fold(part.root) == Fold::kConst && part.slot == 0 && shape(part.root).slots == slots) {
    make(to, part.root);
  } else {
    move(to, src(v), slots);
  }
}

void Emitter::move(Slot to, Slot from, std::uint32_t slots) {
  if (to == from || slots == 0) return;
  switch (slots) {
    case 1: emit(BOp::kMove, to, from); break;
    case 2: emit(BOp::kMove2, to, from); break;
    case 3: emit(BOp::kMove3, to, from); break;
    default: emit(BOp::kMoveN, to, from, slots); break;
  }
}

void Emitter::zero(Slot to, std::uint32_t slots) {
  if (slots == 0) return;
  if (slots == 1) {
    builder_.emit_imm32(BOp::kConstI32, to, 0);
  } else {
    emit(BOp::kZeroN, to, slots);
  }
}

void Emitter::constant(Slot to, std::int64_t bits) {
  if (bits >= INT32_MIN && bits <= INT32_MAX) {
    builder_.emit_imm32(BOp::kConstI32, to, static_cast<std::int32_t>(bits));
  } else {
    emit(BOp::kConstI64, to, 0, 0, {static_cast<std::uint64_t>(bits)});
  }
}

void Emitter::address_constant(Slot to, const void* address) { emit(BOp::kConstAddr, to, 0, 0, {word(address)}); }

void Emitter::make(Slot to, Value* v) {
  switch (v->op) {
    case Op::kConst: constant(to, v->aux_int); break;
    case Op::kConstString:
      emit(BOp::kConstStr, to, 0, 0, {word(v->aux.string->data()), v->aux.string->size()});
      break;
    case Op::kZero: zero(to, shape(v).slots); break;
    case Op::kFuncValue: address_constant(to, &target_.function(v->aux.function)->self_closure); break;
    case Op::kGlobalAddr: address_constant(to, target_.global(v->aux.global)); break;
    case Op::kTypeDesc: address_constant(to, target_.type(v->aux.type)); break;
    case Op::kAlloc: builder_.emit_imm32(BOp::kLocalAddr, to, static_cast<std::int32_t>(frame_.variable(v))); break;
    case Op::kMakeIface: make_iface(to, v); break;
    default: unsupported(v);
  }
}

void Emitter::add_move(std::vector<Move>& moves, std::vector<std::pair<Slot, Value*>>& constants, Slot to, Value* v) {
  const std::uint32_t slots = shape(v).slots;
  if (slots == 0) return;
  if (!in_slots(v)) {
    constants.push_back({to, v});
    return;
  }
  const Slot from = src(v);
  if (from == to) return;
  for (std::uint32_t i = 0; i < slots; ++i) moves.push_back({static_cast<Slot>(to + i), static_cast<Slot>(from + i)});
}

namespace {

struct Run {
  std::uint32_t dst, src, count;
  bool overwrites(const Run& other) const { return dst < other.src + other.count && other.src < dst + count; }
};

}  // namespace

// Moves that happen at once, in an order that overwrites nothing still needed. Runs of slots move in one instruction,
// which reads all of its sources first; a cycle goes through a scratch slot.
void Emitter::parallel(std::vector<Move> moves, std::vector<std::pair<Slot, Value*>> constants) {
  std::erase_if(moves, [](const Move& m) { return m.dst == m.src; });
  std::sort(moves.begin(), moves.end(), [](const Move& x, const Move& y) { return x.dst < y.dst; });
  std::vector<Run> runs;
  for (const Move& m : moves) {
    if (!runs.empty() && runs.back().dst + runs.back().count == m.dst && runs.back().src + runs.back().count == m.src) {
      ++runs.back().count;
    } else {
      runs.push_back({m.dst, m.src, 1});
    }
  }
  while (!runs.empty()) {
    bool progress = false;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const bool blocked = std::any_of(runs.begin(), runs.end(), [&](const Run& r) { return &r != &runs[i] && runs[i].overwrites(r); });
      if (blocked) continue;
      move(static_cast<Slot>(runs[i].dst), static_cast<Slot>(runs[i].src), runs[i].count);
      runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(i));
      progress = true;
      --i;
    }
    if (progress || runs.empty()) continue;
    // The shortest run whose source others wait to overwrite is saved; they may go ahead then.
    Run* shortest = nullptr;
    for (Run& r : runs) {
      const bool blocks = std::any_of(runs.begin(), runs.end(), [&](const Run& w) { return &w != &r && w.overwrites(r); });
      if (blocks && (shortest == nullptr || r.count < shortest->count)) shortest = &r;
    }
    const Slot saved = scratch(shortest->count);
    move(saved, static_cast<Slot>(shortest->src), shortest->count);
    shortest->src = saved;
  }
  for (auto& [to, v] : constants) put(to, v);
}

Slot Emitter::gather(std::span<Value* const> values, std::uint32_t* slots) {
  std::uint32_t total = 0;
  for (Value* v : values) total += shape(v).slots;
  if (slots != nullptr) *slots = total;
  if (values.size() == 1 && total != 0) return src(values[0]);
  const Slot at = scratch(std::max<std::uint32_t>(1, total));
  std::uint32_t to = at;
  for (Value* v : values) {
    put(static_cast<Slot>(to), v);
    to += shape(v).slots;
  }
  return at;
}

// ---- dispatch

// A load or store checks its address: what panics is the folded part of it nearest to the base.
const Value* Emitter::place_of(const Value* v) const {
  if (v->op != ir::Op::kLoad && v->op != ir::Op::kStore) return v;
  const Value* place = v;
  for (const Value* a = v->args[0]; selection_.fold(a) == Fold::kFolded && !a->args.empty(); a = a->args[0]) {
    if (a->op == ir::Op::kIndexAddr || a->op == ir::Op::kNilCheck) place = a;
  }
  return place;
}

// Bits of bc::UnsignedRow for what v and the addresses folded into it index with.
std::uint8_t Emitter::unsigned_operands(const Value* v) const {
  auto is_unsigned = [](const Value* index) { return types::is_unsigned(index->type) && types::size_of(index->type) == 8; };
  switch (v->op) {
    case Op::kIndexAddr: case Op::kStringIndex: case Op::kIndexVal: return is_unsigned(v->args[1]) ? 1 : 0;
    case Op::kBoundsCheck: return is_unsigned(v->args[0]) ? 1 : 0;
    case Op::kLoad: case Op::kStore: {
      const Value* place = place_of(v);
      return place == v ? 0 : unsigned_operands(place);
    }
    case Op::kSlice: {
      std::uint8_t bits = 0;
      std::size_t next = 1;
      for (int i = 0; i < 3; ++i) {
        if ((v->aux_int >> i & 1) != 0 && is_unsigned(v->args[next++])) bits |= static_cast<std::uint8_t>(1 << i);
      }
      return bits;
    }
    default: return 0;
  }
}

void Emitter::value(Value* v) {
  const Fold f = selection_.fold(v);
  if (f == Fold::kFolded || f == Fold::kAlias || v->op == Op::kPhi || v->op == Op::kParam) return;
  if (v->op == Op::kAlloc && selection_.in_frame(v)) {
    lines_->mark(builder_.position(), v->pos, v->inlined);
    alloc(v);
    return;
  }
  if (f == Fold::kConst) return;
  if (f == Fold::kUnused && !selection_.effect(v)) return;
  scratch_ = 0;
  const Value* place = place_of(v);
  const std::uint32_t from = builder_.position();
  lines_->mark(from, place->pos, place->inlined);
  live_.value(from, v);
  emit_value(v, f);
  live_.scratch(scratch_);
  if (const std::uint8_t operands = unsigned_operands(v); operands != 0) {
    for (std::uint32_t word = from; word < builder_.position(); ++word) code_.unsigned_operands.push_back({word, operands});
  }
}

void Emitter::emit_value(Value* v, Fold f) {
  if (arithmetic(v) || compare(v) || memory(v) || aggregate(v) || call(v) || slices(v) || interfaces(v) || maps(v) ||
      atomics(v)) {
    return;
  }
  if (f == Fold::kSlot) {
    // A hoisted constant.
    switch (v->op) {
      case Op::kConst: case Op::kConstString: case Op::kZero: case Op::kFuncValue: case Op::kGlobalAddr:
      case Op::kTypeDesc: make(dst(v), v); return;
      default: break;
    }
  }
  unsupported(v);
}

}  // namespace govm::codegen
