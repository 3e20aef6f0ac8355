// Builds SSA by hand, for tests of the optimiser.
#pragma once

#include <string>

#include "compiler/ir/ir.h"
#include "compiler/opt/opt.h"

namespace govm::test {

class NoEnvironment : public ir::Environment {
 public:
  void ensure_body_checked(types::Func*) override {}
  types::Func* linked_function(types::Func*) override { return nullptr; }
  std::string native_name(types::Func*) override { return {}; }
  types::Var* linked_variable(types::Var*) override { return nullptr; }
  bool embedded_files(types::Var*, std::vector<EmbeddedFile>&) override { return false; }
};

struct World {
  types::Session session;
  NoEnvironment environment;
  ir::Program program{session, environment};
  types::Type* int_type = types::basic(session, types::BasicKind::kInt);
  types::Type* bool_type = types::basic(session, types::BasicKind::kBool);
  types::Type* string_type = types::basic(session, types::BasicKind::kString);
  types::Type* pointer(types::Type* t) { return types::canonical(session, types::new_pointer(session, t)); }
  types::Type* slice(types::Type* t) { return types::canonical(session, types::new_slice(session, t)); }
};

class FunctionMaker {
 public:
  using Op = ir::Op;
  FunctionMaker(World& world, std::string name, std::vector<types::Type*> params, std::vector<types::Type*> results)
      : world_(world) {
    fn.name = std::move(name);
    fn.program = &world.program;
    fn.params = std::move(params);
    fn.results = std::move(results);
    fn.built = true;
    block = fn.new_block();
  }

  ir::Value* emit(Op op, types::Type* type, std::vector<ir::Value*> args = {}, std::int64_t aux = 0) {
    ir::Value* v = fn.new_value(op, type, Pos{++pos_}, std::move(args));
    v->aux_int = aux;
    v->block = block;
    block->values.push_back(v);
    return v;
  }
  ir::Value* param(int i) { return emit(Op::kParam, fn.params[static_cast<std::size_t>(i)], {}, i); }
  ir::Value* integer(std::int64_t x) { return emit(Op::kConst, world_.int_type, {}, x); }
  ir::Value* alloc(types::Type* t) { return emit(Op::kAlloc, world_.pointer(t), {}, 1); }
  ir::Value* load(ir::Value* address, types::Type* t) { return emit(Op::kLoad, t, {address}); }
  void store(ir::Value* address, ir::Value* v) { emit(Op::kStore, nullptr, {address, v}); }
  ir::Value* call(ir::Function& callee, types::Type* type, std::vector<ir::Value*> args) {
    ir::Value* v = emit(Op::kCall, type, std::move(args));
    v->aux.function = &callee;
    return v;
  }
  ir::Block* new_block() { return fn.new_block(); }
  void jump(ir::Block* to) {
    emit(Op::kJump, nullptr);
    edge(to);
  }
  void branch(ir::Value* cond, ir::Block* yes, ir::Block* no) {
    emit(Op::kIf, nullptr, {cond});
    edge(yes);
    edge(no);
  }
  void ret(std::vector<ir::Value*> results = {}) { emit(Op::kReturn, nullptr, std::move(results)); }

  void optimize(bool inline_calls = true) {
    opt::optimize(fn, {.inline_calls = inline_calls, .verify = true});
  }
  int count(Op op) const {
    int n = 0;
    for (auto& b : fn.blocks) {
      for (const ir::Value* v : b->values) n += v->op == op;
    }
    return n;
  }
  const ir::Value* find(Op op) const {
    for (auto& b : fn.blocks) {
      for (const ir::Value* v : b->values) {
        if (v->op == op) return v;
      }
    }
    return nullptr;
  }

  ir::Function fn;
  ir::Block* block;

 private:
  void edge(ir::Block* to) {
    block->succs.push_back(to);
    to->preds.push_back(block);
  }
  World& world_;
  std::uint32_t pos_ = 0;
};

}  // namespace govm::test
