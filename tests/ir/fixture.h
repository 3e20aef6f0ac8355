// Compiles Go source to IR for tests.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/ir.h"
#include "compiler/load/load.h"

namespace govm::ir::testing {

// Forwards what the builder asks for to the loader.
class LoaderEnvironment : public Environment {
 public:
  explicit LoaderEnvironment(load::Loader& loader) : loader_(loader) {}
  void ensure_body_checked(types::Func* func) override { loader_.ensure_body_checked(func); }
  void ensure_initializer_read(types::Var* var) override { loader_.ensure_initializer_read(var); }
  types::Func* linked_function(types::Func* func) override { return loader_.linked_function(func); }
  std::string native_name(types::Func* func) override { return loader_.native_name(func); }
  types::Var* linked_variable(types::Var* var) override { return loader_.linked_variable(var); }
  bool embedded_files(types::Var* var, std::vector<EmbeddedFile>& out) override {
    std::vector<load::Loader::EmbeddedFile> files;
    if (!loader_.embedded_files(var, files)) return false;
    for (auto& f : files) out.push_back({std::move(f.name), std::move(f.data)});
    return true;
  }

 private:
  load::Loader& loader_;
};

struct Compilation {
  types::Session session;
  std::vector<std::string> errors;
  load::Loader loader;
  LoaderEnvironment environment{loader};
  Program program{session, environment};
  load::Package* package = nullptr;

  Compilation()
      : loader(session, load::Options{}, [this](types::Diagnostic d) {
          errors.push_back(session.sources.str(d.pos) + ": " + d.message);
        }) {}

  // Package main from its text. Functions are found by name.
  explicit Compilation(std::string text) : Compilation() {
    package = loader.load_source("main", {{"main.go", std::move(text)}});
  }

  Function* function(std::string_view name) {
    auto* object = types::as<types::Func>(package->types->scope->lookup(session.symbols.intern(name)));
    if (!object) return nullptr;
    Function* f = program.function(object);
    program.build(f);
    return f;
  }
};

// Builds every function of the packages (generic ones where instantiated) and what they lead to; the first `limit`
// violations, and the number of functions.
std::vector<std::string> verify_all(Compilation& c, const std::vector<load::Package*>& packages, std::size_t limit,
                                    std::size_t* functions);

}  // namespace govm::ir::testing
