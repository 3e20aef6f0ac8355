// go and defer. The operation takes a func(): the callee itself where nothing has to be bound, else a wrapper that
// captures the evaluated operands.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using syntax::Mode;
using types::BuiltinId;

Function* Builder::new_call_wrapper(bool go) {
  std::string name = fn_->name + (go ? ".gowrap" : ".deferwrap") + std::to_string(++fn_->next_call_wrapper);
  Function* f = program_.impl().new_function(program_, FunctionKind::kCallWrapper, std::move(name));
  f->package = fn_->package;
  f->parent = fn_;
  f->pos = pos_;
  f->end_pos = pos_;
  f->is_wrapper = true;
  return f;
}

// Calls shape with its arguments replaced by the captured ones.
void Builder::build_call_wrapper(PreparedCall shape) {
  for (std::size_t i = 0; i < shape.args.size(); i++) {
    types::Type* t = shape.args[i]->type;
    fn_->captures.push_back({t, false, nullptr});
    shape.args[i] = captured(i, t);
  }
  finish_call(shape);
  terminate(Op::kReturn);
  finish();
}

void Builder::start_call(Value* closure, bool go) {
  if (go) {
    emit(Op::kGo, nullptr, {closure});
    return;
  }
  if (!range_loop_) {
    bool once = loop_depth_ == 0 && facts_ && !facts_->body(fn_->literal ? static_cast<const syntax::Node*>(fn_->literal) : fn_->decl).has_label;
    emit_int(Op::kDefer, nullptr, once, {closure});
    return;
  }
  Builder* real = real_function();
  if (!real->defer_token_) {
    real->defer_token_ = synthetic_var("#defers", pointer_);
    Value* a = real->prologue_alloc(pointer_, real->defer_token_);
    Block* saved = real->cur_;
    real->cur_ = real->entry_;
    real->emit(Op::kStore, nullptr, {a, real->emit(Op::kDeferToken, pointer_)});
    real->cur_ = saved;
    real->declare_at(real->defer_token_, a);
  }
  emit(Op::kDeferAt, nullptr, {closure, load(variable_address(real->defer_token_))});
}

void Builder::call_stmt(const syntax::CallStmt* s) {
  auto* c = syntax::as<syntax::CallExpr>(unparen(s->call));
  GOVM_ASSERT(c);
  bool go = s->tok == syntax::CallKind::kGo;
  PosScope pos(*this, s->pos);
  if (unparen(c->fun)->mode == Mode::kBuiltin || c->fun->mode == Mode::kBuiltin) {
    start_call(deferred_builtin(c, go), go);
    return;
  }
  PreparedCall call = prepare(c);
  if (call.op == Op::kCallIface) nil_check(emit(Op::kIfaceType, pointer_, {call.args[0]}));
  types::Type* func_type = program_.impl().func_type(program_);
  if (call.results.empty() && call.params.empty() && call.op != Op::kCallIface) {
    if (call.op == Op::kCallClosure) return start_call(assign_convert(call.args[0], func_type), go);
    if (call.args.empty()) return start_call(func_value(call.function, func_type), go);
  }
  Function* f = new_call_wrapper(go);
  Builder(program_, f, nullptr, nullptr).build_call_wrapper(call);
  start_call(make_closure(f, func_type, call.args), go);
}

Value* Builder::deferred_builtin(const syntax::CallExpr* c, bool go) {
  std::uint8_t raw = c->fun->builtin_id ? c->fun->builtin_id : unparen(c->fun)->builtin_id;
  auto id = static_cast<BuiltinId>(raw);
  std::vector<Value*> args = expand(c->args);
  Op op = Op::kPrint;
  types::Type* result = nullptr;
  switch (id) {
    case BuiltinId::kPrint: case BuiltinId::kPrintln: break;
    case BuiltinId::kClose: op = Op::kClose; break;
    case BuiltinId::kClear: op = types::under_as<types::Map>(args[0]->type) ? Op::kMapClear : Op::kClearSlice; break;
    case BuiltinId::kDelete:
      op = Op::kMapDelete;
      args[1] = assign_convert(args[1], canon(types::under_as<types::Map>(args[0]->type)->key));
      break;
    case BuiltinId::kCopy:
      op = Op::kCopySlice;
      result = int_;
      break;
    case BuiltinId::kPanic:
      op = Op::kPanic;
      args[0] = assign_convert(args[0], any_);
      break;
    case BuiltinId::kRecover:
      op = Op::kRecover;
      result = any_;
      break;
    default: GOVM_UNREACHABLE();
  }
  Function* f = new_call_wrapper(go);
  Builder inner(program_, f, nullptr, nullptr);
  std::vector<Value*> captured;
  for (std::size_t i = 0; i < args.size(); i++) {
    f->captures.push_back({args[i]->type, false, nullptr});
    captured.push_back(inner.captured(i, args[i]->type));
  }
  inner.emit_int(op, result, id == BuiltinId::kPrintln, std::move(captured));
  if (op == Op::kPanic) {
    inner.start(inner.block());
  } else {
    inner.terminate(Op::kReturn);
  }
  inner.finish();
  f->has_recover = op == Op::kRecover;
  return make_closure(f, program_.impl().func_type(program_), std::move(args));
}

}  // namespace govm::ir
