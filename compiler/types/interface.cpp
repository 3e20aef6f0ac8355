// Interface types and unions.
#include <algorithm>

#include "compiler/syntax/positions.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

using namespace syntax;

void Checker::interface_type(Interface* ityp, InterfaceType* e, TypeName* def) {
  std::vector<Func*> methods;
  std::vector<Type*> embeddeds;
  std::vector<Pos> positions;
  for (Field* f : e->methods) {
    if (!f->name) {
      positions.push_back(start_pos(f->type_expr));
      embeddeds.push_back(parse_union(f->type_expr));
      continue;
    }
    if (f->name->value.is_blank()) {
      error(f->name, Code::kBlankIfaceMethod, "methods must have a unique non-blank name");
      continue;
    }
    Type* t = typ(f->type_expr);
    auto* sig = as<Signature>(t);
    if (!sig) {
      if (is_valid(t)) errorf(f->type_expr, Code::kInvalidSyntaxTree, "%s is not a method signature", t);
      continue;
    }
    // The receiver is the defined type where there is one, for messages.
    Type* recv = ityp;
    if (Named* n = def && def->type ? as_named(def->type) : nullptr) recv = n;
    sig->recv = new_var(f->name->pos, Symbol(), recv);
    auto* m = arena.make<Func>(f->name->pos, pkg, f->name->value, sig);
    record_def(f->name, m);
    methods.push_back(m);
  }
  std::sort(methods.begin(), methods.end(), [](Func* a, Func* b) { return compare_objects(a, b) < 0; });
  ityp->methods = arena.copy(methods);
  ityp->embeddeds = arena.copy(embeddeds);
  ityp->embed_pos = arena.copy(positions);
  ityp->complete = true;
  if (methods.empty() && embeddeds.empty()) {
    ityp->tset = top_type_set();
    return;
  }
  if (!conf.lazy_bodies) interface_literals_.push_back({e->pos, end_pos(e), ityp});
  later([this, pos = e->pos, ityp] { compute_interface_type_set(session, this, pos, ityp); });
}

namespace {

constexpr std::size_t kMaxTerms = 100;

// The operands of a | b | c, and the operations between them.
void flatten_union(Expr* x, std::vector<Expr*>& operations, std::vector<Expr*>& terms) {
  if (auto* op = as<Operation>(x); op && op->op == Operator::kOr && op->y) {
    flatten_union(op->x, operations, terms);
    operations.push_back(op);
    x = op->y;
  }
  terms.push_back(x);
}

std::string term_string(const Term& t) { return (t.tilde ? "~" : "") + type_string(t.type); }

int overlapping_term(std::span<const Term> terms, const Term& t) {
  for (std::size_t i = 0; i < terms.size(); ++i)
    if (!is_interface(terms[i].type) && !terms_disjoint(terms[i], t)) return static_cast<int>(i);
  return -1;
}

void check_term(Checker& c, std::span<const Term> terms, std::span<Expr* const> exprs, std::size_t i) {
  const Term& t = terms[i];
  if (!is_valid(t.type)) return;
  Type* u = under(t.type);
  auto* iface = as<Interface>(u);
  if (t.tilde && iface) {
    c.errorf(exprs[i], Code::kInvalidUnion, "invalid use of ~ (%s is an interface)", t.type);
    return;
  }
  if (t.tilde && !identical(u, t.type)) {
    c.errorf(exprs[i], Code::kInvalidUnion, "invalid use of ~ (underlying type of %s is %s)", t.type, u);
    return;
  }
  if (iface) {
    TypeSet* tset = type_set(iface);
    if (!tset->methods.empty())
      c.errorf(exprs[i], Code::kInvalidUnion, "cannot use %s in union (%s contains methods)", term_string(t),
               term_string(t));
    else if (t.type == c.universe.comparable)
      c.error(exprs[i], Code::kInvalidUnion, "cannot use comparable in union");
    else if (tset->comparable)
      c.errorf(exprs[i], Code::kInvalidUnion, "cannot use %s in union (%s embeds comparable)", term_string(t),
               term_string(t));
    return;  // terms of interface type may overlap
  }
  if (int j = overlapping_term(terms.subspan(0, i), t); j >= 0)
    c.soft_errorf(exprs[i], Code::kInvalidUnion, "overlapping terms %s and %s", term_string(t),
                  term_string(terms[static_cast<std::size_t>(j)]));
}

}  // namespace

// An embedded element: a type, or a union of terms.
Type* Checker::parse_union(Expr* e) {
  std::vector<Expr*> operations, exprs;
  flatten_union(e, operations, exprs);
  std::vector<Term> list;
  bool too_many = false;
  for (Expr* x : exprs) {
    const Term t = parse_tilde(x);
    if (exprs.size() == 1 && !t.tilde) return t.type;  // a single type is no union
    if (list.size() < kMaxTerms) {
      list.push_back(t);
    } else if (!too_many) {
      errorf(x, Code::kInvalidUnion, "cannot handle more than %d union terms (implementation limitation)",
             static_cast<int>(kMaxTerms));
      too_many = true;
    }
  }
  Type* result = invalid_type();
  const std::span<Term> terms = arena.copy(list);
  if (!too_many) result = arena.make<Union>(terms);
  for (Expr* op : operations) record_type_and_value(op, Mode::kTypexpr, result, nullptr);
  if (too_many) return result;
  const std::span<Expr*> kept = arena.copy(exprs);
  later([this, terms, kept] {
    for (std::size_t i = 0; i < terms.size(); ++i) check_term(*this, terms, kept, i);
  });
  return result;
}

Term Checker::parse_tilde(Expr* tx) {
  Expr* x = tx;
  bool tilde = false;
  if (auto* op = as<Operation>(x); op && op->op == Operator::kTilde) {
    x = op->x;
    tilde = true;
  }
  Type* t = typ(x);
  // Embedding a type parameter would make type sets depend on instantiation.
  if (is_type_param(t)) {
    if (tilde)
      errorf(x, Code::kMisplacedTypeParam, "type in term %s cannot be a type parameter", static_cast<const Node*>(tx));
    else
      error(x, Code::kMisplacedTypeParam, "term cannot be a type parameter");
    t = invalid_type();
  }
  const Term term{tilde, t};
  if (tilde)
    record_type_and_value(tx, Mode::kTypexpr, arena.make<Union>(arena.copy(std::vector<Term>{term})), nullptr);
  return term;
}

}  // namespace govm::types
