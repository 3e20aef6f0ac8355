#include "compiler/syntax/parser.h"

#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/positions.h"
#include "compiler/syntax/pragmas.h"
#include "compiler/syntax/printer.h"
#include "compiler/syntax/unquote.h"
#include "tests/catch.h"

using namespace govm;
using namespace govm::syntax;

namespace {

struct Parsed {
  SourceMap sources;
  Arena arena;
  Interner names;
  std::string errors;
  File* file = nullptr;
  explicit Parsed(std::string text) {
    file = parse_file(sources.add_file("x.go", std::move(text)), arena, names, [&](Pos pos, const std::string& message) {
      errors += sources.str(pos) + ": " + message + "\n";
    });
  }
};

// The expression of "var _ = EXPR", printed.
std::string reprint(const std::string& text) {
  Parsed p("package p\nvar _ = " + text + "\n");
  if (!p.errors.empty()) return p.errors;
  return to_string(as<VarDecl>(p.file->decls[0])->values);
}

std::string errors_in(const std::string& body) { return Parsed("package p\nfunc f() {\n" + body + "\n}\n").errors; }

}  // namespace

TEST_CASE("expressions print as they were written") {
  for (const char* text : {
           "a + b*c", "f(x, y...)", "x[i:j:k]", "x.(T)", "[]int{1, 2, 3}", "map[string]int{\"a\": 1}", "&T{}",
           "func(a, b int, c ...string) (x int, err error) {}", "<-ch", "chan<- (chan int)", "chan (<-chan int)",
           "struct{a, b int; T; *U}", "interface{m(int) string; ~int | string}", "G[int, string](1)", "'\\n'",
           "0x1p-2", "1_000i", "`raw`"}) {
    if (std::string(text) == "a + b*c") {
      CHECK(reprint(text) == "a + b * c");
    } else if (std::string(text) == "chan<- (chan int)") {
      CHECK(reprint(text) == "chan<- chan int");
    } else {
      CHECK(reprint(text) == text);
    }
  }
}

TEST_CASE("short form elides bodies") {
  Parsed p("package p\nvar a, b = T{1}, func() { return }\n");
  CHECK(to_short_string(as<VarDecl>(p.file->decls[0])->values) == "T{…}, func() {…}");
}

TEST_CASE("an array length and type parameters are told apart") {
  Parsed p("package p\ntype (\nA [N]int\nB[P any] int\nC[P *Q,] int\nD [P*Q]int\nE[P *Q|~int] int\nF [a.b]int\nG[P interface{}] = int\n)");
  CHECK(p.errors == "");
  std::string shape;
  for (Decl* d : p.file->decls) shape += as<TypeDecl>(d)->tparams.empty() ? 'a' : 't';
  CHECK(shape == "attatat");
}

TEST_CASE("gc's words and places") {
  CHECK(errors_in("x := 1 2") == "x.go:3:8: syntax error: unexpected literal 2 at end of statement\n");
  CHECK(errors_in("if x = 1 {}") == "x.go:3:6: syntax error: cannot use assignment x = 1 as value\n");
  CHECK(errors_in("for i := 0; {}") == "x.go:3:13: syntax error: unexpected {, expected for loop condition\n");
  CHECK(errors_in("f(1,\n2\n)") == "x.go:4:2: syntax error: unexpected newline in argument list; possibly missing comma or )\n");
  CHECK(errors_in("x := 'ab'") == "x.go:3:6: more than one character in rune literal\n");
  CHECK(errors_in("x := 08") == "x.go:3:7: invalid digit '8' in octal literal\n");
  CHECK(errors_in("x := 1_") == "x.go:3:7: '_' must separate successive digits\n");
  CHECK(errors_in("x := \"\\q\"") == "x.go:3:8: unknown escape\n");
  CHECK(errors_in("x @ y").starts_with("x.go:3:3: invalid character U+0040 '@'\n"));
  CHECK(errors_in("L: for { break M }") == "x.go:3:16: break label not defined: M\nx.go:3:1: label L defined and not used\n");
  CHECK(errors_in("continue") == "x.go:3:1: continue is not in a loop\n");
  CHECK(Parsed("package p\nfunc f()\n{\n}\n").errors == "x.go:3:1: syntax error: unexpected semicolon or newline before {\n");
  CHECK(Parsed("x := 1").errors == "x.go:1:1: syntax error: package statement must be first\n");
}

TEST_CASE("branches find their targets") {
  Parsed p("package p\nfunc f() {\nL:\n\tfor {\n\t\tswitch {\n\t\tcase true:\n\t\t\tbreak\n\t\tdefault: continue L\n\t\t}\n\t}\n}\n");
  REQUIRE(p.errors == "");
  auto* loop = as<ForStmt>(as<LabeledStmt>(as<FuncDecl>(p.file->decls[0])->body->list[0])->stmt);
  auto* sw = as<SwitchStmt>(loop->body->list[0]);
  CHECK(as<BranchStmt>(sw->body[0]->body[0])->target == sw);
  CHECK(as<BranchStmt>(sw->body[1]->body[0])->target == loop);
}

TEST_CASE("directives") {
  Parsed p("//go:build linux && go1.21\n\npackage p\n\n//go:linkname now time.now\nfunc now()\n\n//go:noinline\nfunc g() {}\n\n"
           "//go:embed a.txt \"b c\"\nvar s string\n");
  CHECK(p.errors == "");
  CHECK(p.file->go_version.str() == "go1.21");
  const auto constraint = parse_constraint(p.file->build_constraint);
  REQUIRE(constraint);
  CHECK_FALSE(evaluate(*constraint, [](std::string_view tag) { return tag == "linux"; }));
  CHECK(evaluate(*constraint, [](std::string_view) { return true; }));
  bool linkname = false;
  for (const Pragma& pragma : p.file->pragmas) {
    if (const auto l = parse_linkname(pragma)) linkname = l->local == "now" && l->target == "time.now";
  }
  CHECK(linkname);
  CHECK(pragma_verb(p.file->decls[1]->pragmas[0]) == "go:noinline");
  std::vector<std::string> patterns;
  std::string error;
  CHECK(parse_embed_patterns(p.file->decls[2]->pragmas[0].text, patterns, error));
  CHECK(patterns == std::vector<std::string>{"a.txt", "b c"});
  CHECK(Parsed("package p\n//go:noinline\nvar x int\n").errors == "x.go:2:3: misplaced compiler directive\n");
}

TEST_CASE("line directives move positions") {
  CHECK(Parsed("package p\n//line y.go:10\nvar x y z\n").errors == "y.go:10: syntax error: unexpected name z after top level declaration\n");
}

TEST_CASE("bad input never crashes") {
  std::string deep = "package p\nvar x = ";
  for (int i = 0; i < 100000; ++i) deep += '(';
  CHECK(Parsed(deep).errors.find("nesting too deep") != std::string::npos);
  std::string chain = "package p\nvar x = a";
  for (int i = 0; i < 100000; ++i) chain += "+a";
  CHECK(Parsed(chain).errors.find("nesting too deep") != std::string::npos);
  const std::string sample = "package p\nfunc f[T any](a []T) (x map[string]*T) { for i := range a { go func() { x[`k`] = &a[i] }() } ; L: goto L }\n";
  for (std::size_t n = 0; n < sample.size(); ++n) {
    CHECK(Parsed(sample.substr(0, n)).file != nullptr);
    std::string damaged = sample;
    damaged[n] = static_cast<char>("\x00{)]\xFF;"[n % 6]);
    CHECK(Parsed(damaged).file != nullptr);
  }
}

TEST_CASE("literals are unquoted") {
  std::string s;
  CHECK(unquote_string("\"a\\n\\x41\\u4e16\\101\"", s));
  CHECK(s == "a\nA世A");
  CHECK(unquote_string("`a\r\n\\n`", s));
  CHECK(s == "a\n\\n");
  CHECK_FALSE(unquote_string("\"\\q\"", s));
  char32_t r = 0;
  CHECK(unquote_rune("'\\''", r));
  CHECK(r == U'\'');
  CHECK_FALSE(unquote_rune("'ab'", r));
}
