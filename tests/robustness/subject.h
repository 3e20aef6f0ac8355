// What is tested: scanner, parser and checker, on one source after another in one session.
#pragma once

#include <ctime>
#include <memory>
#include <string>

#include "compiler/load/load.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

namespace govm::testing {

class Subject {
 public:
  struct Outcome {
    int errors = 0;
    double seconds = 0;      // processor time
    std::size_t bytes = 0;   // of the session's memory
    std::string first_error;
  };

  Outcome check(const std::string& text) {
    if (!session_ || ++sources_ % 500 == 0) restart();  // memory is returned with the session
    Outcome out;
    const std::clock_t start = std::clock();
    const std::size_t bytes = session_->arena.bytes_used();
    auto report = [&](Pos, const std::string& message) {
      if (out.errors++ == 0) out.first_error = message;
    };
    SourceFile& source = session_->sources.add_file("p.go", text);
    syntax::File* file = syntax::parse_file(source, session_->arena, session_->symbols, report);
    if (out.errors == 0) check_types(file, report);
    out.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    out.bytes = session_->arena.bytes_used() - bytes;
    return out;
  }

 private:
  void restart() {
    loader_.reset();
    session_ = std::make_unique<types::Session>();
    loader_ = std::make_unique<load::Loader>(*session_, load::Options{}, [](types::Diagnostic) {}, load::no_files());
  }
  template <typename Report>
  void check_types(syntax::File* file, Report& report) {
    types::CheckConfig config;
    config.importer = [&](std::string_view path, Pos, std::string& reason) -> types::Package* {
      if (load::Package* p = loader_->import(path)) return p->types;
      reason = "no such package";
      return nullptr;
    };
    config.on_error = [&](types::Diagnostic d) { report(d.pos, d.message); };
    types::PackageChecker(*session_, config).check(session_->symbols.intern("p"), {file});
  }

  std::unique_ptr<types::Session> session_;
  std::unique_ptr<load::Loader> loader_;
  int sources_ = 0;
};

}  // namespace govm::testing
