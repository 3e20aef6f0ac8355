// What the checker records in the syntax tree, and services on types: the IR builder depends on both.
#include "compiler/syntax/printer.h"
#include "compiler/types/checker.h"
#include "tests/catch.h"
#include "tests/types/checked.h"

using namespace govm;
using testing::Checked;

namespace {

std::string type_of(Checked& c, syntax::Expr* e) { return e->type ? types::type_string(e->type, c.pkg) : "none"; }

}  // namespace

TEST_CASE("untyped operands get their final type") {
  Checked c(R"go(
var s uint
var a int64 = 1 << s
var b interface{} = 2
var d = 1.0 == float32(s)
var e []int = nil
var f float32 = 1 + 2
)go");
  REQUIRE(c.errors.empty());
  auto* a = syntax::as<syntax::Operation>(c.init("a"));
  CHECK(type_of(c, a) == "int64");
  CHECK(type_of(c, a->x) == "int64");
  CHECK(type_of(c, c.init("b")) == "int");
  auto* d = syntax::as<syntax::Operation>(c.init("d"));
  CHECK(type_of(c, d) == "bool");
  CHECK(type_of(c, d->x) == "float32");
  CHECK(c.init("e")->mode == syntax::Mode::kNilValue);
  CHECK(type_of(c, c.init("e")) == "[]int");
  CHECK(type_of(c, c.init("f")) == "float32");
  CHECK(constant::float64_value(c.init("f")->constant) == 3);
}

TEST_CASE("instantiations, selections, builtins and comma-ok are recorded") {
  Checked c(R"go(
func Map[K comparable, V any](m map[K]V, f func(V) V) []V { return nil }
func id[T any](x T) T { return x }
type T struct{ E }
type E struct{ x int }
func (*E) M() {}
var m map[string]int
var r = Map(m, id)
var t T
var x = t.x
var g = t.M
var l = len(m)
var v, ok = m["a"]
)go");
  REQUIRE(c.errors.empty());
  auto* call = syntax::as<syntax::CallExpr>(c.init("r"));
  auto* fun = syntax::as<syntax::Name>(call->fun);
  REQUIRE(fun->targs);
  CHECK(types::type_string(fun->targs->at(0)) == "string");
  CHECK(types::type_string(fun->targs->at(1)) == "int");
  auto* arg = syntax::as<syntax::Name>(call->args[1]);
  REQUIRE(arg->targs);
  CHECK(types::type_string(arg->targs->at(0)) == "int");
  auto* x = syntax::as<syntax::SelectorExpr>(c.init("x"));
  REQUIRE(x->selection);
  CHECK(x->selection->kind == types::SelectionKind::kFieldVal);
  CHECK(std::vector<int>(x->selection->index.begin(), x->selection->index.end()) == std::vector<int>{0, 0});
  CHECK(syntax::as<syntax::SelectorExpr>(c.init("g"))->selection->kind == types::SelectionKind::kMethodVal);
  auto* len = syntax::as<syntax::CallExpr>(c.init("l"));
  CHECK(len->fun->mode == syntax::Mode::kBuiltin);
  CHECK(len->fun->builtin_id == static_cast<std::uint8_t>(types::BuiltinId::kLen));
  bool found = false;
  for (const types::Initializer& i : c.pkg->init_order) {
    if (i.lhs.size() != 2) continue;
    found = true;
    CHECK(i.rhs->comma_ok);
    CHECK(type_of(c, i.rhs) == "(int, bool)");
  }
  CHECK(found);
}

TEST_CASE("inference explains its failures as gc does") {
  Checked c(R"go(
type Number interface{ ~int | ~float64 }
func Sum[T Number](xs ...T) (t T) { return }
func Pair[A, B any](A, B) {}
func New[T any]() *T { return new(T) }
func _() {
	_ = Sum("a")
	_ = Sum(1, 2.5)
	Pair[int](1, "x")
	_ = New()
	_ = Sum[string]
	Pair(1)
}
)go");
  CHECK(c.errors == std::vector<std::string>{
                        "8: string does not satisfy Number (string missing in ~int | ~float64)",
                        "11: in call to New, cannot infer T (declared at p.go:6:10)",
                        "12: string does not satisfy Number (string missing in ~int | ~float64)",
                        "13: not enough arguments in call to Pair\n\thave (number)\n\twant (A, B)",
                    });
}

TEST_CASE("layout follows gc on amd64") {
  Checked c(R"go(
type A struct { a bool; b int64; c bool }
type B struct { a int32; z struct{} }
type C [3]struct{ a uint16; b uint8 }
type D complex64
)go");
  auto size = [&](const char* n) { return types::size_of(c.object(n)->type); };
  CHECK(size("A") == 24);
  CHECK(size("B") == 8);
  CHECK(size("C") == 12);
  CHECK(types::align_of(c.object("D")->type) == 4);
  CHECK(types::offset_of(types::under_as<types::Struct>(c.object("A")->type), 2) == 16);
}

TEST_CASE("identical types have one canonical representative") {
  Checked c(R"go(
type L[T any] []T
type S = string
var a map[S][]struct{ x int; f func(a byte) rune }
var b map[string][]struct{ x int; f func(b uint8) int32 }
var d map[string][]struct{ x int; f func(b uint8) int32 "tag" }
var e interface { M(); error }
var f interface { Error() S; M() }
var g L[S]
var h L[string]
)go");
  REQUIRE(c.errors.empty());
  auto canon = [&](const char* n) { return types::canonical(c.session, c.object(n)->type); };
  CHECK(canon("a") == canon("b"));
  CHECK(canon("a") != canon("d"));
  CHECK(canon("e") == canon("f"));
  CHECK(canon("g") == canon("h"));
  CHECK(canon("a") == types::canonical(c.session, canon("a")));
}

TEST_CASE("statements: gc's words") {
  Checked c(R"go(
func f() (int, string) { return 1, "" }
func g(x int) int {
	switch x {
	case 1, 2, 1:
	}
	for range 10 { return 1 }
}
func h() {
	var y int
	x := 1
	a, b := f(), 2
	for i, j := range 10 { _, _ = i, j }
	if x := 1; x { }
	!x
	return 1
}
)go");
  CHECK(c.errors == std::vector<std::string>{
                        "6: duplicate case 1 (constant of type int) in expression switch\n\tp.go:6:7: previous case",
                        "9: missing return",
                        "11: declared and not used: y",
                        "13: declared and not used: a",
                        "13: declared and not used: b",
                        "13: multiple-value f() (value of type (int, string)) in single-value context",
                        "14: range over 10 (untyped int constant) permits only one iteration variable",
                        "15: non-boolean condition in if statement",
                        "16: invalid operation: operator ! not defined on x (variable of type int)",
                        "17: too many return values\n\thave (number)\n\twant ()",
                    });
}
