// Type inference (types2/infer.go): from arguments, from constraints' core types and methods, from defaults of untyped
// constants, in this order; then the inferred types are substituted into each other.
#include <algorithm>

#include "compiler/types/checker_impl.h"
#include "compiler/types/infer.h"
#include "compiler/types/unify.h"

namespace govm::types {

namespace {

std::string tparams_string(std::span<TypeParam* const> list) {
  std::string out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += list.size() == 2 ? " and " : i + 1 == list.size() ? ", and " : ", ";
    out += list[i]->obj->name.str();
  }
  return out;
}

int position_of(std::span<TypeParam* const> list, Type* t) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] == t) return static_cast<int>(i);
  }
  return -1;
}

class ParameterWalker {
 public:
  explicit ParameterWalker(std::span<TypeParam* const> tparams) : tparams_(tparams) {}

  bool walk(Type* t) {
    switch (t->type_kind()) {
      case TypeKind::kBasic: return false;
      case TypeKind::kTypeParam: return position_of(tparams_, t) >= 0;
      default: break;
    }
    if (bool* known = seen_.find(t)) return *known;
    seen_.insert(t, false);
    bool result = components(t);
    seen_[t] = result;
    return result;
  }

 private:
  bool vars(std::span<Var* const> list) {
    return std::any_of(list.begin(), list.end(), [this](Var* v) { return walk(v->type); });
  }
  bool tuple(Tuple* t) { return t && vars(t->vars); }
  bool components(Type* t) {
    switch (t->type_kind()) {
      case TypeKind::kAlias: return walk(unalias(t));
      case TypeKind::kArray: return walk(static_cast<Array*>(t)->elem);
      case TypeKind::kSlice: return walk(static_cast<Slice*>(t)->elem);
      case TypeKind::kPointer: return walk(static_cast<Pointer*>(t)->base);
      case TypeKind::kChan: return walk(static_cast<Chan*>(t)->elem);
      case TypeKind::kMap: return walk(static_cast<Map*>(t)->key) || walk(static_cast<Map*>(t)->elem);
      case TypeKind::kStruct: return vars(static_cast<Struct*>(t)->fields);
      case TypeKind::kTuple: return tuple(static_cast<Tuple*>(t));
      case TypeKind::kSignature:
        return tuple(static_cast<Signature*>(t)->params) || tuple(static_cast<Signature*>(t)->results);
      case TypeKind::kInterface: {
        TypeSet* set = type_set(static_cast<Interface*>(t));
        for (Func* m : set->methods) {
          if (walk(m->type)) return true;
        }
        return set->is([this](const Term* term) { return term && term->type && walk(term->type); });
      }
      case TypeKind::kNamed:
        for (Type* a : list_of(static_cast<Named*>(t)->targs())) {
          if (walk(a)) return true;
        }
        return false;
      default: return false;
    }
  }
  std::span<TypeParam* const> tparams_;
  PtrMap<Type*, bool> seen_;
};

// Removes inferred types that (directly or not) contain their own type parameter.
class CycleKiller {
 public:
  CycleKiller(std::span<TypeParam* const> tparams, std::vector<Type*>& inferred)
      : tparams_(tparams), inferred_(inferred) {}
  void run() {
    for (TypeParam* p : tparams_) walk(p);
  }

 private:
  void vars(std::span<Var* const> list) {
    for (Var* v : list) walk(v->type);
  }
  void walk(Type* t) {
    t = unalias(t);
    if (std::find(path_.begin(), path_.end(), t) != path_.end()) {
      if (int i = position_of(tparams_, t); i >= 0) inferred_[i] = nullptr;
      return;
    }
    path_.push_back(t);
    components(t);
    path_.pop_back();
  }
  void components(Type* t) {
    switch (t->type_kind()) {
      case TypeKind::kArray: walk(static_cast<Array*>(t)->elem); break;
      case TypeKind::kSlice: walk(static_cast<Slice*>(t)->elem); break;
      case TypeKind::kPointer: walk(static_cast<Pointer*>(t)->base); break;
      case TypeKind::kChan: walk(static_cast<Chan*>(t)->elem); break;
      case TypeKind::kStruct: vars(static_cast<Struct*>(t)->fields); break;
      case TypeKind::kMap:
        walk(static_cast<Map*>(t)->key);
        walk(static_cast<Map*>(t)->elem);
        break;
      case TypeKind::kSignature: {
        auto* s = static_cast<Signature*>(t);
        if (s->params) vars(s->params->vars);
        if (s->results) vars(s->results->vars);
        break;
      }
      case TypeKind::kUnion:
        for (const Term& term : static_cast<Union*>(t)->terms) walk(term.type);
        break;
      case TypeKind::kInterface:
        for (Func* m : static_cast<Interface*>(t)->methods) walk(m->type);
        for (Type* e : static_cast<Interface*>(t)->embeddeds) walk(e);
        break;
      case TypeKind::kNamed:
        for (Type* a : list_of(static_cast<Named*>(t)->targs())) walk(a);
        break;
      case TypeKind::kTypeParam:
        if (int i = position_of(tparams_, t); i >= 0 && inferred_[i]) walk(inferred_[i]);
        break;
      default: break;
    }
  }
  std::span<TypeParam* const> tparams_;
  std::vector<Type*>& inferred_;
  std::vector<Type*> path_;
};

// The single term of a constraint, or its core type with tilde if any term has one.
struct CoreTerm {
  Term term{false, nullptr};  // type null: none
  bool single = false;
};
CoreTerm core_term(TypeParam* p) {
  int n = 0;
  Term single{false, nullptr};
  bool tilde = false;
  type_param_is(p, [&](const Term* t) {
    if (!t) return false;
    ++n;
    single = *t;
    tilde |= t->tilde;
    return true;
  });
  if (n == 1) return {single, true};
  if (Type* t = core_type(p)) return {Term{tilde, t}, false};
  return {};
}

// One inference.
class Inference {
 public:
  Inference(Checker* check, Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs, Tuple* params,
            std::span<Operand* const> args, bool reverse, ErrorReport* err)
      : check_(*check), pos_(pos), tparams_(tparams), targs_(targs.begin(), targs.end()), params_(params), args_(args),
        reverse_(reverse), err_(*err), u_(substituted(), tparams, targs_, check->allow_version(kGo1_21)) {}

  std::vector<Type*> run() {
    if (!from_arguments() || !from_constraints() || !from_untyped()) return {};
    std::vector<Type*> inferred = u_.inferred(tparams_);
    CycleKiller(tparams_, inferred).run();
    simplify(inferred);
    for (std::size_t i = 0; i < inferred.size(); ++i) {
      if (inferred[i] && !is_parameterized(tparams_, inferred[i])) continue;
      TypeName* obj = tparams_[i]->obj;
      err_.addf(pos_, "cannot infer %s (declared at %v)", obj->name, obj->pos);
      return {};
    }
    return inferred;
  }

 private:
  // What is known is substituted into the parameters first: it makes for better messages.
  Session& substituted() {
    targs_.resize(tparams_.size());
    if (params_->size() > 0 && std::any_of(targs_.begin(), targs_.end(), [](Type* t) { return t; })) {
      std::vector<TypeParam*> from;
      std::vector<Type*> to;
      for (std::size_t i = 0; i < targs_.size(); ++i) {
        if (!targs_[i]) continue;
        from.push_back(tparams_[i]);
        to.push_back(targs_[i]);
      }
      params_ = static_cast<Tuple*>(check_.subst(Pos{}, params_, SubstMap{from, to}));
    }
    return check_.session;
  }

  Type* subst_known(Pos pos, Type* t, const std::vector<Type*>& inferred) {
    std::vector<TypeParam*> from;
    std::vector<Type*> to;
    for (std::size_t i = 0; i < inferred.size(); ++i) {
      if (!inferred[i]) continue;
      from.push_back(tparams_[i]);
      to.push_back(inferred[i]);
    }
    return check_.subst(pos, t, SubstMap{from, to});
  }

  void mismatch(Type* par, Operand* arg) {
    std::vector<Type*> known = u_.inferred(tparams_);
    std::string expr = expr_string(arg->expr);
    if (std::none_of(known.begin(), known.end(), [](Type* t) { return t; })) {
      err_.addf(arg, "type %s of %s does not match %s (cannot infer %s)", arg->type, expr, par,
                tparams_string(tparams_));
      return;
    }
    Type* inferred = subst_known(arg->pos(), par, known);
    if (inferred == par) {
      err_.addf(arg, "type %s of %s does not match %s", arg->type, expr, par);
    } else if (reverse_) {
      err_.addf(arg, "inferred type %s for %s does not match type %s of %s", inferred, par, arg->type, expr);
    } else {
      err_.addf(arg, "type %s of %s does not match inferred type %s for %s", arg->type, expr, inferred, par);
    }
  }

  bool from_arguments() {
    for (std::size_t i = 0; i < args_.size(); ++i) {
      Operand* arg = args_[i];
      if (!arg->valid()) continue;
      Type* par = params_->vars[i]->type;
      if (!is_parameterized(tparams_, par) && !is_parameterized(tparams_, arg->type)) continue;
      if (is_typed(arg->type)) {
        if (!u_.unify(par, arg->type, Unifier::kAssign)) {
          mismatch(par, arg);
          return false;
        }
      } else if (as<TypeParam>(par) && !arg->is_nil()) {
        untyped_.push_back(i);
      }
    }
    return true;
  }

  bool from_constraint(TypeParam* p) {
    Type* tx = u_.at(p);
    CoreTerm core = core_term(p);
    if (core.term.type) {
      if (tx) {
        if (!u_.unify(tx, core.term.type, Unifier::kInexact)) {
          err_.addf(pos_, "%s (type %s) does not satisfy %s", static_cast<Type*>(p), tx, p->bound);
          return false;
        }
      } else if (core.single && !core.term.tilde) {
        u_.set(p, core.term.type);
      }
    }
    if (tx && !is_parameterized(tparams_, tx)) {
      std::string cause;
      auto same = [this](Type* x, Type* y) { return u_.unify(x, y, Unifier::kExact); };
      if (!check_.has_all_methods(tx, p->iface(), true, same, &cause)) {
        err_.addf(pos_, "%s (type %s) does not satisfy %s %s", static_cast<Type*>(p), tx, p->bound, cause);
        return false;
      }
    }
    return true;
  }

  bool from_constraints() {
    for (;;) {
      std::size_t before = u_.unknowns();
      for (TypeParam* p : tparams_) {
        if (!from_constraint(p)) return false;
      }
      if (u_.unknowns() == before) return true;
    }
  }

  bool from_untyped() {
    std::vector<std::pair<TypeParam*, Type*>> largest;
    for (std::size_t i : untyped_) {
      auto* p = static_cast<TypeParam*>(params_->vars[i]->type);
      if (u_.at(p)) continue;
      Operand* arg = args_[i];
      auto it = std::find_if(largest.begin(), largest.end(), [p](auto& e) { return e.first == p; });
      if (it == largest.end()) {
        largest.emplace_back(p, arg->type);
        continue;
      }
      Type* m = max_type(it->second, arg->type);
      if (!m) {
        err_.addf(arg, "mismatched types %s and %s (cannot infer %s)", it->second, arg->type, static_cast<Type*>(p));
        return false;
      }
      it->second = m;
    }
    for (auto& [p, t] : largest) u_.set(p, default_type(t));
    return true;
  }

  // Inferred types may mention type parameters that were inferred as well.
  void simplify(std::vector<Type*>& inferred) {
    std::vector<std::size_t> dirty;
    for (std::size_t i = 0; i < inferred.size(); ++i) {
      if (inferred[i] && !targs_[i]) dirty.push_back(i);
    }
    while (!dirty.empty()) {
      std::vector<std::size_t> still;
      for (std::size_t i : dirty) {
        Type* t0 = inferred[i];
        Type* t1 = subst_known(Pos{}, t0, inferred);
        if (t1 == t0) continue;
        // A generic function's signature whose parameters were all inferred is not generic any more.
        if (auto* sig = as<Signature>(t1); sig && sig->tparams && !is_parameterized(tparams_, sig)) {
          sig->tparams = nullptr;
        }
        inferred[i] = t1;
        still.push_back(i);
      }
      dirty = std::move(still);
    }
  }

  Checker& check_;
  Pos pos_;
  std::span<TypeParam* const> tparams_;
  std::vector<Type*> targs_;
  Tuple* params_;
  std::span<Operand* const> args_;
  bool reverse_;
  ErrorReport& err_;
  Unifier u_;
  std::vector<std::size_t> untyped_;
};

}  // namespace

bool is_parameterized(std::span<TypeParam* const> tparams, Type* t) {
  return !tparams.empty() && ParameterWalker(tparams).walk(t);
}

std::vector<Type*> Checker::infer(Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
                                  Tuple* params, std::span<Operand* const> args, bool reverse, ErrorReport* err) {
  bool all_known = targs.size() == tparams.size();
  for (Type* t : targs) all_known &= t != nullptr;
  if (all_known) return {targs.begin(), targs.end()};
  for (Operand* arg : args) {
    if (!arg->valid()) return {};
  }
  return Inference(this, pos, tparams, targs, params, args, reverse, err).run();
}

// Fresh type parameters: a generic function may be used as its own argument.
Checker::Renamed Checker::rename_tparams(Pos pos, std::span<TypeParam* const> tparams, Type* t) {
  if (tparams.empty()) return {{}, t};
  std::vector<TypeParam*> fresh;
  std::vector<Type*> fresh_types;
  for (TypeParam* p : tparams) {
    auto* name = arena.make<TypeName>(p->obj->pos, p->obj->pkg, p->obj->name, nullptr);
    TypeParam* copy = new_type_param(session, this, name, nullptr);
    copy->index = p->index;
    fresh.push_back(copy);
    fresh_types.push_back(copy);
  }
  SubstMap map{tparams, fresh_types};
  for (std::size_t i = 0; i < tparams.size(); ++i) fresh[i]->bound = subst(pos, tparams[i]->bound, map);
  Type* renamed = subst(pos, t, map);
  return {std::move(fresh), renamed};
}

}  // namespace govm::types
