// Every example of the table of error codes (compiler/types/error_codes.def) causes its error.
#include <set>

#include "compiler/load/load.h"
#include "tests/catch.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

using namespace govm;

namespace {

struct Example {
  types::Code code;
  std::string_view name, text;
  bool by_parser;
};
constexpr Example kExamples[] = {
#define CODE(name, number, example) {types::Code::k##name, #name, example, false},
#define PARSER_CODE(name, number, example) {types::Code::k##name, #name, example, true},
#include "compiler/types/error_codes.def"
#undef CODE
};

// Codes that gc does not use, or only for trees no parser makes and for packages of two files.
constexpr std::string_view kWithoutExample[] = {"InvalidSyntaxTree", "Test", "MismatchedPkgName", "InvalidInitSig",
                                                "NonIndexableOperand"};

class Examples {
 public:
  // The codes of the errors of an example, and their texts.
  std::set<types::Code> run(std::string_view example, std::string& messages) {
    std::set<types::Code> out;
    const std::string package = example.find("package ") == example.npos ? "package p\n" : "";
    SourceFile& source = session_.sources.add_file("p.go", package + std::string(example) + "\n");
    const auto add = [&](Pos, const std::string& message) { messages += message + "\n"; };
    syntax::File* file = syntax::parse_file(source, session_.arena, session_.symbols, add);
    types::CheckConfig config;
    config.importer = [&](std::string_view path, Pos, std::string& reason) -> types::Package* {
      if (load::Package* p = loader_.import(path)) return p->types;
      reason = "no such package";
      return nullptr;
    };
    config.on_error = [&](types::Diagnostic d) {
      out.insert(d.code);
      messages += std::string(types::to_string(d.code)) + ": " + d.message + "\n";
    };
    types::PackageChecker(session_, config).check(session_.symbols.intern("p"), {file});
    return out;
  }

 private:
  types::Session session_;
  load::Loader loader_{session_, load::Options{}, [](types::Diagnostic) {}, load::no_files()};
};

}  // namespace

TEST_CASE("every error code has an example that causes it") {
  Examples examples;
  for (const Example& e : kExamples) {
    const bool without = std::find(std::begin(kWithoutExample), std::end(kWithoutExample), e.name) != std::end(kWithoutExample);
    std::string messages;
    const auto codes = without ? std::set<types::Code>{} : examples.run(e.text, messages);
    INFO(e.name << ": " << e.text << "\n" << messages);
    CHECK(e.text.empty() == without);
    CHECK((without || (e.by_parser ? !messages.empty() : codes.contains(e.code))));
  }
}

TEST_CASE("error codes have names and numbers of their own") {
  std::set<std::string_view> names;
  std::set<types::Code> codes;
  for (const Example& e : kExamples) {
    CHECK(types::to_string(e.code) == e.name);
    CHECK(names.insert(e.name).second);
    CHECK(codes.insert(e.code).second);
  }
}
