// Functions nobody wrote: promoted methods, value methods on pointers, itab entries, method values and expressions.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

namespace {

types::Func* origin_of(types::Func* f) { return f->origin ? f->origin : f; }

// The declared method itself, where its receiver type is exactly t; else null.
Function* declared_method(Program& p, types::Type* t, const types::MethodSetEntry& e) {
  if (e.index.size() != 1 || types::is_interface(t)) return nullptr;
  types::Func* origin = origin_of(e.func);
  auto* pointer = types::as<types::Pointer>(t);
  if (origin->has_ptr_recv != (pointer != nullptr)) return nullptr;
  auto* named = types::as<types::Named>(types::unalias(pointer ? pointer->base : t));
  GOVM_ASSERT(named);
  std::vector<types::Type*> targs;
  if (auto* list = named->targs()) {
    for (types::Type* a : list->types) targs.push_back(p.canonical(a));
  }
  return p.function(origin, targs);
}

Function* new_wrapper(Program& p, FunctionKind kind, types::Type* recv, types::Type* first, types::Func* method) {
  Function* f = p.impl().new_function(p, kind, method_symbol(recv, method));
  f->package = method->pkg;
  f->object = nullptr;
  f->is_wrapper = true;
  f->pos = method->pos;
  f->end_pos = method->pos;
  f->params.push_back(first);
  add_signature(p, f, method->signature());
  return f;
}

}  // namespace

Function* Program::method(types::Type* t, const types::MethodSetEntry& entry) {
  t = canonical(t);
  if (Function* f = declared_method(*this, t, entry)) return f;
  Impl::FunctionKey key{"method", t, entry.func->name.str().data(), entry.func->exported() ? nullptr : entry.func->pkg};
  Function*& slot = impl_->wrappers[key];
  if (slot) return slot;
  Function* f = new_wrapper(*this, FunctionKind::kMethodWrapper, t, t, entry.func);
  slot = f;
  Builder(*this, f, nullptr, nullptr).build_method_wrapper(t, entry, false);
  return f;
}

Function* Program::itab_method(types::Type* t, const types::MethodSetEntry& entry) {
  t = canonical(t);
  // One word, the same in a frame slot as in the interface.
  if (is_direct_iface(t)) return method(t, entry);
  Impl::FunctionKey key{"itab", t, entry.func->name.str().data(), entry.func->exported() ? nullptr : entry.func->pkg};
  Function*& slot = impl_->wrappers[key];
  if (slot) return slot;
  types::Type* word = basic(types::BasicKind::kUnsafePointer);
  Function* f = new_wrapper(*this, FunctionKind::kIfaceWrapper, pointer_to(t), word, entry.func);
  slot = f;
  Builder(*this, f, nullptr, nullptr).build_method_wrapper(t, entry, true);
  return f;
}

void Builder::build_method_wrapper(types::Type* recv, const types::MethodSetEntry& entry, bool data_word) {
  Value* first = param(0);
  Walk w{first, false};
  if (data_word) {
    w = {emit(Op::kChangeType, program_.pointer_to(recv), {first}), true};
    w.v->flags |= kNonNil;
  }
  if (entry.index.size() == 1 && is_pointer(recv) && !types::as<types::Named>(recv) && !data_word) {
    // (*T).M for a value method: gc's panicwrap.
    types::Type* base = elem_type(recv);
    std::string name = type_symbol(base);
    std::size_t dot = name.rfind('.');
    std::string bare = dot == std::string::npos ? name : name.substr(dot + 1);
    Block* nil = block();
    Block* fine = block();
    branch(emit(Op::kEq, bool_, {first, zero(first->type)}), nil, fine);
    start(nil);
    panic_text("value method " + name + "." + std::string(entry.func->name.str()) + " called using nil *" + bare + " pointer", 0);
    start(fine);
  }
  for (std::size_t i = 0; i + 1 < entry.index.size(); i++) w = step(w, entry.index[i]);
  PreparedCall target = method_target(w, entry.func);
  for (std::size_t i = 1; i < fn_->params.size(); i++) {
    Value* p = param(i);
    target.args.push_back(assign_convert(p, target.params[i - 1]));
  }
  std::vector<Value*> results = result_values(finish_call(target));
  for (std::size_t i = 0; i < results.size(); i++) results[i] = assign_convert(results[i], fn_->results[i]);
  terminate(Op::kReturn, std::move(results));
  finish();
}

// The function's parameters, behind the captured receiver if there is one, are target's arguments.
void Builder::build_forwarding(PreparedCall target, bool captured_first) {
  if (captured_first) target.args.push_back(captured(0, fn_->captures[0].type));
  for (std::size_t i = 0; i < fn_->params.size(); i++) {
    target.args.push_back(param(i));
  }
  terminate(Op::kReturn, result_values(finish_call(target)));
  finish();
}

}  // namespace govm::ir
