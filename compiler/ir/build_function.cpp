// Bodies of declared functions and literals; return.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using syntax::as;

// Parameters into variables; the Function's own lists are set here for literals.
void Builder::add_params(types::Var* recv, types::Tuple* params, types::Tuple* results) {
  std::vector<types::Var*> vars;
  if (recv) vars.push_back(recv);
  for (types::Var* v : params->vars) vars.push_back(v);
  Block* saved = cur_;
  cur_ = entry_;
  for (std::size_t i = 0; i < vars.size(); i++) {
    types::Type* t = typ(vars[i]->type);
    Value* p = emit_int(Op::kParam, t, static_cast<std::int64_t>(i));
    p->pos = vars[i]->pos;
    if (vars[i]->name.empty() || vars[i]->name.is_blank()) continue;
    Value* a = alloc(t, vars[i]);
    emit(Op::kStore, nullptr, {a, p});
    declare_at(vars[i], a);
  }
  for (types::Var* v : results->vars) {
    Value* a = alloc(typ(v->type), v);
    declare_at(v, a);
    result_vars_.push_back(v);
    result_addresses_.push_back(a);
    if (fn_->has_defer) fn_->result_allocs.push_back(a);
  }
  cur_ = saved;
}

void Builder::build_declared() {
  syntax::FuncDecl* decl = fn_->decl;
  const BodyFacts& f = facts_->body(decl);
  fn_->has_defer = f.has_defer;
  fn_->has_recover = f.has_recover;
  types::Signature* sig = fn_->object->signature();
  add_params(sig->recv, sig->params, sig->results);
  stmts(decl->body->list);
  pos_ = decl->body->rbrace;
  if (fn_->results.empty()) emit_return();
  finish();
}

void Builder::build_literal(const syntax::FuncType* type, const syntax::BlockStmt* body) {
  const BodyFacts& f = facts_->body(fn_->literal);
  fn_->has_defer = f.has_defer;
  fn_->has_recover = f.has_recover;
  auto* sig = types::as<types::Signature>(types::unalias(type->type ? type->type : fn_->literal->type));
  if (!sig) sig = types::under_as<types::Signature>(fn_->literal->type);
  GOVM_ASSERT(sig);
  fn_->variadic = sig->variadic;
  fn_->params.clear();
  fn_->results.clear();
  for (types::Var* v : sig->params->vars) fn_->params.push_back(typ(v->type));
  for (types::Var* v : sig->results->vars) fn_->results.push_back(typ(v->type));
  add_params(nullptr, sig->params, sig->results);
  stmts(body->list);
  pos_ = body->rbrace;
  if (fn_->results.empty()) emit_return();
  finish();
}

void Builder::build_intrinsic_body(types::Func* func) {
  std::vector<Value*> args;
  for (std::size_t i = 0; i < fn_->params.size(); i++) {
    args.push_back(param(i));
  }
  bool done = false;
  types::Type* result = fn_->results.empty() ? nullptr
                        : fn_->results.size() == 1 ? fn_->results[0] : program_.tuple_of(fn_->results);
  Value* v = intrinsic(func, args, result, &done);
  GOVM_ASSERT(done);
  std::vector<Value*> results;
  if (fn_->results.size() == 1) {
    results.push_back(v);
  } else {
    for (std::size_t i = 0; i < fn_->results.size(); i++) results.push_back(extract(v, static_cast<int>(i)));
  }
  terminate(Op::kReturn, std::move(results));
  finish();
}

bool Builder::result_var(types::Var* v) const {
  for (types::Var* r : result_vars_) {
    if (r == v) return true;
  }
  return false;
}

void Builder::emit_return() {
  if (fn_->has_defer) emit(Op::kRunDefers, nullptr);
  std::vector<Value*> results;
  for (Value* a : result_addresses_) results.push_back(load(a));
  terminate(Op::kReturn, std::move(results));
}

void Builder::return_stmt(const syntax::ReturnStmt* s) {
  PosScope pos(*this, s->pos);
  Builder* real = real_function();
  std::vector<Value*> values;
  std::span<syntax::Expr* const> list = expr_list(s->results);
  if (!list.empty()) {
    values = expand(list);
    GOVM_ASSERT(values.size() == real->result_vars_.size());
    for (std::size_t i = 0; i < values.size(); i++) {
      values[i] = assign_convert(values[i], real->fn_->results[i]);
    }
    for (std::size_t i = 0; i < values.size(); i++) store(variable_address(real->result_vars_[i]), values[i]);
  }
  if (range_loop_) {
    leave_range_body(-1);
  } else {
    emit_return();
  }
}

}  // namespace govm::ir
