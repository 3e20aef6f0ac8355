#include "compiler/opt/escape.h"

#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

std::uint8_t deeper(std::uint8_t loads) {
  return loads == Leak::kNever ? loads : std::min<std::uint8_t>(loads + 1, Leak::kMaxLoads);
}

std::uint8_t shallower(std::uint8_t loads) { return loads == Leak::kNever || loads == 0 ? loads : loads - 1; }

template <typename F>
Leak map_leak(const Leak& leak, F f) {
  Leak out;
  out.heap = f(leak.heap);
  for (std::size_t i = 0; i < Leak::kResults; ++i) out.results[i] = f(leak.results[i]);
  return out;
}

Leak least(const Leak& a, const Leak& b) {
  Leak out;
  out.heap = std::min(a.heap, b.heap);
  for (std::size_t i = 0; i < Leak::kResults; ++i) out.results[i] = std::min(a.results[i], b.results[i]);
  return out;
}

Leak loaded(const Leak& leak) { return map_leak(leak, deeper); }

types::Type* element_type(const Value* slice) {
  auto* s = types::under_as<types::Slice>(slice->type);
  return s != nullptr ? s->elem : nullptr;
}

bool elements_have_pointers(const Value* slice) {
  types::Type* t = element_type(slice);
  return t != nullptr && ir::has_pointers(t);
}

constexpr Leak kContentsToHeap{.heap = 1};

const Value* without_slicing(const Value* v) {
  while (v->op == Op::kCopy || v->op == Op::kChangeType || v->op == Op::kNilCheck || v->op == Op::kSlice) v = v->args[0];
  return v;
}

}  // namespace

bool is_allocation(const Value* v) {
  switch (v->op) {
    case Op::kAlloc: case Op::kMakeSlice: case Op::kMakeClosure: return true;
    case Op::kMakeIface: return !ir::is_direct_iface(v->args[0]->type);
    case Op::kStringFromBytes: return (v->aux_int & 1) == 0;
    default: return ir::makes_text(v->op);
  }
}

bool on_heap(const Value* allocation) {
  if (allocation->op == Op::kMakeSlice && (allocation->aux_int & ir::kZeroesOnly) != 0) return false;
  const bool asks = allocation->op == Op::kMakeIface || ir::makes_text(allocation->op);
  return asks ? (allocation->aux_int & ir::kMayLieInFrame) == 0 : (allocation->aux_int & 1) != 0;
}

bool carries_pointer(const Value* v) {
  if (v->type == nullptr) return false;
  const Shape s = shape_of(v->type);
  switch (s.kind) {
    case Shape::kPointer: case Shape::kString: case Shape::kSlice: case Shape::kInterface: return true;
    case Shape::kBool: case Shape::kFloat: case Shape::kComplex: return false;
    case Shape::kInt: return s.is_uintptr;
    default: return ir::has_pointers(v->type);
  }
}

bool is_self_assignment(const Value* store) {
  const Value* from = without_slicing(store->args[1]);
  return from->op == Op::kLoad && base_address(store->args[0]) == base_address(from->args[0]);
}

Value* allocation_of(Value* address) {
  Value* base = base_address(address);
  return base->op == Op::kAlloc || base->op == Op::kMakeSlice ? base : nullptr;
}

EscapeAnalysis::EscapeAnalysis(Context& context, Function& fn, bool with_params)
    : context_(context), fn_(fn), with_params_(with_params), order_(reverse_postorder(fn)), leaks_(fn.next_value_id),
      interesting_(fn.next_value_id), params_(fn.params.size()) {
  std::reverse(order_.begin(), order_.end());
  mark_interesting();
  for (std::size_t i = 0; i < fn.result_allocs.size(); ++i) {
    Leak to_result;
    (i < Leak::kResults ? to_result.results[i] : to_result.heap) = 1;
    flow(fn.result_allocs[i], to_result);
  }
  if (!with_params) return;
  // Decided already. What they hold is in the heap, too.
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) {
      if (is_allocation(v) && on_heap(v)) force_to_heap(v);
    }
  }
}

// Forwards from allocations (and parameters) to all that may hold or be loaded from them.
void EscapeAnalysis::mark_interesting() {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = order_.size(); i-- > 0;) {
      for (Value* v : order_[i]->values) {
        if (v->op == Op::kParam) params_[static_cast<std::size_t>(v->aux_int)] = v;
        if (interesting_[v->id] || !carries_pointer(v)) continue;
        const bool source = is_allocation(v) || (with_params_ && (v->op == Op::kParam || v->op == Op::kCapture));
        if (!source && std::none_of(v->args.begin(), v->args.end(), [&](Value* a) { return interesting_[a->id]; })) {
          continue;
        }
        interesting_[v->id] = true;
        changed = true;
      }
    }
  }
}

void EscapeAnalysis::solve() {
  do {
    changed_ = false;
    for (Block* b : order_) {
      for (std::size_t i = b->values.size(); i-- > 0;) visit(b->values[i]);
    }
  } while (changed_);
}

void EscapeAnalysis::lower(Leak& to, const Leak& from) {
  const auto one = [&](std::uint8_t& a, std::uint8_t b) {
    if (b >= a) return;
    a = b;
    changed_ = true;
  };
  one(to.heap, from.heap);
  for (std::size_t i = 0; i < Leak::kResults; ++i) one(to.results[i], from.results[i]);
}

void EscapeAnalysis::flow(Value* v, const Leak& leak) {
  if (!interesting_[v->id]) return;
  Leak& mine = leaks_[v->id];
  lower(mine, leak);
  // An allocation that is returned outlives the frame.
  if (!is_allocation(v)) return;
  for (const std::uint8_t loads : leak.results) {
    if (loads == 0) lower(mine, kToHeap);
  }
}

Leak& EscapeAnalysis::result_of(const Value* call, std::size_t i) {
  if (types::as<types::Tuple>(call->type) == nullptr) return leaks_[call->id];
  return results_[(std::uint64_t{call->id} << 32) | i];
}

void EscapeAnalysis::flow_args(Value* v, const Leak& leak, std::size_t from) {
  for (std::size_t i = from; i < v->args.size(); ++i) flow(v->args[i], leak);
}

Leak EscapeAnalysis::contents(const Value* allocation) const {
  const Leak& leak = leaks_[allocation->id];
  return leak.heap == 0 ? kToHeap : map_leak(leak, shallower);
}

Leak EscapeAnalysis::contents_of(Value* address) {
  const Value* allocation = allocation_of(address);
  return allocation != nullptr ? contents(allocation) : kToHeap;
}

void EscapeAnalysis::visit(Value* v) {
  const Leak& mine = leaks_[v->id];
  switch (v->op) {
    // The result is, or holds, what the operands lead to.
    case Op::kPhi: case Op::kCopy: case Op::kFieldAddr: case Op::kIndexAddr: case Op::kPtrAdd: case Op::kStructMake:
    case Op::kArrayMake: case Op::kFieldVal: case Op::kIndexVal: case Op::kStringMake:
    case Op::kSliceMake: case Op::kSlice: case Op::kDataPtr: case Op::kSliceToArrayPtr: case Op::kUnsafeSlice:
    case Op::kUnsafeString: case Op::kStringConcat: case Op::kChangeIface: case Op::kIfaceData: case Op::kChangeType:
    case Op::kConvert: case Op::kMin: case Op::kMax: case Op::kAdd: case Op::kSub: case Op::kAnd: case Op::kOr:
    case Op::kAndNot:
      return flow_args(v, mine);
    case Op::kExtract:
      if (v->args[0]->op == Op::kCall) return lower(result_of(v->args[0], static_cast<std::size_t>(v->aux_int)), mine);
      return flow_args(v, mine);
    case Op::kCondSelect: return flow_args(v, mine, 1);
    case Op::kMakeIface: return flow(v->args[0], is_allocation(v) ? contents(v) : mine);
    case Op::kTypeAssert: {
      const bool boxed = !types::is_interface(v->aux.type) && !ir::is_direct_iface(v->aux.type);
      return flow(v->args[0], boxed ? loaded(mine) : mine);
    }
    case Op::kMakeClosure: return visit_closure(v);
    case Op::kGo: case Op::kPanic: case Op::kDeferAt: return flow_args(v, kToHeap);
    case Op::kDefer: return (v->aux_int & 1) != 0 ? void() : flow_args(v, kToHeap);
    case Op::kReturn: return visit_return(v);
    case Op::kCall: case Op::kCallClosure: case Op::kCallIface: return visit_call(v);
    default: return visit_memory(v);
  }
}

void EscapeAnalysis::visit_memory(Value* v) {
  const Leak& mine = leaks_[v->id];
  switch (v->op) {
    case Op::kLoad: case Op::kMapGet: case Op::kMapGetOk: case Op::kRecv: case Op::kAtomicLoad:
      if (interesting_[v->id]) flow(v->args[0], loaded(mine));
      return;
    case Op::kStore:
      if (shape_of(v->args[1]->type).is_int() || is_self_assignment(v)) return;
      return flow(v->args[1], contents_of(v->args[0]));
    case Op::kMove:
      if (ir::has_pointers(v->aux.type)) flow(v->args[1], loaded(contents_of(v->args[0])));
      return;
    case Op::kAppend:
      if (elements_have_pointers(v)) {
        flow_args(v, kToHeap, 1);
        flow(v->args[0], kContentsToHeap);
      }
      return flow(v->args[0], mine);
    case Op::kAppendSlice:
      if (elements_have_pointers(v)) {
        flow(v->args[0], kContentsToHeap);
        flow(v->args[1], kContentsToHeap);
      }
      return flow(v->args[0], mine);
    case Op::kCopySlice:
      if (elements_have_pointers(v->args[0])) flow(v->args[1], kContentsToHeap);
      return;
    case Op::kMapSet: case Op::kSend: return flow_args(v, kToHeap, 1);
    case Op::kMapAssign:
      flow(v->args[1], kToHeap);
      return flow(v->args[0], mine);
    case Op::kMapIterInit: return flow(v->args[1], contents_of(v->args[0]));
    case Op::kMapIterKey: case Op::kMapIterElem: return flow(v->args[0], loaded(loaded(mine)));
    case Op::kSelect: return visit_select(v);
    case Op::kAtomicStore: case Op::kAtomicSwap: case Op::kAtomicCas:
      flow_args(v, kToHeap, 1);
      return flow(v->args[0], loaded(mine));
    default: return;
  }
}

void EscapeAnalysis::visit_select(Value* v) {
  const Leak received = loaded(leaks_[v->id]);
  for (const auto& c : v->aux.select->cases) {
    flow(v->args[static_cast<std::size_t>(c.chan_arg)], received);
    if (c.send) flow(v->args[static_cast<std::size_t>(c.value_arg)], kToHeap);
  }
}

void EscapeAnalysis::visit_return(Value* v) {
  for (std::size_t i = 0; i < v->args.size(); ++i) {
    Leak to_result;
    (i < Leak::kResults ? to_result.results[i] : to_result.heap) = 0;
    flow(v->args[i], to_result);
  }
}

// A callee does with an argument what `param` says.
void EscapeAnalysis::apply(Value* arg, const Leak& param, const Value* call) {
  Leak out;
  out.heap = param.heap;
  for (std::size_t r = 0; r < Leak::kResults; ++r) {
    const std::uint8_t loads = param.results[r];
    if (loads == Leak::kNever) continue;
    Leak through = result_of(call, r);
    through = least(through, leaks_[call->id]);   // of the whole tuple
    for (std::uint8_t i = 0; i < loads; ++i) through = loaded(through);
    out.heap = std::min(out.heap, through.heap);
    for (std::size_t i = 0; i < Leak::kResults; ++i) out.results[i] = std::min(out.results[i], through.results[i]);
  }
  flow(arg, out);
}

void EscapeAnalysis::visit_call(Value* v) {
  const auto wanted = [&](const Value* a) { return interesting_[a->id]; };
  if (std::none_of(v->args.begin(), v->args.end(), wanted)) return;
  if (v->op == Op::kCall) return visit_static_call(v);
  // What a closure does with its captures was accounted for where it was made.
  flow_args(v, kToHeap, v->op == Op::kCallClosure ? 1 : 0);
}

void EscapeAnalysis::visit_static_call(Value* v) {
  Function* callee = v->aux.function;
  if (callee == &fn_ && !fn_.replaceable) {
    for (std::size_t i = 0; i < v->args.size(); ++i) {
      if (i >= params_.size() || params_[i] == nullptr) continue;
      if (!with_params_) flow(v->args[i], kToHeap);
      else apply(v->args[i], Leak(leaks_[params_[i]->id]), v);
    }
    return;
  }
  const bool pointers_only_as_numbers = std::none_of(v->args.begin(), v->args.end(), [&](const Value* a) {
    return interesting_[a->id] && !shape_of(a->type).is_int();
  });
  if (pointers_only_as_numbers) return;
  const FunctionInfo* summary = leak_summary(context_, callee);
  for (std::size_t i = 0; i < v->args.size(); ++i) {
    if (shape_of(v->args[i]->type).is_int()) continue;
    if (summary == nullptr || i >= summary->params.size()) flow(v->args[i], kToHeap);
    else apply(v->args[i], summary->params[i], v);
  }
}

void EscapeAnalysis::visit_closure(Value* v) {
  const Leak inside = contents(v);
  const auto wanted = [&](const Value* a) { return interesting_[a->id]; };
  if (std::none_of(v->args.begin(), v->args.end(), wanted)) return;
  const FunctionInfo* summary = leak_summary(context_, v->aux.function);
  for (std::size_t i = 0; i < v->args.size(); ++i) {
    flow(v->args[i], inside);
    // Results of unknown calls are not followed: flowing there counts as the heap.
    Leak used = kToHeap;
    if (summary != nullptr && i < summary->captures.size()) {
      used = Leak{.heap = summary->captures[i].heap};
      for (std::uint8_t loads : summary->captures[i].results) used.heap = std::min(used.heap, loads);
    }
    flow(v->args[i], used);
  }
}

}  // namespace govm::opt
