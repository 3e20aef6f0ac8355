// Writes what the optimiser knows of the functions of the std pack (compiler/opt/library_facts.h).
//
// usage: std_facts OUTPUT
#include <pthread.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "compiler/ir/builder.h"
#include "compiler/load/load.h"
#include "compiler/opt/library_facts.h"
#include "compiler/types/object.h"

using namespace govm;

namespace {

constexpr std::size_t kStackBytes = std::size_t{1} << 30;   // callees are optimised within their callers

class Environment : public ir::Environment {
 public:
  explicit Environment(load::Loader& loader) : loader_(loader) {}
  void ensure_body_checked(types::Func* func) override { loader_.ensure_body_checked(func); }
  void ensure_initializer_read(types::Var* var) override { loader_.ensure_initializer_read(var); }
  types::Func* linked_function(types::Func* func) override { return loader_.linked_function(func); }
  std::string native_name(types::Func* func) override { return loader_.native_name(func); }
  types::Var* linked_variable(types::Var* var) override { return loader_.linked_variable(var); }
  bool embedded_files(types::Var*, std::vector<EmbeddedFile>&) override { return false; }

 private:
  load::Loader& loader_;
};

bool is_generic(types::Func* func) {
  const types::Signature* signature = func->signature();
  return (signature->tparams && signature->tparams->size()) || (signature->rparams && signature->rparams->size());
}

struct Run {
  const char* output;
  bool failed = false;
};

void make(Run& run) {
  types::Session session;
  load::Loader loader(session, {}, [&](const types::Diagnostic& d) {
    std::printf("std_facts: %s\n", d.message.c_str());
    run.failed = true;
  });
  Environment environment(loader);
  ir::Program program(session, environment);
  loader.load_patterns({"std"});
  opt::LibraryFactsMaker maker;
  for (const load::Package* package : loader.packages()) {
    for (const syntax::File* file : package->files) {
      for (const syntax::Decl* decl : file->decls) {
        const auto* declared = syntax::as<syntax::FuncDecl>(decl);
        auto* func = declared != nullptr && declared->body != nullptr ? types::as<types::Func>(declared->name->object) : nullptr;
        if (func != nullptr && !is_generic(func)) maker.add(*program.function(func));
      }
    }
  }
  const std::string table = maker.finish();
  std::ofstream(run.output, std::ios::binary) << table;
  std::printf("std_facts: %zu functions, %zu bytes\n", maker.size(), table.size());
}

void* run_thread(void* run) {
  make(*static_cast<Run*>(run));
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: std_facts OUTPUT\n", stderr);
    return 2;
  }
  Run run{argv[1]};
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  if (pthread_attr_setstacksize(&attributes, kStackBytes) != 0 || pthread_create(&thread, &attributes, run_thread, &run) != 0) {
    std::fputs("std_facts: no thread\n", stderr);
    return 1;
  }
  pthread_join(thread, nullptr);
  return run.failed ? 1 : 0;
}
