#include <algorithm>
#include <cstdlib>
#include <limits>

#include "compiler/opt/bounds.h"

namespace govm::opt {
namespace {

constexpr int kDepth = 6;
constexpr int kBudget = 100;  // steps of one search
constexpr std::int64_t kMaxLength = std::int64_t{1} << 48;  // of what has elements of at least a byte
constexpr std::int64_t kHuge = std::int64_t{1} << 62;

bool small(std::int64_t x) { return x > -kHuge && x < kHuge; }

// Converting keeps the number.
bool keeps_value(const Value* convert) {
  const Value* x = convert->args[0];
  const Shape from = shape_of(x->type), to = shape_of(convert->type);
  if (!from.is_int() || !to.is_int()) return false;
  if (from.is_signed == to.is_signed) return to.bits >= from.bits;
  if (!from.is_signed && to.bits > from.bits) return true;
  if (to.bits < 64) return false;
  // int(x >> 1) of an unsigned x; uint(len(s))
  if (!from.is_signed) return x->op == Op::kShr && is_const(x->args[1]) && x->args[1]->aux_int >= 1;
  return x->op == Op::kLen || x->op == Op::kCap;
}

bool is_int64(const Value* v) {
  const Shape s = shape_of(v->type);
  return s.is_int() && s.is_signed && s.bits == 64;
}

bool adds_const(const Value* v) { return v->op == Op::kAdd && is_int64(v) && is_const(v->args[1]) && small(v->args[1]->aux_int); }

}  // namespace

Facts::Facts(const Function& fn, const Dominators& dominators)
    : dominators_(dominators), values_(fn.next_value_id), out_(fn.next_value_id * 2 + 4, -1), in_(out_) {
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) values_[v->id] = v;
  }
}

void Facts::undo(std::size_t mark) {
  while (facts_.size() > mark) {
    const Fact& f = facts_.back();
    out_[f.from] = f.next_out;
    in_[f.to] = f.next_in;
    facts_.pop_back();
  }
}

Facts::Term Facts::term(Value* v) const {
  while (v->op == Op::kConvert && keeps_value(v)) v = v->args[0];
  if (is_const(v)) {
    const Shape s = shape_of(v->type);
    if (s.is_int() && small(v->aux_int) && (s.is_signed || v->aux_int >= 0)) return {0, v->aux_int};
  }
  if (v->op == Op::kLen) return length(v->args[0]);
  return {v->id * 2 + 2, 0};
}

// The length of a slice or string value.
Facts::Term Facts::length(Value* v) const {
  std::int64_t offset = 0;
  for (;;) {
    switch (v->op) {
      case Op::kConstString: return {0, static_cast<std::int64_t>(v->aux.string->size()) + offset};
      case Op::kZero: return {0, offset};
      case Op::kMakeSlice: case Op::kSliceMake: case Op::kStringMake: {
        Value* n = v->args[v->op == Op::kMakeSlice ? 0 : 1];
        // A sum that wrapped is no length.
        for (; v->op == Op::kMakeSlice && adds_const(n) && std::abs(n->args[1]->aux_int) < kMaxLength; n = n->args[0]) {
          offset += n->args[1]->aux_int;
        }
        Term t = term(n);
        t.offset += offset;
        return t;
      }
      case Op::kSlice: {
        const bool lo = (v->aux_int & 1) != 0, hi = (v->aux_int & 2) != 0;
        if (lo && !is_const(v->args[1])) break;
        if (lo) offset -= v->args[1]->aux_int;
        if (hi) {
          Term t = term(v->args[lo ? 2 : 1]);
          t.offset += offset;
          return t;
        }
        if (types::Type* array = pointee(v->args[0]->type)) {
          return {0, types::under_as<types::Array>(array)->len + offset};
        }
        v = v->args[0];
        continue;
      }
      default: break;
    }
    return {v->id * 2 + 3, offset};
  }
}

Facts::Term Facts::length_of_indexed(Value* v) const {
  types::Type* t = pointee(v->type);
  if (auto* array = types::under_as<types::Array>(t != nullptr ? t : v->type)) return {0, array->len};
  return length(v);
}

void Facts::add(Term x, Term y, std::int64_t weight) {
  weight += y.offset - x.offset;
  if (x.node == y.node || !small(weight)) return;
  const auto index = static_cast<std::int32_t>(facts_.size());
  facts_.push_back({x.node, y.node, weight, out_[x.node], in_[y.node]});
  out_[x.node] = index;
  in_[y.node] = index;
}

void Facts::add_relation(Op op, Value* x, Value* y) {
  const Term a = term(x), b = term(y);
  switch (op) {
    case Op::kLt: return add(a, b, -1);
    case Op::kLe: return add(a, b, 0);
    case Op::kGt: return add(b, a, -1);
    case Op::kGe: return add(b, a, 0);
    case Op::kEq:
      add(a, b, 0);
      return add(b, a, 0);
    case Op::kNe:  // from x >= c and x != c follows x > c
      budget_ = kBudget;
      if (b.node == 0 && at_least(a.node, b.offset - a.offset, kDepth, true)) add(b, a, -1);
      return;
    default: return;
  }
}

void Facts::add_condition(const Value* cond, bool truth) {
  if (cond->op == Op::kNot) return add_condition(cond->args[0], !truth);
  if (cond->args.size() != 2 || !shape_of(cond->args[0]->type).is_int()) return;
  Op op = cond->op;
  if (!truth) {
    switch (op) {
      case Op::kLt: op = Op::kGe; break;
      case Op::kLe: op = Op::kGt; break;
      case Op::kGt: op = Op::kLe; break;
      case Op::kGe: op = Op::kLt; break;
      case Op::kEq: op = Op::kNe; break;
      case Op::kNe: op = Op::kEq; break;
      default: return;
    }
  }
  add_relation(op, cond->args[0], cond->args[1]);
}

void Facts::add_index(Value* indexed, Value* index) {
  const Term i = term(index), n = length_of_indexed(indexed);
  add(i, n, -1);
  add({0, 0}, i, 0);
}

// s[lo:hi] succeeded: 0 <= lo <= hi, and hi <= len(s) of a string.
void Facts::add_slice(Value* v) {
  const bool lo = (v->aux_int & 1) != 0, hi = (v->aux_int & 2) != 0;
  Value* x = v->args[0];
  const bool is_string = shape_of(x->type).kind == Shape::kString;
  const Term from = lo ? term(v->args[1]) : Term{0, 0};
  if (lo) add({0, 0}, from, 0);
  if (hi) {
    const Term to = term(v->args[lo ? 2 : 1]);
    add(from, to, 0);
    if (is_string) add(to, length(x), 0);
  } else if (lo && pointee(x->type) == nullptr) {
    add(from, length(x), 0);
  }
}

bool Facts::index_in_range(Value* indexed, Value* index) {
  const Term i = term(index), n = length_of_indexed(indexed);
  budget_ = kBudget;
  if (i.node == 0) {
    return i.offset >= 0 && (n.node == 0 ? i.offset < n.offset : at_least(n.node, i.offset - n.offset + 1, kDepth, true));
  }
  return at_least(i.node, -i.offset, kDepth, true) && prove(i.node, n.node, n.offset - i.offset - 1, kDepth);
}

bool Facts::prove(Node a, Node b, std::int64_t c, int depth) {
  if (a == b) return c >= 0;
  if (depth <= 0 || !small(c) || --budget_ < 0) return false;
  if (a == 0) return at_least(b, -c, depth, true);
  Value* v = value_of(a);
  if (b == 0 && v != nullptr && at_most(v, c)) return true;
  for (std::int32_t f = out_[a]; f >= 0; f = facts_[static_cast<std::size_t>(f)].next_out) {
    const Fact fact = facts_[static_cast<std::size_t>(f)];
    if (prove(fact.to, b, c - fact.weight, depth - 1)) return true;
  }
  return v != nullptr && prove_by_operation(v, b, c, depth);
}

bool Facts::prove_by_operation(Value* v, Node b, std::int64_t c, int depth) {
  // v <= x + offset
  auto below = [&](Value* x, std::int64_t offset) {
    const Term t = term(x);
    return prove(t.node, b, c - offset - t.offset, depth - 1);
  };
  switch (v->op) {
    case Op::kAdd: {
      if (!adds_const(v)) return false;
      const std::int64_t k = v->args[1]->aux_int;
      // Wrapping upwards only makes v smaller; downwards needs v's operand not to be near the minimum.
      const Term u = term(v->args[0]);
      return (k >= 0 || at_least(u.node, -u.offset, depth - 1, true)) && below(v->args[0], k);
    }
    case Op::kMin: return below(v->args[0], 0) || below(v->args[1], 0);
    case Op::kShr: case Op::kDiv: {
      const Term x = term(v->args[0]);
      if (!is_const(v->args[1]) || v->args[1]->aux_int <= 0) return false;
      return at_least(x.node, -x.offset, depth - 1, true) && below(v->args[0], 0);
    }
    case Op::kRem: {
      const Term y = term(v->args[1]);
      return at_least(y.node, -y.offset, depth - 1, true) && below(v->args[1], -1);
    }
    case Op::kPhi: {
      std::int64_t step;
      Value* start = induction_start(v, step);
      return start != nullptr && step < 0 && below(start, 0);
    }
    default: return false;
  }
}

bool Facts::at_most(const Value* v, std::int64_t k) const {
  const Shape s = shape_of(v->type);
  if (!s.is_int()) return false;
  if (max_value(s) <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) &&
      static_cast<std::int64_t>(max_value(s)) <= k) {
    return true;
  }
  if (v->args.size() != 2 || !is_const(v->args[1])) return false;
  const std::int64_t c = v->args[1]->aux_int;
  switch (v->op) {
    case Op::kAnd: return c >= 0 && c <= k;
    case Op::kRem: return c > 0 && c - 1 <= k;
    case Op::kShr:
      return !s.is_signed && c > 0 && c < s.bits && static_cast<std::int64_t>(max_value(s) >> c) <= k;
    default: return false;
  }
}

bool Facts::at_least(Node n, std::int64_t k, int depth, bool use_facts) {
  if (n == 0) return k <= 0;
  if (k <= 0 && n % 2 == 1) return true;  // a length
  if (depth <= 0 || !small(k) || --budget_ < 0) return false;
  Value* v = value_of(n);
  if (v != nullptr && value_at_least(v, k, depth, use_facts)) return true;
  if (!use_facts) return false;
  for (std::int32_t f = in_[n]; f >= 0; f = facts_[static_cast<std::size_t>(f)].next_in) {
    const Fact fact = facts_[static_cast<std::size_t>(f)];  // n >= from - weight
    if (at_least(fact.from, k + fact.weight, depth - 1, true)) return true;
  }
  return false;
}

bool Facts::value_at_least(Value* v, std::int64_t k, int depth, bool use_facts) {
  const Shape s = shape_of(v->type);
  if (!s.is_int()) return false;
  if (!s.is_signed && k <= 0) return true;
  if (s.is_signed && s.bits < 64 && min_value(s) >= k) return true;
  auto above = [&](Value* x, std::int64_t offset) {
    const Term t = term(x);
    return at_least(t.node, k - offset - t.offset, depth - 1, use_facts);
  };
  switch (v->op) {
    case Op::kCap: return k <= 0;
    case Op::kAdd: {
      if (!adds_const(v)) return false;
      const std::int64_t step = v->args[1]->aux_int;
      return above(v->args[0], step) && (step <= 0 || (use_facts && cannot_overflow(v->args[0], step, depth)));
    }
    case Op::kAnd: return k <= 0 && is_const(v->args[1]) && v->args[1]->aux_int >= 0;
    case Op::kShr: case Op::kDiv:
      return k <= 0 && is_const(v->args[1]) && v->args[1]->aux_int > 0 && above(v->args[0], 0);
    case Op::kRem: return k <= 0 && above(v->args[0], 0);
    case Op::kMax: return above(v->args[0], 0) || above(v->args[1], 0);
    case Op::kMin: return above(v->args[0], 0) && above(v->args[1], 0);
    case Op::kPhi: {
      std::int64_t step;
      if (Value* start = induction_start(v, step)) return step > 0 && above(start, 0);
      // Only what holds of the arguments wherever they are: facts of here need not hold there.
      return std::all_of(v->args.begin(), v->args.end(), [&](Value* arg) {
        const Term t = term(arg);
        return at_least(t.node, k - t.offset, std::min(depth - 1, 2), false);
      });
    }
    default: return false;
  }
}

// u + step does not wrap: u is below something.
bool Facts::cannot_overflow(Value* u, std::int64_t step, int depth) {
  const Term t = term(u);
  if (t.node == 0) return true;
  if (t.node % 2 == 1) return t.offset + step < kMaxLength;
  if (t.offset != 0 || !is_int64(u)) return false;
  for (std::int32_t f = out_[t.node]; f >= 0; f = facts_[static_cast<std::size_t>(f)].next_out) {
    const Fact& fact = facts_[static_cast<std::size_t>(f)];
    if (step == 1 && fact.weight <= -1) return true;
    if (step < kMaxLength && fact.weight < kMaxLength && (fact.to == 0 || fact.to % 2 == 1)) return true;
  }
  return at_most(u, kHuge) || (depth > 1 && prove(t.node, 0, kHuge - 2, 2));
}

Value* Facts::induction_start(const Value* phi, std::int64_t& step) const {
  if (!is_int64(phi)) return nullptr;
  Value *start = nullptr, *next = nullptr;
  for (std::size_t i = 0; i < phi->args.size(); ++i) {
    Value*& one = dominators_.dominates(phi->block, phi->block->preds[i]) ? next : start;
    if (one != nullptr && one != phi->args[i]) return nullptr;
    one = phi->args[i];
  }
  if (start == nullptr || next == nullptr || !adds_const(next) || next->args[0] != phi) return nullptr;
  step = next->args[1]->aux_int;
  return step != 0 && guarded(phi, next, step) ? start : nullptr;
}

// A condition between the phi and its next value keeps the step from wrapping.
bool Facts::guarded(const Value* phi, const Value* next, std::int64_t step) const {
  for (const Block* b = next->block; b != phi->block; b = dominators_.idom(b)) {
    const Block* pred = dominators_.sole_entry(b);
    if (pred == nullptr) continue;
    const Value* branch = pred->terminator();
    if (branch->op != Op::kIf) continue;
    const Value* cond = branch->args[0];
    if (cond->args.size() != 2) continue;
    const bool truth = pred->succs[0] == b;
    Value *x = cond->args[0], *y = cond->args[1];
    Op op = cond->op;
    if (y == phi) {
      std::swap(x, y);
      op = op == Op::kLt ? Op::kGt : op == Op::kLe ? Op::kGe : op == Op::kGt ? Op::kLt : op == Op::kGe ? Op::kLe : op;
    }
    if (x != phi) continue;
    const bool upper_strict = truth ? op == Op::kLt : op == Op::kGe;
    const bool lower = truth ? op == Op::kGt || op == Op::kGe : op == Op::kLe || op == Op::kLt;
    const Term limit = term(y);
    const bool limited = limit.node == 0 || limit.node % 2 == 1;
    if (step == 1 && upper_strict) return true;
    if (step > 1 && upper_strict && limited && step < kMaxLength) return true;
    if (step < 0 && lower && limited && step > -kMaxLength) return true;
  }
  return false;
}

}  // namespace govm::opt
