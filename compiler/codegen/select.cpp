#include "compiler/codegen/select.h"

#include <algorithm>

#include "base/assert.h"

namespace govm::codegen {

using ir::Op;

namespace {

constexpr std::int64_t kMaxFrameVariable = 32 << 10;   // bytes; larger ones go to the heap

bool fits16(std::int64_t v) { return v >= INT16_MIN && v <= INT16_MAX; }

bool is_compare(Op op) {
  return op == Op::kEq || op == Op::kNe || op == Op::kLt || op == Op::kLe || op == Op::kGt || op == Op::kGe;
}

// Converting between these integers leaves the 64-bit extended form as it is.
bool same_extension(Shape from, Shape to) {
  if (!from.is_int() || !to.is_int()) return false;
  if (to.size == 8 || from.rep == to.rep) return true;
  return to.size > from.size && (!from.is_signed() || to.is_signed());
}

}  // namespace

types::Type* pointee(types::Type* pointer) {
  auto* p = types::under_as<types::Pointer>(pointer);
  return p ? p->base : nullptr;
}

Selection::Selection(Function& fn, Shapes& shapes, const opt::Loops& loops) : fn_(fn), shapes_(shapes), loops_(loops) {
  grow();
  collect_users();
  fold_conditions();
  fold_products();
  fold_elements();
  fold_nil_checks();
  pin_frame_addresses();
  hoist_constants();
  mark_wanted();
  decide();
}

void Selection::grow() {
  fold_.resize(fn_.next_value_id, Fold::kUnused);
  for (auto* bits : {&wanted_, &folded_, &nil_folded_, &pinned_}) bits->resize(fn_.next_value_id);
  users_.resize(fn_.next_value_id);
}

namespace {

bool boxes_constant(const Value* v, Shapes& shapes) {
  const Value* x = v->args[0];
  while (x->op == Op::kCopy || x->op == Op::kChangeType) x = x->args[0];
  switch (x->op) {
    case Op::kConst: case Op::kConstString: case Op::kFuncValue: case Op::kGlobalAddr: return true;
    case Op::kZero: return shapes.of(v->args[0]->type).size <= 64;
    default: return false;
  }
}

}  // namespace

bool Selection::in_frame(const Value* v, Shapes& shapes) {
  if (v->op == Op::kMakeIface) {
    if ((v->aux_int & ir::kMayLieInFrame) == 0 || ir::is_direct_iface(v->args[0]->type) || boxes_constant(v, shapes)) return false;
    const std::int64_t size = shapes.of(v->args[0]->type).size;
    return size > 0 && size <= kMaxFrameVariable;
  }
  if (ir::makes_text(v->op)) return (v->aux_int & ir::kMayLieInFrame) != 0;
  if ((v->aux_int & 1) != 0) return false;
  switch (v->op) {
    case Op::kAlloc: {
      // All zero-size variables share one address.
      const std::int64_t size = shapes.of(pointee(v->type)).size;
      return size > 0 && size <= kMaxFrameVariable;
    }
    case Op::kMakeClosure: return true;
    case Op::kMakeSlice: {
      if ((v->aux_int & ir::kZeroesOnly) != 0) return false;
      std::int64_t len = 0, cap = 0;
      auto* slice = types::under_as<types::Slice>(v->type);
      const std::int64_t size = shapes.of(slice->elem).size;
      if (!constant(v->args[1], &cap) || cap < 0 || cap > kMaxFrameVariable || cap * size > kMaxFrameVariable) return false;
      return !constant(v->args[0], &len) || (len >= 0 && len <= cap);
    }
    default: return false;
  }
}

bool Selection::constant(const Value* v, std::int64_t* out) {
  while (v->op == Op::kCopy || v->op == Op::kChangeType) v = v->args[0];
  if (v->op != Op::kConst) return false;
  *out = v->aux_int;
  return true;
}

bool Selection::is_constant_op(const Value* v) const {
  if (pinned_[v->id]) return false;
  switch (v->op) {
    case Op::kConst: case Op::kConstString: case Op::kZero: case Op::kFuncValue: case Op::kGlobalAddr:
    case Op::kTypeDesc: return true;
    case Op::kAlloc: return in_frame(v);
    case Op::kMakeIface: return static_iface(v);
    default: return false;
  }
}

bool Selection::static_iface(const Value* v) const { return boxes_constant(v, shapes_); }

// ---- aliases and addresses

Value* Selection::alias(const Value* v, std::uint32_t* slot) const {
  *slot = 0;
  Value* x = v->args.empty() ? nullptr : v->args[0];
  switch (v->op) {
    case Op::kCopy: case Op::kChangeType:
      return shapes_.of(x->type).slots == shapes_.of(v->type).slots ? x : nullptr;
    case Op::kConvert: return same_extension(shapes_.of(x->type), shapes_.of(v->type)) ? x : nullptr;
    case Op::kExtract:
      *slot = shapes_.tuple_offset(x->type, static_cast<std::size_t>(v->aux_int));
      return x;
    case Op::kDataPtr: return x;
    case Op::kLen: *slot = 1; return x;
    case Op::kCap: *slot = 2; return x;
    case Op::kIfaceData: *slot = 1; return x;
    case Op::kIfaceType: return shapes_.of(x->type).rep == Rep::kEface ? x : nullptr;
    case Op::kReal: return shapes_.of(x->type).rep == Rep::kC128 ? x : nullptr;
    case Op::kImag: *slot = 1; return shapes_.of(x->type).rep == Rep::kC128 ? x : nullptr;
    case Op::kFieldVal: case Op::kIndexVal: {
      std::int64_t at = 0;
      const Shape s = shapes_.of(v->type);
      if (v->op == Op::kFieldVal) {
        at = types::offset_of(types::under_as<types::Struct>(x->type), static_cast<std::size_t>(v->aux_int));
      } else {
        if (!constant(v->args[1], &at)) return nullptr;
        auto* array = types::under_as<types::Array>(x->type);
        if (at < 0 || at >= array->len) return nullptr;
        at *= s.size;
      }
      *slot = static_cast<std::uint32_t>(at / 8);
      return at % 8 == 0 && (!s.one_word() || s.size == 8) ? x : nullptr;
    }
    case Op::kFieldAddr:
      return types::offset_of(types::under_as<types::Struct>(pointee(x->type)), static_cast<std::size_t>(v->aux_int)) == 0
                 ? x : nullptr;
    default: return nullptr;
  }
}

Selection::Part Selection::resolve(Value* v) const {
  std::uint32_t at = 0, slot = 0;
  while (!pinned_[v->id]) {
    Value* x = alias(v, &slot);
    if (x == nullptr) break;
    at += slot;
    v = x;
  }
  return {v, at};
}

Address Selection::address(Value* pointer) const {
  std::int64_t offset = 0;
  Value* p = pointer;
  for (;;) {
    std::int64_t step = 0;
    Value* next = nullptr;
    if (p->op == Op::kCopy || p->op == Op::kChangeType) {
      next = p->args[0];
      if (!shapes_.of(next->type).one_word()) break;
    } else if (p->op == Op::kFieldAddr) {
      next = p->args[0];
      step = types::offset_of(types::under_as<types::Struct>(pointee(next->type)), static_cast<std::size_t>(p->aux_int));
    } else if (p->op == Op::kPtrAdd && constant(p->args[1], &step)) {
      next = p->args[0];
    } else if (p->op == Op::kIndexAddr && constant_element(p)) {
      constant(p->args[1], &step);
      step *= shapes_.of(pointee(p->type)).size;
      next = p->args[0];
    }
    if (next == nullptr) break;
    const Value* root = next;
    while (root->op == Op::kFieldAddr || root->op == Op::kChangeType || root->op == Op::kCopy) root = root->args[0];
    const bool unlimited = (root->op == Op::kAlloc && in_frame(root)) || root->op == Op::kGlobalAddr;
    if (!unlimited && !fits16(offset + step)) break;
    offset += step;
    p = next;
  }
  if (folded_[p->id] && p->op == Op::kIndexAddr) return {Address::Kind::kElement, p, offset};
  if (p->op == Op::kAlloc && in_frame(p)) return {Address::Kind::kFrame, p, offset};
  if (p->op == Op::kGlobalAddr) return {Address::Kind::kGlobal, p, offset};
  if (!fits16(offset)) return {Address::Kind::kRegister, pointer, 0};
  return {Address::Kind::kRegister, p, offset};
}

// ---- operands

bool Selection::immediate(const Value* v, std::size_t i, std::int64_t* out) const {
  std::int64_t c = 0;
  if (i >= v->args.size() || !constant(v->args[i], &c)) return false;
  const Shape s = shapes_.of(v->args[0]->type);
  *out = c;
  switch (v->op) {
    case Op::kAdd:
      if (i == 0) {
        std::int64_t other = 0;
        if (constant(v->args[1], &other)) return false;
      }
      return s.is_int() && fits16(c);
    case Op::kMul: {
      std::int64_t other = 0;
      if (i == 0 && constant(v->args[1], &other)) return false;
      return s.is_int() && fits16(c);
    }
    case Op::kSub: return s.is_int() && (i == 1 ? fits16(-c) : fits16(c));
    case Op::kAnd: case Op::kOr: case Op::kXor: {
      std::int64_t other = 0;
      if (i == 0 && constant(v->args[1], &other)) return false;
      if (!s.is_int()) return false;
      return fits16(c) || (v->op == Op::kAnd && c >= 0 && c <= 0xffff);
    }
    case Op::kAndNot: return i == 1 && s.is_int() && fits16(~c);
    case Op::kShl: case Op::kShr: return i == 1 && c >= 0;
    case Op::kDiv: case Op::kRem:
      return i == 1 && s.is_int() && c != 0 && c != -1 && (s.is_signed() ? fits16(c) : (c > 0 && c <= 0xffff));
    case Op::kEq: case Op::kNe: return i == 1 && s.one_word() && !s.is_float() && fits16(c);
    case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe:
      if (i != 1 || !s.is_int()) return false;
      if (s.is_signed()) return fits16(c);
      return c >= 0 && c < 0xffff;
    case Op::kIndexAddr: {
      const bool slice = types::under_as<types::Slice>(v->args[0]->type) != nullptr;
      return i == 1 && slice && folded_[v->id] && c >= 0 && c <= 0xffff;
    }
    case Op::kStringIndex: return i == 1 && c >= 0 && c <= 0xffff;
    default: return false;
  }
}

Selection::Use Selection::use_kind(const Value* v, std::size_t i) const {
  std::int64_t c = 0;
  if (immediate(v, i, &c)) return Use::kNone;
  switch (v->op) {
    case Op::kPhi: case Op::kReturn: case Op::kCall: case Op::kStructMake: case Op::kArrayMake: case Op::kStringMake:
    case Op::kSliceMake: case Op::kComplexMake: case Op::kMakeClosure: case Op::kStringConcat: case Op::kAppend:
    case Op::kMakeIface: case Op::kCopy: case Op::kChangeType: case Op::kSelect: case Op::kCondSelect:
      return Use::kAny;
    case Op::kMakeSlice: return in_frame(v) && constant(v->args[i], &c) ? Use::kNone : Use::kSlot;
    case Op::kCallClosure: case Op::kCallIface: return i == 0 ? Use::kSlot : Use::kAny;
    case Op::kLoad: return Use::kAddress;
    case Op::kStore:
      if (i == 0) return Use::kAddress;
      return address(v->args[0]).kind == Address::Kind::kFrame ? Use::kAny : Use::kSlot;
    case Op::kEq: case Op::kNe: {
      // A comparison with a zero value needs only the other operand's first slot.
      const Shape s = shapes_.of(v->args[0]->type);
      if (v->args[i]->op == Op::kZero && (s.rep == Rep::kPtr || s.rep >= Rep::kSlice)) return Use::kNone;
      return Use::kSlot;
    }
    case Op::kIndexAddr: return i == 1 && constant_element(v) ? Use::kNone : Use::kSlot;
    case Op::kFieldAddr: case Op::kPtrAdd: return address(const_cast<Value*>(v)).base == v ? Use::kSlot : Use::kAddress;
    case Op::kMove: case Op::kZeroMem: return Use::kAny;
    case Op::kKeepAlive: return Use::kAny;
    default: return Use::kSlot;
  }
}

void Selection::uses(const Value* v, const std::function<void(Value*)>& use) const {
  auto slot_use = [&](Value* x) {
    Value* root = resolve(x).root;
    if (folded_[root->id]) {
      uses(root, use);
    } else if (!is_constant_op(root)) {
      use(root);
    }
  };
  if (v->op == Op::kFieldAddr || v->op == Op::kPtrAdd || (v->op == Op::kIndexAddr && constant_element(v))) {
    const Address a = address(const_cast<Value*>(v));
    if (a.base != v) {
      if (a.kind == Address::Kind::kRegister) slot_use(a.base);
      return;
    }
  }
  for (std::size_t i = 0; i < v->args.size(); ++i) {
    Value* x = v->args[i];
    switch (use_kind(v, i)) {
      case Use::kNone: break;
      case Use::kAny: case Use::kSlot: slot_use(x); break;
      case Use::kAddress: {
        const Address a = address(x);
        if (a.kind == Address::Kind::kRegister || a.kind == Address::Kind::kElement) slot_use(a.base);
        break;
      }
    }
  }
}

// ---- folding

void Selection::collect_users() {
  for (auto& b : fn_.blocks) {
    for (Value* v : b->values) {
      for (Value* x : v->args) users_[x->id].push_back(v);
    }
  }
}

void Selection::fold_conditions() {
  for (auto& b : fn_.blocks) {
    Value* t = b->terminator();
    if (t == nullptr || t->op != Op::kIf) continue;
    Value* c = t->args[0];
    while (c->op == Op::kNot && users_[c->id].size() == 1 && c->block == b.get()) {
      folded_[c->id] = true;
      c = c->args[0];
    }
    if (!is_compare(c->op) || users_[c->id].size() != 1 || c->block != b.get()) continue;
    const Shape s = shapes_.of(c->args[0]->type);
    const bool nil = c->op == Op::kEq || c->op == Op::kNe
                         ? c->args[0]->op == Op::kZero || c->args[1]->op == Op::kZero : false;
    if (s.one_word() || (nil && s.rep >= Rep::kSlice && s.rep <= Rep::kIface)) folded_[c->id] = true;
  }
}

// x * y + z and z - x * y of float64, rounded twice, are one instruction.
void Selection::fold_products() {
  for (auto& b : fn_.blocks) {
    for (Value* v : b->values) {
      if ((v->op != Op::kAdd && v->op != Op::kSub) || shapes_.of(v->type).rep != Rep::kF64) continue;
      for (std::size_t i : {1, 0}) {
        Value* x = v->args[i];
        if (v->op == Op::kSub && i == 0) continue;
        if (x->op != Op::kMul || x->block != b.get() || users_[x->id].size() != 1 || v->args[0] == v->args[1]) continue;
        folded_[x->id] = true;
        break;
      }
    }
  }
}

// Nothing between the two (of one block) writes memory, calls, or, unless pass_panics, may panic.
bool Selection::reaches(const Value* from, const Value* to, bool pass_panics) const {
  const auto& values = from->block->values;
  auto it = std::find(values.begin(), values.end(), from);
  for (++it; it != values.end() && *it != to; ++it) {
    const auto flags = ir::op_flags((*it)->op);
    if ((flags & (ir::kWrites | ir::kCall)) != 0) return false;
    if ((flags & ir::kMayPanic) != 0 && !pass_panics && (*it)->op != Op::kIndexAddr) return false;
  }
  return it != values.end();
}

// A constant index known to be in range: part of the address. (A slice's first slot is the pointer.)
bool Selection::constant_element(const Value* index) {
  std::int64_t c = 0;
  if (types::under_as<types::Slice>(index->args[0]->type) != nullptr) {
    return (index->flags & ir::kNoBounds) != 0 && constant(index->args[1], &c) && c >= 0 && c <= INT16_MAX;
  }
  types::Type* base = pointee(index->args[0]->type);
  auto* array = base ? types::under_as<types::Array>(base) : nullptr;
  return array != nullptr && constant(index->args[1], &c) && c >= 0 && c < array->len;
}

bool Selection::can_fold_element(Value* index) {
  const auto& users = users_[index->id];
  if (users.empty() || constant_element(index)) return false;
  types::Type* x = index->args[0]->type;
  const bool slice = types::under_as<types::Slice>(x) != nullptr;
  const Shape elem = shapes_.of(pointee(index->type));
  std::int64_t c = 0;
  const Value* first = nullptr;
  for (Value* u : users) {
    if (u->block != index->block) return false;
    const bool load = u->op == Op::kLoad;
    if (!load && !(u->op == Op::kStore && u->args[0] == index && u->args[1] != index)) return false;
    const Shape s = shapes_.of(load ? u->type : u->args[1]->type);
    if (s.size != elem.size) return false;
    const bool wide = load && slice && (s.size == 16 || s.size == 24) && (index->flags & ir::kNoBounds) == 0 &&
                      !constant(index->args[1], &c) && users.size() == 1;
    if (!s.one_word() && !wide) return false;
  }
  for (Value* v : index->block->values) {
    if (std::find(users.begin(), users.end(), v) != users.end()) {
      first = v;
      break;
    }
  }
  if ((index->flags & ir::kNoBounds) == 0 && !reaches(index, first, false)) return false;
  first_access_[index] = first;
  return true;
}

void Selection::fold_elements() {
  for (auto& b : fn_.blocks) {
    for (Value* v : b->values) {
      if (v->op == Op::kIndexAddr && can_fold_element(v)) folded_[v->id] = true;
    }
  }
}

bool Selection::checks_bounds(const Value* index, const Value* v) const {
  if ((index->flags & ir::kNoBounds) != 0) return false;
  auto it = first_access_.find(index);
  return it == first_access_.end() || it->second == v;
}

void Selection::fold_nil_checks() {
  for (auto& b : fn_.blocks) {
    for (std::size_t i = 0; i < b->values.size(); ++i) {
      Value* v = b->values[i];
      if (v->op == Op::kNilCheck && nil_check_reaches(b.get(), i)) nil_folded_[v->id] = true;
    }
  }
}

// A memory access through the checked pointer follows before anything with an effect.
bool Selection::nil_check_reaches(const Block* b, std::size_t at) const {
  const Value* root = resolve(b->values[at]->args[0]).root;
  for (std::size_t i = at + 1; i < b->values.size(); ++i) {
    const Value* v = b->values[i];
    if (v->op == Op::kLoad || v->op == Op::kStore) {
      const Address a = address(v->args[0]);
      if (v->inlined == b->values[at]->inlined &&  // the panic names the function that holds the check
          a.kind == Address::Kind::kRegister && resolve(a.base).root == root && resolve(a.base).slot == 0 &&
          (v->op == Op::kStore || shapes_.of(v->type).size != 0) &&
          (v->op == Op::kLoad || shapes_.of(v->args[1]->type).size != 0)) {
        return true;
      }
    }
    const auto flags = ir::op_flags(v->op);
    if ((flags & (ir::kWrites | ir::kCall | ir::kTerm)) != 0) return false;
    if ((flags & ir::kMayPanic) != 0 && v->op != Op::kNilCheck) return false;
  }
  return false;
}

// ---- constants

// The address of a frame variable used as a value inside a loop, or more than once, is kept in a slot.
void Selection::pin_frame_addresses() {
  std::vector<std::uint32_t> count(fn_.next_value_id);
  for (auto& b : fn_.blocks) {
    const bool in_loop = loops_.innermost(b.get()) != nullptr;
    for (Value* v : b->values) {
      for (std::size_t i = 0; i < v->args.size(); ++i) {
        const Use kind = use_kind(v, i);
        if (kind == Use::kNone) continue;
        Value* x = v->args[i];
        if (kind == Use::kAddress) {
          const Address a = address(x);
          if (a.kind != Address::Kind::kElement) continue;
          x = a.base->args[0];
        }
        Value* root = resolve(x).root;
        if (root->op == Op::kAlloc && in_frame(root)) count[root->id] += in_loop ? 2 : 1;
      }
    }
  }
  for (auto& b : fn_.blocks) {
    for (Value* v : b->values) {
      if (v->op == Op::kAlloc && count[v->id] > 1 && in_frame(v) && shapes_.of(pointee(v->type)).size != 0) {
        pinned_[v->id] = true;
      }
    }
  }
}

Block* Selection::hoist_block(const Block* user) const {
  const opt::Loop* loop = loops_.innermost(user);
  while (loop->outer != nullptr) loop = loop->outer;
  Block* outside = nullptr;
  for (Block* p : loop->header->preds) {
    if (loops_.contains(loop, p)) continue;
    if (outside != nullptr) return fn_.blocks[0].get();
    outside = p;
  }
  return outside != nullptr && outside->succs.size() == 1 ? outside : fn_.blocks[0].get();
}

Value* Selection::hoisted(Value* constant, const Block* user) {
  Block* block = hoist_block(user);
  const Value* boxed = constant->args.empty() ? nullptr : constant->args[0];
  const Value* source = boxed != nullptr ? boxed : constant;
  while (source->op == Op::kCopy || source->op == Op::kChangeType) source = source->args[0];
  const HoistKey key{block, constant->op, constant->type, boxed != nullptr ? boxed->type : nullptr, source->aux_int,
                     source->aux.none};
  Value*& copy = hoisted_[key];
  if (copy != nullptr) return copy;
  copy = fn_.new_value(constant->op, constant->type, constant->pos, constant->args);
  copy->aux_int = constant->aux_int;
  copy->aux = constant->aux;
  copy->block = block;
  auto at = block->values.end() - 1;
  if (block == user) at = std::find_if(block->values.begin(), block->values.end(), [](Value* v) { return v->op != Op::kPhi; });
  block->values.insert(at, copy);
  grow();
  pinned_[copy->id] = true;
  return copy;
}

// Constants that loops need in slots are made once, before the outermost loop.
void Selection::hoist_constants() {
  for (std::size_t bi = 0; bi < fn_.blocks.size(); ++bi) {
    Block* b = fn_.blocks[bi].get();
    if (loops_.innermost(b) == nullptr) continue;
    const std::vector<Value*> values = b->values;
    for (Value* v : values) {
      if (is_constant_op(v)) continue;
      for (std::size_t i = 0; i < v->args.size(); ++i) {
        Value* x = v->args[i];
        const Use kind = use_kind(v, i);
        if (kind == Use::kSlot) {
          if (is_constant_op(x) && x->op != Op::kAlloc && shapes_.of(x->type).slots <= 3 && shapes_.of(x->type).slots > 0) {
            v->args[i] = hoisted(x, b);
          }
        }
      }
    }
  }
}

// ---- what is wanted

bool Selection::effect(const Value* v) const {
  if (folded_[v->id]) return false;
  const auto flags = ir::op_flags(v->op);
  if ((flags & (ir::kWrites | ir::kCall | ir::kTerm)) != 0) return true;
  if (v->op == Op::kNilCheck) return !nil_folded_[v->id];
  if (v->op == Op::kLoad) {
    const Address a = address(v->args[0]);
    return a.kind == Address::Kind::kElement || a.kind == Address::Kind::kRegister;
  }
  if (v->op == Op::kIndexAddr) return (v->flags & ir::kNoBounds) == 0 && !constant_element(v);
  return (flags & ir::kMayPanic) != 0;
}

void Selection::mark_wanted() {
  std::vector<const Value*> work;
  auto want = [&](Value* v) {
    if (wanted_[v->id]) return;
    wanted_[v->id] = true;
    work.push_back(v);
  };
  std::vector<bool> seen(fn_.next_value_id);
  for (auto& b : fn_.blocks) {
    for (Value* v : b->values) {
      if (effect(v)) {
        seen[v->id] = true;
        uses(v, want);
      }
    }
  }
  for (Value* v : fn_.result_allocs) want(v);
  while (!work.empty()) {
    const Value* v = work.back();
    work.pop_back();
    if (!seen[v->id]) uses(v, want);
    seen[v->id] = true;
  }
}

void Selection::decide() {
  std::uint32_t slot = 0;
  for (auto& b : fn_.blocks) {
    for (Value* v : b->values) {
      Fold& f = fold_[v->id];
      if (folded_[v->id]) {
        f = Fold::kFolded;
      } else if (is_constant_op(v)) {
        f = Fold::kConst;
      } else if (!pinned_[v->id] && alias(v, &slot) != nullptr) {
        f = Fold::kAlias;
      } else if (wanted_[v->id] && shapes_.of(v->type).slots > 0) {
        f = Fold::kSlot;
      } else {
        f = Fold::kUnused;
      }
    }
  }
}

}  // namespace govm::codegen
