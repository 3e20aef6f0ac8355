// Initialisation order of package variables (Go spec: Package initialization).
//
// A variable waits for the variables its initialiser refers to, directly or through functions. Functions are
// eliminated by searching through them from each variable, rather than by joining edges as types2 does: only functions
// that an initialiser can reach are ever looked at, so only their bodies must be checked.
#include <algorithm>
#include <queue>

#include "compiler/types/checker_impl.h"

namespace govm::types {

class InitOrder {
 public:
  explicit InitOrder(Checker& check) : c_(check) {}

  void run() {
    make_nodes();
    for (std::size_t i = 0; i < nodes_.size(); ++i) find_dependencies(i);
    process();
  }

 private:
  struct Node {
    Object* obj;
    std::vector<std::size_t> waiting;  // nodes that wait for this one
    int ndeps = 0;
  };

  // Variables, and constants that depend on anything (len of a variable): the latter only for reports of cycles.
  void make_nodes() {
    for (Object* o : c_.objects_) {
      const bool is_const = o->object_kind() == ObjectKind::kConst;
      if (!is_const && o->object_kind() != ObjectKind::kVar) continue;
      if (is_const && o->decl_info->deps().empty()) continue;
      index_[o] = nodes_.size();
      nodes_.push_back({o, {}, 0});
    }
  }

  std::span<Object* const> deps_of(Object* o) {
    DeclInfo* d = o->decl_info;
    if (d->body == DeclInfo::kUnchecked) c_.check_decl_body(static_cast<Func*>(o));
    return d->deps();
  }

  void find_dependencies(std::size_t from) {
    PtrSet<Object*> seen;
    std::vector<Object*> stack{nodes_[from].obj};
    bool self = false;
    while (!stack.empty()) {
      Object* o = stack.back();
      stack.pop_back();
      for (Object* d : deps_of(o)) {
        if (d == nodes_[from].obj) self = true;
        if (!seen.insert(d)) continue;
        if (d->object_kind() == ObjectKind::kFunc) {
          stack.push_back(d);
        } else if (std::size_t* to = index_.find(d); to && *to != from) {
          nodes_[*to].waiting.push_back(from);
          ++nodes_[from].ndeps;
        }
      }
    }
    if (self) {  // a cycle through functions or to itself
      nodes_[from].waiting.push_back(from);
      ++nodes_[from].ndeps;
    }
  }

  struct Entry {
    bool is_const;
    int ndeps;
    std::uint32_t order;
    std::size_t node;
    bool operator>(const Entry& o) const {
      if (is_const != o.is_const) return !is_const;
      return ndeps != o.ndeps ? ndeps > o.ndeps : order > o.order;
    }
  };

  Entry entry(std::size_t i) const {
    const Node& n = nodes_[i];
    return {n.obj->object_kind() == ObjectKind::kConst, n.ndeps, n.obj->order, i};
  }

  void process() {
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    for (std::size_t i = 0; i < nodes_.size(); ++i) queue.push(entry(i));
    std::vector<bool> done(nodes_.size());
    while (!queue.empty()) {
      const Entry e = queue.top();
      queue.pop();
      if (done[e.node] || e.ndeps != nodes_[e.node].ndeps) continue;  // superseded
      done[e.node] = true;
      Node& n = nodes_[e.node];
      if (n.ndeps > 0) report_cycle_at(n.obj);
      for (std::size_t w : n.waiting) {
        --nodes_[w].ndeps;
        if (!done[w]) queue.push(entry(w));
      }
      emit(n.obj);
    }
  }

  void report_cycle_at(Object* obj) {
    PtrSet<Object*> seen;
    std::vector<Object*> path;
    if (find_path(obj, obj, seen, path)) c_.report_init_cycle(path);
  }

  // A path of dependencies from -> ... -> to, last element first.
  bool find_path(Object* from, Object* to, PtrSet<Object*>& seen, std::vector<Object*>& path) {
    if (!seen.insert(from)) return false;
    const std::span<Object* const> found = deps_of(from);
    std::vector<Object*> deps(found.begin(), found.end());
    std::sort(deps.begin(), deps.end(), [](Object* a, Object* b) { return a->order < b->order; });
    for (Object* d : deps)
      if (d == to || find_path(d, to, seen, path)) {
        path.push_back(d);
        return true;
      }
    return false;
  }

  void emit(Object* obj) {
    auto* v = as<Var>(obj);
    if (!v || !v->decl_info->init || !emitted_.insert(v->decl_info)) return;
    std::span<Var*> lhs = v->decl_info->lhs;
    if (lhs.empty()) lhs = c_.arena.copy(std::vector<Var*>{v});
    c_.pkg->init_order.push_back({lhs, v->decl_info->init});
  }

  Checker& c_;
  std::vector<Node> nodes_;
  PtrMap<Object*, std::size_t> index_;
  PtrSet<DeclInfo*> emitted_;
};

void Checker::init_order() {
  pkg->init_order.clear();
  InitOrder(*this).run();
}

void Checker::report_init_cycle(std::span<Object* const> cycle) {
  Object* obj = cycle[0];
  if (cycle.size() == 1) {
    errorf(obj, Code::kInvalidInitCycle, "initialization cycle: %s refers to itself", obj->name);
    return;
  }
  ErrorReport err(this, Code::kInvalidInitCycle);
  err.addf(obj, "initialization cycle for %s", obj->name);
  for (std::size_t i = cycle.size(); i-- > 0;) {
    err.addf(obj, "%s refers to %s", obj->name, cycle[i]->name);
    obj = cycle[i];
  }
  err.report();
}

}  // namespace govm::types
