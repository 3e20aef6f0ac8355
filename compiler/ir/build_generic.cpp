// Types as the function being built sees them: type parameters substituted, then the canonical representative.
#include <algorithm>

#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"
#include "compiler/types/named.h"

namespace govm::ir {

namespace {

// Types declared inside a generic function are different types in each of its instances. This replaces those of one
// instance by types of its own, which are named as gc does: "T[int]".
class LocalTypes {
 public:
  LocalTypes(Program& program, const TypeEnv& env, const syntax::FuncDecl* decl) : p_(program), env_(env), decl_(decl) {}

  types::Type* replace(types::Type* t) {
    switch (t->type_kind()) {
      case types::TypeKind::kPointer: {
        auto* x = types::as<types::Pointer>(t);
        types::Type* base = replace(x->base);
        return base == x->base ? t : types::new_pointer(p_.session, base);
      }
      case types::TypeKind::kSlice: {
        auto* x = types::as<types::Slice>(t);
        types::Type* elem = replace(x->elem);
        return elem == x->elem ? t : types::new_slice(p_.session, elem);
      }
      case types::TypeKind::kArray: {
        auto* x = types::as<types::Array>(t);
        types::Type* elem = replace(x->elem);
        return elem == x->elem ? t : types::new_array(p_.session, elem, x->len);
      }
      case types::TypeKind::kChan: {
        auto* x = types::as<types::Chan>(t);
        types::Type* elem = replace(x->elem);
        return elem == x->elem ? t : types::new_chan(p_.session, x->dir, elem);
      }
      case types::TypeKind::kMap: {
        auto* x = types::as<types::Map>(t);
        types::Type* key = replace(x->key);
        types::Type* elem = replace(x->elem);
        return key == x->key && elem == x->elem ? t : types::new_map(p_.session, key, elem);
      }
      case types::TypeKind::kStruct: {
        auto* x = types::as<types::Struct>(t);
        std::span<types::Var*> fields = replace(x->fields);
        if (fields.data() == x->fields.data()) return t;
        auto* copy = p_.session.arena.make<types::Struct>();
        copy->fields = fields;
        copy->tags = x->tags;
        return copy;
      }
      case types::TypeKind::kSignature: {
        auto* x = types::as<types::Signature>(t);
        std::span<types::Var*> params = replace(x->params->vars);
        std::span<types::Var*> results = replace(x->results->vars);
        if (params.data() == x->params->vars.data() && results.data() == x->results->vars.data()) return t;
        auto tuple = [&](std::span<types::Var*> v) { return types::new_tuple(p_.session, {v.begin(), v.end()}); };
        return types::new_signature(p_.session, nullptr, tuple(params), tuple(results), x->variadic);
      }
      case types::TypeKind::kNamed: return named(types::as<types::Named>(t));
      case types::TypeKind::kAlias: return replace(types::unalias(t));
      default: return t;
    }
  }

 private:
  std::span<types::Var*> replace(std::span<types::Var*> vars) {
    std::span<types::Var*> out = vars;
    for (std::size_t i = 0; i < vars.size(); i++) {
      types::Type* t = replace(vars[i]->type);
      if (t == vars[i]->type) continue;
      if (out.data() == vars.data()) out = p_.session.arena.copy(std::span<types::Var* const>(vars));
      auto* v = p_.session.arena.make<types::Var>(*vars[i]);
      v->type = t;
      out[i] = v;
    }
    return out;
  }

  bool is_local(types::TypeName* name) const {
    return name->pos >= decl_->pos && name->pos <= decl_->body->rbrace && name->pkg && name->parent != name->pkg->scope;
  }

  types::Type* named(types::Named* n) {
    Program::Impl& impl = p_.impl();
    std::vector<types::Type*> targs;
    if (auto* list = n->targs()) {
      bool same = true;
      for (types::Type* a : list->types) {
        targs.push_back(replace(a));
        same = same && targs.back() == a;
      }
      if (!same) n = static_cast<types::Named*>(types::instantiate(p_.session, n->origin(), targs));
      for (types::Type*& a : targs) a = p_.canonical(a);
    }
    types::TypeName* name = n->obj();
    if (!is_local(name) || impl.local_clones.contains(n)) return n;
    Program::Impl::FunctionKey key{n->origin()};
    key.insert(key.end(), env_.args.begin(), env_.args.end());
    key.insert(key.end(), targs.begin(), targs.end());
    types::Named*& slot = impl.local_types[key];
    if (slot) return slot;
    std::string text(name->name.str());
    text += '[' + link_strings(env_.args);
    if (!targs.empty()) text += ';' + link_strings(targs);
    text += ']';
    Symbol symbol = p_.session.symbols.intern(text);
    auto* object = p_.session.arena.make<types::TypeName>(name->pos, name->pkg, symbol, nullptr);
    object->parent = name->parent;
    types::Named* clone = types::new_named(p_.session, nullptr, object, nullptr);
    slot = clone;
    impl.local_clones.insert(clone);
    types::Type* underlying = types::substitute(p_.session, types::under(n), env_.params, env_.args);
    clone->impl->underlying = types::under(replace(underlying));
    clone->impl->from_rhs = clone->impl->underlying;
    return clone;
  }

  Program& p_;
  const TypeEnv& env_;
  const syntax::FuncDecl* decl_;
};

}  // namespace

types::Type* Builder::typ(const types::Type* t) {
  GOVM_ASSERT(t);
  auto [it, fresh] = types_.try_emplace(t, nullptr);
  if (!fresh) return it->second;
  auto* type = const_cast<types::Type*>(t);
  if (types::is_untyped(type)) type = types::default_type(type);
  if (is_generic()) {
    type = types::substitute(session_, type, fn_->env.params, fn_->env.args);
    const Function* declared = fn_;
    while (declared->parent) declared = declared->parent;
    if (declared->decl) type = LocalTypes(program_, fn_->env, declared->decl).replace(type);
  }
  type = canon(type);
  types_[t] = type;
  return type;
}

std::vector<types::Type*> Builder::type_args(const types::TypeList* list) {
  std::vector<types::Type*> out;
  if (!list) return out;
  for (types::Type* t : list->types) out.push_back(typ(t));
  return out;
}

types::Type* Builder::field_type(types::Type* struct_type, int field) {
  auto* s = types::under_as<types::Struct>(struct_type);
  GOVM_ASSERT(s && static_cast<std::size_t>(field) < s->fields.size());
  return canon(s->fields[field]->type);
}

types::Type* Builder::elem_type(types::Type* t) {
  t = types::under(t);
  switch (t->type_kind()) {
    case types::TypeKind::kPointer: return canon(types::as<types::Pointer>(t)->base);
    case types::TypeKind::kSlice: return canon(types::as<types::Slice>(t)->elem);
    case types::TypeKind::kArray: return canon(types::as<types::Array>(t)->elem);
    case types::TypeKind::kMap: return canon(types::as<types::Map>(t)->elem);
    case types::TypeKind::kChan: return canon(types::as<types::Chan>(t)->elem);
    case types::TypeKind::kBasic: return program_.basic(types::BasicKind::kUint8);  // string
    default: GOVM_UNREACHABLE();
  }
}

}  // namespace govm::ir
