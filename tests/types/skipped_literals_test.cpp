// Literals of package variables that stay unread: initialisation order and types are those of a package read at once.
#include "tests/catch.h"
#include "tests/types/checked.h"

using namespace govm;
using testing::Checked;

namespace {

// The same package as Checked's, as a dependency whose bodies and literals are skipped.
struct Skipped {
  types::Session session;
  std::unique_ptr<types::PackageChecker> checker;
  types::Package* pkg = nullptr;
  std::vector<std::string> errors;

  explicit Skipped(const std::string& text) {
    SourceFile& source = session.sources.add_file("p.go", "package p\n" + text);
    auto add = [&](Pos pos, const std::string& message) {
      errors.push_back(std::to_string(session.sources.position(pos).line) + ": " + message);
    };
    types::CheckConfig config;
    config.go_version = "go1.24";
    config.lazy_bodies = true;
    config.on_error = [add](const types::Diagnostic& d) { add(d.pos, d.message); };
    syntax::File* file = syntax::parse_file(source, session.arena, session.symbols, add, syntax::Bodies::kSkip);
    checker = std::make_unique<types::PackageChecker>(session, config);
    pkg = checker->check(session.symbols.intern("p"), {file});
  }
  std::vector<std::string> skipped() const {
    std::vector<std::string> out;
    for (const types::Initializer& i : pkg->init_order)
      if (syntax::skipped_literal(i.rhs)) out.emplace_back(i.lhs[0]->name.str());
    return out;
  }
};

std::vector<std::string> order(const types::Package* pkg) {
  std::vector<std::string> out;
  for (const types::Initializer& i : pkg->init_order) out.emplace_back(i.lhs[0]->name.str());
  return out;
}

const char* const kText = R"go(
type point struct{ x, y int }
type action struct {
	name string
	do   func() int
	next *action
}

// Each has more tokens than a literal that is parsed at once because it is short.
var first = action{name: "a" + "b" + "c" + "d" + "e" + "f" + "g" + "h" + "i", do: run, next: &second}
var second = action{name: "a" + "b" + "c" + "d" + "e" + "f" + "g" + "h" + "i", do: nil, next: nil}
var early = first.do()
var late = effect(1)
var list = []int{late, late, late, late, late, late, late, late, late, late, late, late, late}
var numbers = [...]point{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {y: 9}, {}, {x: size}, {y: -size + 1}}
var names = map[string]*point{"a": origin, "b": origin, "c": &corner, "d": {1, 2}, "e": &point{3, 4}}
var called = []int{effect(2), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
var indexed = []int{list[0], 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
var sum = []int{late + 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
var anything = map[any]int{1: 1, "a": 2, "b": 3, "c": 4, "d": 5, "e": 6, "f": 7, "g": 8}
var part = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}[1]
var few = []int{1, 2}
var origin = &point{}
var corner = point{effect(3), 1}

const size = 12

func run() int { return late + second.do() }
func effect(n int) int { return n }
)go";

}  // namespace

TEST_CASE("skipped literals keep the order of initialisation") {
  Checked whole(kText);
  REQUIRE(whole.errors.empty());
  Skipped lazy(kText);
  CHECK(lazy.errors.empty());
  CHECK(order(lazy.pkg) == order(whole.pkg));
  CHECK(lazy.skipped() == std::vector<std::string>{"second", "first", "list", "numbers", "names"});
  for (const std::string& name : order(whole.pkg)) {
    types::Object* o = lazy.pkg->scope->lookup(lazy.session.symbols.intern(name));
    CHECK(types::type_string(o->type, lazy.pkg) == whole.type(name));
  }
}

TEST_CASE("the length of an array whose elements were skipped is counted") {
  Skipped lazy("var a = [...]int{3: 1, 2, 3, 4, 5, 9: 6, 7, 8, 9, 10, 11, 0: 1, 1, 8: 7}\n"
               "var b = [...]string{1: \"a\", 0x5: \"b\", 2: \"c\", 3: \"d\", 4: \"e\", 7: \"f\", 8: \"g\"}\n"
               "var c [len(a)]int\n");
  CHECK(lazy.errors.empty());
  CHECK(lazy.skipped() == std::vector<std::string>{"a"});
  auto type = [&](const char* name) {
    return types::type_string(lazy.pkg->scope->lookup(lazy.session.symbols.intern(name))->type, lazy.pkg);
  };
  CHECK(type("a") == "[15]int");
  CHECK(type("b") == "[9]string");
  CHECK(type("c") == "[15]int");
}

TEST_CASE("errors among skipped elements come when they are read") {
  Skipped lazy("var a = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,\n \"x\", 12, 13, 14}\n");
  CHECK(lazy.errors.empty());
  REQUIRE(lazy.skipped().size() == 1);
  lazy.checker->read_initializer(lazy.pkg->init_order[0].lhs[0]);
  CHECK(lazy.skipped().empty());
  REQUIRE(lazy.errors.size() == 1);
  CHECK(lazy.errors[0].starts_with("3: cannot use \"x\""));
}
