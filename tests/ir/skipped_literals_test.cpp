// Literals of std's variables that are read on demand: as if they had been read at once.
#include <set>

#include "compiler/ir/program_impl.h"
#include "tests/catch.h"
#include "tests/ir/fixture.h"

using namespace govm;
using namespace govm::ir;
using namespace govm::ir::testing;

namespace {

std::string names(const types::Initializer& init) {
  std::string out;
  for (const types::Var* v : init.lhs) out += std::string(v->name.str()) + ",";
  return out;
}

// Whether the contents are the same, with all they refer to.
class Same {
 public:
  bool operator()(const StaticData* a, const StaticData* b) {
    if (!a || !b) return a == b;
    if (!seen_.insert(a).second) return true;
    if (a->bytes != b->bytes || a->relocs.size() != b->relocs.size() || !a->map != !b->map) return false;
    if (types::type_string(a->type, nullptr) != types::type_string(b->type, nullptr)) return false;
    if (a->map && !(a->map->count == b->map->count && (*this)(a->map->keys, b->map->keys) && (*this)(a->map->elems, b->map->elems))) {
      return false;
    }
    for (std::size_t i = 0; i < a->relocs.size(); ++i) {
      const StaticData::Reloc &x = a->relocs[i], &y = b->relocs[i];
      if (x.offset != y.offset || x.kind != y.kind || x.addend != y.addend) return false;
      if (x.string && *x.string != *y.string) return false;
      if (x.global && x.global->name != y.global->name) return false;
      if (x.function && x.function->name != y.function->name) return false;
      if (x.data && !(*this)(x.data, y.data)) return false;
    }
    return true;
  }

 private:
  std::set<const StaticData*> seen_;
};

struct Eager {
  types::Session session;
  load::Loader loader;
  LoaderEnvironment environment{loader};
  Program program{session, environment};
  Eager() : loader(session, options(), [](const types::Diagnostic& d) { FAIL_CHECK(d.message); }) {}
  static load::Options options() {
    load::Options out;
    out.check_std_bodies = true;
    return out;
  }
};

}  // namespace

TEST_CASE("package variables of std whose literals are skipped are initialised as they were") {
  Compilation lazy;
  Eager eager;
  lazy.loader.load_patterns({"std"});
  eager.loader.load_patterns({"std"});
  int skipped = 0, read = 0;
  for (const load::Package* p : lazy.loader.packages()) {
    const load::Package* q = eager.loader.find(p->path);
    REQUIRE(q);
    INFO(p->path);
    const auto &a = p->types->init_order, &b = q->types->init_order;
    REQUIRE(a.size() == b.size());
    for (const types::Initializer& init : a) skipped += syntax::skipped_literal(init.rhs) != nullptr;
    const PackageInit &plan_a = package_init_plan(lazy.program, p->types), &plan_b = package_init_plan(eager.program, q->types);
    for (std::size_t i = 0; i < a.size(); ++i) {
      INFO(names(a[i]));
      CHECK(names(a[i]) == names(b[i]));
      CHECK(types::type_string(a[i].lhs[0]->type, nullptr) == types::type_string(b[i].lhs[0]->type, nullptr));
      CHECK(plan_a.is_static[i] == plan_b.is_static[i]);
      if (!plan_a.is_static[i]) continue;
      const bool on_demand = syntax::skipped_literal(a[i].rhs) != nullptr;
      if (a[i].lhs[0]->name.is_blank()) continue;
      const Global *x = lazy.program.global(a[i].lhs[0]), *y = eager.program.global(b[i].lhs[0]);
      CHECK(syntax::skipped_literal(a[i].rhs) == nullptr);
      read += on_demand;
      if (!Same()(x->initial, y->initial)) FAIL_CHECK("other contents");
    }
  }
  CHECK(lazy.errors.empty());
  CHECK(skipped > 400);
  CHECK(read > 400);
}
