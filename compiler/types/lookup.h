// Fields and methods by name, and whether a type has the methods of an interface (types2/lookup.go).
#pragma once

#include <string>
#include <vector>

#include "compiler/types/checker.h"
#include "compiler/types/function_ref.h"

namespace govm::types {

struct Lookup {
  Object* obj = nullptr;       // Var (field) or Func; null: see the rest
  std::vector<int> index;      // path; not empty with obj null: ambiguous
  bool indirect = false;       // a pointer was followed; with obj null: the method has a pointer receiver, not in the
                               // method set
};
Lookup lookup_field_or_method(Session& session, Type* t, bool addressable, const Package* pkg, Symbol name,
                              bool fold_case);

int field_index(std::span<Var* const> fields, const Package* pkg, Symbol name, bool fold_case);   // -1: none
int method_index(std::span<Func* const> methods, const Package* pkg, Symbol name, bool fold_case);

using Equivalence = FunctionRef<bool(Type*, Type*)>;
struct Missing {
  Func* method = nullptr;      // null: nothing is missing
  bool wrong_type = false;
};
// The first method of interface t that v lacks. static_: v's dynamic type is not considered (see types2).
Missing missing_method(Session& session, Checker* check, Type* v, Type* t, bool static_, Equivalence equivalent,
                       std::string* cause);
bool has_all_methods(Session& session, Checker* check, Type* v, Type* t, bool static_, Equivalence equivalent,
                     std::string* cause);

}  // namespace govm::types
