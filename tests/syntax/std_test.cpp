// Parses Go's own standard library when a source tree is at hand ($GOVM_GOROOT).
#include <chrono>
#include <cstdio>

#include "compiler/syntax/parser.h"
#include "compiler/syntax/positions.h"
#include "compiler/syntax/printer.h"
#include "tests/catch.h"
#include "tests/syntax/go_source.h"

namespace fs = std::filesystem;
using namespace govm;

namespace {

// Parses skipped bodies and compares with the tree made in one go.
void check_skipping(SourceFile& file, const syntax::File* whole, Arena& arena, Interner& names) {
  auto fail = [](Pos, const std::string&) { FAIL_CHECK("unexpected error"); };
  syntax::File* skipped = syntax::parse_file(file, arena, names, fail, syntax::Bodies::kSkip);
  REQUIRE(skipped->decls.size() == whole->decls.size());
  for (std::size_t i = 0; i < whole->decls.size(); ++i) {
    if (auto* f = syntax::as<syntax::FuncDecl>(skipped->decls[i])) syntax::parse_body(f, file, arena, names, fail);
    if (auto* v = syntax::as<syntax::VarDecl>(skipped->decls[i]); v && v->values) {
      if (auto* literal = syntax::skipped_literal(v->values)) syntax::parse_elements(literal, file, arena, names, fail);
    }
    if (syntax::to_string(skipped->decls[i]) != syntax::to_string(whole->decls[i]) ||
        syntax::end_pos(skipped->decls[i]) != syntax::end_pos(whole->decls[i])) {
      FAIL_CHECK(file.name() << ": " << syntax::to_string(whole->decls[i]));
    }
  }
}

}  // namespace

TEST_CASE("skipped bodies parse later to the same tree") {
  const fs::path root = testing::go_root();
  if (root.empty()) return;
  SourceMap sources;
  Arena arena;
  Interner names;
  for (const char* folder : {"src/fmt", "src/strconv", "src/net/http", "src/go/types", "src/text/template/parse"}) {
    for (const auto& entry : fs::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".go") continue;
      SourceFile& file = sources.add_file(entry.path().string(), testing::read_file(entry.path()));
      auto ignore = [](Pos, const std::string&) {};
      const syntax::File* whole = syntax::parse_file(file, arena, names, ignore);
      const Position end = file.position(static_cast<std::uint32_t>(file.text().size()), false);
      check_skipping(file, whole, arena, names);
      const Position again = file.position(static_cast<std::uint32_t>(file.text().size()), false);
      CHECK(end.line == again.line);
    }
  }
}

TEST_CASE("the standard library parses without errors") {
  const fs::path root = testing::go_root();
  if (root.empty()) {
    WARN("no Go source tree: set GOVM_GOROOT");
    return;
  }
  SourceMap sources;
  Arena arena;
  Interner names;
  std::string errors;
  int files = 0;
  std::size_t lines = 0;
  double seconds = 0;
  for (auto it = fs::recursive_directory_iterator(root / "src"); it != fs::recursive_directory_iterator();
       ++it) {
    if (it->is_directory() && it->path().filename() == "testdata") {
      it.disable_recursion_pending();
      continue;
    }
    const std::string name = it->path().string();
    if (!it->is_regular_file() || !name.ends_with(".go") || name.ends_with("_test.go")) continue;
    SourceFile& file = sources.add_file(name, testing::read_file(name));
    const auto start = std::chrono::steady_clock::now();
    syntax::parse_file(file, arena, names, [&](Pos pos, const std::string& message) {
      errors += sources.str(pos) + ": " + message + "\n";
    });
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    lines += file.position(static_cast<std::uint32_t>(file.text().size()), false).line;
    ++files;
  }
  CHECK(errors == "");
  CHECK(files > 2000);
  std::printf("parsed %d files, %zu lines in %.0f ms: %.2f million lines/s, %zu bytes of tree\n", files, lines,
              seconds * 1e3, static_cast<double>(lines) / seconds / 1e6, arena.bytes_used());
}
