// Method sets with promotion (Go spec: Method sets, Struct types), for the run-time type descriptors.
#include <algorithm>
#include <map>

#include "compiler/types/checker_impl.h"

namespace govm::types {

bool has_ptr_recv(Func* f);  // lookup.cpp

namespace {

struct Level {
  Type* type;
  std::vector<int> index;
  bool indirect;
  bool multiples;
};

// One candidate of a name at a depth; a field or a second candidate hides deeper ones without being a method itself.
struct Candidate {
  Object* name_of;  // for ordering and identity of the name
  Func* func;       // null: field, or collision
  std::vector<int> index;
  bool indirect;
};

class Collector {
 public:
  std::vector<MethodSetEntry> run(Type* t) {
    const Deref d = deref(t);
    if (as<Named>(unalias(t)) && as<Pointer>(under(t))) return {};
    if (d.was_pointer && is_interface(d.type)) return {};
    std::vector<Level> current{{d.type, {}, d.was_pointer, false}};
    while (!current.empty()) {
      std::vector<Candidate> depth;
      std::vector<Level> next;
      for (const Level& l : current) visit(l, depth, next);
      for (Candidate& c : depth)
        if (!known(found_, c.name_of)) found_.push_back(std::move(c));
      current = merged(std::move(next));
    }
    return result();
  }

 private:
  static Candidate* known(std::vector<Candidate>& list, const Object* o) {
    for (Candidate& c : list)
      if (same_id(c.name_of, o->pkg, o->name, false)) return &c;
    return nullptr;
  }

  static void add(std::vector<Candidate>& depth, const Level& l, Object* o, int i) {
    if (Candidate* other = known(depth, o)) {
      other->func = nullptr;
      return;
    }
    std::vector<int> index = l.index;
    index.push_back(i);
    depth.push_back({o, l.multiples ? nullptr : as<Func>(o), std::move(index), l.indirect});
  }

  void visit(const Level& l, std::vector<Candidate>& depth, std::vector<Level>& next) {
    if (Named* n = as_named(l.type)) {
      for (Named* s : seen_)
        if (identical(s, n)) return;
      seen_.push_back(n);
      for (std::size_t i = 0; i < n->num_methods(); ++i) add(depth, l, n->method(i), static_cast<int>(i));
    }
    Type* u = under(l.type);
    if (auto* s = as<Struct>(u)) {
      for (std::size_t i = 0; i < s->fields.size(); ++i) {
        Var* f = s->fields[i];
        add(depth, l, f, static_cast<int>(i));
        if (!f->embedded) continue;
        const Deref d = deref(f->type);
        std::vector<int> index = l.index;
        index.push_back(static_cast<int>(i));
        next.push_back({d.type, std::move(index), l.indirect || d.was_pointer, l.multiples});
      }
    } else if (auto* iface = as<Interface>(u)) {
      const std::span<Func*> methods = type_set(iface)->methods;
      for (std::size_t i = 0; i < methods.size(); ++i) add(depth, l, methods[i], static_cast<int>(i));
    }
  }

  static std::vector<Level> merged(std::vector<Level> list) {
    std::vector<Level> out;
    for (Level& l : list) {
      auto same = std::find_if(out.begin(), out.end(), [&](Level& o) { return identical(o.type, l.type); });
      if (same != out.end()) same->multiples = true;
      else out.push_back(std::move(l));
    }
    return out;
  }

  std::vector<MethodSetEntry> result() {
    std::vector<MethodSetEntry> list;
    for (Candidate& c : found_)
      if (c.func && !c.func->name.is_blank() && (!has_ptr_recv(c.func) || c.indirect))
        list.push_back({c.func, std::move(c.index), c.indirect});
    std::sort(list.begin(), list.end(), [](const MethodSetEntry& a, const MethodSetEntry& b) {
      return compare_objects(a.func, b.func) < 0;
    });
    return list;
  }

  std::vector<Candidate> found_;
  std::vector<Named*> seen_;
};

}  // namespace

std::vector<MethodSetEntry> method_set(Session&, Type* t) { return Collector().run(t); }

}  // namespace govm::types
