// A source text, parsed and checked as a package without imports.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

namespace govm::testing {

struct Checked {
  types::Session session;
  types::Package* pkg = nullptr;
  syntax::File* file = nullptr;
  std::vector<std::string> errors;  // "line: message", by position

  explicit Checked(const std::string& text, const std::string& version = "go1.24") {
    SourceFile& source = session.sources.add_file("p.go", "package p\n" + text);
    std::multimap<Pos, std::string> found;
    auto add = [&](Pos pos, const std::string& message) {
      found.emplace(pos, std::to_string(session.sources.position(pos).line) + ": " + message);
    };
    file = syntax::parse_file(source, session.arena, session.symbols, add);
    types::CheckConfig config;
    config.go_version = version;
    config.on_error = [&](types::Diagnostic d) { add(d.pos, d.message); };
    config.importer = [](std::string_view, Pos, std::string& reason) -> types::Package* {
      reason = "no imports in this test";
      return nullptr;
    };
    pkg = types::PackageChecker(session, config).check(session.symbols.intern("p"), {file});
    for (auto& [pos, message] : found) errors.push_back(std::move(message));
  }
  types::Object* object(std::string_view name) { return pkg->scope->lookup(session.symbols.intern(name)); }
  std::string type(std::string_view name) {
    types::Object* o = object(name);
    return o && o->type ? types::type_string(o->type, pkg) : "?";
  }
  std::string value(std::string_view name) {
    auto* c = types::as<types::Const>(object(name));
    return c && c->value ? constant::to_string(c->value) : "?";
  }
  // The initial value of the package variable, as written.
  syntax::Expr* init(std::string_view name) {
    for (const types::Initializer& i : pkg->init_order) {
      if (i.lhs.size() == 1 && i.lhs[0]->name.str() == name) return i.rhs;
    }
    return nullptr;
  }
};

}  // namespace govm::testing
