#include "compiler/ir/ir.h"

#include <algorithm>

#include "base/assert.h"

namespace govm::ir {

namespace {

struct OpInfo {
  std::string_view name;
  OpFlags flags;
};

constexpr OpInfo kOps[] = {
#define IR_OP(name, flags) {#name, flags},
#include "compiler/ir/ops.def"
#undef IR_OP
};

}  // namespace

OpFlags op_flags(Op op) { return kOps[static_cast<std::size_t>(op)].flags; }
std::string_view op_name(Op op) { return kOps[static_cast<std::size_t>(op)].name; }

Value& Values::add() {
  constexpr std::size_t kFirst = 8, kMost = 64;
  if (used_ == capacity_) {
    capacity_ = chunks_.empty() ? kFirst : std::min(2 * capacity_, kMost);
    chunks_.push_back(std::make_unique<Value[]>(capacity_));
    used_ = 0;
  }
  return chunks_.back()[used_++];
}

void Values::clear() {
  chunks_.clear();
  used_ = capacity_ = 0;
}

void Function::drop_body() {
  blocks.clear();
  blocks.shrink_to_fit();
  result_allocs.clear();
  values.clear();
}

Block* Function::new_block() {
  blocks.push_back(std::make_unique<Block>());
  Block* b = blocks.back().get();
  b->id = next_block_id++;
  b->function = this;
  return b;
}

Value* Function::new_value(Op op, types::Type* type, Pos pos, std::vector<Value*> args) {
  Value& v = values.add();
  v.op = op;
  v.id = next_value_id++;
  v.type = type;
  v.pos = pos;
  v.args = std::move(args);
  for (Value* a : v.args) a->uses++;
  return &v;
}

bool is_direct_iface(types::Type* t) {
  t = types::under(t);
  switch (t->type_kind()) {
    case types::TypeKind::kPointer: case types::TypeKind::kMap: case types::TypeKind::kChan:
    case types::TypeKind::kSignature:
      return true;
    case types::TypeKind::kBasic: return types::as<types::Basic>(t)->kind == types::BasicKind::kUnsafePointer;
    case types::TypeKind::kArray: {
      auto* a = types::as<types::Array>(t);
      return a->len == 1 && is_direct_iface(a->elem);
    }
    case types::TypeKind::kStruct: {
      auto* s = types::as<types::Struct>(t);
      return s->fields.size() == 1 && is_direct_iface(s->fields[0]->type);
    }
    default: return false;
  }
}

bool has_pointers(types::Type* t) {
  t = types::under(t);
  switch (t->type_kind()) {
    case types::TypeKind::kBasic: {
      auto* b = types::as<types::Basic>(t);
      return b->kind == types::BasicKind::kUnsafePointer || (b->info & types::kIsString) ||
             b->kind == types::BasicKind::kUntypedNil;
    }
    case types::TypeKind::kArray: {
      auto* a = types::as<types::Array>(t);
      return a->len > 0 && has_pointers(a->elem);
    }
    case types::TypeKind::kStruct:
      for (types::Var* f : types::as<types::Struct>(t)->fields) {
        if (has_pointers(f->type)) return true;
      }
      return false;
    case types::TypeKind::kTuple:
      for (types::Var* f : types::as<types::Tuple>(t)->vars) {
        if (has_pointers(f->type)) return true;
      }
      return false;
    default: return true;
  }
}

}  // namespace govm::ir
