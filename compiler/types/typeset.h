// Type sets of interfaces: their methods and the union of terms their types must be in (types2/typeset.go, termlist.go,
// typeterm.go). Immutable once computed; arena allocated.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "compiler/types/function_ref.h"
#include "compiler/types/object.h"

namespace govm::types {

struct Session;

// A term list is a union of terms. A term with a null type is the set of all types; the empty list is the empty set.
using TermList = std::span<const Term>;

TermList all_terms();                    // {𝓤}
bool terms_empty(TermList l);
bool terms_all(TermList l);
TermList terms_norm(Arena& arena, TermList l);
TermList terms_union(Arena& arena, TermList x, TermList y);
TermList terms_intersect(Arena& arena, TermList x, TermList y);
bool terms_include(TermList l, Type* t);
bool terms_superset_of(TermList l, const Term& t);
bool terms_subset_of(TermList x, TermList y);
bool term_includes(const Term& x, Type* t);
bool term_subset_of(const Term& x, const Term& y);
bool terms_disjoint(const Term& x, const Term& y);

class TypeSet {
 public:
  std::span<Func*> methods;              // all methods, sorted (compare_objects)
  TermList terms = all_terms();
  bool comparable = false;               // implies terms_all(terms)

  bool empty() const { return terms_empty(terms); }
  bool is_all() const { return is_method_set() && methods.empty(); }
  bool is_method_set() const { return !comparable && terms_all(terms); }
  bool is_comparable(std::vector<Type*>* seen) const;
  bool has_terms() const { return !terms_empty(terms) && !terms_all(terms); }
  bool subset_of(const TypeSet& other) const { return terms_subset_of(terms, other.terms); }
  struct Found {
    int index;  // -1: none
    Func* func;
  };
  Found lookup_method(const Package* pkg, Symbol name, bool fold_case) const;
  // f(null) once if there are no specific types, else f(term) until one gives false.
  bool is(FunctionRef<bool(const Term*)> f) const;
  void typeset(FunctionRef<bool(Type* t, Type* u)> f) const;
};

// The interface's type set, computed if need be. check may be null: then nothing is reported.
TypeSet* compute_interface_type_set(Session& session, Checker* check, Pos pos, Interface* ityp);
TypeSet* type_set(Interface* ityp);
bool type_param_is(TypeParam* t, FunctionRef<bool(const Term*)> f);

}  // namespace govm::types
