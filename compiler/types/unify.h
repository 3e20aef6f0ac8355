// Unification of types containing type parameters bound to a call (types2/unify.go).
#pragma once

#include <span>
#include <vector>

#include "compiler/types/checker.h"
#include "compiler/types/predicates.h"

namespace govm::types {

class Unifier {
 public:
  enum Mode : unsigned {
    kInexact = 0,
    kAssign = 1,  // the types are those of an assignment: only element types must match exactly
    kExact = 2,   // types must match exactly, but for bound type parameters
  };
  // targs, possibly fewer than tparams and with nulls, are what is known already.
  Unifier(Session& session, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
          bool interface_inference);
  bool unify(Type* x, Type* y, unsigned mode) { return nify(x, y, mode, nullptr); }
  Type* at(TypeParam* p) const;       // inferred type, null if none
  void set(TypeParam* p, Type* t);
  std::size_t unknowns() const;
  std::vector<Type*> inferred(std::span<TypeParam* const> tparams) const;

 private:
  struct Pair;  // interfaces being compared
  int index_of(TypeParam* p) const;
  TypeParam* bound_type_param(Type* t) const;
  bool join(TypeParam* x, TypeParam* y);
  bool nify(Type* x, Type* y, unsigned mode, const Pair* p);
  bool nify_param(TypeParam* px, Type* y, unsigned mode, const Pair* p);
  bool nify_interfaces(Interface* x, Interface* y, const Pair* p);
  bool nify_methods(Interface* x, Type* y, const Pair* p);
  bool nify_exact_interfaces(Interface* x, Interface* y, const Pair* p);
  bool nify_structure(Type* x, Type* y, unsigned mode, const Pair* p);
  bool nify_tuples(Tuple* x, Tuple* y, unsigned mode, const Pair* p);
  bool nify_structs(Struct* x, Struct* y, unsigned mode, const Pair* p);
  bool nify_named(Named* x, Named* y, unsigned mode, const Pair* p);

  Session& session_;
  // Joined type parameters share a handle, an index into types_.
  struct Handle {
    TypeParam* param;
    int handle;
  };
  std::vector<Handle> handles_;
  std::vector<Type*> types_;
  int depth_ = 0;
  bool interface_inference_;
};

}  // namespace govm::types
