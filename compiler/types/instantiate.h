// Instances of generic types and signatures, substitution, and implementation of interfaces (types2/instantiate.go,
// subst.go). check may be null everywhere: then nothing is reported or queued.
#pragma once

#include <optional>
#include <string>

#include "compiler/types/checker.h"

namespace govm::types {

// Type parameters and their replacements, parallel.
struct SubstMap {
  std::span<TypeParam* const> from;
  std::span<Type* const> to;
  bool empty() const { return from.empty(); }
  Type* lookup(TypeParam* p) const {
    for (std::size_t i = 0; i < from.size(); ++i)
      if (from[i] == p) return to[i];
    return p;
  }
};

// t with the parameters replaced; t itself if nothing changes. expanding: the instance being expanded, or null.
Type* subst(Session& session, Checker* check, Pos pos, Type* t, const SubstMap& map, Named* expanding);
// orig[targs] for a Named, Alias or Signature, one object per identical instance of a session (its Context).
Type* instance(Session& session, Checker* check, Pos pos, Type* orig, std::span<Type* const> targs, Named* expanding);
// False and an error if the number of type arguments is wrong (reported if check is not null).
bool validate_targ_len(Session& session, Checker* check, Pos pos, std::string_view name, int want, int got);
// The index of the first type argument that does not satisfy its constraint and why; nullopt if all do.
struct VerifyError {
  int index;
  std::string message;
};
std::optional<VerifyError> verify(Session& session, Checker* check, Pos pos, std::span<TypeParam* const> tparams,
                                  std::span<Type* const> targs);
bool implements(Session& session, Checker* check, Type* v, Type* t, bool constraint, std::string* cause);

// The instances of a session by identity (types2/context.go).
class Context;
Context* new_context(Session& session);
void delete_context(Context* context);

Var* clone_var(Session& session, Var* v, Type* t);
Func* clone_func(Session& session, Func* f, Type* t);
// Methods whose receiver has type old get new_type instead; the same span if none had.
std::span<Func*> replace_recv_type(Session& session, std::span<Func*> in, Type* old, Type* new_type);

}  // namespace govm::types
