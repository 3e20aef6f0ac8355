#include "compiler/opt/edit.h"

#include <algorithm>


#include "base/assert.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {

void become_copy(Value* v, Value* of) {
  v->op = Op::kCopy;
  v->flags = 0;
  v->aux_int = 0;
  v->aux.none = nullptr;
  v->args.assign(1, of);
}

void become(Value* v, Op op, std::initializer_list<Value*> args) {
  v->op = op;
  v->flags = 0;
  v->aux_int = 0;
  v->aux.none = nullptr;
  v->args.assign(args);
}

void become_const(Value* v, std::int64_t bits) {
  become(v, Op::kConst, {});
  v->aux_int = bits;
}

bool remove_copies(Function& fn) {
  bool any = false;
  for (auto& block : fn.blocks) {
    bool here = false;
    for (Value* v : block->values) {
      here |= v->op == Op::kCopy;
      for (Value*& arg : v->args) {
        if (arg->op == Op::kCopy) arg = resolve(arg);
      }
    }
    if (here) std::erase_if(block->values, [](const Value* v) { return v->op == Op::kCopy; });
    any |= here;
  }
  for (Value*& v : fn.result_allocs) v = resolve(v);
  return any;
}

void recount_uses(Function& fn) {
  for (auto& block : fn.blocks) {
    for (Value* v : block->values) v->uses = 0;
  }
  for (auto& block : fn.blocks) {
    for (Value* v : block->values) {
      for (Value* arg : v->args) ++arg->uses;
    }
  }
  for (Value* v : fn.result_allocs) ++v->uses;
}

Value* make_like(const Value* like, Op op, types::Type* type, std::initializer_list<Value*> args) {
  Value* v = like->block->function->new_value(op, type, like->pos, args);
  v->inlined = like->inlined;
  return v;
}

Value* make_const(Function& fn, types::Type* type, std::int64_t bits) {
  Value* v = fn.new_value(Op::kConst, type, Pos{});
  v->aux_int = bits;
  return v;
}

Value* make_zero(Function& fn, types::Type* t) {
  const Shape shape = shape_of(t);
  const bool scalar = shape.kind == Shape::kBool || shape.kind == Shape::kInt || shape.kind == Shape::kFloat;
  return fn.new_value(scalar ? Op::kConst : Op::kZero, t, Pos{});
}

void insert_at_entry(Function& fn, Value* v) { insert_at_entry(fn, std::vector<Value*>{v}); }

void insert_at_entry(Function& fn, const std::vector<Value*>& values) {
  if (values.empty()) return;
  Block* entry = fn.blocks[0].get();
  for (Value* v : values) v->block = entry;
  auto at = entry->values.begin() + static_cast<std::ptrdiff_t>(phi_count(entry));
  entry->values.insert(at, values.begin(), values.end());
}

std::size_t phi_count(const Block* b) {
  std::size_t n = 0;
  while (n < b->values.size() && b->values[n]->op == Op::kPhi) ++n;
  return n;
}

std::size_t pred_index(const Block* block, std::size_t succ_index) {
  const Block* succ = block->succs[succ_index];
  auto nth = std::count(block->succs.begin(), block->succs.begin() + static_cast<std::ptrdiff_t>(succ_index), succ);
  for (std::size_t i = 0; i < succ->preds.size(); ++i) {
    if (succ->preds[i] == block && nth-- == 0) return i;
  }
  GOVM_UNREACHABLE();
}

void remove_pred(Block* b, std::size_t index) {
  const auto at = static_cast<std::ptrdiff_t>(index);
  b->preds.erase(b->preds.begin() + at);
  for (Value* v : b->values) {
    if (v->op == Op::kPhi) v->args.erase(v->args.begin() + at);
  }
}

void jump_only_to(Block* b, std::size_t succ_index) {
  Block* target = b->succs[succ_index];
  for (std::size_t i = b->succs.size(); i-- > 0;) {
    if (i == succ_index) continue;
    remove_pred(b->succs[i], pred_index(b, i));
    b->succs.erase(b->succs.begin() + static_cast<std::ptrdiff_t>(i));
    if (i < succ_index) --succ_index;
  }
  GOVM_DEBUG_ASSERT(b->succs.size() == 1 && b->succs[0] == target);
  static_cast<void>(target);
  become(b->terminator(), Op::kJump, {});
}

Value* base_address(Value* address) {
  for (;;) {
    switch (address->op) {
      case Op::kCopy: case Op::kFieldAddr: case Op::kChangeType:
        address = address->args[0];
        break;
      case Op::kNilCheck: case Op::kIndexAddr:
        address = address->args[0];
        break;
      case Op::kSlice:
        if (shape_of(address->args[0]->type).kind == Shape::kString) return address;
        address = address->args[0];
        break;
      default:
        return address;
    }
  }
}

}  // namespace govm::opt
