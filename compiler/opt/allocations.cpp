// Decides which allocations stay in the frame: those that do not escape, are not too large, and, in a loop, are never
// reachable any more when the same instruction runs again (it would reuse their memory).
#include "compiler/opt/escape.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

constexpr std::int64_t kMaxFrameBytes = 32 << 10;

std::int64_t bytes_of(const Value* v) {
  switch (v->op) {
    case Op::kAlloc: return types::size_of(pointee(v->type));
    case Op::kMakeIface: return types::size_of(v->args[0]->type);
    case Op::kMakeSlice: {
      const Value* cap = v->args.back();
      const std::int64_t size = types::size_of(types::under_as<types::Slice>(v->type)->elem);
      if (!is_const(cap) || cap->aux_int < 0 || (size != 0 && cap->aux_int > kMaxFrameBytes / size)) {
        return kMaxFrameBytes + 1;
      }
      return cap->aux_int * size;
    }
    default: return 0;
  }
}

// Follows an allocation o of a loop forwards. By dominance, a value derived from o without passing a phi that
// dominates o is never used after o ran again; the same holds for what is stored in allocations made in the same loop.
class Lifetime {
 public:
  Lifetime(Function& fn, const Dominators& dominators, const Loops& loops)
      : dominators_(dominators), loops_(loops), first_(fn.next_value_id + 1), seen_(fn.next_value_id) {
    for (auto& b : fn.blocks) {
      for (Value* v : b->values) {
        for (Value* arg : v->args) ++first_[arg->id + 1];
      }
    }
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    users_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (auto& b : fn.blocks) {
      for (Value* v : b->values) {
        for (Value* arg : v->args) users_[next[arg->id]++] = v;
      }
    }
  }

  bool may_outlive_iteration(Value* o) {
    const Loop* loop = loops_.innermost(o->block);
    if (loop == nullptr && !loops_.irreducible()) return false;
    o_ = o;
    loop_ = loop;
    ++round_;
    work_.clear();
    visit(o, false);
    while (!work_.empty()) {
      const auto [v, deep] = work_.back();
      work_.pop_back();
      for (std::uint32_t i = first_[v->id]; i < first_[v->id + 1]; ++i) {
        if (!follow(v, users_[i], deep)) return true;
      }
    }
    return false;
  }

 private:
  // deep: o may be among what v's memory holds, not (only) what v points to itself.
  void visit(Value* v, bool deep) {
    const std::uint32_t mark = round_ * 2 + (deep ? 1 : 0);
    if (seen_[v->id] >= round_ * 2 && (seen_[v->id] == mark || !deep)) return;
    seen_[v->id] = mark;
    work_.push_back({v, deep});
  }

  bool follow(Value* v, Value* user, bool deep) {
    switch (user->op) {
      case Op::kPhi:
        if (loops_.irreducible() || dominators_.dominates(user->block, o_->block)) return false;
        visit(user, deep);
        return true;
      case Op::kLoad:
        if (deep && carries_pointer(user)) visit(user, true);
        return true;
      case Op::kStore:
        return user->args[1] != v || stored(user->args[0]);
      case Op::kMove:
        return user->args[1] != v || !deep || stored(user->args[0]);
      case Op::kAppendSlice:
        if (user->args[0] == v || deep) visit(user, deep);
        return true;
      case Op::kCall:
        if (may_return(user, v)) visit(user, true);
        return true;
      case Op::kMakeClosure: case Op::kMakeIface: case Op::kCallClosure: case Op::kMapIterInit:
        visit(user, true);
        return true;
      default:
        if (carries_pointer(user)) visit(user, deep);
        return true;
    }
  }

  // The call's results may have to do with its argument v.
  static bool may_return(const Value* call, const Value* v) {
    const FunctionInfo& about = info(*call->aux.function);
    if (!about.summarized || call->aux.function->replaceable || shape_of(v->type).is_int()) return true;
    for (std::size_t i = 0; i < call->args.size(); ++i) {
      if (call->args[i] != v) continue;
      if (i >= about.params.size()) return true;
      const auto& results = about.params[i].results;
      if (std::any_of(std::begin(results), std::end(results), [](std::uint8_t loads) { return loads != Leak::kNever; })) return true;
    }
    return false;
  }

  bool stored(Value* address) {
    Value* into = allocation_of(address);
    if (into == nullptr || loops_.irreducible() || !loops_.contains(loop_, into->block)) return false;
    visit(into, true);
    return true;
  }

  const Dominators& dominators_;
  const Loops& loops_;
  std::vector<std::uint32_t> first_;
  std::vector<Value*> users_;
  std::vector<std::uint32_t> seen_;
  std::uint32_t round_ = 0;
  std::vector<std::pair<Value*, bool>> work_;
  Value* o_ = nullptr;
  const Loop* loop_ = nullptr;
};

void set_heap(Value* v, bool heap) {
  const bool asks = v->op == Op::kMakeIface || ir::makes_text(v->op);
  const std::int64_t bit = asks ? ir::kMayLieInFrame : 1;
  v->aux_int = heap == asks ? v->aux_int & ~bit : v->aux_int | bit;
}

}  // namespace

void decide_allocations(Context& context, Function& fn) {
  std::vector<Value*> allocations;
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) {
      if (is_allocation(v)) allocations.push_back(v);
    }
  }
  if (allocations.empty()) return;
  EscapeAnalysis analysis(context, fn, false);
  for (Value* v : allocations) {
    if (bytes_of(v) > kMaxFrameBytes) analysis.force_to_heap(v);
  }
  analysis.solve();
  Dominators dominators(fn);
  Loops loops(fn, dominators);
  if (!loops.all().empty() || loops.irreducible()) {
    Lifetime lifetime(fn, dominators, loops);
    for (bool forced = true; forced;) {
      forced = false;
      for (Value* v : allocations) {
        if (analysis.escapes(v) || !lifetime.may_outlive_iteration(v)) continue;
        analysis.force_to_heap(v);
        forced = true;
      }
      if (forced) analysis.solve();
    }
  }
  for (Value* v : allocations) set_heap(v, analysis.escapes(v));
}

}  // namespace govm::opt
