// Finds instantiation cycles: generic code that would need infinitely many instances (types2/mono.go). A graph over
// type parameters and local types; an edge of weight 1 means "becomes an argument wrapped in another type". A cycle
// of positive weight is an error.
#pragma once

#include <span>
#include <vector>

#include "compiler/types/checker.h"
#include "compiler/types/ptr_map.h"

namespace govm::types {

class MonoGraph {
 public:
  // mpar, a method's receiver type parameter, stands for the type's parameter tpar.
  void record_canon(TypeParam* mpar, TypeParam* tpar) { canon_.insert(mpar, tpar); }
  // tparams were instantiated with targs; xlist gives positions where arguments are written out.
  void record_instance(Package* pkg, Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs,
                       std::span<syntax::Expr* const> xlist);

 private:
  friend class Checker;
  struct Vertex {
    int weight = 0;  // heaviest known path to this vertex,
    int pre = 0;     // its last edge,
    int len = 0;     // and its length
    TypeName* obj = nullptr;
  };
  struct Edge {
    int dst, src, weight;
    Pos pos;
    Type* type;
  };
  void assign(Package* pkg, Pos pos, TypeParam* tpar, Type* targ);
  void flow(Package* pkg, Pos pos, TypeParam* tpar, Type* targ, Type* t);
  int local_named_vertex(Package* pkg, Named* named);  // -1: depends on no type parameter
  int type_param_vertex(TypeParam* tpar);

  std::vector<Vertex> vertices_;
  std::vector<Edge> edges_;
  PtrMap<TypeParam*, TypeParam*> canon_;
  PtrMap<TypeName*, int> index_;
};

}  // namespace govm::types
