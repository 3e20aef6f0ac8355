// Variables and the closures that capture them. A variable never assigned again after its declaration is captured by
// value (if small); others live in an Alloc whose address is captured.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

bool Builder::by_value(types::Var* v, types::Type* t) const {
  for (const Builder* b = this; b; b = b->outer_) {
    if (b->result_var(v)) return false;
  }
  return facts_ && v->pos.known() && !facts_->reassigned(v) && !facts_->addressed(v) && types::size_of(t) <= kLargeValue;
}

Value* Builder::declare(types::Var* v) {
  Value* a = alloc(typ(v->type), v);
  declare_at(v, a);
  return a;
}

void Builder::declare_init(const syntax::Name* name, Value* v) {
  auto* var = types::as<types::Var>(name->object);
  if (!var || name->value.is_blank()) return;
  Value* a = declare(var);
  store(a, assign_convert(v, elem_type(a->type)));
}

Value* Builder::variable_address(types::Var* v) {
  GOVM_ASSERT(v);
  auto it = locals_.find(v);
  if (it != locals_.end()) return it->second.cell ? load(it->second.address) : it->second.address;
  if (outer_ && outer_->knows(v)) {
    types::Type* t = typ(v->type);
    bool value = by_value(v, t);
    auto index = static_cast<std::int64_t>(fn_->captures.size());
    fn_->captures.push_back({t, !value, v});
    Block* saved = cur_;
    cur_ = entry_;
    Value* captured = emit_int(Op::kCapture, value ? t : program_.pointer_to(t), index);
    Value* address = captured;
    if (value) {
      address = alloc(t, v);
      emit(Op::kStore, nullptr, {address, captured});
    } else {
      captured->flags |= kNonNil;
    }
    cur_ = saved;
    declare_at(v, address);
    return address;
  }
  if (v->package_level) {
    Global* g = program_.global(v);
    return types::size_of(g->type) == 0 ? alloc_new(g->type) : global_addr(g);
  }
  // A variable declared behind a goto or in a part of the function that is never built: a fresh one.
  return declare(v);
}

Value* Builder::capture_operand(const Capture& c) {
  Value* a = variable_address(c.variable);
  return c.by_ref ? a : load(a);
}

std::vector<Value*> Builder::capture_operands(Function* f) {
  std::vector<Value*> out;
  for (const Capture& c : f->captures) out.push_back(capture_operand(c));
  return out;
}

Value* Builder::func_lit(const syntax::FuncLit* lit) {
  Function* f = program_.impl().new_function(program_, FunctionKind::kLiteral, literal_name(fn_));
  f->package = fn_->package;
  f->literal = const_cast<syntax::FuncLit*>(lit);
  f->parent = fn_;
  f->env = fn_->env;
  f->pos = lit->pos;
  f->end_pos = lit->body->rbrace;
  Builder inner(program_, f, this, facts_);
  inner.build_literal(lit->func_type, lit->body);
  PosScope pos(*this, lit->pos);
  std::vector<Value*> captured = capture_operands(f);
  return make_closure(f, typ(lit), std::move(captured));
}

types::Var* Builder::synthetic_var(std::string_view name, types::Type* t) {
  // Without a position: never captured by value.
  return session_.arena.make<types::Var>(Pos{}, fn_->package, session_.symbols.intern(name), t);
}

}  // namespace govm::ir
