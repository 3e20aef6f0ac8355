// Any text gives a tree, and trees can be printed.
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace govm;
  for (const auto bodies : {syntax::Bodies::kParse, syntax::Bodies::kSkip}) {
    SourceMap sources;
    Interner interner;
    Arena arena;
    int errors = 0;
    const auto on_error = [&](Pos, const std::string&) { ++errors; };
    SourceFile& source = sources.add_file("fuzz.go", std::string(testing::text_of(data, size)));
    syntax::File* file = syntax::parse_file(source, arena, interner, on_error, bodies);
    testing::require(file != nullptr, "a file");
    for (syntax::Decl* d : file->decls) {
      if (auto* f = syntax::as<syntax::FuncDecl>(d); f != nullptr && bodies == syntax::Bodies::kSkip) {
        syntax::parse_body(f, source, arena, interner, on_error);
      }
      if (auto* v = syntax::as<syntax::VarDecl>(d); v != nullptr && v->values != nullptr) {
        if (auto* literal = syntax::skipped_literal(v->values)) syntax::parse_elements(literal, source, arena, interner, on_error);
      }
    }
    testing::require(arena.bytes_used() < (std::size_t{64} << 20) + 1000 * size, "memory in proportion");
  }
  return 0;
}
