#include "compiler/types/lookup.h"

#include <algorithm>
#include <deque>

#include "compiler/types/checker_impl.h"

namespace govm::types {

int field_index(std::span<Var* const> fields, const Package* pkg, Symbol name, bool fold_case) {
  if (name.is_blank()) return -1;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (same_id(fields[i], pkg, name, fold_case)) return static_cast<int>(i);
  return -1;
}

int method_index(std::span<Func* const> methods, const Package* pkg, Symbol name, bool fold_case) {
  if (name.is_blank()) return -1;
  for (std::size_t i = 0; i < methods.size(); ++i)
    if (same_id(methods[i], pkg, name, fold_case)) return static_cast<int>(i);
  return -1;
}

// Does the method have a pointer receiver? The signature, once known, is the truth.
bool has_ptr_recv(Func* f) {
  if (Signature* sig = f->signature(); sig && sig->recv) return deref(sig->recv->type).was_pointer;
  return f->has_ptr_recv;
}

namespace {

// An index path, innermost step first; shared by all paths that begin alike.
struct Step {
  int index;
  const Step* outer;
};

struct Embedded {
  Type* type;
  const Step* path;
  bool indirect;
  bool multiples;  // the type occurs several times at this depth
};

// Breadth-first search through embedded fields (Go spec: Selectors).
class Search {
 public:
  Search(const Package* pkg, Symbol name, bool fold_case) : pkg_(pkg), name_(name), fold_case_(fold_case) {}

  Lookup run(Type* t, bool addressable) {
    if (name_.is_blank()) return {};
    const Deref d = deref(t);
    if (d.was_pointer && is_interface(d.type)) return {};  // pointers to interfaces have no methods
    current_.push_back({d.type, nullptr, d.was_pointer, false});
    while (!current_.empty()) {
      next_.clear();
      for (const Embedded& e : current_)
        if (!visit(e)) return collision();
      if (obj_) return found(addressable);
      merge_multiples();
      current_.swap(next_);
    }
    return {};
  }

 private:
  bool hit(const Embedded& e, Object* obj, int index) {
    path_ = e.path;
    last_ = index;
    if (obj_ || e.multiples) return false;
    obj_ = obj;
    indirect_ = e.indirect;
    return true;
  }

  // False: the name is ambiguous at this depth.
  bool visit(const Embedded& e) {
    if (Named* named = as_named(e.type)) {
      if (seen_before(named)) return true;
      if (auto m = lookup_method(named, pkg_, name_, fold_case_); m.func)
        return hit(e, named->method(static_cast<std::size_t>(m.index)), m.index);
    }
    Type* u = under(e.type);
    if (auto* s = as<Struct>(u)) return visit_fields(e, s);
    if (auto* iface = as<Interface>(u))
      if (auto m = type_set(iface)->lookup_method(pkg_, name_, fold_case_); m.func) return hit(e, m.func, m.index);
    return true;
  }

  bool visit_fields(const Embedded& e, Struct* s) {
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      Var* f = s->fields[i];
      if (same_id(f, pkg_, name_, fold_case_)) {
        if (!hit(e, f, static_cast<int>(i))) return false;
        continue;
      }
      if (obj_ || !f->embedded || !f->type) continue;
      const Deref d = deref(f->type);
      steps_.push_back({static_cast<int>(i), e.path});
      next_.push_back({d.type, &steps_.back(), e.indirect || d.was_pointer, e.multiples});
    }
    return true;
  }

  bool seen_before(Named* n) {
    for (Named* s : seen_)
      if (s == n || identical(s, n)) return true;
    seen_.push_back(n);
    return false;
  }

  void merge_multiples() {
    std::size_t n = 0;
    for (std::size_t i = 0; i < next_.size(); ++i) {
      auto same = std::find_if(next_.begin(), next_.begin() + static_cast<std::ptrdiff_t>(n),
                               [&](const Embedded& e) { return identical(e.type, next_[i].type); });
      if (same != next_.begin() + static_cast<std::ptrdiff_t>(n)) same->multiples = true;
      else next_[n++] = next_[i];
    }
    next_.resize(n);
  }

  std::vector<int> index() const {
    std::vector<int> list{last_};
    for (const Step* s = path_; s; s = s->outer) list.push_back(s->index);
    std::reverse(list.begin(), list.end());
    return list;
  }
  Lookup collision() const { return {nullptr, index(), false}; }
  Lookup found(bool addressable) const {
    if (auto* f = as<Func>(obj_); f && has_ptr_recv(f) && !indirect_ && !addressable) return {nullptr, {}, true};
    return {obj_, index(), indirect_};
  }

  const Package* pkg_;
  Symbol name_;
  bool fold_case_;
  Object* obj_ = nullptr;
  bool indirect_ = false;
  const Step* path_ = nullptr;
  int last_ = 0;
  std::vector<Embedded> current_, next_;
  std::deque<Step> steps_;
  std::vector<Named*> seen_;
};

Lookup lookup_impl(Type* t, bool addressable, const Package* pkg, Symbol name, bool fold_case) {
  return Search(pkg, name, fold_case).run(t, addressable);
}

}  // namespace

Lookup lookup_field_or_method(Session&, Type* t, bool addressable, const Package* pkg, Symbol name, bool fold_case) {
  // A defined pointer type has the fields of its base, but no methods.
  if (Named* n = as_named(t))
    if (auto* p = as<Pointer>(under(n))) {
      Lookup r = lookup_impl(p, false, pkg, name, fold_case);
      if (as<Func>(r.obj)) return {};
      return r;
    }
  return lookup_impl(t, addressable, pkg, name, fold_case);
}

Object* lookup_field_or_method(Session& session, Type* t, bool addressable, Package* pkg, Symbol name,
                               std::vector<int>* index, bool* indirect) {
  Lookup r = lookup_field_or_method(session, t, addressable, pkg, name, false);
  if (index) *index = std::move(r.index);
  if (indirect) *indirect = r.indirect;
  return r.obj;
}

namespace {

enum class Lack { kNothing, kNotFound, kWrongName, kUnexported, kWrongSignature, kAmbiguous, kPtrRecv, kField };

struct LackOf {
  Lack state = Lack::kNothing;
  Func* wanted = nullptr;
  Func* found = nullptr;
};

LackOf interface_lack(Interface* v, std::span<Func*> methods, bool static_, Equivalence equivalent) {
  TypeSet* tset = type_set(v);
  for (Func* m : methods) {
    Func* f = tset->lookup_method(m->pkg, m->name, false).func;
    if (!f) {
      if (!static_) continue;
      return {Lack::kNotFound, m, nullptr};
    }
    if (!equivalent(f->type, m->type)) return {Lack::kWrongSignature, m, f};
  }
  return {};
}

// Why v has no method like m: another spelling may be the reason.
LackOf absent(Type* v, Func* m, const Lookup& r) {
  if (!r.index.empty()) return {Lack::kAmbiguous, m, nullptr};
  if (r.indirect) return {Lack::kPtrRecv, m, nullptr};
  Func* f = as<Func>(lookup_impl(v, false, m->pkg, m->name, true).obj);
  if (!f) return {Lack::kNotFound, m, nullptr};
  return {f->name == m->name ? Lack::kUnexported : Lack::kWrongName, m, f};
}

LackOf concrete_lack(Checker* check, Type* v, std::span<Func*> methods, Equivalence equivalent) {
  for (Func* m : methods) {
    const Lookup r = lookup_impl(v, false, m->pkg, m->name, false);
    if (!r.obj) return absent(v, m, r);
    Func* f = as<Func>(r.obj);
    if (!f) return {Lack::kField, m, nullptr};
    if (check && !f->type) check->obj_decl(f);  // methods may not have a type yet
    if (!equivalent(f->type, m->type)) return {Lack::kWrongSignature, m, f};
  }
  return {};
}

std::string have_want(Checker* check, const char* what, const LackOf& lack) {
  std::string have = check->func_string(lack.found, false);
  std::string want = check->func_string(lack.wanted, false);
  if (lack.state == Lack::kWrongSignature && have == want) {
    have = check->func_string(lack.found, true);
    want = check->func_string(lack.wanted, true);
    if (have == want) return check->sprintf("(wrong type for method %s)", lack.wanted->name);
  }
  return check->sprintf("(%s method %s)\n\t\thave %s\n\t\twant %s", what, lack.wanted->name, have, want);
}

std::string explain(Checker* check, Type* v, Type* t, const LackOf& lack) {
  const Symbol name = lack.wanted->name;
  switch (lack.state) {
    case Lack::kNothing: return "";
    case Lack::kNotFound:
      if (is_interface_ptr(v)) return "(" + check->interface_ptr_error(v) + ")";
      if (is_interface_ptr(t)) return "(" + check->interface_ptr_error(t) + ")";
      return check->sprintf("(missing method %s)", name);
    case Lack::kWrongName: return have_want(check, "missing", lack);
    case Lack::kUnexported: return check->sprintf("(unexported method %s)", name);
    case Lack::kWrongSignature: return have_want(check, "wrong type for", lack);
    case Lack::kAmbiguous: return check->sprintf("(ambiguous selector %s.%s)", v, name);
    case Lack::kPtrRecv: return check->sprintf("(method %s has pointer receiver)", name);
    case Lack::kField: return check->sprintf("(%s.%s is a field, not a method)", v, name);
  }
  return "";
}

bool has_invalid_embedded_fields(Type* t, std::vector<Struct*>& seen) {
  auto* s = under_as<Struct>(deref_struct_ptr(t));
  if (!s || std::find(seen.begin(), seen.end(), s) != seen.end()) return false;
  seen.push_back(s);
  return std::any_of(s->fields.begin(), s->fields.end(), [&](Var* f) {
    return f->embedded && (!is_valid(f->type) || has_invalid_embedded_fields(f->type, seen));
  });
}

}  // namespace

Missing missing_method(Session&, Checker* check, Type* v, Type* t, bool static_, Equivalence equivalent,
                       std::string* cause) {
  const std::span<Func*> methods = type_set(under_as<Interface>(t))->methods;
  if (methods.empty()) return {};
  auto* iface = under_as<Interface>(v);
  const LackOf lack =
      iface ? interface_lack(iface, methods, static_, equivalent) : concrete_lack(check, v, methods, equivalent);
  if (lack.state == Lack::kNothing) return {};
  if (cause && check) {
    if (lack.found && !lack.found->type) check->obj_decl(lack.found);
    *cause = explain(check, v, t, lack);
  }
  return {lack.wanted, lack.state == Lack::kWrongSignature || lack.state == Lack::kPtrRecv};
}

bool has_all_methods(Session& session, Checker* check, Type* v, Type* t, bool static_, Equivalence equivalent,
                     std::string* cause) {
  if (!is_valid(v)) return true;  // nothing is known about v
  if (!missing_method(session, check, v, t, static_, equivalent, cause).method) return true;
  std::vector<Struct*> seen;
  return has_invalid_embedded_fields(v, seen);
}

bool implements_methods(Session& session, Type* t, Interface* iface) {
  return !missing_method(session, nullptr, t, iface, true, identical, nullptr).method;
}

std::string Checker::interface_ptr_error(Type* t) {
  if (is_type_param(under_as<Pointer>(t)->base))
    return sprintf("type %s is pointer to type parameter, not type parameter", t);
  return sprintf("type %s is pointer to interface, not interface", t);
}

std::string Checker::func_string(Func* f, bool pkg_info) {
  std::string out(f->name.str());
  write_signature_types(out, f->signature(), pkg_info ? Qualifier{} : qualifier(), pkg_info);
  return out;
}

bool Checker::assertable_to(Type* v, Type* t, std::string* cause) {
  // An interface type may always be asserted: its dynamic type may have any methods.
  if (is_interface(t)) return true;
  return has_all_methods(t, v, false, identical, cause);
}

bool Checker::new_assertable_to(Type* v, Type* t, std::string* cause) {
  if (is_interface(t)) return true;
  return implements(t, v, false, cause);
}

}  // namespace govm::types
