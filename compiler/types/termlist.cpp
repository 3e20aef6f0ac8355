// Terms and unions of terms. Invariant of norm()ed lists: the terms are pairwise disjoint.
#include <vector>

#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

namespace govm::types {

namespace {

const Term kAllTerm[] = {{false, nullptr}};



// Do x and y have terms in common? Both have types.
bool overlap(const Term& x, const Term& y) {
  Type* ux = y.tilde ? under(x.type) : x.type;
  Type* uy = x.tilde ? under(y.type) : y.type;
  return identical(ux, uy);
}

// x ∪ y as one term if they overlap; false if they are disjoint.
bool unite(const Term& x, const Term& y, Term& out) {
  if (!x.type || !y.type) {
    out = kAllTerm[0];
    return true;
  }
  if (!overlap(x, y)) return false;
  out = x.tilde || !y.tilde ? x : y;  // ~t ∪ T is ~t
  return true;
}

bool intersect(const Term& x, const Term& y, Term& out) {
  if (!x.type) {
    out = y;
    return true;
  }
  if (!y.type) {
    out = x;
    return true;
  }
  if (!overlap(x, y)) return false;
  out = !x.tilde || y.tilde ? x : y;  // ~t ∩ T is T
  return true;
}

TermList normalized(Arena& arena, std::vector<Term>& list) {
  std::vector<bool> used(list.size());
  std::vector<Term> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (used[i]) continue;
    Term x = list[i];
    for (std::size_t j = i + 1; j < list.size(); ++j) {
      Term both;
      if (used[j] || !unite(x, list[j], both)) continue;
      if (!both.type) return all_terms();
      x = both;
      used[j] = true;
    }
    out.push_back(x);
  }
  return arena.copy(out);
}

}  // namespace

TermList all_terms() { return kAllTerm; }
bool terms_empty(TermList l) { return l.empty(); }

bool terms_all(TermList l) {
  for (const Term& x : l)
    if (!x.type) return true;
  return false;
}

TermList terms_norm(Arena& arena, TermList l) {
  std::vector<Term> list(l.begin(), l.end());
  return normalized(arena, list);
}

TermList terms_union(Arena& arena, TermList x, TermList y) {
  std::vector<Term> list(x.begin(), x.end());
  list.insert(list.end(), y.begin(), y.end());
  return normalized(arena, list);
}

TermList terms_intersect(Arena& arena, TermList x, TermList y) {
  if (x.empty() || y.empty()) return {};
  if (x.size() == 1 && !x[0].type) return y;
  if (y.size() == 1 && !y[0].type) return x;
  std::vector<Term> list;
  for (const Term& a : x)
    for (const Term& b : y)
      if (Term both; intersect(a, b, both)) list.push_back(both);
  return normalized(arena, list);
}

bool term_includes(const Term& x, Type* t) {
  if (!x.type) return true;
  return identical(x.type, x.tilde ? under(t) : t);
}

bool term_subset_of(const Term& x, const Term& y) {
  if (!y.type) return true;
  if (!x.type) return false;
  return overlap(x, y) && (!x.tilde || y.tilde);  // ~t ⊄ T
}

bool terms_disjoint(const Term& x, const Term& y) { return x.type && y.type && !overlap(x, y); }

bool terms_include(TermList l, Type* t) {
  for (const Term& x : l)
    if (term_includes(x, t)) return true;
  return false;
}

bool terms_superset_of(TermList l, const Term& t) {
  for (const Term& x : l)
    if (term_subset_of(t, x)) return true;
  return false;
}

bool terms_subset_of(TermList x, TermList y) {
  if (y.empty()) return x.empty();
  for (const Term& t : x)
    if (!terms_superset_of(y, t)) return false;
  return true;
}

}  // namespace govm::types
