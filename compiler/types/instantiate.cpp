// Instances of generic types and functions, and whether types implement interfaces or satisfy constraints
// (types2/instantiate.go).
#include "compiler/types/instantiate.h"

#include "base/assert.h"
#include "compiler/types/checker_impl.h"
#include "compiler/types/context.h"

namespace govm::types {

namespace {

std::string message(Session& session, Checker* check, std::string_view pattern, std::initializer_list<Arg> args) {
  Qualifier qualifier = check ? check->qualifier() : Qualifier{};
  return format(qualifier, &session.sources, pattern, std::span<const Arg>(args.begin(), args.size()));
}

Type* instantiate_generic_signature(Session& session, Checker* check, Pos pos, Signature* orig,
                                    std::span<Type* const> targs) {
  auto tparams = list_of(orig->tparams);
  if (!validate_targ_len(session, check, pos, type_string(orig), static_cast<int>(tparams.size()),
                         static_cast<int>(targs.size()))) {
    return invalid_type();
  }
  if (tparams.empty()) return orig;
  auto* sig = static_cast<Signature*>(subst(session, check, pos, orig, SubstMap{tparams, targs}, nullptr));
  if (sig == orig) sig = session.arena.make<Signature>(*orig);
  sig->tparams = nullptr;
  return sig;
}

// Whether typ is one of the terms t is written with.
bool mentions(Type* t, Type* typ) {
  if (auto* i = as<Interface>(t)) {
    for (Type* e : i->embeddeds) {
      if (mentions(e, typ)) return true;
    }
    return false;
  }
  if (auto* u = as<Union>(t)) {
    for (const Term& term : u->terms) {
      if (mentions(term.type, typ)) return true;
    }
    return false;
  }
  return identical(t, typ);
}

std::string terms_string(const TypeSet* set, const Qualifier& qualifier) {
  std::string out;
  for (const Term& t : set->terms) {
    if (!out.empty()) out += " | ";
    if (t.tilde) out += "~";
    write_type(out, t.type, qualifier);
  }
  return out;
}

// One question "does v implement (or satisfy) t?".
class Implements {
 public:
  Implements(Session& session, Checker* check, Type* v, Type* t, bool constraint, std::string* cause)
      : session_(session), check_(check), v_(v), t_(t), constraint_(constraint), cause_(cause) {}

  bool run() {
    Type *vu = under(v_), *tu = under(t_);
    if (!is_valid(vu) || !is_valid(tu)) return true;
    if (auto* p = as<Pointer>(vu); p && !is_valid(under(p->base))) return true;
    auto* ti = as<Interface>(tu);
    if (!ti) return not_an_interface(tu);
    TypeSet* tset = type_set(ti);
    if (tset->is_all()) return true;
    auto* vi = as<Interface>(vu);
    if (vi && type_set(vi)->empty()) return true;
    if (tset->empty()) return fail("cannot %s %s (empty type set)", {verb(), t_});
    auto same = [](Type* x, Type* y) { return identical(x, y); };
    if (!has_all_methods(session_, check_, v_, t_, true, same, cause_)) {
      std::string why = cause_ ? *cause_ : "";
      return fail("%s does not %s %s %s", {v_, verb(), t_, why});
    }
    if (!tset->has_terms()) return comparability(tset);
    if (vi) {
      if (!type_set(vi)->subset_of(*tset)) return fail("%s does not %s %s", {v_, verb(), t_});
      return comparability(tset);
    }
    return in_terms(ti, tset) && comparability(tset);
  }

 private:
  const char* verb() const { return constraint_ ? "satisfy" : "implement"; }

  bool fail(std::string_view pattern, std::initializer_list<Arg> args) {
    if (cause_) *cause_ = message(session_, check_, pattern, args);
    return false;
  }

  bool not_an_interface(Type* tu) {
    if (!cause_) return false;
    std::string detail = is_interface_ptr(tu)
                             ? message(session_, check_, "type %s is pointer to interface, not interface", {t_})
                             : message(session_, check_, "%s is not an interface", {t_});
    return fail("%s does not %s %s (%s)", {v_, verb(), t_, detail});
  }

  bool comparability(TypeSet* tset) {
    if (!tset->is_comparable(nullptr)) return true;
    if (comparable_type(v_, false, nullptr, nullptr, nullptr)) return true;
    // Interfaces satisfy comparable although they do not implement it.
    if (constraint_ && comparable_type(v_, true, nullptr, nullptr, nullptr)) {
      if (!check_ || check_->allow_version(kGo1_20)) return true;
      return fail("%s to %s comparable requires go1.20 or later", {v_, verb()});
    }
    return fail("%s does not %s comparable", {v_, verb()});
  }

  bool in_terms(Interface* ti, TypeSet* tset) {
    Type* alternative = nullptr;  // a term that would include v if it had a tilde
    bool missing = tset->is([&](const Term* t) {
      if (!t || !t->type) return false;
      if (term_includes(*t, v_)) return false;
      if (!alternative && !t->tilde && identical(t->type, under(t->type)) && term_includes(Term{true, t->type}, v_)) {
        alternative = t->type;
      }
      return true;
    });
    if (!missing) return true;
    if (!cause_) return false;
    std::string detail;
    if (alternative) {
      detail = message(session_, check_, "possibly missing ~ for %s in %s", {alternative, t_});
    } else if (mentions(ti, v_)) {
      detail = message(session_, check_, "%s mentions %s, but %s is not in the type set of %s",
                       {t_, v_, v_, t_});
    } else {
      // Terms are written with full package paths, as gc does.
      detail = message(session_, check_, "%s missing in %s", {v_, terms_string(tset, Qualifier{})});
    }
    return fail("%s does not %s %s (%s)", {v_, verb(), t_, detail});
  }

  Session& session_;
  Checker* check_;
  Type *v_, *t_;
  bool constraint_;
  std::string* cause_;
};

}  // namespace

Type* instance(Session& session, Checker* check, Pos pos, Type* orig, std::span<Type* const> targs, Named* expanding) {
  Context& context = *session.universe->context;
  std::uint64_t hash = Context::hash(orig, targs);
  if (Type* known = context.lookup(hash, orig, targs)) return known;
  std::span<Type* const> kept = session.arena.copy(targs);
  Type* result = nullptr;
  switch (orig->type_kind()) {
    case TypeKind::kNamed:
      result = new_named_instance(session, check, pos, static_cast<Named*>(orig), kept, expanding);
      break;
    case TypeKind::kAlias: {
      auto* a = static_cast<Alias*>(orig);
      int want = static_cast<int>(list_of(a->tparams).size());
      if (!validate_targ_len(session, check, pos, a->obj->name.str(), want, static_cast<int>(targs.size()))) {
        return invalid_type();
      }
      if (want == 0) return orig;
      result = new_alias_instance(session, check, pos, a, kept, expanding);
      break;
    }
    case TypeKind::kSignature:
      result = instantiate_generic_signature(session, check, pos, static_cast<Signature*>(orig), kept);
      if (result == orig || !is_valid(result)) return result;
      break;
    default: GOVM_UNREACHABLE();
  }
  // Expanding may have made the instance in the meantime.
  if (Type* known = context.lookup(hash, orig, targs)) return known;
  context.add(hash, orig, kept, result);
  return result;
}

Type* instantiate(Session& session, Type* generic, std::span<Type* const> args) {
  return instance(session, nullptr, Pos{}, generic, args, nullptr);
}

bool validate_targ_len(Session&, Checker* check, Pos pos, std::string_view name, int want, int got) {
  if (got == want) return true;
  std::string_view qualifier = got < want ? "not enough" : "too many";
  if (check) {
    check->errorf(pos, Code::kWrongTypeArgCount, "%s type arguments for type %s: have %d, want %d", qualifier, name,
                  got, want);
  }
  return false;
}

std::optional<VerifyError> verify(Session& session, Checker* check, Pos pos, std::span<TypeParam* const> tparams,
                                  std::span<Type* const> targs) {
  SubstMap map{tparams, targs};
  for (std::size_t i = 0; i < tparams.size(); ++i) {
    tparams[i]->iface();  // the bound must be complete before it is substituted
    Type* bound = subst(session, check, pos, tparams[i]->bound, map, nullptr);
    std::string cause;
    if (!implements(session, check, targs[i], bound, true, &cause)) return VerifyError{static_cast<int>(i), cause};
  }
  return std::nullopt;
}

bool implements(Session& session, Checker* check, Type* v, Type* t, bool constraint, std::string* cause) {
  return Implements(session, check, v, t, constraint, cause).run();
}

}  // namespace govm::types
