// Every program the checker accepts has SSA, optimised SSA and bytecode that their verifiers accept.
#include <string>

#include "compiler/ir/program_impl.h"
#include "tests/codegen/fake_target.h"
#include "tests/fuzz/target.h"
#include "tests/ir/fixture.h"

namespace {

using namespace govm;

bool imports_something(const load::Package& package) { return !package.imports.empty(); }

bool is_generic(const types::Func* f) {
  const types::Signature* s = f->signature();
  return (s->tparams && s->tparams->size()) || (s->rparams && s->rparams->size());
}

// Functions of the package; what they lead to follows by itself.
void ask_for_functions(ir::testing::Compilation& c) {
  for (const syntax::File* file : c.package->files) {
    for (syntax::Decl* d : file->decls) {
      const auto* decl = syntax::as<syntax::FuncDecl>(d);
      auto* f = decl ? types::as<types::Func>(decl->name->object) : nullptr;
      if (f && !is_generic(f)) c.program.function(f);
    }
  }
  c.program.package_init(c.package->types);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(testing::text_of(data, size));
  if (text.find("import") != std::string::npos && text.find("\"unsafe\"") == std::string::npos) return -1;
  ir::testing::Compilation c(text);
  if (!c.package || !c.errors.empty() || imports_something(*c.package)) return -1;
  constexpr std::size_t kMost = 3000;  // functions: those of package runtime, where it is asked for, are enough elsewhere
  ask_for_functions(c);
  auto& all = c.program.impl().owned_functions;
  for (std::size_t i = 0; i < all.size() && i < kMost; ++i) {
    c.program.build(&all[i]);
    const std::string error = ir::verify(all[i]);
    testing::require(error.empty(), "SSA as built: " + error);
  }
  codegen::testing::FakeTarget target(c.program);
  for (std::size_t i = 0; i < all.size() && i < kMost; ++i) {
    const std::string error = target.compile(&all[i]);
    testing::require(error.empty() || error.find("too large") != std::string::npos, all[i].name + ": " + error);
  }
  return 0;
}
