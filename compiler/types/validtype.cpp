// Invalid recursive types: defined types that contain themselves (types2/validtype.go).
#include "base/assert.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

void Checker::valid_type(Named* t) {
  std::vector<Named*> nest, path;
  valid_type0(Pos{}, t, nest, path);
}

// nest: the stack of types containing (or being) t; path: all types seen on the way, those within type arguments too.
// Both as they were on return.
bool Checker::valid_type0(Pos pos, Type* t, std::vector<Named*>& nest, std::vector<Named*>& path) {
  t = unalias(t);
  switch (t->type_kind()) {
    case TypeKind::kArray: return valid_type0(pos, static_cast<Array*>(t)->elem, nest, path);
    case TypeKind::kStruct:
      for (Var* f : static_cast<Struct*>(t)->fields) {
        if (!valid_type0(pos, f->type, nest, path)) return false;
      }
      return true;
    case TypeKind::kUnion:
      for (const Term& term : static_cast<Union*>(t)->terms) {
        if (!valid_type0(pos, term.type, nest, path)) return false;
      }
      return true;
    case TypeKind::kInterface:
      for (Type* e : static_cast<Interface*>(t)->embeddeds) {
        if (!valid_type0(pos, e, nest, path)) return false;
      }
      return true;
    case TypeKind::kNamed: return valid_named(pos, static_cast<Named*>(t), nest, path);
    case TypeKind::kTypeParam: {
      // Within an instance, the type parameter stands for its argument, which was written outside of the instance.
      if (nest.empty()) return true;
      Named* inst = nest.back();
      auto tparams = list_of(inst->tparams() ? inst->tparams() : inst->origin()->tparams());
      auto targs = list_of(inst->targs());
      for (std::size_t i = 0; i < tparams.size() && i < targs.size(); ++i) {
        if (tparams[i] != t) continue;
        nest.pop_back();
        bool ok = valid_type0(pos, targs[i], nest, path);
        nest.push_back(inst);
        return ok;
      }
      return true;
    }
    default: return true;
  }
}

bool Checker::valid_named(Pos pos, Named* t, std::vector<Named*>& nest, std::vector<Named*>& path) {
  if (known_valid_.contains(t)) return true;
  Type* underlying = resolve(t)->impl->underlying;
  if (!underlying || !is_valid(underlying)) return false;
  // Types of other packages are complete: they cannot contain this package's, but as type arguments.
  if (t->obj()->pkg != pkg && list_of(t->targs()).empty()) return true;
  for (Named* e : nest) {
    if (e != t && !identical(e, t)) continue;
    // t contains itself. Only types of this package can be in error.
    t->impl->underlying = invalid_type();
    t->origin()->impl->underlying = invalid_type();
    for (std::size_t start = 0; start < path.size(); ++start) {
      if (path[start] != t && !identical(path[start], t)) continue;
      // An instance's own object is where it was written.
      std::vector<Object*> cycle;
      for (std::size_t i = start; i < path.size(); ++i) cycle.push_back(path[i]->impl->obj);
      cycle_error(cycle, 0);
      return false;
    }
    GOVM_UNREACHABLE();
  }
  Type* rhs = t->origin()->impl->from_rhs;
  if (rhs) {
    nest.push_back(t);
    path.push_back(t);
    bool ok = valid_type0(pos, rhs, nest, path);
    nest.pop_back();
    path.pop_back();
    if (!ok) return false;
  }
  // Instances and generic types depend on type arguments that come from what contains them.
  if (!t->targs() && !t->origin()->tparams()) known_valid_.insert(t);
  return true;
}

}  // namespace govm::types
