// The last pass undoes sharing that costs more than it saves: code generation makes one instruction of an address and
// its access, or of a comparison and its branch, when they stand in one block. So both get their own copy there.
#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

bool is_word(types::Type* t) {
  switch (shape_of(t).kind) {
    case Shape::kBool: case Shape::kInt: case Shape::kFloat: case Shape::kPointer: return true;
    default: return false;
  }
}

bool is_comparison(const Value* v) {
  switch (v->op) {
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: return is_word(v->args[0]->type);
    default: return false;
  }
}

class Sinker {
 public:
  explicit Sinker(Function& fn) : fn_(fn) {}

  bool run() {
    recount_uses(fn_);
    for (auto& b : fn_.blocks) {
      if (has_candidates(*b)) sink_into(b.get());
    }
    return changed_;
  }

 private:
  static bool is_far_element(const Value* address, const Block* b) {
    return address->op == Op::kIndexAddr && address->block != b && is_word(pointee(address->type)) &&
           !(is_const(address->args[1]) && pointee(address->args[0]->type) != nullptr);
  }

  static bool is_access(const Value* v) { return v->op == Op::kLoad || v->op == Op::kStore; }

  static bool wants_own_condition(const Value* v) {
    return v->op == Op::kIf && is_comparison(v->args[0]) && (v->args[0]->block != v->block || v->args[0]->uses > 1);
  }

  bool has_candidates(const Block& b) const {
    return std::any_of(b.values.begin(), b.values.end(), [&](const Value* v) {
      return (is_access(v) && is_far_element(v->args[0], &b)) || wants_own_condition(v);
    });
  }

  void sink_into(Block* b) {
    find_loops();
    out_.clear();
    copies_.clear();
    for (Value* v : b->values) {
      if (is_access(v) && is_far_element(v->args[0], b) && same_loop(v->args[0]->block, b)) {
        v->args[0] = copy(v->args[0], b);
      } else if (wants_own_condition(v)) {
        v->args[0] = clone(v->args[0], b, v);
      }
      out_.push_back(v);
    }
    b->values = out_;
  }

  void find_loops() {
    if (!loop_of_.empty()) return;
    Dominators dominators(fn_);
    Loops loops(fn_, dominators);
    loop_of_.resize(fn_.next_block_id);
    for (auto& b : fn_.blocks) {
      const Loop* loop = loops.innermost(b.get());
      loop_of_[b->id] = loop != nullptr ? loop->header : nullptr;
    }
  }

  // What was moved out of a loop, or around one, stays there.
  bool same_loop(const Block* a, const Block* b) const { return loop_of_[a->id] == loop_of_[b->id]; }

  Value* copy(Value* address, Block* b) {
    for (const auto& [from, to] : copies_) {
      if (from == address) return to;
    }
    Value* made = clone(address, b, address);
    made->flags |= ir::kNoBounds;  // checked where it came from
    copies_.emplace_back(address, made);
    return made;
  }

  Value* clone(const Value* v, Block* b, const Value* position) {
    Value* made = fn_.new_value(v->op, v->type, position->pos, v->args);
    made->inlined = position->inlined;
    made->flags = v->flags;
    made->aux_int = v->aux_int;
    made->aux = v->aux;
    made->block = b;
    out_.push_back(made);
    changed_ = true;
    return made;
  }

  Function& fn_;
  std::vector<const Block*> loop_of_;
  std::vector<std::pair<Value*, Value*>> copies_;
  std::vector<Value*> out_;
  bool changed_ = false;
};

}  // namespace

bool sink_operands(Function& fn) { return Sinker(fn).run(); }

}  // namespace govm::opt
