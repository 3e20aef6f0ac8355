// From the syntax of an input to files that the checker takes: one for each step, that is, for what is checked and run at
// a time. Declarations that follow each other are one step; a statement, an expression and x := e are one each.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/symbol.h"
#include "compiler/syntax/input.h"

namespace govm::detail {

struct Step {
  std::vector<syntax::Decl*> decls;
  syntax::Stmt* stmt = nullptr;          // to run
  syntax::Expr* value = nullptr;         // to show instead; its statement is stmt
  std::size_t item = 0;                  // index of its first item
  std::vector<Symbol> names;             // that it declares, methods left out
  // Variables whose initialiser may mean what the name meant before: declared as the first, then called the second.
  std::vector<std::pair<Symbol, Symbol>> hidden;
  Pos pos;
};

class StepMaker {
 public:
  StepMaker(Arena& arena, Interner& symbols) : arena_(arena), symbols_(symbols) {}

  // Import declarations are left out and appended to `imports`.
  std::vector<Step> split(const syntax::Input& input, std::vector<syntax::ImportDecl*>& imports);
  // The file of a step: package main, the imports (name to path), and func kRunName for what is to be run.
  // as_statement: a value is only computed.
  syntax::File* file(const Step& step, const SourceFile& source, const std::map<std::string, std::string>& imports,
                     bool as_statement);
  // A file with nothing but an import.
  syntax::File* import_file(syntax::ImportDecl* decl, const SourceFile& source);
  // A file that declares a constant kRunName of this value.
  syntax::File* constant_file(syntax::Expr* value, const SourceFile& source,
                              const std::map<std::string, std::string>& imports);

  static constexpr std::string_view kRunName = "·input";
  static constexpr std::string_view kConsoleName = "·console";
  static constexpr std::string_view kConsolePath = "internal/govm/console";

 private:
  template <typename T>
  T* make(Pos pos) { return arena_.make<T>(pos); }
  template <typename T>
  std::span<T*> list(std::initializer_list<T*> items) { return arena_.copy(std::vector<T*>(items)); }
  syntax::Name* name(Pos pos, std::string_view text) { return arena_.make<syntax::Name>(pos, symbols_.intern(text)); }
  syntax::VarDecl* hide(syntax::VarDecl* decl, Step& step);
  syntax::VarDecl* variables_of(syntax::AssignStmt* define);
  syntax::ImportDecl* import(Pos pos, std::string_view local, std::string_view path);
  syntax::File* new_file(const SourceFile& source, Pos pos, std::vector<syntax::Decl*> decls,
                         const std::map<std::string, std::string>& imports);

  Arena& arena_;
  Interner& symbols_;
};

// The identifiers that stand before a dot in Go text, and behind none: packages, perhaps.
std::set<std::string> selector_bases(std::string_view text);

}  // namespace govm::detail
