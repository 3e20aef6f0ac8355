#include "compiler/ir/program_impl.h"
#include "tests/ir/fixture.h"

namespace govm::ir::testing {

namespace {

bool is_generic(types::Func* f) {
  types::Signature* sig = f->signature();
  return (sig->tparams && sig->tparams->size()) || (sig->rparams && sig->rparams->size());
}

}  // namespace

std::vector<std::string> verify_all(Compilation& c, const std::vector<load::Package*>& packages, std::size_t limit,
                                    std::size_t* functions) {
  for (const load::Package* p : packages) {
    for (const syntax::File* file : p->files) {
      for (syntax::Decl* d : file->decls) {
        auto* f = syntax::as<syntax::FuncDecl>(d);
        if (auto* v = syntax::as<syntax::VarDecl>(d)) {
          for (syntax::Name* n : v->names) {
            auto* var = types::as<types::Var>(n->object);
            if (var && !n->value.is_blank()) c.program.global(var);
          }
        }
        auto* object = f ? types::as<types::Func>(f->name->object) : nullptr;
        if (!object || is_generic(object)) continue;
        c.program.function(object);
      }
    }
    c.program.package_init(p->types);
  }
  std::vector<std::string> bad;
  auto& all = c.program.impl().owned_functions;
  for (std::size_t i = 0; i < all.size() && bad.size() < limit; i++) {
    c.program.build(&all[i]);
    std::string error = verify(all[i]);
    if (!error.empty()) bad.push_back(error + "\n");
  }
  *functions = all.size();
  return bad;
}

}  // namespace govm::ir::testing
