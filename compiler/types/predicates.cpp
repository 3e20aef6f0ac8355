#include "compiler/types/predicates.h"

#include <algorithm>

#include "compiler/types/format.h"
#include "compiler/types/named.h"
#include "compiler/types/universe.h"

namespace govm::types {

bool is_valid(Type* t) { return unalias(t) != invalid_type(); }

bool is_basic(Type* t, unsigned info) {
  auto* b = under_as<Basic>(t);
  return b && (b->info & info) != 0;
}

bool is_boolean(Type* t) { return is_basic(t, kIsBoolean); }
bool is_integer(Type* t) { return is_basic(t, kIsInteger); }
bool is_unsigned(Type* t) { return is_basic(t, kIsUnsigned); }
bool is_float(Type* t) { return is_basic(t, kIsFloat); }
bool is_complex(Type* t) { return is_basic(t, kIsComplex); }
bool is_numeric(Type* t) { return is_basic(t, kIsNumeric); }
bool is_string(Type* t) { return is_basic(t, kIsString); }
bool is_ordered(Type* t) { return is_basic(t, kIsOrdered); }
bool is_integer_or_float(Type* t) { return is_basic(t, kIsInteger | kIsFloat); }
bool is_numeric_or_string(Type* t) { return is_basic(t, kIsNumeric | kIsString); }
bool is_const_type(Type* t) { return is_basic(t, kIsConstType); }

bool all_basic(Type* t, unsigned info) {
  if (TypeParam* p = as_type_param(t))
    return type_param_is(p, [info](const Term* term) { return term && is_basic(term->type, info); });
  return is_basic(t, info);
}

bool all_boolean(Type* t) { return all_basic(t, kIsBoolean); }
bool all_integer(Type* t) { return all_basic(t, kIsInteger); }
bool all_unsigned(Type* t) { return all_basic(t, kIsUnsigned); }
bool all_numeric(Type* t) { return all_basic(t, kIsNumeric); }
bool all_string(Type* t) { return all_basic(t, kIsString); }
bool all_ordered(Type* t) { return all_basic(t, kIsOrdered); }
bool all_numeric_or_string(Type* t) { return all_basic(t, kIsNumeric | kIsString); }

bool has_name(Type* t) {
  const TypeKind k = unalias(t)->type_kind();
  return k == TypeKind::kBasic || k == TypeKind::kNamed || k == TypeKind::kTypeParam;
}

bool is_type_lit(Type* t) {
  const TypeKind k = unalias(t)->type_kind();
  return k != TypeKind::kNamed && k != TypeKind::kTypeParam;
}

// Untyped types are never behind a name: no unaliasing.
bool is_typed(Type* t) {
  auto* b = as<Basic>(t);
  return !b || (b->info & kIsUntyped) == 0;
}
bool is_untyped(Type* t) { return !is_typed(t); }

bool is_untyped_numeric(Type* t) {
  auto* b = as<Basic>(t);
  return b && (b->info & kIsUntyped) != 0 && (b->info & kIsNumeric) != 0;
}

bool is_type_param(Type* t) { return as<TypeParam>(unalias(t)) != nullptr; }
TypeParam* as_type_param(Type* t) { return as<TypeParam>(unalias(t)); }
bool is_interface(Type* t) { return under_as<Interface>(t) != nullptr; }
bool is_non_type_param_interface(Type* t) { return !is_type_param(t) && is_interface(t); }

bool has_empty_typeset(Type* t) {
  TypeParam* p = as_type_param(t);
  if (!p || !p->bound) return false;
  auto* iface = as<Interface>(safe_underlying(p->bound));
  return iface && iface->tset && iface->tset->empty();
}

bool is_generic(Type* t) {
  if (auto* a = as<Alias>(t); a && a->tparams && !a->targs) return true;
  Named* n = as<Named>(unalias(t));
  return n && n->impl->obj && !n->impl->orig && n->impl->tparams && n->impl->tparams->size() > 0;
}

bool is_uintptr(Type* t) {
  auto* b = under_as<Basic>(t);
  return b && b->kind == BasicKind::kUintptr;
}

bool is_unsafe_pointer(Type* t) {
  auto* b = under_as<Basic>(t);
  return b && b->kind == BasicKind::kUnsafePointer;
}

bool is_pointer(Type* t) { return under_as<Pointer>(t) != nullptr; }

bool is_bytes_or_runes(Type* t) {
  auto* s = as<Slice>(t);
  if (!s) return false;
  auto* b = under_as<Basic>(s->elem);
  return b && (b->kind == BasicKind::kUint8 || b->kind == BasicKind::kInt32);
}

bool is_interface_ptr(Type* t) {
  auto* p = under_as<Pointer>(t);
  return p && is_interface(p->base);
}

bool comparable(Type* t) { return comparable_type(t, true, nullptr, nullptr, nullptr); }

namespace {

void explain(std::string* cause, const Qualifier* qf, std::string_view pattern, Type* t) {
  if (!cause) return;
  const Arg arg(t);
  *cause = format(qf ? *qf : Qualifier{}, nullptr, pattern, {&arg, 1});
}

bool comparable_rec(Type* t, bool dynamic, std::vector<Type*>& seen, std::string* cause, const Qualifier* qf) {
  Type* u = under(t);
  switch (u->type_kind()) {
    case TypeKind::kBasic: return static_cast<Basic*>(u)->kind != BasicKind::kUntypedNil;
    case TypeKind::kPointer:
    case TypeKind::kChan: return true;
    case TypeKind::kStruct:
    case TypeKind::kArray:
    case TypeKind::kInterface: break;
    default: return false;
  }
  if (std::find(seen.begin(), seen.end(), t) != seen.end()) return true;  // assume so until shown otherwise
  seen.push_back(t);
  if (auto* s = as<Struct>(u)) {
    for (Var* f : s->fields) {
      if (comparable_rec(f->type, dynamic, seen, nullptr, nullptr)) continue;
      explain(cause, qf, "struct containing %s cannot be compared", f->type);
      return false;
    }
    return true;
  }
  if (auto* a = as<Array>(u)) {
    if (comparable_rec(a->elem, dynamic, seen, nullptr, nullptr)) return true;
    explain(cause, qf, "%s cannot be compared", a);
    return false;
  }
  TypeSet* tset = type_set(static_cast<Interface*>(u));
  if ((dynamic && !is_type_param(t)) || tset->is_comparable(&seen)) return true;
  explain(cause, qf, tset->empty() ? "empty type set" : "incomparable types in type set", t);
  return false;
}

}  // namespace

bool comparable_type(Type* t, bool dynamic, std::vector<Type*>* seen, std::string* cause, const Qualifier* qf) {
  if (seen) return comparable_rec(t, dynamic, *seen, cause, qf);
  std::vector<Type*> local;
  return comparable_rec(t, dynamic, local, cause, qf);
}

bool has_nil(Type* t) {
  Type* u = under(t);
  switch (u->type_kind()) {
    case TypeKind::kBasic: return static_cast<Basic*>(u)->kind == BasicKind::kUnsafePointer;
    case TypeKind::kSlice:
    case TypeKind::kPointer:
    case TypeKind::kSignature:
    case TypeKind::kMap:
    case TypeKind::kChan: return true;
    case TypeKind::kInterface:
      return !is_type_param(t) || under_is(t, [](Type* term) { return term && has_nil(term); });
    default: return false;
  }
}

bool same_pkg(const Package* a, const Package* b) {
  return a == b || (a && b && a->path == b->path);
}

namespace {

bool equal_fold(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

bool same_id(const Object* o, const Package* pkg, Symbol name, bool fold_case) {
  if (fold_case && equal_fold(o->name.str(), name.str())) return true;
  return o->name == name && (name.exported() || same_pkg(o->pkg, pkg));
}

int compare_objects(const Object* a, const Object* b) {
  if (a == b) return 0;
  const bool a_exported = a->exported();
  if (a_exported != b->exported()) return a_exported ? -1 : 1;
  if (a->name != b->name) return a->name.str().compare(b->name.str());
  if (a_exported || a->pkg == b->pkg) return 0;
  const std::string_view pa = a->pkg ? a->pkg->path.str() : std::string_view();
  const std::string_view pb = b->pkg ? b->pkg->path.str() : std::string_view();
  return pa.compare(pb);
}

Type* default_type(Type* t) {
  auto* b = as<Basic>(t);
  if (!b) return t;
  switch (b->kind) {
    case BasicKind::kUntypedBool: return basic_type(BasicKind::kBool);
    case BasicKind::kUntypedInt: return basic_type(BasicKind::kInt);
    case BasicKind::kUntypedRune: return universe_rune();
    case BasicKind::kUntypedFloat: return basic_type(BasicKind::kFloat64);
    case BasicKind::kUntypedComplex: return basic_type(BasicKind::kComplex128);
    case BasicKind::kUntypedString: return basic_type(BasicKind::kString);
    default: return t;
  }
}

Type* max_type(Type* x, Type* y) {
  if (x == y) return x;
  if (!is_untyped_numeric(x) || !is_untyped_numeric(y)) return nullptr;
  return static_cast<Basic*>(x)->kind > static_cast<Basic*>(y)->kind ? x : y;
}

namespace {

bool mentions_type_param(Type* t, std::vector<Type*>& seen);

bool list_mentions(std::span<Var* const> vars, std::vector<Type*>& seen) {
  return std::any_of(vars.begin(), vars.end(), [&](Var* v) { return mentions_type_param(v->type, seen); });
}

bool interface_mentions(Interface* t, std::vector<Type*>& seen) {
  if (std::find(seen.begin(), seen.end(), t) != seen.end()) return false;
  seen.push_back(t);
  for (Func* m : t->methods)
    if (mentions_type_param(m->type, seen)) return true;
  for (Type* e : t->embeddeds)
    if (mentions_type_param(e, seen)) return true;
  return false;
}

bool mentions_type_param(Type* t, std::vector<Type*>& seen) {
  if (!t) return false;
  switch (t->type_kind()) {
    case TypeKind::kBasic: return false;
    case TypeKind::kArray: return mentions_type_param(static_cast<Array*>(t)->elem, seen);
    case TypeKind::kSlice: return mentions_type_param(static_cast<Slice*>(t)->elem, seen);
    case TypeKind::kPointer: return mentions_type_param(static_cast<Pointer*>(t)->base, seen);
    case TypeKind::kChan: return mentions_type_param(static_cast<Chan*>(t)->elem, seen);
    case TypeKind::kMap:
      return mentions_type_param(static_cast<Map*>(t)->key, seen) ||
             mentions_type_param(static_cast<Map*>(t)->elem, seen);
    case TypeKind::kStruct: return list_mentions(static_cast<Struct*>(t)->fields, seen);
    case TypeKind::kTuple: return list_mentions(static_cast<Tuple*>(t)->vars, seen);
    case TypeKind::kSignature: {
      auto* s = static_cast<Signature*>(t);
      return list_mentions(s->params->vars, seen) || list_mentions(s->results->vars, seen);
    }
    case TypeKind::kUnion:
      for (const Term& term : static_cast<Union*>(t)->terms)
        if (mentions_type_param(term.type, seen)) return true;
      return false;
    case TypeKind::kInterface: return interface_mentions(static_cast<Interface*>(t), seen);
    case TypeKind::kNamed:
      for (Type* a : list_of(static_cast<Named*>(t)->targs()))
        if (mentions_type_param(a, seen)) return true;
      return false;
    case TypeKind::kTypeParam: return true;
    case TypeKind::kAlias: return mentions_type_param(unalias(t), seen);
  }
  return false;
}

}  // namespace

bool has_type_param(Type* t) {
  std::vector<Type*> seen;
  return mentions_type_param(t, seen);
}

}  // namespace govm::types
