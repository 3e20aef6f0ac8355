// Predicates on types and type identity (types2/predicates.go, under.go). is_X look at the type itself, all_X at each
// type of a type parameter's type set.
#pragma once

#include <vector>

#include "compiler/types/function_ref.h"
#include "compiler/types/object.h"
#include "compiler/types/typeset.h"

namespace govm::types {

struct Session;

bool is_valid(Type* t);                  // not the invalid type
bool is_basic(Type* t, unsigned info);   // under(t) is a basic type with one of the BasicInfo flags
bool is_numeric_or_string(Type* t);
bool is_ordered(Type* t);
bool is_const_type(Type* t);
bool is_integer_or_float(Type* t);
bool all_basic(Type* t, unsigned info);
bool all_boolean(Type* t);
bool all_integer(Type* t);
bool all_unsigned(Type* t);
bool all_numeric(Type* t);
bool all_string(Type* t);
bool all_ordered(Type* t);
bool all_numeric_or_string(Type* t);

bool has_name(Type* t);                  // predeclared, defined, instance or type parameter
bool is_type_lit(Type* t);
bool is_typed(Type* t);
bool is_untyped_numeric(Type* t);
bool is_non_type_param_interface(Type* t);
bool has_empty_typeset(Type* t);
bool is_generic(Type* t);                // a generic Named or Alias, not instantiated
bool is_uintptr(Type* t);
bool is_unsafe_pointer(Type* t);
bool is_pointer(Type* t);                // core type is a pointer
bool is_bytes_or_runes(Type* t);
bool is_interface_ptr(Type* t);

// Comparability; dynamic: interfaces count. seen guards against recursion (null at the outset); cause, if not null,
// receives the reason ("struct containing X cannot be compared").
bool comparable_type(Type* t, bool dynamic, std::vector<Type*>* seen, std::string* cause, const struct Qualifier* qf);

bool same_pkg(const Package* a, const Package* b);
// Same field or method name: unexported names also need the same package; fold_case ignores case (and packages).
bool same_id(const Object* o, const Package* pkg, Symbol name, bool fold_case);
// Order of objects in type sets: exported first, then by name, then by package path. < 0, 0, > 0.
int compare_objects(const Object* a, const Object* b);

struct IfacePair;
struct Comparer {
  bool ignore_tags = false;
  bool ignore_invalids = false;
  bool identical(Type* x, Type* y, const IfacePair* seen = nullptr) const;
};
bool identical_ignore_tags(Type* x, Type* y);
bool identical_origin(Named* x, Named* y);
bool identical_instance(Type* xorig, std::span<Type* const> xargs, Type* yorig, std::span<Type* const> yargs);

Type* max_type(Type* x, Type* y);        // "larger" of two untyped numeric types, null if none
// Calls f for each specific type of t's type set, or once with null if there are none (f(nullptr)); for a t that is
// no type parameter, with under(t). Stops at the first false and returns the last result.
bool under_is(Type* t, FunctionRef<bool(Type* u)> f);
// The same with the type as written: f(term type, its underlying type).
void typeset(Type* t, FunctionRef<bool(Type* t, Type* u)> f);
Type* core_string(Type* t);              // like core_type, but bytes and strings together have core type string
Type* match(Type* x, Type* y);           // channels of equal element type may differ in direction

Named* as_named(Type* t);                // unaliased and resolved; null if it is none
TypeParam* as_type_param(Type* t);       // unaliased
Type* unpointer(Type* t);                // base of an (unaliased) pointer, else t
struct Deref {
  Type* type;
  bool was_pointer;
};
Deref deref(Type* t);                    // *T gives T; not for named pointer types
Type* deref_struct_ptr(Type* t);         // *S for a struct S gives S

}  // namespace govm::types
