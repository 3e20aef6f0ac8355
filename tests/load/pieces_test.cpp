#include "compiler/load/build_context.h"
#include "compiler/load/cover.h"
#include "compiler/load/go_mod.h"
#include "compiler/load/overlay.h"
#include "compiler/load/paths.h"
#include "compiler/load/std_pack.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "tests/catch.h"

using namespace govm;
using namespace govm::load;

TEST_CASE("files that import C") {
  CHECK(imports_c("package p\n\n// #include <x.h>\nimport \"C\"\n"));
  CHECK(imports_c("// C\npackage p // p\nimport \"fmt\"\nimport (\n\t_ \"os\"\n\t/* c */ \"C\"\n)\n"));
  CHECK(imports_c("package p; import `C`"));
  CHECK_FALSE(imports_c("package p\n\nimport \"fmt\"\n\nvar s = `\nimport \"C\"\n`\n"));
  CHECK_FALSE(imports_c("package p\n\n/*\nimport \"C\"\n*/\n\nfunc f() string { return \"C\" }\n"));
  CHECK_FALSE(imports_c("\"C\""));
}

TEST_CASE("files are selected by name and by constraint") {
  const BuildContext user = user_build_context({"special"});
  CHECK(user.matches_name("x.go"));
  CHECK(user.matches_name("x_linux.go"));
  CHECK(user.matches_name("x_linux_amd64.go"));
  CHECK(user.matches_name("linux.go"));
  CHECK(user.matches_name("windows_test_helper.go"));
  CHECK_FALSE(user.matches_name("x_windows.go"));
  CHECK_FALSE(user.matches_name("x_linux_arm64.go"));
  CHECK_FALSE(user.matches_name("x_arm64_test.go"));
  CHECK_FALSE(user.matches_name("_x.go"));
  CHECK(user.matches_text("package p\n"));
  CHECK(user.matches_text("// A comment.\n\n/* and\nanother */\n//go:build linux && special && go1.24\n\npackage p\n"));
  CHECK_FALSE(user.matches_text("//go:build ignore\n\npackage p\n"));
  CHECK_FALSE(user.matches_text("//go:build cgo || go1.25\n\npackage p\n"));
  CHECK(user.matches_text("package p\n//go:build ignore\n"));
  CHECK_FALSE(user.matches_text("// +build ignore\n\npackage p\n"));
  CHECK(user.matches_text("// +build ignore\npackage p\n"));  // a comment of the package
  CHECK(user.matches_text("// +build ignore linux,go1.4\n// +build !windows\n\npackage p\n"));
  CHECK_FALSE(user.matches_text("// +build linux\n// +build windows darwin\n\npackage p\n"));
  CHECK(user.matches_text("//go:build linux\n// +build ignore\n\npackage p\n"));
}

TEST_CASE("std takes portable files but for a few packages") {
  CHECK_FALSE(std_build_context("math").amd64);
  CHECK(std_build_context("syscall").amd64);
  CHECK(std_build_context("crypto/md5").satisfied("purego"));
  CHECK_FALSE(std_build_context("hash/maphash").satisfied("purego"));
  CHECK_FALSE(std_build_context("net").satisfied("cgo"));
}

TEST_CASE("go.mod") {
  const GoMod mod = parse_go_mod(
      "module example.com/m // a comment\n\ngo 1.22.3\n\nrequire (\n\ta.b/c v1.2.3 // indirect\n\t\"d.e/f\" v0.1.0\n)\n"
      "replace a.b/c v1.2.3 => ../c\nreplace d.e/f => g.h/i v1.0.0\nexclude x.y/z v1.0.0\n", "go.mod");
  CHECK(mod.errors.empty());
  CHECK(mod.path == "example.com/m");
  CHECK(mod.go_version == "go1.22");
  REQUIRE(mod.requires_.size() == 2);
  CHECK(mod.requires_[0].version == "v1.2.3");
  CHECK(mod.requires_[1].path == "d.e/f");
  CHECK(cache_directory("github.com/Foo/x", "v1.0.0") == "github.com/!foo/x@v1.0.0");
  REQUIRE(mod.replaces.size() == 2);
  CHECK(mod.replaces[0].is_local());
  CHECK_FALSE(mod.replaces[1].is_local());
  CHECK(parse_go_mod("module m\nfoo bar\n", "go.mod").errors == std::vector<std::string>{"go.mod:2: unknown directive: foo"});
}

TEST_CASE("paths") {
  CHECK(join_path("/a/b", "../c/./d") == "/a/c/d");
  CHECK(join_path("/a", "/x/..") == "/");
  CHECK(join_path("a", ".") == "a");
  CHECK(directory_of("/a/b.go") == "/a");
  CHECK(directory_of("/a") == "/");
  CHECK(internal_allowed("a/internal/x", "a/b"));
  CHECK_FALSE(internal_allowed("a/internal/x", "ab"));
  CHECK_FALSE(internal_allowed("internal/x", "a"));
  bool bad = false;
  CHECK(match_pattern("*.t?t", "a.txt", bad));
  CHECK(match_pattern("[a-c]*", "bxyz", bad));
  CHECK_FALSE(match_pattern("[^a-c]*", "bxyz", bad));
  CHECK_FALSE(match_pattern("*", "a/b", bad));
  CHECK_FALSE(bad);
  CHECK_FALSE(match_pattern("[", "a", bad));
  CHECK(bad);
}

TEST_CASE("the pack holds the standard library") {
  const StdPack& pack = StdPack::embedded();
  CHECK(pack.paths().size() > 300);
  CHECK_FALSE(pack.has("cmd/go"));
  CHECK(pack.has("vendor/golang.org/x/net/http/httpguts"));
  bool print = false;
  for (const StdPack::File& f : pack.files("fmt")) {
    CHECK_FALSE(f.name.ends_with("_test.go"));
    print = print || (f.name == "print.go" && f.text.find("func Println(") != f.text.npos);
  }
  CHECK(print);
  // runtime is ours alone.
  for (const StdPack::File& f : pack.files("runtime")) CHECK(f.is_overlay);
  CHECK(pack.files("no/such/package").empty());
}

TEST_CASE("overlays replace declarations by name") {
  SourceMap sources;
  Arena arena;
  Interner names;
  auto parse = [&](std::string text) {
    return syntax::parse_file(sources.add_file("x.go", std::move(text)), arena, names, [](Pos, std::string) { FAIL(); });
  };
  syntax::File* std_file = parse(
      "package p\nfunc f() {}\nfunc g() {}\nfunc init() {}\ntype T int\nfunc (t *T) m() {}\nfunc (T) n() {}\n"
      "const (\n\ta = iota\n\tb\n)\nvar x, y = 1, 2\nvar z int\n");
  syntax::File* overlay = parse("package p\nfunc f() int\nfunc init() {}\nfunc (t T) m() {}\nconst b = 5\nvar x, z int\n");
  replace_declarations({std_file}, {overlay}, names);
  std::string left;
  for (const syntax::Decl* d : std_file->decls) left += syntax::to_short_string(d) + "\n";
  CHECK(left == "func g() {}\nfunc init() {}\ntype T int\nfunc (T) n() {}\na = iota\n_\nvar _, y = 1, 2\n");
}

TEST_CASE("counters are put into literals at either end of a long chain of operators") {
  const std::string literal = "func() int {\nreturn 1 }()";
  std::string text = "package p\nfunc f(x int) int {\nreturn " + literal;
  for (int i = 0; i < 9000; ++i) text += " + x";
  text += " - -" + literal + "\n}\n";
  const CoveredText covered = add_counters(text, "counts", CoverMode::kSet);
  CHECK(covered.blocks.size() == 3);
}
