#include "compiler/opt/alias.h"

#include "compiler/opt/cfg.h"

namespace govm::opt {

PrivateAllocs::PrivateAllocs(const Function& fn) : shared_(fn.next_value_id) {
  for (auto& b : fn.blocks) {
    for (const Value* v : b->values) any_ |= v->op == Op::kAlloc;
  }
  for (const Value* v : fn.result_allocs) shared_[v->id] = true;
  if (!any_) return;
  const std::vector<Block*> order = reverse_postorder(fn);
  for (std::size_t i = order.size(); i-- > 0;) {
    for (std::size_t k = order[i]->values.size(); k-- > 0;) visit(order[i]->values[k]);
  }
}

// Users come before what they use (but for phis, which count as going elsewhere).
void PrivateAllocs::visit(const Value* v) {
  for (std::size_t i = 0; i < v->args.size(); ++i) {
    const Value* arg = v->args[i];
    switch (v->op) {
      case Op::kLoad: case Op::kNilCheck: case Op::kZeroMem: case Op::kMove: continue;
      case Op::kStore:
        if (i == 0) continue;
        break;
      case Op::kFieldAddr: case Op::kIndexAddr: case Op::kCopy:
        if (!shared_[v->id]) continue;
        break;
      default: break;
    }
    shared_[arg->id] = true;
  }
}

namespace {

bool is_identified(const Value* base) {
  switch (base->op) {
    case Op::kAlloc: case Op::kGlobalAddr: case Op::kMakeSlice: return true;
    default: return false;
  }
}

// The steps from a base to an address, innermost first.
struct Path {
  static constexpr std::size_t kMax = 6;
  std::size_t size = 0;
  Value* steps[kMax];
};

Path path_of(Value* address) {
  Path path;
  for (;;) {
    address = resolve(address);
    if (address->op != Op::kFieldAddr && address->op != Op::kIndexAddr) return path;
    if (path.size == Path::kMax) {
      for (std::size_t i = 1; i < Path::kMax; ++i) path.steps[i - 1] = path.steps[i];
      --path.size;
    }
    path.steps[path.size++] = address;
    address = address->args[0];
  }
}

// Same base: fields that differ at the first step where the paths part are disjoint, and so are constant elements.
bool paths_disjoint(const Path& a, const Path& b) {
  for (std::size_t i = 1; i <= a.size && i <= b.size; ++i) {
    const Value *x = a.steps[a.size - i], *y = b.steps[b.size - i];
    if (x == y) continue;
    if (x->op != y->op || resolve(x->args[0]) != resolve(y->args[0])) return false;
    if (x->op == Op::kFieldAddr) return x->aux_int != y->aux_int;
    const Value *p = resolve(x->args[1]), *q = resolve(y->args[1]);
    return is_const(p) && is_const(q) && p->aux_int != q->aux_int;
  }
  return false;
}

}  // namespace

bool may_alias(Value* a, Value* b, const PrivateAllocs& privates) {
  if (a == b) return true;
  Value *base_a = base_address(a), *base_b = base_address(b);
  if (base_a == base_b) return !paths_disjoint(path_of(a), path_of(b));
  if (is_identified(base_a) && is_identified(base_b)) {
    return base_a->op == Op::kGlobalAddr && base_b->op == Op::kGlobalAddr && base_a->aux.global == base_b->aux.global;
  }
  return !privates.contains(base_a) && !privates.contains(base_b);
}

}  // namespace govm::opt
