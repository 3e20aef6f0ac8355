// The rules of the IR: shape of blocks, definitions before uses, operand counts and types.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "compiler/ir/ir.h"

namespace govm::ir {

namespace {

class Verifier {
 public:
  explicit Verifier(const Function& fn) : fn_(fn) {}

  std::string run() {
    if (fn_.blocks.empty()) return fn_.kind == FunctionKind::kNative ? "" : fail(nullptr, "no blocks");
    number();
    for (const auto& b : fn_.blocks) {
      if (!check_block(*b)) return error_;
    }
    dominators();
    for (const auto& b : fn_.blocks) {
      for (std::size_t i = 0; i < b->values.size(); i++) {
        if (!check_operands(*b->values[i]) || !check_uses(*b->values[i], i)) return error_;
      }
    }
    return {};
  }

 private:
  std::string fail(const Value* v, std::string text) {
    error_ = fn_.name + ": " + (v ? fmt::format("v{} {}: ", v->id, op_name(v->op)) : "") + text;
    return error_;
  }
  bool bad(const Value* v, std::string text) {
    fail(v, std::move(text));
    return false;
  }

  void number() {
    for (std::size_t i = 0; i < fn_.blocks.size(); i++) {
      index_[fn_.blocks[i].get()] = i;
      for (std::size_t k = 0; k < fn_.blocks[i]->values.size(); k++) place_[fn_.blocks[i]->values[k]] = {i, k};
    }
  }

  bool check_block(const Block& b) {
    if (b.values.empty() || !(op_flags(b.values.back()->op) & kTerm)) return bad(nullptr, fmt::format("b{} does not end", b.id));
    for (std::size_t i = 0; i + 1 < b.values.size(); i++) {
      const Value* v = b.values[i];
      if (op_flags(v->op) & kTerm) return bad(v, "in the middle of a block");
      if (v->block != &b) return bad(v, "block not set");
      if (v->op == Op::kPhi && i > 0 && b.values[i - 1]->op != Op::kPhi) return bad(v, "not at the block's start");
      if (v->op == Op::kPhi && v->args.size() != b.preds.size()) return bad(v, "arguments do not match predecessors");
    }
    auto count = [](const std::vector<Block*>& list, const Block* x) { return std::count(list.begin(), list.end(), x); };
    for (const Block* s : b.succs) {
      if (!index_.contains(s)) return bad(b.values.back(), "successor is not in the function");
      if (count(b.succs, s) != count(s->preds, &b)) return bad(b.values.back(), "edges disagree");
    }
    for (const Block* p : b.preds) {
      if (!index_.contains(p) || count(p->succs, &b) == 0) return bad(nullptr, fmt::format("b{}: stale predecessor", b.id));
    }
    return true;
  }

  // Cooper, Harvey and Kennedy's iteration over reverse postorder.
  void dominators() {
    std::vector<std::size_t> order;
    std::vector<std::uint8_t> seen(fn_.blocks.size());
    std::vector<std::pair<std::size_t, std::size_t>> stack{{0, 0}};
    seen[0] = 1;
    while (!stack.empty()) {
      auto& [b, next] = stack.back();
      const Block& block = *fn_.blocks[b];
      if (next < block.succs.size()) {
        std::size_t s = index_.at(block.succs[next++]);
        if (!seen[s]) {
          seen[s] = 1;
          stack.emplace_back(s, 0);
        }
      } else {
        order.push_back(b);
        stack.pop_back();
      }
    }
    postorder_.assign(fn_.blocks.size(), kNone);
    for (std::size_t i = 0; i < order.size(); i++) postorder_[order[i]] = i;
    idom_.assign(fn_.blocks.size(), kNone);
    idom_[0] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = order.size(); i-- > 0;) {
        std::size_t b = order[i];
        if (b == 0) continue;
        std::size_t d = kNone;
        for (const Block* p : fn_.blocks[b]->preds) {
          std::size_t x = index_.at(p);
          if (idom_[x] == kNone) continue;
          d = d == kNone ? x : meet(d, x);
        }
        if (d != idom_[b]) {
          idom_[b] = d;
          changed = true;
        }
      }
    }
  }

  std::size_t meet(std::size_t a, std::size_t b) const {
    while (a != b) {
      while (postorder_[a] < postorder_[b]) a = idom_[a];
      while (postorder_[b] < postorder_[a]) b = idom_[b];
    }
    return a;
  }

  bool dominates(std::size_t a, std::size_t b) const {
    while (b != a && b != 0 && idom_[b] != kNone) b = idom_[b];
    return a == b;
  }

  bool check_uses(const Value& v, std::size_t at) {
    for (std::size_t i = 0; i < v.args.size(); i++) {
      auto def = place_.find(v.args[i]);
      if (def == place_.end()) return bad(&v, fmt::format("argument {} (v{}) is not in the function", i, v.args[i]->id));
      if (!v.args[i]->type) return bad(&v, fmt::format("argument {} (v{}) has no value", i, v.args[i]->id));
      std::size_t here = index_.at(v.block);
      if (v.op == Op::kPhi) here = index_.at(v.block->preds[i]);
      if (postorder_[here] == kNone) continue;
      bool same = def->second.first == here && v.op != Op::kPhi;
      if (same ? def->second.second >= at : !dominates(def->second.first, here)) {
        return bad(&v, fmt::format("argument {} (v{}) is used before its definition", i, v.args[i]->id));
      }
    }
    return true;
  }

  static types::Type* pointee(const Value* p) {
    auto* t = types::under_as<types::Pointer>(p->type);
    return t ? fn_canonical(p, t->base) : nullptr;
  }
  static types::Type* fn_canonical(const Value* v, types::Type* t) { return v->block->function->program->canonical(t); }

  bool count(const Value& v, std::size_t n) {
    return v.args.size() == n || bad(&v, fmt::format("{} arguments, expected {}", v.args.size(), n));
  }

  bool check_call(const Value& v) {
    const Function* f = v.aux.function;
    if (!f) return bad(&v, "no function");
    if (v.args.size() != f->params.size()) return bad(&v, fmt::format("{} arguments for {}", v.args.size(), f->name));
    for (std::size_t i = 0; i < v.args.size(); i++) {
      if (v.args[i]->type && types::size_of(v.args[i]->type) != types::size_of(f->params[i])) {
        return bad(&v, fmt::format("argument {} of {} has another size", i, f->name));
      }
    }
    return true;
  }

  bool check_return(const Value& v) {
    if (v.args.size() != fn_.results.size()) return bad(&v, "number of results");
    for (std::size_t i = 0; i < v.args.size(); i++) {
      if (v.args[i]->type && types::size_of(v.args[i]->type) != types::size_of(fn_.results[i])) return bad(&v, "type of result");
    }
    return true;
  }

  bool check_closure(const Value& v) {
    const Function* f = v.aux.function;
    if (v.args.size() != f->captures.size()) return bad(&v, "captures of " + f->name);
    for (std::size_t i = 0; i < v.args.size(); i++) {
      const Capture& c = f->captures[i];
      types::Type* want = c.by_ref ? fn_.program->pointer_to(c.type) : c.type;
      if (v.args[i]->type != want) return bad(&v, fmt::format("type of capture {} of {}", i, f->name));
    }
    return true;
  }

  bool check_operands(const Value& v) {
    switch (v.op) {
      case Op::kStore:
        if (!count(v, 2)) return false;
        if (!pointee(v.args[0])) return bad(&v, "address is no pointer");
        if (pointee(v.args[0]) != v.args[1]->type) {
          return bad(&v, "stores " + types::type_string(v.args[1]->type) + " to " + types::type_string(pointee(v.args[0])));
        }
        return true;
      case Op::kLoad:
        if (!count(v, 1)) return false;
        if (!pointee(v.args[0])) return bad(&v, "address is no pointer");
        return pointee(v.args[0]) == v.type || bad(&v, "type differs from the address's");
      case Op::kPhi: case Op::kCopy:
        for (const Value* a : v.args) {
          if (a->type != v.type) return bad(&v, "argument of another type");
        }
        return true;
      case Op::kAdd: case Op::kSub: case Op::kMul: case Op::kDiv: case Op::kRem: case Op::kAnd: case Op::kOr:
      case Op::kXor: case Op::kAndNot: case Op::kMin: case Op::kMax:
        if (!count(v, 2)) return false;
        return (v.args[0]->type == v.type && v.args[1]->type == v.type) ||
               bad(&v, types::type_string(v.args[0]->type) + " and " + types::type_string(v.args[1]->type));
      case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe:
        if (!count(v, 2)) return false;
        return v.args[0]->type == v.args[1]->type ||
               bad(&v, types::type_string(v.args[0]->type) + " and " + types::type_string(v.args[1]->type));
      case Op::kIf:
        if (!count(v, 1)) return false;
        if (v.block->succs.size() != 2) return bad(&v, "needs two successors");
        return types::is_boolean(v.args[0]->type) || bad(&v, "condition is not boolean");
      case Op::kJump: return v.block->succs.size() == 1 || bad(&v, "needs one successor");
      case Op::kSwitch:
        return v.block->succs.size() == v.aux.cases->size() + 1 || bad(&v, "cases and successors disagree");
      case Op::kReturn: case Op::kPanic: case Op::kUnreachable: case Op::kPanicText:
        if (!v.block->succs.empty()) return bad(&v, "has successors");
        return v.op != Op::kReturn || check_return(v);
      case Op::kCall: return check_call(v);
      case Op::kMakeClosure: return check_closure(v);
      case Op::kFuncValue: return v.aux.function->captures.empty() || bad(&v, "function captures variables");
      case Op::kMakeIface:
        if (!count(v, 1)) return false;
        return (types::is_interface(v.type) && !types::is_interface(v.args[0]->type)) || bad(&v, "operand or type");
      case Op::kChangeIface: case Op::kTypeAssert: case Op::kIfaceType: case Op::kIfaceData:
        return count(v, 1) && (types::is_interface(v.args[0]->type) || bad(&v, "operand is no interface"));
      case Op::kChangeType:
        return count(v, 1) && (types::size_of(v.type) == types::size_of(v.args[0]->type) ||
                               bad(&v, "from " + types::type_string(v.args[0]->type) + " to " + types::type_string(v.type)));
      case Op::kStructMake: {
        auto* s = types::under_as<types::Struct>(v.type);
        return (s && s->fields.size() == v.args.size()) || bad(&v, "fields");
      }
      case Op::kFieldAddr: case Op::kIndexAddr: case Op::kAlloc: case Op::kGlobalAddr:
        return types::under_as<types::Pointer>(v.type) || bad(&v, "type is no pointer");
      case Op::kNilCheck: case Op::kMakeMap: case Op::kMakeChan: case Op::kSend: case Op::kMapSet: case Op::kMapGet:
        return check_arity(v);
      default: return true;
    }
  }

  bool check_arity(const Value& v) {
    switch (v.op) {
      case Op::kSend: case Op::kMapGet: return count(v, 2);
      case Op::kMapSet: return count(v, 3);
      default: return count(v, 1);
    }
  }

  static constexpr std::size_t kNone = ~std::size_t{0};
  const Function& fn_;
  std::string error_;
  std::unordered_map<const Block*, std::size_t> index_;
  std::unordered_map<const Value*, std::pair<std::size_t, std::size_t>> place_;
  std::vector<std::size_t> postorder_, idom_;
};

}  // namespace

std::string verify(const Function& fn) { return Verifier(fn).run(); }

}  // namespace govm::ir
