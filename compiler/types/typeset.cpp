#include "compiler/types/typeset.h"

#include <algorithm>
#include <memory>

#include "compiler/types/checker_impl.h"
#include "compiler/types/objset.h"

namespace govm::types {

namespace {

constexpr std::size_t kMaxTerms = 100;

TypeSet* invalid_type_set() {
  static TypeSet instance;
  return &instance;
}

// Collects the methods of an interface; the position of each is its declaration's or that of the embedding.
class MethodCollector {
 public:
  MethodCollector(Checker* check) : check_(check) {}

  void add(Pos pos, Func* m, bool is_explicit) {
    Object* other = seen_.insert(m);
    if (!other) {
      methods.push_back(m);
      positions_.push_back(pos);
      return;
    }
    if (!check_) return;
    const Pos other_pos = positions_[static_cast<std::size_t>(
        std::find(methods.begin(), methods.end(), other) - methods.begin())];
    if (is_explicit) {
      report(check_, pos, m, other_pos);
      return;
    }
    // Whether the signatures agree can only be said once they are complete.
    check_->later([check = check_, pos, m, other, other_pos] {
      if ((pos.known() && !check->allow_version(kGo1_14)) || !identical(m->type, other->type))
        report(check, pos, m, other_pos);
    });
  }

  std::vector<Func*> methods;

 private:
  static void report(Checker* check, Pos pos, Func* m, Pos other_pos) {
    ErrorReport err(check, Code::kDuplicateDecl);
    err.addf(pos, "duplicate method %s", m->name);
    err.addf(other_pos, "other declaration of method %s", m->name);
    err.report();
  }
  Checker* check_;
  ObjSet seen_;
  std::vector<Pos> positions_;
};

struct Elements {
  TermList terms;
  bool comparable = false;
  bool ignore = false;
};

TypeSet* compute_union_type_set(Session& session, Checker* check, PtrMap<Union*, TypeSet*>& sets, Pos pos, Union* u) {
  if (TypeSet** known = sets.find(u)) return *known;
  auto* tset = session.arena.make<TypeSet>();
  tset->terms = {};
  sets[u] = tset;
  TermList all;
  for (const Term& t : u->terms) {
    TermList terms;
    Type* ut = under(t.type);
    if (auto* iface = as<Interface>(ut)) {
      terms = compute_interface_type_set(session, check, pos, iface)->terms;
    } else if (!is_valid(ut)) {
      continue;
    } else if (!t.tilde || identical(t.type, ut)) {
      terms = {&t, 1};
    }
    all = terms_union(session.arena, all, terms);
    if (all.size() > kMaxTerms) {
      if (check)
        check->errorf(pos, Code::kInvalidUnion, "cannot handle more than %d union terms (implementation limitation)",
                      static_cast<int>(kMaxTerms));
      return sets[u] = invalid_type_set();
    }
  }
  tset->terms = all;
  return tset;
}

// The intersection of both; incomparable types drop out if either is comparable.
void intersect_elements(Arena& arena, Elements& x, TermList terms, bool comparable) {
  x.terms = terms_intersect(arena, x.terms, terms);
  x.comparable = x.comparable || comparable;
  if (!x.comparable || terms_all(x.terms)) return;
  std::vector<Term> kept;
  for (const Term& t : x.terms)
    if (comparable_type(t.type, false, nullptr, nullptr, nullptr)) kept.push_back(t);
  x.terms = arena.copy(kept);
  x.comparable = false;
}

// The terms of one embedded element, after checks of the language version.
Elements element_of(Session& session, Checker* check, PtrMap<Union*, TypeSet*>& sets, Pos pos, Type* t,
                    MethodCollector& methods) {
  Type* u = under(t);
  if (auto* iface = as<Interface>(u)) {
    TypeSet* tset = compute_interface_type_set(session, check, pos, iface);
    if (pos.known() && check && check->is_imported_constraint(t) &&
        !check->verify_versionf(pos, kGo1_18, "embedding constraint interface %s", t))
      return {{}, false, true};
    for (Func* m : tset->methods) methods.add(pos, m, false);
    return {tset->terms, tset->comparable, false};
  }
  if (auto* un = as<Union>(u)) {
    if (pos.known() && check && !check->verify_versionf(pos, kGo1_18, "embedding interface element %s", u))
      return {{}, false, true};
    TypeSet* tset = compute_union_type_set(session, check, sets, pos, un);
    return {tset->terms, false, tset == invalid_type_set()};
  }
  if (!is_valid(u)) return {{}, false, true};
  if (pos.known() && check && !check->verify_versionf(pos, kGo1_18, "embedding non-interface type %s", t))
    return {{}, false, true};
  Term* term = session.arena.make<Term>(false, t);
  return {{term, 1}, false, false};
}

}  // namespace

bool TypeSet::is_comparable(std::vector<Type*>* seen) const {
  if (terms_all(terms)) return comparable;
  return is([&](const Term* t) { return t && comparable_type(t->type, false, seen, nullptr, nullptr); });
}

TypeSet::Found TypeSet::lookup_method(const Package* pkg, Symbol name, bool fold_case) const {
  const int i = method_index(methods, pkg, name, fold_case);
  return {i, i < 0 ? nullptr : methods[static_cast<std::size_t>(i)]};
}

bool TypeSet::is(FunctionRef<bool(const Term*)> f) const {
  if (!has_terms()) return f(nullptr);
  for (const Term& t : terms)
    if (!f(&t)) return false;
  return true;
}

void TypeSet::typeset(FunctionRef<bool(Type*, Type*)> f) const {
  if (!has_terms()) {
    f(nullptr, nullptr);
    return;
  }
  for (const Term& t : terms) {
    Type* u = unalias(t.type);
    if (!t.tilde) u = under(u);
    if (!f(t.type, u)) return;
  }
}

TypeSet* compute_interface_type_set(Session& session, Checker* check, Pos, Interface* ityp) {
  if (ityp->tset) return ityp->tset;
  // Incomplete while its declaration is being checked: then assume the top type set, without keeping it.
  if (!ityp->complete) return top_type_set();
  auto* tset = session.arena.make<TypeSet>();
  ityp->tset = tset;  // guards against infinite recursion of invalid interfaces

  PtrMap<Union*, TypeSet*> local_sets;
  PtrMap<Union*, TypeSet*>& sets = check ? check->union_type_sets_ : local_sets;
  MethodCollector collector(check);
  for (Func* m : ityp->methods) collector.add(m->pos, m, true);
  Elements all{all_terms()};
  for (std::size_t i = 0; i < ityp->embeddeds.size(); ++i) {
    const Pos pos = i < ityp->embed_pos.size() ? ityp->embed_pos[i] : Pos{};
    const Elements e = element_of(session, check, sets, pos, ityp->embeddeds[i], collector);
    if (!e.ignore) intersect_elements(session.arena, all, e.terms, e.comparable);
  }
  tset->comparable = all.comparable;
  tset->terms = all.terms;
  std::sort(collector.methods.begin(), collector.methods.end(),
            [](Func* a, Func* b) { return compare_objects(a, b) < 0; });
  tset->methods = session.arena.copy(collector.methods);
  return tset;
}

TypeSet* type_set(Interface* ityp) {
  if (ityp->tset) return ityp->tset;
  return compute_interface_type_set(*ityp->session, ityp->check, Pos{}, ityp);
}

std::span<Func*> Interface::all_methods() { return type_set(this)->methods; }

}  // namespace govm::types
