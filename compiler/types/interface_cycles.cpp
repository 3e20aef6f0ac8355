// Interfaces without a name that contain themselves through methods of defined types: legal Go, but the descriptors of
// such types would have no end. gc refuses them too (go.dev/issue/56103).
#include <algorithm>

#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

class CycleFinder {
 public:
  // Is t part of a cycle of unnamed types?
  bool has_cycle(Interface* t) {
    for (Func* m : type_set(t)->methods)
      if (visit(m->type)) return true;
    return false;
  }
  void forgive() { cyclic_.for_each([](Interface*, bool& c) { c = false; }); }

 private:
  bool visit_all(std::span<Var* const> vars) {
    return std::any_of(vars.begin(), vars.end(), [&](Var* v) { return visit(v->type); });
  }

  bool visit(Type* t) {
    t = unalias(t);
    switch (t->type_kind()) {
      case TypeKind::kPointer: return visit(static_cast<Pointer*>(t)->base);
      case TypeKind::kArray: return visit(static_cast<Array*>(t)->elem);
      case TypeKind::kSlice: return visit(static_cast<Slice*>(t)->elem);
      case TypeKind::kChan: return visit(static_cast<Chan*>(t)->elem);
      case TypeKind::kMap: return visit(static_cast<Map*>(t)->key) || visit(static_cast<Map*>(t)->elem);
      case TypeKind::kStruct: return visit_all(static_cast<Struct*>(t)->fields);
      case TypeKind::kTuple: return visit_all(static_cast<Tuple*>(t)->vars);
      case TypeKind::kSignature:
        return visit_all(static_cast<Signature*>(t)->params->vars) || visit_all(static_cast<Signature*>(t)->results->vars);
      case TypeKind::kInterface: return visit_interface(static_cast<Interface*>(t));
      default: return false;  // named types end the search
    }
  }

  bool visit_interface(Interface* t) {
    if (t->methods.empty() && t->embeddeds.empty()) return false;
    if (bool* known = cyclic_.find(t)) return *known;
    cyclic_[t] = true;
    if (has_cycle(t)) return true;
    cyclic_[t] = false;
    return false;
  }

  PtrMap<Interface*, bool> cyclic_;
};

}  // namespace

void Checker::anonymous_interface_cycles() {
  std::sort(interface_literals_.begin(), interface_literals_.end(),
            [](const auto& a, const auto& b) { return a.start < b.start; });
  CycleFinder finder;
  Pos end;  // of the last literal looked at: those within it are reached through it
  for (const InterfaceLiteral& l : interface_literals_) {
    if (l.start < end) continue;
    end = l.end;
    if (!finder.has_cycle(l.type)) continue;
    errorf(l.start, Code::kInvalidTypeCycle,
           "invalid recursive type: anonymous interface refers to itself (see https://go.dev/issue/56103)");
    finder.forgive();
  }
  interface_literals_.clear();
}

}  // namespace govm::types
