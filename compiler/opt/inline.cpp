// Inlining of small functions. A callee is optimised first, with its own calls inlined; its copied body is not looked
// at again, so recursion ends. Each copied value gets the chain of call sites it came through, for tracebacks.
#include <algorithm>

#include "compiler/opt/context.h"

namespace govm::opt {
namespace {

constexpr std::uint32_t kMaxCost = 40;           // of a callee
constexpr std::uint32_t kMaxCostInLoop = 80;     // ... called in a loop
constexpr std::uint32_t kMaxCostOfLiteral = 160; // ... written where it is called
constexpr std::uint32_t kMaxSource = 700;        // bytes of source of a callee worth building for it
constexpr std::uint32_t kMaxValues = 3000;       // a caller that grew this big takes no more

bool never_inlined(Op op) {
  switch (op) {
    case Op::kDefer: case Op::kGo: case Op::kSelect: case Op::kRecover: case Op::kRunDefers: case Op::kCallerPC:
    case Op::kClosurePtr: case Op::kDeferToken: case Op::kDeferAt:
      return true;
    default:
      return false;
  }
}

std::uint32_t cost_of(const Value* v) {
  switch (v->op) {
    case Op::kConst: case Op::kConstString: case Op::kZero: case Op::kParam: case Op::kCapture: case Op::kCopy:
    case Op::kJump: case Op::kReturn: case Op::kGlobalAddr: case Op::kFuncValue: case Op::kTypeDesc: case Op::kExtract:
    case Op::kFieldVal: case Op::kNilCheck: case Op::kFieldAddr: case Op::kLen: case Op::kDataPtr: case Op::kCap:
    case Op::kChangeType: case Op::kUnreachable: case Op::kStructMake:
      return 0;
    case Op::kCall: case Op::kCallClosure: case Op::kCallIface: return 6 + static_cast<std::uint32_t>(v->args.size());
    case Op::kMakeIface: case Op::kPhi: return 2;
    default: return (ir::op_flags(v->op) & ir::kCall) != 0 ? 5 : 1;
  }
}

constexpr std::int64_t kLargestInlined = 64 << 10;

bool may_recover(const Value* v) {
  if (v->op == Op::kCallClosure || v->op == Op::kCallIface) return true;
  if (v->op != Op::kCall) return false;
  const Function* callee = v->aux.function;
  if (callee->kind == ir::FunctionKind::kNative) return false;
  return callee->replaceable || !callee->built || callee->has_recover || callee->is_wrapper;
}

void judge(Function& fn, FunctionInfo& about) {
  about.inlining = FunctionInfo::Inline::kNever;
  if (fn.no_inline || fn.has_defer || fn.has_recover || fn.kind == ir::FunctionKind::kInit) return;
  about.safe_in_wrapper = true;
  // What is passed by reference (codegen/by_reference.h) belongs to the call.
  const auto is_large = [](types::Type* t) { return types::size_of(t) > kLargestInlined; };
  if (std::any_of(fn.params.begin(), fn.params.end(), is_large)) return;
  if (std::any_of(fn.results.begin(), fn.results.end(), is_large)) return;
  for (const ir::Capture& c : fn.captures) {
    if (!c.by_ref && is_large(c.type)) return;
  }
  std::uint32_t cost = 0;
  for (auto& b : fn.blocks) {
    for (const Value* v : b->values) {
      if (never_inlined(v->op)) return;
      if (may_recover(v)) about.safe_in_wrapper = false;
      cost += cost_of(v);
    }
    if (cost > kMaxCostOfLiteral) return;
  }
  about.cost = cost;
  about.inlining = FunctionInfo::Inline::kPossible;
}

// Copies one callee body into the caller in place of a call.
class Copier {
 public:
  Copier(Function& caller, Value* call, Function& callee, Value* closure)
      : caller_(caller), call_(call), callee_(callee), closure_(closure), values_(callee.next_value_id),
        blocks_(callee.next_block_id) {}

  // Replaces the index-th value of b; what followed it moves to the block returned.
  Block* run(Block* b, std::size_t index) {
    Block* after = split(b, index);
    for (auto& from : callee_.blocks) blocks_[from->id] = caller_.new_block();
    for (auto& from : callee_.blocks) copy_values(*from, after);
    for (auto& from : callee_.blocks) link(*from);
    Block* entry = blocks_[callee_.blocks[0]->id];
    Value* jump = make_like(call_, Op::kJump, nullptr, {});
    jump->block = b;
    b->values.push_back(jump);
    b->succs.assign(1, entry);
    entry->preds.push_back(b);
    finish_results(after);
    return after;
  }

 private:
  Block* split(Block* b, std::size_t index) {
    Block* after = caller_.new_block();
    const auto at = b->values.begin() + static_cast<std::ptrdiff_t>(index);
    after->values.assign(at + 1, b->values.end());
    b->values.erase(at, b->values.end());
    for (Value* v : after->values) v->block = after;
    after->succs = std::move(b->succs);
    b->succs.clear();
    for (Block* succ : after->succs) std::replace(succ->preds.begin(), succ->preds.end(), b, after);
    return after;
  }

  void copy_values(const Block& from, Block* after) {
    Block* to = blocks_[from.id];
    to->values.reserve(from.values.size());
    for (Value* v : from.values) {
      if (v->op == Op::kParam) {
        values_[v->id] = call_->args[first_arg() + static_cast<std::size_t>(v->aux_int)];
      } else if (v->op == Op::kCapture) {
        values_[v->id] = closure_->args[static_cast<std::size_t>(v->aux_int)];
      } else if (v->op == Op::kReturn) {
        add(to, v, Op::kJump);
        to->succs.assign(1, after);
        after->preds.push_back(to);
        returns_.push_back(v);
      } else {
        values_[v->id] = add(to, v, v->op);
      }
    }
  }

  std::size_t first_arg() const { return call_->op == Op::kCallClosure ? 1 : 0; }

  Value* add(Block* to, const Value* v, Op op) {
    Value* copy = caller_.new_value(op, op == v->op ? v->type : nullptr, v->pos);
    copy->block = to;
    if (op == v->op) {
      copy->flags = v->flags;
      copy->aux_int = v->aux_int;
      copy->aux = v->aux;
    }
    place(copy, v);
    to->values.push_back(copy);
    return copy;
  }

  void place(Value* copy, const Value* v) {
    if (v->inlined != nullptr) {
      copy->inlined = chain(v->inlined);
    } else if (callee_.is_wrapper) {
      copy->pos = call_->pos;
      copy->inlined = call_->inlined;
    } else {
      copy->inlined = here();
    }
  }

  const ir::InlineSite* here() {
    if (here_ == nullptr) {
      here_ = caller_.program->arena.make<ir::InlineSite>(&callee_, call_->pos, call_->inlined);
    }
    return here_;
  }

  // The callee's chain, continued by this call.
  const ir::InlineSite* chain(const ir::InlineSite* site) {
    for (const auto& [old, made] : chains_) {
      if (old == site) return made;
    }
    ir::InlineSite made = *site;
    if (site->outer != nullptr) {
      made.outer = chain(site->outer);
    } else if (callee_.is_wrapper) {
      made.call_pos = call_->pos;
      made.outer = call_->inlined;
    } else {
      made.outer = here();
    }
    const ir::InlineSite* result = caller_.program->arena.make<ir::InlineSite>(made);
    chains_.emplace_back(site, result);
    return result;
  }

  void link(const Block& from) {
    Block* to = blocks_[from.id];
    std::size_t next = 0;
    for (const Value* v : from.values) {
      if (v->op == Op::kParam || v->op == Op::kCapture) continue;
      Value* copy = to->values[next++];
      if (v->op == Op::kReturn) continue;
      copy->args.reserve(v->args.size());
      for (const Value* arg : v->args) copy->args.push_back(values_[arg->id]);
    }
    for (const Block* pred : from.preds) to->preds.push_back(blocks_[pred->id]);
    if (!from.succs.empty()) {
      for (const Block* succ : from.succs) to->succs.push_back(blocks_[succ->id]);
    }
  }

  // The call becomes a copy of its result, or a tuple of them that only Extracts look at.
  void finish_results(Block* after) {
    if (returns_.empty() || call_->type == nullptr) return;
    std::vector<Value*> results;
    for (std::size_t i = 0; i < callee_.results.size(); ++i) results.push_back(result(after, i));
    if (types::as<types::Tuple>(call_->type) == nullptr) {
      become_copy(call_, results[0]);
    } else {
      become(call_, Op::kStructMake, {});
      call_->args = std::move(results);
    }
  }

  Value* result(Block* after, std::size_t i) {
    if (returns_.size() == 1) return values_[returns_[0]->args[i]->id];
    Value* phi = make_phi(after, i);
    after->values.insert(after->values.begin() + static_cast<std::ptrdiff_t>(i), phi);
    return phi;
  }

  Value* make_phi(Block* after, std::size_t i) {
    Value* phi = caller_.new_value(Op::kPhi, callee_.results[i], call_->pos);
    phi->inlined = call_->inlined;
    phi->block = after;
    for (const Value* r : returns_) phi->args.push_back(values_[r->args[i]->id]);
    return phi;
  }

  Function& caller_;
  Value* call_;
  Function& callee_;
  Value* closure_;
  std::vector<Value*> values_;
  std::vector<Block*> blocks_;
  std::vector<const Value*> returns_;
  std::vector<std::pair<const ir::InlineSite*, const ir::InlineSite*>> chains_;
  const ir::InlineSite* here_ = nullptr;
};

class Inliner {
 public:
  Inliner(Context& context, Function& fn, bool closures_only)
      : context_(context), fn_(fn), closures_only_(closures_only) {}

  bool run() {
    if (!has_calls()) return false;
    find_loops();
    std::vector<Block*> blocks;
    for (auto& b : fn_.blocks) blocks.push_back(b.get());
    for (Block* b : blocks) scan(b);
    if (tuples_.empty() && !changed_) return false;
    forward_tuples();
    remove_unreachable(fn_);
    remove_copies(fn_);
    return true;
  }

 private:
  bool is_call(const Value* v) const {
    return v->op == Op::kCallClosure || (v->op == Op::kCall && !closures_only_);
  }

  bool has_calls() const {
    for (auto& b : fn_.blocks) {
      if (std::any_of(b->values.begin(), b->values.end(), [&](Value* v) { return is_call(v); })) return true;
    }
    return false;
  }

  void find_loops() {
    Dominators dominators(fn_);
    Loops loops(fn_, dominators);
    in_loop_.resize(fn_.next_block_id);
    for (auto& b : fn_.blocks) in_loop_[b->id] = loops.innermost(b.get()) != nullptr;
    recount_uses(fn_);
  }

  void scan(Block* b) {
    const bool in_loop = in_loop_[b->id];
    const Op end = b->terminator()->op;
    if (end == Op::kPanic || end == Op::kPanicText || end == Op::kUnreachable) return;  // runs once at most, and rarely
    for (std::size_t i = 0; i < b->values.size(); ++i) {
      Value* v = b->values[i];
      if (!is_call(v) || fn_.next_value_id > kMaxValues) continue;
      Value* closure = nullptr;
      Function* callee = target(v, closure);
      if (callee == nullptr || !worth_it(callee, in_loop, closure)) continue;
      b = Copier(fn_, v, *callee, closure).run(b, i);
      if (v->op == Op::kStructMake) tuples_.push_back(v);
      i = static_cast<std::size_t>(-1);  // goes on behind the call
      changed_ = true;
    }
  }

  static Function* target(Value* call, Value*& closure) {
    if (call->op == Op::kCall) return call->aux.function;
    Value* x = resolve(call->args[0]);
    if (x->op != Op::kMakeClosure) return nullptr;
    closure = x;
    return x->aux.function;
  }

  bool worth_it(Function* callee, bool in_loop, const Value* closure) {
    if (callee == &fn_ || callee->no_inline || callee->kind == ir::FunctionKind::kNative) return false;
    FunctionInfo& about = library_info(context_, *callee);
    if (!callee->optimized && about.library_cost > kMaxCostOfLiteral) return false;
    if (!context_.ensure_optimized(callee, kMaxSource) || callee->blocks.empty()) return false;
    if (about.inlining == FunctionInfo::Inline::kUnknown) judge(*callee, about);
    if (about.inlining != FunctionInfo::Inline::kPossible) return false;
    if (fn_.is_wrapper) return about.safe_in_wrapper && about.cost <= kMaxCostInLoop;
    const bool only_use = closure != nullptr && closure->uses == 1;
    return about.cost <= (only_use ? kMaxCostOfLiteral : in_loop ? kMaxCostInLoop : kMaxCost);
  }

  void forward_tuples() {
    if (tuples_.empty()) return;
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op != Op::kExtract || v->args[0]->op != Op::kStructMake) continue;
        become_copy(v, v->args[0]->args[static_cast<std::size_t>(v->aux_int)]);
      }
    }
  }

  Context& context_;
  Function& fn_;
  bool closures_only_;
  std::vector<bool> in_loop_;
  std::vector<Value*> tuples_;
  bool changed_ = false;
};

}  // namespace

bool may_inline(Function& fn) {
  FunctionInfo& about = info(fn);
  if (about.inlining == FunctionInfo::Inline::kUnknown) judge(fn, about);
  return about.inlining == FunctionInfo::Inline::kPossible && about.cost <= kMaxCost && !fn.blocks.empty();
}

bool is_done_with(ir::Function& fn, const Options& options) {
  Context context{options};
  FunctionInfo& about = library_info(context, fn);
  if (about.inlining == FunctionInfo::Inline::kUnknown) judge(fn, about);
  return about.inlining == FunctionInfo::Inline::kNever && (about.summarized || fn.kind == ir::FunctionKind::kInit);
}

bool inline_calls(Context& context, Function& fn, bool closures_only) {
  if (fn.kind == ir::FunctionKind::kInit || !context.options.inline_calls) return false;
  return Inliner(context, fn, closures_only).run();
}

}  // namespace govm::opt
