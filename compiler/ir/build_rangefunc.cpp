// for range over functions. The loop body becomes a function called by the iterator. As in gc's rewrite (rangefunc):
//   #state of each loop says whether its body may be called; the iterator's misuse of it panics;
//   #next of the whole function says how the loops were left: 0 normally, -1 by return, otherwise 1 + the index of a
//   break, continue or goto whose target lies outside of the body that made it. Each loop looks at it after its
//   iterator returned and goes on accordingly, if need be by leaving the next loop.
#include <algorithm>

#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using syntax::BranchKind;
using syntax::as;

namespace {

enum RangeState : std::int64_t { kDone, kReady, kPanicking, kExhausted };  // internal/abi.RF_State
constexpr int kContinueThis = 1 << 30;

}  // namespace

types::Var* Builder::range_next_var() {
  GOVM_ASSERT(!range_loop_);
  if (!range_next_) {
    range_next_ = synthetic_var("#next", int_);
    declare_at(range_next_, prologue_alloc(int_, range_next_));
  }
  return range_next_;
}

int Builder::range_exit_code(BranchKind kind, syntax::Stmt* target) {
  for (std::size_t i = 0; i < range_exits_.size(); i++) {
    if (range_exits_[i].kind == kind && range_exits_[i].target == target) return static_cast<int>(i) + 1;
  }
  range_exits_.push_back({kind, target});
  return static_cast<int>(range_exits_.size());
}

// Returns from the body: 0 breaks its loop, kContinueThis goes on, other codes leave more than this loop.
void Builder::leave_range_body(int next) {
  GOVM_ASSERT(range_loop_);
  bool go_on = next == kContinueThis;
  if (next != 0 && !go_on) {
    if (std::find(used_exits_.begin(), used_exits_.end(), next) == used_exits_.end()) used_exits_.push_back(next);
    store(variable_address(real_function()->range_next_var()), const_int(next));
  }
  store(variable_address(range_state_), const_int(go_on ? kReady : kDone));
  terminate(Op::kReturn, {const_bool(go_on)});
}

// Panics for a body called in a state other than ready.
void Builder::range_state_check(Value* state) {
  static constexpr std::pair<std::int64_t, std::string_view> kTexts[] = {
      {kDone, "range function continued iteration after function for loop body returned false"},
      {kPanicking, "range function continued iteration after loop body panic"},
  };
  for (auto& [code, text] : kTexts) {
    Block* bad = block();
    Block* next = block();
    branch(emit(Op::kEq, bool_, {state, const_int(code)}), bad, next);
    start(bad);
    panic_text(text, 1);
    start(next);
  }
  panic_text("range function continued iteration after whole loop exit", 1);
}

void Builder::build_range_body(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  std::vector<Value*> params;
  for (std::size_t i = 0; i < fn_->params.size(); i++) {
    params.push_back(param(i));
  }
  Value* state = load(variable_address(range_state_));
  Block* ready = block();
  Block* bad = block();
  branch(emit(Op::kEq, bool_, {state, const_int(kReady)}), ready, bad);
  start(bad);
  range_state_check(state);
  start(ready);
  store(variable_address(range_state_), const_int(kPanicking));
  if (r->lhs) {
    params.resize(2, nullptr);
    range_assign(r, {params[0], params[1]});
  }
  stmt(s->body);
  pos_ = s->body->rbrace;
  leave_range_body(kContinueThis);
  finish();
}

void Builder::range_func(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  range_vars(s, r);
  Value* iterator = expr(r->x);
  auto* sig = types::under_as<types::Signature>(iterator->type);
  types::Type* yield = canon(sig->params->vars[0]->type);
  auto* yield_sig = types::under_as<types::Signature>(yield);

  types::Var* state = synthetic_var("#state", int_);
  Value* state_address = alloc(int_, state);
  declare_at(state, state_address);
  store(state_address, const_int(kReady));

  Function* outermost = fn_;
  while (outermost->is_range_body) outermost = outermost->parent;
  std::string name = outermost->name + "-range" + std::to_string(++outermost->next_range_body);
  Function* f = program_.impl().new_function(program_, FunctionKind::kLiteral, std::move(name));
  f->package = fn_->package;
  f->parent = fn_;
  f->env = fn_->env;
  f->pos = s->pos;
  f->end_pos = s->body->rbrace;
  f->is_range_body = true;
  f->has_recover = fn_->has_recover;
  for (types::Var* v : yield_sig->params->vars) f->params.push_back(canon(v->type));
  f->results.push_back(bool_);

  Builder inner(program_, f, this, facts_);
  inner.range_loop_ = s;
  inner.range_state_ = state;
  inner.build_range_body(s, r);

  std::vector<Value*> captured = capture_operands(f);
  Value* body = make_closure(f, yield, std::move(captured));
  emit(Op::kCallClosure, nullptr, {iterator, body});

  Block* lost = block();
  Block* fine = block();
  branch(emit(Op::kEq, bool_, {load(state_address), const_int(kPanicking)}), lost, fine);
  start(lost);
  panic_text("range function recovered a loop body panic and did not resume panicking", 1);
  start(fine);
  store(state_address, const_int(kExhausted));
  for (int code : inner.used_exits_) range_exit(code);
}

// Goes on as the loop just finished asks for by #next == code.
void Builder::range_exit(int code) {
  Builder* real = real_function();
  types::Var* next = real->range_next_var();
  Block* taken = block();
  Block* other = block();
  branch(emit(Op::kEq, bool_, {load(variable_address(next)), const_int(code)}), taken, other);
  start(taken);
  if (code != -1) {
    store(variable_address(next), const_int(0));
    RangeExit exit = real->range_exits_[code - 1];
    branch_to(exit.kind, exit.target);
  } else if (range_loop_) {
    leave_range_body(-1);
  } else {
    store(variable_address(next), const_int(0));
    emit_return();
  }
  start(other);
}

}  // namespace govm::ir
