// Method calls, method values and method expressions; embedded fields on the way to the method.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

namespace {

// A method declared by an interface: without a body of its own.
bool is_interface_method(types::Func* f) { return !f->decl && !(f->origin && f->origin->decl); }

types::Func* origin_of(types::Func* f) { return f->origin ? f->origin : f; }

int method_index(types::Interface* i, types::Func* m) {
  std::span<types::Func*> all = i->all_methods();
  for (std::size_t k = 0; k < all.size(); k++) {
    if (all[k]->name == m->name && (m->exported() || all[k]->pkg->path == m->pkg->path)) return static_cast<int>(k);
  }
  return -1;
}

}  // namespace

Walk Builder::step(Walk w, int field) {
  types::Type* t = walked_type(w);
  if (is_pointer(t)) {
    Value* p = walked_value(w);
    nil_check(p);
    return {field_addr(p, field), true};
  }
  if (w.address) return {field_addr(w.v, field), true};
  return {field_val(w.v, field), false};
}

Value* Builder::walk_path(Value* v, std::span<const int> path) {
  Walk w{v, false};
  for (int field : path) w = step(w, field);
  return walked_value(w);
}

// x of the method selection x.f, with the embedded fields on the way to f's receiver.
Walk Builder::receiver(const syntax::SelectorExpr* s) {
  Walk w{nullptr, false};
  if (s->x->mode == syntax::Mode::kVariable && !is_pointer(typ(s->x))) {
    w = {address(s->x), true};
  } else {
    w.v = expr(s->x);
  }
  std::span<int> path = s->selection->index;
  for (std::size_t i = 0; i + 1 < path.size(); i++) w = step(w, path[i]);
  return w;
}

types::Type* Builder::result_type(std::span<types::Type* const> results) {
  if (results.empty()) return nullptr;
  return results.size() == 1 ? results[0] : program_.tuple_of(results);
}

std::vector<Value*> Builder::result_values(Value* v) {
  if (!v->type) return {};
  auto* t = types::as<types::Tuple>(v->type);
  if (!t) return {v};
  std::vector<Value*> out;
  for (std::size_t i = 0; i < t->size(); i++) out.push_back(extract(v, static_cast<int>(i)));
  return out;
}

void Builder::set_signature(PreparedCall& c, types::Signature* sig) {
  for (types::Var* v : sig->params->vars) c.params.push_back(typ(v->type));
  for (types::Var* v : sig->results->vars) c.results.push_back(typ(v->type));
  c.variadic = sig->variadic;
}

// The call of `method` on a receiver; the concrete method where the static type was a type parameter.
PreparedCall Builder::method_target(Walk recv, types::Func* method) {
  PreparedCall c;
  types::Type* t = walked_type(recv);
  if (types::is_interface(t)) {
    c.op = Op::kCallIface;
    auto* iface = types::under_as<types::Interface>(t);
    c.method = method_index(iface, method);
    GOVM_ASSERT(c.method >= 0);
    c.args.push_back(walked_value(recv));
    set_signature(c, iface->all_methods()[c.method]->signature());
    return c;
  }
  if (is_interface_method(method)) {
    std::vector<int> index;
    bool indirect = false;
    types::Object* found = types::lookup_field_or_method(session_, t, true, method->pkg, method->name, &index, &indirect);
    auto* f = types::as<types::Func>(found);
    GOVM_ASSERT(f);
    for (std::size_t i = 0; i + 1 < index.size(); i++) recv = step(recv, index[i]);
    return method_target(recv, f);
  }
  types::Func* origin = origin_of(method);
  auto* named = types::as<types::Named>(is_pointer(t) && !types::as<types::Named>(t) ? elem_type(t) : t);
  GOVM_ASSERT(named);
  std::vector<types::Type*> targs;
  if (auto* list = named->targs()) {
    for (types::Type* a : list->types) targs.push_back(canon(a));
  }
  c.function = program_.function(origin, targs);
  bool pointer = is_pointer(t) && !types::as<types::Named>(t);
  Value* r;
  if (origin->has_ptr_recv) {
    r = pointer ? walked_value(recv) : recv.address ? recv.v : spill(recv.v);
  } else {
    r = walked_value(recv);
    if (pointer) {
      nil_check(r);
      r = load(r);
    }
  }
  c.args.push_back(r);
  c.params.assign(c.function->params.begin() + 1, c.function->params.end());
  c.results = c.function->results;
  c.variadic = c.function->variadic;
  return c;
}

PreparedCall Builder::prepare_method(const syntax::SelectorExpr* s) {
  Walk w = receiver(s);
  PosScope pos(*this, s->pos);
  return method_target(w, types::as<types::Func>(s->selection->obj));
}

// x.M as a function value.
Value* Builder::method_value(const syntax::SelectorExpr* s) {
  PreparedCall target = prepare_method(s);
  PosScope pos(*this, s->pos);
  if (target.op == Op::kCallIface) nil_check(emit(Op::kIfaceType, pointer_, {target.args[0]}));
  return make_closure(bound_method(target), typ(s), {target.args[0]});
}

Function* Builder::bound_method(const PreparedCall& target) {
  types::Type* recv = target.args[0]->type;
  Program::Impl::FunctionKey key{"bound", target.function, recv, reinterpret_cast<void*>(target.method)};
  Function*& slot = program_.impl().wrappers[key];
  if (slot) return slot;
  std::string name;
  if (target.function) {
    name = target.function->name;
  } else {
    name = method_symbol(recv, types::under_as<types::Interface>(recv)->all_methods()[target.method]);
  }
  Function* f = program_.impl().new_function(program_, FunctionKind::kBoundMethod, name + "-fm");
  slot = f;
  f->package = fn_->package;
  f->pos = pos_;
  f->is_wrapper = true;
  f->params = target.params;
  f->results = target.results;
  f->variadic = target.variadic;
  f->captures.push_back({recv, false, nullptr});
  PreparedCall inner = target;
  inner.args.clear();
  Builder(program_, f, nullptr, nullptr).build_forwarding(std::move(inner), true);
  return f;
}

// T.M: a function whose first parameter is the receiver.
Function* Builder::method_expr_function(const syntax::SelectorExpr* s) {
  types::Type* t = typ(s->x);
  auto* method = types::as<types::Func>(s->selection->obj);
  if (auto* iface = types::under_as<types::Interface>(t)) {
    int index = method_index(iface, method);
    Program::Impl::FunctionKey key{"expr", t, reinterpret_cast<void*>(static_cast<std::intptr_t>(index))};
    Function*& slot = program_.impl().wrappers[key];
    if (slot) return slot;
    types::Func* m = iface->all_methods()[index];
    Function* f = program_.impl().new_function(program_, FunctionKind::kMethodExpr, method_symbol(t, m));
    slot = f;
    f->package = fn_->package;
    f->pos = s->pos;
    f->is_wrapper = true;
    f->params.push_back(t);
    add_signature(program_, f, m->signature());
    PreparedCall target;
    target.op = Op::kCallIface;
    target.method = index;
    target.results = f->results;
    Builder(program_, f, nullptr, nullptr).build_forwarding(std::move(target), false);
    return f;
  }
  types::MethodSetEntry entry{};
  types::Object* found = types::lookup_field_or_method(session_, t, false, method->pkg, method->name, &entry.index, &entry.indirect);
  entry.func = types::as<types::Func>(found);
  GOVM_ASSERT(entry.func);
  return program_.method(t, entry);
}

Value* Builder::method_expr(const syntax::SelectorExpr* s) { return func_value(method_expr_function(s), typ(s)); }

}  // namespace govm::ir
