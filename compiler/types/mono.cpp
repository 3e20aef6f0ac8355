#include "compiler/types/mono.h"

#include <algorithm>

#include "compiler/types/checker_impl.h"

namespace govm::types {

void MonoGraph::record_instance(Package* pkg, Pos pos, std::span<TypeParam* const> tparams,
                                std::span<Type* const> targs, std::span<syntax::Expr* const> xlist) {
  for (std::size_t i = 0; i < tparams.size() && i < targs.size(); ++i) {
    assign(pkg, i < xlist.size() ? syntax::start_pos(xlist[i]) : pos, tparams[i], targs[i]);
  }
}

void MonoGraph::assign(Package* pkg, Pos pos, TypeParam* tpar, Type* targ) {
  // Instances of imported generic code cannot be part of a cycle through this package.
  if (tpar->obj->pkg != pkg) return;
  flow(pkg, pos, tpar, targ, targ);
}

// Adds edges for what t, a part of targ, contributes.
void MonoGraph::flow(Package* pkg, Pos pos, TypeParam* tpar, Type* targ, Type* t) {
  auto edge_from = [&](int src, Type* part) {
    int dst = type_param_vertex(tpar);
    edges_.push_back({dst, src, part == targ ? 0 : 1, pos, targ});
  };
  auto walk = [&](Type* part) { flow(pkg, pos, tpar, targ, part); };
  auto walk_tuple = [&](Tuple* tuple) {
    if (!tuple) return;
    for (Var* v : tuple->vars) walk(v->type);
  };
  t = unalias(t);
  switch (t->type_kind()) {
    case TypeKind::kTypeParam: edge_from(type_param_vertex(static_cast<TypeParam*>(t)), t); break;
    case TypeKind::kNamed: {
      auto* n = static_cast<Named*>(t);
      if (int src = local_named_vertex(pkg, n->origin()); src >= 0) edge_from(src, t);
      for (Type* a : list_of(n->targs())) walk(a);
      break;
    }
    case TypeKind::kArray: walk(static_cast<Array*>(t)->elem); break;
    case TypeKind::kSlice: walk(static_cast<Slice*>(t)->elem); break;
    case TypeKind::kPointer: walk(static_cast<Pointer*>(t)->base); break;
    case TypeKind::kChan: walk(static_cast<Chan*>(t)->elem); break;
    case TypeKind::kMap:
      walk(static_cast<Map*>(t)->key);
      walk(static_cast<Map*>(t)->elem);
      break;
    case TypeKind::kInterface:
      for (Func* m : type_set(static_cast<Interface*>(t))->methods) walk(m->type);
      break;
    case TypeKind::kSignature:
      walk_tuple(static_cast<Signature*>(t)->params);
      walk_tuple(static_cast<Signature*>(t)->results);
      break;
    case TypeKind::kStruct:
      for (Var* f : static_cast<Struct*>(t)->fields) walk(f->type);
      break;
    default: break;
  }
}

// A local type is implicitly parameterized by the type parameters of its function.
int MonoGraph::local_named_vertex(Package* pkg, Named* named) {
  TypeName* obj = named->obj();
  if (obj->pkg != pkg || obj->parent == pkg->scope) return -1;
  if (int* known = index_.find(obj)) return *known;
  int index = -1;
  for (Scope* s = obj->parent; s && s != pkg->scope; s = s->parent) {
    for (Object* o : s->sorted()) {
      auto* elem = as<TypeName>(o);
      if (!elem || elem->is_alias() || !(elem->pos < obj->pos)) continue;
      auto* tpar = as<TypeParam>(elem->type);
      if (!tpar) continue;
      if (index < 0) {
        index = static_cast<int>(vertices_.size());
        vertices_.push_back(Vertex{.obj = obj});
      }
      edges_.push_back({index, type_param_vertex(tpar), 1, obj->pos, tpar});
    }
  }
  index_.insert(obj, index);
  return index;
}

int MonoGraph::type_param_vertex(TypeParam* tpar) {
  if (TypeParam** canonical = canon_.find(tpar)) tpar = *canonical;
  if (int* known = index_.find(tpar->obj)) return *known;
  int index = static_cast<int>(vertices_.size());
  vertices_.push_back(Vertex{.obj = tpar->obj});
  index_.insert(tpar->obj, index);
  return index;
}

MonoGraph& Checker::mono() {
  if (!mono_) mono_ = {new MonoGraph, [](MonoGraph* g) { delete g; }};
  return *mono_;
}

// Longest paths by repeated relaxation; one longer than the number of vertices runs in a cycle.
void Checker::monomorph() {
  MonoGraph& g = mono();
  int cycle = -1;
  for (bool again = true; again && cycle < 0;) {
    again = false;
    for (std::size_t i = 0; i < g.edges_.size(); ++i) {
      const auto& edge = g.edges_[i];
      const auto& src = g.vertices_[edge.src];
      auto& dst = g.vertices_[edge.dst];
      int weight = src.weight + edge.weight;
      if (weight <= dst.weight) continue;
      dst.pre = static_cast<int>(i);
      dst.len = src.len + 1;
      if (dst.len == static_cast<int>(g.vertices_.size())) {
        cycle = edge.dst;
        break;
      }
      dst.weight = weight;
      again = true;
    }
  }
  if (cycle < 0) return;

  // Back to a vertex seen before: from there on it is the cycle.
  std::vector<int> stack;
  std::vector<bool> seen(g.vertices_.size());
  int v = cycle;
  while (!seen[v]) {
    stack.push_back(v);
    seen[v] = true;
    v = g.edges_[g.vertices_[v].pre].src;
  }
  stack.erase(stack.begin(), std::find(stack.begin(), stack.end(), v));

  ErrorReport err(this, Code::kInvalidInstanceCycle);
  err.addf(g.vertices_[v].obj, "instantiation cycle:");
  for (int u : stack) {
    const auto& edge = g.edges_[g.vertices_[u].pre];
    TypeName* obj = g.vertices_[edge.dst].obj;
    std::string_view how = as<Named>(obj->type) ? "%s implicitly parameterized by %s" : "%s instantiated as %s";
    err.addf(edge.pos, how, obj->name, type_string(edge.type, pkg));
  }
  err.report();
}

}  // namespace govm::types
