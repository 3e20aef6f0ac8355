#include "compiler/codegen/frame.h"

#include <algorithm>

#include "base/assert.h"
#include "compiler/codegen/by_reference.h"
#include "vm/bytecode/instruction.h"

namespace govm::codegen {

using ir::Op;

namespace {
constexpr std::uint32_t kMaxInPlaceGrowth = 16;  // slots a frame may grow by to save the move of a call's result
}

bool Frame::is_call(const Value* v) {
  switch (v->op) {
    case Op::kCall: case Op::kCallClosure: case Op::kCallIface: case Op::kRunDefers: return true;
    default: return false;
  }
}

bool Frame::clobbers_early(const Value* v, const Selection& selection) {
  Shapes& shapes = selection.shapes();
  const Shape s = shapes.of(v->type);
  switch (v->op) {
    case Op::kStructMake: case Op::kArrayMake: case Op::kStringMake: case Op::kSliceMake: case Op::kComplexMake:
    case Op::kMapGetOk: case Op::kMapGet: case Op::kIndexVal: case Op::kCondSelect: case Op::kMakeIface:
    case Op::kMakeClosure: case Op::kMakeSlice: case Op::kAppend: case Op::kTypeAssert: case Op::kIfaceType:
    case Op::kSelect: case Op::kMin: case Op::kMax: case Op::kIntrinsic:
      return true;
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: case Op::kShl: case Op::kShr:
      return v->args.empty() || !shapes.of(v->args[0]->type).one_word() || v->op == Op::kShl || v->op == Op::kShr;
    case Op::kConvert: return !s.one_word() || !shapes.of(v->args[0]->type).one_word();
    default: return s.rep == Rep::kC64 || s.rep == Rep::kC128;
  }
}

Frame::Frame(Function& fn, const Selection& selection, const std::vector<Block*>& order)
    : fn_(fn), selection_(selection), shapes_(selection.shapes()), order_(order) {
  slot_.assign(fn.next_value_id, kNone);
  place_parameters();
  place_variables();
  if (first_free_ > 60000) {
    top_ = first_free_;
    return;
  }
  number();
  liveness();
  build_intervals();
  coalesce();
  hint_arguments();
  assign();
  find_numbers();
  map_pointers();
}

void Frame::place_parameters() {
  std::uint32_t at = 0;
  for (types::Type* t : fn_.params) {
    params_.push_back(at);
    at += passed_shape(shapes_, t).slots;
  }
  param_slots_ = at;
  for (types::Type* t : fn_.results) {
    results_.push_back(at);
    at += passed_shape(shapes_, t).slots;
  }
  result_slots_ = at - param_slots_;
  first_free_ = at;
}

void Frame::place_variables() {
  for (Block* b : order_) {
    for (const Value* v : b->values) {
      if (!selection_.in_frame(v)) continue;
      variables_[v] = first_free_;
      first_free_ += variable_slots(v);
    }
  }
}

std::uint32_t Frame::variable_slots(const Value* v) const {
  switch (v->op) {
    case Op::kAlloc: return shapes_.of(pointee(v->type)).slots;
    case Op::kMakeIface: return shapes_.of(v->args[0]->type).slots;
    case Op::kRunesFromString: return bc::kTextRunes / 2;
    case Op::kMakeSlice: {
      std::int64_t cap = 0;
      Selection::constant(v->args[1], &cap);
      return slots_of(cap * shapes_.of(types::under_as<types::Slice>(v->type)->elem).size);
    }
    case Op::kMakeClosure: {
      std::uint32_t slots = 1;
      for (const Value* x : v->args) slots += shapes_.of(x->type).slots;
      return slots;
    }
    default: return bc::kTextBytes / 8;
  }
}

void Frame::number() {
  position_.assign(fn_.next_value_id, 0);
  block_from_.assign(fn_.next_block_id, 0);
  block_to_.assign(fn_.next_block_id, 0);
  index_.assign(fn_.next_value_id, kNone);
  std::uint32_t at = 2;
  for (Block* b : order_) {
    block_from_[b->id] = at;
    for (const Value* v : b->values) {
      position_[v->id] = v->op == Op::kPhi ? block_from_[b->id] : at;
      if (v->op != Op::kPhi) at += 2;
      if (is_call(v)) call_list_.push_back(v);
      if (selection_.fold(v) == Fold::kSlot) {
        index_[v->id] = static_cast<std::uint32_t>(values_.size());
        values_.push_back(v);
      }
    }
    at += 2;
    block_to_[b->id] = at;
  }
}

BitSet Frame::live_out(const Block* b) const {
  BitSet live(values_.size());
  for (const Block* succ : b->succs) {
    live.add(live_in_[succ->id]);
    if (succ->values.empty() || succ->values[0]->op != Op::kPhi) continue;
    for (std::size_t p = 0; p < succ->preds.size(); ++p) {
      if (succ->preds[p] != b) continue;
      for (const Value* phi : succ->values) {
        if (phi->op != Op::kPhi) break;
        if (!selection_.wanted(phi)) continue;
        const Value* root = selection_.resolve(phi->args[p]).root;
        if (index_[root->id] != kNone) live.set(index_[root->id]);
      }
    }
  }
  return live;
}

void Frame::liveness() {
  const std::size_t n = values_.size();
  live_in_.assign(fn_.next_block_id, BitSet(n));
  // What a block reads before it writes, and what it writes.
  std::vector<BitSet> reads(fn_.next_block_id, BitSet(n));
  for (const Block* b : order_) {
    BitSet& live = reads[b->id];
    for (auto v = b->values.rbegin(); v != b->values.rend(); ++v) {
      if (index_[(*v)->id] != kNone) live.reset(index_[(*v)->id]);
      if (!emitted(*v)) continue;
      selection_.uses(*v, [&](Value* root) {
        if (index_[root->id] != kNone) live.set(index_[root->id]);
      });
    }
  }
  bool changed = true;
  while (changed) {
    changed = false;
    for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
      const Block* b = *it;
      BitSet live = live_out(b);
      for (const Value* v : b->values) {
        if (index_[v->id] != kNone) live.reset(index_[v->id]);
      }
      live.add(reads[b->id]);
      if (live != live_in_[b->id]) {
        live_in_[b->id] = std::move(live);
        changed = true;
      }
    }
  }
}

// Has code of its own (phis' reads happen at the end of their predecessors).
bool Frame::emitted(const Value* v) const {
  if (v->op == Op::kPhi) return false;
  const Fold f = selection_.fold(v);
  return f == Fold::kSlot || (f == Fold::kUnused && selection_.effect(v));
}

void Frame::add_segment(std::uint32_t index, std::uint32_t from, std::uint32_t to) {
  // Built backwards: the new segment lies before the others or touches the last one added.
  auto& segments = classes_[index].segments;
  if (!segments.empty() && segments.back().from <= to) {
    segments.back().from = std::min(segments.back().from, from);
    segments.back().to = std::max(segments.back().to, to);
  } else {
    segments.push_back({from, to});
  }
}

void Frame::build_intervals() {
  const std::size_t n = values_.size();
  classes_.resize(n);
  parent_.resize(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    parent_[i] = i;
    classes_[i].values.push_back(values_[i]);
    classes_[i].slots = shapes_.of(values_[i]->type).slots;
  }
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    Block* b = *it;
    const std::uint32_t from = block_from_[b->id], to = block_to_[b->id];
    BitSet live = live_out(b);
    live.each([&](std::uint32_t i) { add_segment(i, from, to); });
    for (auto v = b->values.rbegin(); v != b->values.rend(); ++v) {
      const Value* value = *v;
      const std::uint32_t at = position_[value->id];
      if (const std::uint32_t i = index_[value->id]; i != kNone) {
        const bool phi = value->op == Op::kPhi;
        std::uint32_t def = phi ? from : clobbers_early(value, selection_) ? at : at + 1;
        if (value->op == Op::kParam) def = 0;
        auto& segments = classes_[i].segments;
        if (live.test(i)) {
          segments.back().from = def;
        } else {
          add_segment(i, def, at + 2);
        }
        live.reset(i);
      }
      if (!emitted(value)) continue;
      selection_.uses(value, [&](Value* root) {
        const std::uint32_t i = index_[root->id];
        if (i == kNone) return;
        // What CallClosure and CallIface call through is read after the arguments were written.
        const bool callee = (value->op == Op::kCallClosure || value->op == Op::kCallIface) &&
                            selection_.resolve(value->args[0]).root == root;
        // As gc, an address passed as a number is kept until the call returns.
        const bool kept = callee || (is_call(value) && passes_as_number(value, root));
        const std::uint32_t end = kept ? at + 2 : at + 1;
        if (!live.test(i)) {
          add_segment(i, from, end);
          live.set(i);
        } else if (kept && classes_[i].segments.back().to < end) {
          classes_[i].segments.back().to = end;
        }
      });
    }
  }
  for (Class& c : classes_) std::reverse(c.segments.begin(), c.segments.end());
  // Results that live in memory must be reachable from everywhere: a recovered panic returns them.
  for (const Value* v : fn_.result_allocs) {
    if (const std::uint32_t i = index_[v->id]; i != kNone) classes_[i].segments = {{0, kNone}};
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    if (values_[i]->op == Op::kParam) classes_[i].fixed = params_[static_cast<std::size_t>(values_[i]->aux_int)];
    if (is_call(values_[i])) classes_[i].result_of = values_[i];
  }
}

std::uint32_t Frame::find(std::uint32_t index) {
  while (parent_[index] != index) index = parent_[index] = parent_[parent_[index]];
  return index;
}

bool Frame::merge(std::uint32_t a, std::uint32_t b) {
  a = find(a);
  b = find(b);
  if (a == b) return true;
  Class& x = classes_[a];
  Class& y = classes_[b];
  if (x.slots != y.slots || (x.fixed != kNone && y.fixed != kNone)) return false;
  std::vector<Segment> all;
  std::size_t i = 0, j = 0;
  while (i < x.segments.size() || j < y.segments.size()) {
    const bool first = j == y.segments.size() || (i < x.segments.size() && x.segments[i].from < y.segments[j].from);
    const Segment s = first ? x.segments[i++] : y.segments[j++];
    if (!all.empty() && s.from < all.back().to) return false;
    if (!all.empty() && s.from == all.back().to) {
      all.back().to = s.to;
    } else {
      all.push_back(s);
    }
  }
  x.segments = std::move(all);
  x.values.insert(x.values.end(), y.values.begin(), y.values.end());
  if (y.fixed != kNone) x.fixed = y.fixed;
  x.result_of = nullptr;
  y.segments.clear();
  y.values.clear();
  parent_[b] = a;
  return true;
}

// A phi shares the slots of its arguments where they are not alive at the same time.
void Frame::coalesce() {
  auto index_of = [&](Value* v) {
    const Selection::Part part = selection_.resolve(v);
    return part.slot == 0 ? index_[part.root->id] : kNone;
  };
  for (Block* b : order_) {
    for (Value* phi : b->values) {
      if (phi->op != Op::kPhi) break;
      if (index_[phi->id] == kNone) continue;
      // Back edges first: moves there cost most.
      for (int back = 1; back >= 0; --back) {
        for (std::size_t p = 0; p < phi->args.size(); ++p) {
          if ((block_from_[b->preds[p]->id] >= block_from_[b->id]) != (back == 1)) continue;
          const std::uint32_t other = index_of(phi->args[p]);
          if (other != kNone) merge(index_[phi->id], other);
        }
      }
    }
  }
}

bool Frame::crosses(const Class& c, std::uint32_t position) const {
  auto it = std::upper_bound(c.segments.begin(), c.segments.end(), position,
                             [](std::uint32_t p, const Segment& s) { return p < s.from; });
  if (it == c.segments.begin()) return false;
  --it;
  return it->to > position + 1;
}

bool Frame::crosses_call(const Class& c) const {
  for (const Segment& s : c.segments) {
    auto it = std::lower_bound(call_list_.begin(), call_list_.end(), s.from,
                               [&](const Value* call, std::uint32_t p) { return position_[call->id] < p; });
    if (it != call_list_.end() && s.to > position_[(*it)->id] + 1) return true;
  }
  return false;
}

void Frame::hint_arguments() {
  for (const Value* call : call_list_) {
    if (call->op == Op::kRunDefers) continue;
    std::uint32_t offset = call->op == Op::kCallIface ? 1 : 0;
    for (std::size_t i = call->op == Op::kCall ? 0 : 1; i < call->args.size(); ++i) {
      Value* x = call->args[i];
      const std::uint32_t slots = shapes_.of(x->type).slots;
      const Selection::Part part = selection_.resolve(x);
      if (slots != 0 && part.slot == 0 && index_[part.root->id] != kNone) {
        Class& c = classes_[find(index_[part.root->id])];
        if (c.slots == slots && c.fixed == kNone && !c.hinted && !crosses_call(c)) {
          c.hinted = true;
          c.hint_call = call;
          c.hint_offset = offset;
        }
      }
      offset += slots;
    }
  }
}

std::uint32_t Frame::argument_slots(const Value* call) const {
  std::uint32_t n = call->op == Op::kCallIface ? 1 : 0;
  for (std::size_t i = call->op == Op::kCall ? 0 : 1; i < call->args.size(); ++i) n += shapes_.of(call->args[i]->type).slots;
  return n;
}

std::uint32_t Frame::call_slots(const Value* call) const {
  return call->op == Op::kRunDefers ? 0 : argument_slots(call) + shapes_.of(call->type).slots;
}

bool Frame::free_at(const Class& c, std::uint32_t slot) const {
  for (std::uint32_t s = slot; s < slot + c.slots && s < busy_.size(); ++s) {
    const auto& busy = busy_[s];
    if (busy.empty()) continue;
    for (const Segment& mine : c.segments) {
      auto it = std::lower_bound(busy.begin(), busy.end(), mine.from,
                                 [](const Segment& other, std::uint32_t p) { return other.to <= p; });
      if (it != busy.end() && it->from < mine.to) return false;
    }
  }
  return true;
}

void Frame::occupy(std::uint32_t index, std::uint32_t slot) {
  const Class& c = classes_[index];
  if (busy_.size() < slot + c.slots) busy_.resize(slot + c.slots);
  for (std::uint32_t s = slot; s < slot + c.slots; ++s) {
    auto& busy = busy_[s];
    for (const Segment& mine : c.segments) {
      auto it = std::lower_bound(busy.begin(), busy.end(), mine.from,
                                 [](const Segment& other, std::uint32_t p) { return other.from < p; });
      busy.insert(it, mine);
    }
  }
  placed_.push_back({index, slot});
  top_ = std::max(top_, slot + c.slots);
  for (const Value* v : c.values) slot_[v->id] = slot;
}

std::uint32_t Frame::first_fit(const Class& c) const {
  // Slots of parameters and results that are not in use may be taken; frame variables' may not.
  for (std::uint32_t s = 0; s + c.slots <= param_slots_ + result_slots_; ++s) {
    if (free_at(c, s)) return s;
  }
  std::uint32_t s = first_free_;
  while (!free_at(c, s)) ++s;
  return s;
}

// The frame of a called function begins behind everything that lives across the call, and its header.
std::uint32_t Frame::base_of(const Value* call) {
  if (auto it = calls_.find(call); it != calls_.end()) return it->second;
  const std::uint32_t position = position_[call->id];
  std::uint32_t end = variables_.empty() ? 0 : first_free_;
  for (const auto& [index, slot] : placed_) {
    if (slot + classes_[index].slots > end && crosses(classes_[index], position)) end = slot + classes_[index].slots;
  }
  const std::uint32_t base = end + bc::kHeaderSlots;
  calls_[call] = base;
  top_ = std::max(top_, base + call_slots(call));
  return base;
}

void Frame::assign() {
  top_ = first_free_;
  std::vector<std::uint32_t> queue;
  for (std::uint32_t i = 0; i < classes_.size(); ++i) {
    if (find(i) == i && !classes_[i].segments.empty()) queue.push_back(i);
  }
  std::sort(queue.begin(), queue.end(), [&](std::uint32_t a, std::uint32_t b) {
    const std::uint32_t x = classes_[a].segments.front().from, y = classes_[b].segments.front().from;
    return x != y ? x < y : a < b;
  });
  for (std::uint32_t i : queue) {
    if (classes_[i].fixed != kNone) occupy(i, classes_[i].fixed);
  }
  for (std::uint32_t i : queue) {
    Class& c = classes_[i];
    if (c.fixed != kNone || c.hinted) continue;
    const std::uint32_t low = first_fit(c);
    if (c.result_of != nullptr) {
      // Left where the call put it, unless that makes the frame much longer.
      const std::uint32_t place = base_of(c.result_of) + argument_slots(c.result_of);
      if (free_at(c, place) && (!crosses_call(c) || place <= low + kMaxInPlaceGrowth)) {
        occupy(i, place);
        continue;
      }
    }
    occupy(i, low);
  }
  for (const Value* call : call_list_) base_of(call);
  for (std::uint32_t i : queue) {
    Class& c = classes_[i];
    if (!c.hinted || c.fixed != kNone) continue;
    const std::uint32_t place = base_of(c.hint_call) + c.hint_offset;
    occupy(i, free_at(c, place) ? place : first_fit(c));
  }
}

}  // namespace govm::codegen
