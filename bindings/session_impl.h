// The inside of a Session. All of it is used by one thread, under the engine's lock where the compiler is concerned;
// interrupt() alone comes from elsewhere.
#pragma once

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bindings/engine.h"
#include "bindings/session.hpp"
#include "bindings/session_steps.h"

namespace govm {

struct Session::Impl {
  explicit Impl(Options options);

  // ---- session.cpp
  Evaluation evaluate(std::string_view text);
  bool parse(std::string_view text, Evaluation& out);
  bool import(syntax::ImportDecl* decl, Evaluation& out);
  bool step(const detail::Step& step, bool as_statement, Evaluation& out);
  // Checks, without accepting. Null after errors, which are then in problems.
  load::Package* check(syntax::File* file, std::vector<Evaluation::Problem>& problems);
  bool refuse(std::vector<Evaluation::Problem> problems, Evaluation& out);
  bool show_constant(const detail::Step& step, Evaluation& out);
  void accept(load::Package* package, const detail::Step& step, Evaluation& out);
  bool run(load::Package* package, bool call_input, Evaluation& out);
  void take_values(const detail::Step& step, Evaluation& out);
  void add_uninitialized(load::Package* package, std::vector<const bc::Function*>& functions);
  void note_redefinition(types::Object* old, Evaluation& out);
  std::vector<Evaluation::Problem> take_problems();
  // What the step's text may refer to: imports of the session, and of std by their usual names.
  std::map<std::string, std::string> imports_for(const detail::Step& step);
  void remember_imports(const std::map<std::string, std::string>& used);

  // ---- session_look.cpp
  types::Object* find(std::string_view name);                      // a session's declaration; null: none
  // The checked syntax of an expression; null after errors.
  syntax::Expr* check_expression(std::string_view text, std::vector<Evaluation::Problem>& problems);
  load::Package* package_named(const std::string& name);           // imported, or of std
  std::string object_text(types::Object* object);
  std::string type_text(types::Type* type);
  std::string describe_type(types::TypeName* name);
  Result<types::Func*> function_named(std::string_view name);
  std::vector<types::Object*> visible();                           // declared, not hidden; oldest first
  std::vector<Completion> members(std::string_view base, std::string_view word);
  std::vector<Completion> names(std::string_view word);
  std::vector<Completion> import_paths(std::string_view word);

  types::Session& session() { return engine->front().session(); }
  Symbol symbol(std::string_view text) { return session().symbols.intern(text); }

  std::shared_ptr<detail::Engine> engine;
  load::Package* last = nullptr;                 // newest accepted step
  load::Package* console = nullptr;
  std::vector<load::Package*> accepted;
  std::map<std::string, std::string> imports;    // name to path
  std::vector<syntax::ImportDecl*> dot_imports;
  std::map<std::string, std::string> std_names;  // last element to path, of std's packages
  std::set<const load::Package*> initialized;
  std::vector<std::string> texts;                // accepted inputs
  std::atomic<bool> interrupted{false};          // the evaluation going on shall end
  SourceFile* source = nullptr;                  // of the input at hand
  syntax::Input input;
  std::string given;                             // its text
  int number = 0;
};

}  // namespace govm
