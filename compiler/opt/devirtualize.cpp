// Calls of known closures and of methods of interfaces just made become static calls.
#include "compiler/opt/context.h"

namespace govm::opt {
namespace {

Function* method_of(ir::Program& program, types::Type* t, types::Func* wanted) {
  for (const types::MethodSetEntry& entry : types::method_set(program.session, t)) {
    if (entry.func->name == wanted->name && (wanted->exported() || entry.func->pkg == wanted->pkg)) {
      return program.method(t, entry);
    }
  }
  return nullptr;
}

void make_static(Value* call, Function* callee) {
  call->op = Op::kCall;
  call->aux_int = 0;
  call->aux.function = callee;
}

bool resolve_call(Function& fn, Value* v) {
  Value* target = resolve(v->args[0]);
  if (v->op == Op::kCallClosure) {
    if (target->op != Op::kFuncValue) return false;
    v->args.erase(v->args.begin());
    make_static(v, target->aux.function);
    return true;
  }
  if (target->op != Op::kMakeIface) return false;
  Value* receiver = resolve(target->args[0]);
  auto* iface = types::under_as<types::Interface>(target->type);
  if (iface == nullptr || types::is_interface(receiver->type)) return false;
  types::Func* wanted = iface->all_methods()[static_cast<std::size_t>(v->aux_int)];
  Function* callee = method_of(*fn.program, receiver->type, wanted);
  if (callee == nullptr) return false;
  v->args[0] = receiver;
  make_static(v, callee);
  return true;
}

}  // namespace

bool resolve_calls(Function& fn) {
  bool changed = false;
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) {
      if (v->op == Op::kCallClosure || v->op == Op::kCallIface) changed |= resolve_call(fn, v);
    }
  }
  return changed;
}

}  // namespace govm::opt
