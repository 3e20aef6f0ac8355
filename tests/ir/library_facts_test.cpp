// What the build finds out about std's functions is found again by name, and says the same.
#include "compiler/opt/library_facts.h"

#include "compiler/opt/context.h"
#include "compiler/syntax/ast.h"
#include "tests/catch.h"
#include "tests/ir/fixture.h"

using namespace govm;
using namespace govm::ir::testing;

namespace {

constexpr const char* kProgram = "package main\nimport \"unicode/utf8\"\nvar f = utf8.DecodeRune\nfunc main() {}\n";

ir::Function* find(Compilation& c, std::string_view package, std::string_view name) {
  for (const load::Package* p : c.loader.packages()) {
    if (p->path != package) continue;
    auto* object = types::as<types::Func>(p->types->scope->lookup(c.session.symbols.intern(name)));
    return object != nullptr ? c.program.function(object) : nullptr;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("facts of library functions") {
  std::string table;
  {
    Compilation c(kProgram);
    opt::LibraryFactsMaker maker;
    for (const char* name : {"DecodeRune", "AppendRune"}) {
      ir::Function* fn = find(c, "unicode/utf8", name);
      REQUIRE(fn != nullptr);
      maker.add(*fn);
    }
    REQUIRE(maker.size() == 2);
    table = maker.finish();
  }
  const opt::LibraryFacts facts(table);
  Compilation c(kProgram);
  opt::FunctionInfo about;
  ir::Function* decode = find(c, "unicode/utf8", "DecodeRune");
  REQUIRE(facts.look_up(*decode, about));
  CHECK(!decode->built);
  REQUIRE(about.params.size() == 1);
  CHECK(about.params[0].heap == opt::Leak::kNever);
  CHECK(about.params[0].results[0] == opt::Leak::kNever);
  opt::FunctionInfo of_append;
  REQUIRE(facts.look_up(*find(c, "unicode/utf8", "AppendRune"), of_append));
  CHECK(of_append.params[0].heap == opt::Leak::kNever);
  CHECK(of_append.params[0].results[0] == 0);
  opt::FunctionInfo nothing;
  CHECK(!facts.look_up(*find(c, "unicode/utf8", "EncodeRune"), nothing));
  CHECK(!facts.look_up(*c.function("main"), nothing));
  CHECK(!opt::LibraryFacts({}).look_up(*decode, nothing));
}
