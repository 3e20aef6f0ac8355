// Where slots hold live pointers.
//
// A value's slots do from where it is defined to its last use. A variable of the frame does from where it is made to the
// last instruction that names it; what holds its address keeps it alive beyond, which the collector finds out by itself
// (vm/runtime/visit.cpp), so an address that is in no slot must not be in the heap either: escape analysis sees to that.
#include <algorithm>

#include "compiler/codegen/frame.h"
#include "compiler/opt/escape.h"

namespace govm::codegen {

using ir::Op;

namespace {
bool is_uintptr(types::Type* t) {
  auto* basic = types::under_as<types::Basic>(t);
  return basic != nullptr && basic->kind == types::BasicKind::kUintptr;
}

void mark_slot(std::uint32_t slot, std::vector<std::uint8_t>& bits) {
  bits.resize(std::max<std::size_t>(bits.size(), slot / 8 + 1));
  bits[slot / 8] |= static_cast<std::uint8_t>(1u << (slot % 8));
}
}  // namespace

// uintptr(unsafe.Pointer(p)), perhaps with something added: kept alive like a pointer, for system calls, and because such
// a sum may have been moved away from its conversion back.
bool Frame::address_as_number(const Value* v, int depth) const {
  if (!is_uintptr(v->type)) return false;
  const auto operand = [&](std::size_t i) { return depth > 0 && address_as_number(v->args[i], depth - 1); };
  switch (v->op) {
    case Op::kConvert: case Op::kChangeType: case Op::kCopy:
      return shapes_.of(v->args[0]->type).rep == Rep::kPtr || operand(0);
    case Op::kAdd: return operand(0) || operand(1);
    case Op::kSub: case Op::kAnd: case Op::kAndNot: return operand(0);
    case Op::kParam:
      return fn_.package != nullptr && fn_.package->is_std && fn_.package->path.str().find("syscall") != std::string_view::npos;
    default: return false;
  }
}

bool Frame::passes_as_number(const Value* call, const Value* root) const {
  return std::any_of(call->args.begin(), call->args.end(), [&](Value* x) {
    return address_as_number(x) && selection_.resolve(x).root == root;
  });
}

void Frame::find_numbers() {
  for (const Block* b : order_) {
    for (const Value* v : b->values) {
      if (v->op != Op::kStore || !address_as_number(v->args[1])) continue;
      if (const Value* into = opt::allocation_of(v->args[0]); into != nullptr) holds_numbers_.insert(into);
    }
  }
}

void Frame::add_pointers(const std::vector<std::uint8_t>& bits, const std::vector<Segment>& segments) {
  for (std::uint32_t s = 0; s < bits.size() * 8; ++s) {
    if ((bits[s / 8] >> (s % 8) & 1) == 0) continue;
    if (pointers_.size() <= s) pointers_.resize(s + 1);
    pointers_[s].insert(pointers_[s].end(), segments.begin(), segments.end());
  }
}

// Numbers that are pointers again, as unsafe.Pointer(v.Pointer()): by the values that hold them, in which slots.
std::unordered_map<const Value*, std::vector<std::uint32_t>> Frame::numbers_as_addresses() const {
  std::unordered_map<const Value*, std::vector<std::uint32_t>> found;
  for (const Block* b : order_) {
    for (Value* v : b->values) {
      if (v->op != Op::kChangeType || selection_.fold(v) != Fold::kAlias || !is_uintptr(v->args[0]->type)) continue;
      if (shapes_.of(v->type).rep != Rep::kPtr) continue;
      const Selection::Part part = selection_.resolve(v);
      found[part.root].push_back(part.slot);
    }
  }
  return found;
}

void Frame::map_pointers() {
  const auto addresses = numbers_as_addresses();
  for (const auto& [index, slot] : placed_) {
    const Class& c = classes_[index];
    std::vector<std::uint8_t> bits;
    for (const Value* v : c.values) {
      mark_pointers(v->type, slot, bits);
      if (address_as_number(v)) mark_slot(slot, bits);
      if (const auto it = addresses.find(v); it != addresses.end()) {
        for (const std::uint32_t part : it->second) mark_slot(slot + part, bits);
      }
    }
    add_pointers(bits, c.segments);
  }
  variable_segments();
  for (auto& segments : pointers_) {
    std::sort(segments.begin(), segments.end(), [](const Segment& a, const Segment& b) { return a.from < b.from; });
  }
}

void Frame::closure_bits(const Value* v, std::uint32_t at, std::vector<std::uint8_t>& bits) const {
  for (const Value* x : v->args) {
    mark_pointers(x->type, at, bits);
    if (address_as_number(x)) mark_slot(at, bits);
    at += shapes_.of(x->type).slots;
  }
}

void Frame::map_variable(const Value* v, std::uint32_t slot, const std::vector<Segment>& segments) {
  std::vector<std::uint8_t> bits;
  if (holds_numbers(v)) {
    for (std::uint32_t i = 0; i < shapes_.of(pointee(v->type)).slots; ++i) mark_slot(slot + i, bits);
  } else if (v->op == Op::kAlloc) {
    mark_pointers(pointee(v->type), slot, bits);
  } else if (v->op == Op::kMakeClosure) {
    closure_bits(v, slot + 1, bits);
  } else if (v->op == Op::kMakeIface) {
    mark_pointers(v->args[0]->type, slot, bits);
    if (address_as_number(v->args[0])) mark_slot(slot, bits);
  } else if (ir::makes_text(v->op)) {
    return;
  } else {
    std::int64_t cap = 0;
    Selection::constant(v->args[1], &cap);
    types::Type* elem = types::under_as<types::Slice>(v->type)->elem;
    const std::int64_t size = shapes_.of(elem).size;
    if (!shapes_.of(elem).pointers) return;
    for (std::int64_t i = 0; i < cap; ++i) mark_pointers(elem, slot + static_cast<std::uint32_t>(i * size / 8), bits);
  }
  add_pointers(bits, segments);
  if (pointer_map_.size() < bits.size()) pointer_map_.resize(bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i) pointer_map_[i] |= bits[i];
}

// The frame's variables that v's code names, folded operands included.
void Frame::touched(const Value* v, const std::function<void(const Value*)>& use) const {
  for (const Value* x : v->args) {
    if (x->op == Op::kSlice && holds_numbers(x->args[0]) && variables_.contains(x->args[0])) use(x->args[0]);
    if (variables_.contains(x)) use(x);
    else if (selection_.fold(x) != Fold::kSlot && x->op != Op::kPhi) touched(x, use);
  }
}

void Frame::variable_segments() {
  if (variables_.empty()) return;
  std::vector<const Value*> list;
  std::unordered_map<const Value*, std::uint32_t> number;
  for (const auto& [v, slot] : variables_) {
    number[v] = static_cast<std::uint32_t>(list.size());
    list.push_back(v);
  }
  const std::size_t n = list.size();
  std::vector<BitSet> in(fn_.next_block_id, BitSet(n));
  std::vector<std::vector<Segment>> segments(n);
  auto out = [&](const Block* b) {
    BitSet live(n);
    for (const Block* succ : b->succs) {
      live.add(in[succ->id]);
      for (const Value* phi : succ->values) {
        if (phi->op != Op::kPhi) break;
        for (std::size_t p = 0; p < succ->preds.size(); ++p) {
          if (succ->preds[p] != b) continue;
          const Value* x = phi->args[p];
          if (auto it = number.find(x); it != number.end()) live.set(it->second);
          else if (selection_.fold(x) != Fold::kSlot && x->op != Op::kPhi) touched(x, [&](const Value* y) { live.set(number.at(y)); });
        }
      }
    }
    return live;
  };
  // Backwards through a block; `record` notes where what lives does so.
  auto walk = [&](const Block* b, bool record) {
    BitSet live = out(b);
    std::vector<std::uint32_t> end(record ? n : 0, block_to_[b->id]);
    for (auto it = b->values.rbegin(); it != b->values.rend(); ++it) {
      const Value* v = *it;
      const std::uint32_t at = position_[v->id];
      if (auto mine = number.find(v); mine != number.end()) {
        if (record) segments[mine->second].push_back({at, live.test(mine->second) ? end[mine->second] : at + 2});
        live.reset(mine->second);
      }
      if (v->op == Op::kPhi) continue;
      touched(v, [&](const Value* x) {
        const std::uint32_t i = number.at(x);
        if (live.test(i)) return;
        live.set(i);
        // The callee keeps its parameters itself, unless they are numbers.
        if (record) end[i] = is_call(v) && !holds_numbers(x) ? at + 1 : at + 2;
      });
    }
    if (record) live.each([&](std::uint32_t i) { segments[i].push_back({block_from_[b->id], end[i]}); });
    return live;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
      BitSet live = walk(*it, false);
      if (live == in[(*it)->id]) continue;
      in[(*it)->id] = std::move(live);
      changed = true;
    }
  }
  for (const Block* b : order_) walk(b, true);
  // A recovered panic returns the results, from anywhere.
  for (const Value* v : fn_.result_allocs) {
    if (auto it = number.find(v); it != number.end()) segments[it->second] = {{0, kNone}};
  }
  for (std::uint32_t i = 0; i < n; ++i) map_variable(list[i], variables_.at(list[i]), segments[i]);
}

void Frame::live(std::uint32_t low, std::uint32_t high, std::vector<std::uint8_t>& bits) const {
  for (std::uint32_t s = 0; s < pointers_.size(); ++s) {
    const auto& segments = pointers_[s];
    if (segments.empty()) continue;
    const auto it = std::partition_point(segments.begin(), segments.end(), [&](const Segment& x) { return x.to <= low; });
    if (it != segments.end() && (it->from <= high || it->to == kNone)) bits[s / 8] |= static_cast<std::uint8_t>(1u << (s % 8));
  }
}

std::vector<bc::FrameVariable> Frame::variable_list() const {
  std::vector<bc::FrameVariable> list;
  for (const auto& [v, slot] : variables_) {
    const std::uint32_t slots = variable_slots(v);
    if (slots != 0) list.push_back({slot, slots});
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.slot < b.slot; });
  return list;
}

}  // namespace govm::codegen
