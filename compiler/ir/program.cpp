// Functions, globals and static data of all packages, each made once.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

Program::Program(types::Session& s, Environment& e) : session(s), environment(e), impl_(std::make_unique<Impl>()) {}
Program::~Program() = default;

const Facts* Program::Impl::facts_of(const syntax::Node* root) {
  auto& slot = facts[root];
  if (!slot) slot = std::make_unique<Facts>(root);
  return slot.get();
}

Function* Program::Impl::new_function(Program& program, FunctionKind kind, std::string name) {
  Function& f = owned_functions.emplace_back();
  f.kind = kind;
  f.name = std::move(name);
  f.program = &program;
  return &f;
}

types::Type* Program::Impl::func_type(Program& program) {
  if (!plain_func) {
    types::Tuple* none = types::new_tuple(program.session, {});
    plain_func = program.canonical(types::new_signature(program.session, nullptr, none, none, false));
  }
  return plain_func;
}

void add_signature(Program& program, Function* f, types::Signature* sig) {
  for (types::Var* v : sig->params->vars) f->params.push_back(program.canonical(v->type));
  for (types::Var* v : sig->results->vars) f->results.push_back(program.canonical(v->type));
  f->variadic = sig->variadic;
}

// ---- types

types::Type* Program::canonical(types::Type* t) {
  auto [it, fresh] = impl_->canonical.try_emplace(t, nullptr);
  if (fresh) {
    types::Type* c = types::canonical(session, t);
    impl_->canonical[t] = c;
    return c;
  }
  return it->second;
}

types::Type* Program::basic(types::BasicKind kind) { return types::basic(session, kind); }
types::Type* Program::pointer_to(types::Type* t) { return canonical(types::new_pointer(session, t)); }
types::Type* Program::slice_of(types::Type* t) { return canonical(types::new_slice(session, t)); }

types::Type* Program::tuple_of(std::span<types::Type* const> list) {
  std::vector<types::Type*> key(list.begin(), list.end());
  types::Type*& t = impl_->tuples[key];
  if (!t) {
    std::vector<types::Var*> vars;
    for (types::Type* e : list) vars.push_back(session.arena.make<types::Var>(Pos{}, nullptr, Symbol(), e));
    t = types::new_tuple(session, std::move(vars));
  }
  return t;
}

types::Type* Program::map_iter_type() {
  if (!impl_->map_iter) {
    impl_->map_iter = canonical(types::new_array(session, basic(types::BasicKind::kUnsafePointer), 16));
  }
  return impl_->map_iter;
}

// ---- functions

namespace {

const types::TypeParamList* type_params(types::Func* f) {
  types::Signature* sig = f->signature();
  return sig->rparams ? sig->rparams : sig->tparams;
}

bool has_directive(const syntax::FuncDecl* d, std::string_view text) {
  for (const syntax::Pragma& p : d->pragmas) {
    if (p.text == text || (p.text.starts_with(text) && p.text[text.size()] == ' ')) return true;
  }
  return false;
}

}  // namespace

Function* Program::function(types::Func* func, std::span<types::Type* const> targs) {
  if (func->origin) func = func->origin;
  if (auto it = impl_->replaced.find(func); it != impl_->replaced.end()) func = it->second;
  GOVM_ASSERT(func->decl);
  if (!func->decl->body) {
    if (types::Func* linked = environment.linked_function(func); linked && linked != func) return function(linked, targs);
  }
  Impl::FunctionKey key{func};
  key.insert(key.end(), targs.begin(), targs.end());
  auto [it, fresh] = impl_->functions.try_emplace(std::move(key), nullptr);
  if (!fresh) return it->second;

  bool native = !func->decl->body && !is_intrinsic(func);
  Function* f = impl_->new_function(*this, native ? FunctionKind::kNative : FunctionKind::kDeclared,
                                    native ? environment.native_name(func) : function_name(func, !targs.empty()));
  it->second = f;
  f->package = func->pkg;
  f->object = func;
  f->decl = func->decl;
  f->pos = func->decl->pos;
  f->end_pos = func->decl->body ? func->decl->body->rbrace : func->decl->pos;
  f->replaceable = environment.replaceable(func->pkg);
  f->no_inline = f->replaceable || has_directive(func->decl, "go:noinline");
  types::Signature* sig = func->signature();
  if (!targs.empty()) {
    const types::TypeParamList* list = type_params(func);
    GOVM_ASSERT(list && list->size() == targs.size());
    f->env.params.assign(list->params.begin(), list->params.end());
    f->env.args.assign(targs.begin(), targs.end());
  }
  auto concrete = [&](types::Type* t) {
    if (!targs.empty()) t = types::substitute(session, t, f->env.params, f->env.args);
    return canonical(t);
  };
  if (sig->recv) f->params.push_back(concrete(sig->recv->type));
  for (types::Var* v : sig->params->vars) f->params.push_back(concrete(v->type));
  for (types::Var* v : sig->results->vars) f->results.push_back(concrete(v->type));
  f->variadic = sig->variadic;
  return f;
}

std::vector<std::pair<Function*, Function*>> Program::replace(types::Func* old, types::Func* fresh) {
  std::vector<std::pair<Function*, Function*>> out;
  for (auto& [earlier, latest] : impl_->replaced) {
    if (latest == old) latest = fresh;
  }
  impl_->replaced[old] = fresh;
  // Keys begin with the Func: those of old stand together.
  std::vector<std::pair<std::vector<types::Type*>, Function*>> made;
  for (auto it = impl_->functions.lower_bound({old}); it != impl_->functions.end() && it->first[0] == old; ++it) {
    std::vector<types::Type*> targs;
    for (std::size_t i = 1; i < it->first.size(); i++) targs.push_back(static_cast<types::Type*>(const_cast<void*>(it->first[i])));
    made.emplace_back(std::move(targs), it->second);
  }
  for (auto& [targs, function_of_old] : made) {
    if (function_of_old->kind != FunctionKind::kNative) out.emplace_back(function_of_old, function(fresh, targs));
  }
  return out;
}

void Program::build(Function* f) {
  if (f->built || f->kind == FunctionKind::kNative) return;
  f->built = true;
  if (f->kind == FunctionKind::kLiteral) {  // of a static initialiser; others are built with the function around them
    Builder(*this, f, nullptr, impl_->facts_of(f->literal)).build_literal(f->literal->func_type, f->literal->body);
    return;
  }
  GOVM_ASSERT(f->kind == FunctionKind::kDeclared);
  if (is_intrinsic(f->object)) {
    Builder(*this, f, nullptr, nullptr).build_intrinsic_body(f->object);
    return;
  }
  environment.ensure_body_checked(f->object);
  Builder(*this, f, nullptr, impl_->facts_of(f->decl)).build_declared();
}

// ---- data

void Program::keep(types::Var* fresh, types::Var* old) {
  impl_->globals[fresh] = global(old);
  impl_->kept.insert(fresh);
}

Global* Program::global(types::Var* var) {
  if (types::Var* linked = environment.linked_variable(var); linked && linked != var) var = linked;
  auto [it, fresh] = impl_->globals.try_emplace(var, nullptr);
  if (!fresh) return it->second;
  Global* g = &impl_->owned_globals.emplace_back();
  it->second = g;
  g->object = var;
  g->package = var->pkg;
  g->type = canonical(var->type);
  g->name = std::string(var->pkg ? var->pkg->path.str() : "") + "." + std::string(var->name.str());
  g->initial = embedded_data(*this, var);
  if (g->initial || !var->pkg) return g;
  const PackageInit& plan = package_init_plan(*this, var->pkg);
  auto init = plan.index.find(var);
  if (init != plan.index.end() && plan.is_static[init->second]) {
    g->initial = static_data(*this, var, var->pkg->init_order[init->second].rhs);
  }
  return g;
}

const std::string_view* Program::intern_string(std::string_view text) {
  auto it = impl_->strings.find(text);
  if (it == impl_->strings.end()) {
    auto* view = arena.make<std::string_view>(arena.copy(text));
    it = impl_->strings.emplace(std::string(text), view).first;
  }
  return it->second;
}

StaticData* Program::new_static(types::Type* type) {
  StaticData* d = &impl_->owned_statics.emplace_back();
  d->type = type;
  d->bytes.resize(static_cast<std::size_t>(types::size_of(type)));
  return d;
}

Global* zero_sized_global(Program& program, types::Type* t) {
  Program::Impl& impl = program.impl();
  Global*& g = impl.zero_sized[t];
  if (!g) {
    g = &impl.owned_globals.emplace_back();
    g->name = "..zero_" + std::to_string(impl.next_static++);
    g->type = t;
  }
  return g;
}

Global* static_global(Program& program, StaticData* data) {
  Program::Impl& impl = program.impl();
  Global* g = &impl.owned_globals.emplace_back();
  g->name = "..stmp_" + std::to_string(impl.next_static++);
  g->type = data->type;
  g->initial = data;
  return g;
}

}  // namespace govm::ir
