// New versions of a program while it runs.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <unistd.h>

#include "bindings/govm.h"
#include "bindings/govm.hpp"
#include "tests/catch.h"

namespace {

govm::Options reloadable() {
  govm::Options options;
  options.reloadable = true;
  options.workers = 2;
  return options;
}

govm::Program load(govm::Vm& vm, const std::string& text) {
  auto program = vm.load_source("v1.go", text);
  if (!program) FAIL(program.error().message);
  return program.value();
}

govm::Reloaded reload(govm::Program& p, const std::string& text) {
  auto done = p.reload("v2.go", text);
  if (!done) FAIL(done.error().message);
  return done.value();
}

using Int = std::int64_t;

}  // namespace

TEST_CASE("Calls go to the new code, variables keep their values", "[reload]") {
  govm::Vm vm(reloadable());
  govm::Program p = load(vm, R"(package main
var count, table = 0, map[string]int{}
var greeting = "hello"
func step(n int) int { return n + 1 }
func Add(n int) int { count = step(count) + n; table["a"]++; return count }
func Text() string { return greeting }
func main() {}
)");
  auto add = p.function<Int(Int)>("Add");
  auto text = p.function<std::string()>("Text");
  CHECK(*add(1) == 2);
  CHECK(*add(1) == 4);
  const govm::Reloaded r = reload(p, R"(package main
import "strings"
var table = map[string]int{"b": 7}
var count = 1000
var greeting = "good bye"
var more = strings.Repeat("x", count)
func step(n int) int { return n + 100 }
func Add(n int) int { count = step(count) - n; return count + table["a"]*10000 + table["b"] + len(more)*1000000 }
func Text() string { return strings.ToUpper(greeting) }
func New() int { return step(0) }
func main() {}
)");
  CHECK(r.functions == 4);
  CHECK(r.kept == std::vector<std::string>{"main.count", "main.greeting", "main.table"});
  CHECK(r.fresh == std::vector<std::string>{"main.more"});
  CHECK(*add(1) == 4000000 + 20000 + 103);
  CHECK(*text() == "HELLO");
  CHECK(*p.function<Int()>("New")() == 100);
}

TEST_CASE("A version with errors changes nothing", "[reload]") {
  govm::Vm vm(reloadable());
  govm::Program p = load(vm, "package main\nvar n = 5\nfunc Get() int { return n }\nfunc main() {}\n");
  auto get = p.function<Int()>("Get");
  CHECK(*get() == 5);
  for (const char* wrong : {"package main\nvar n = 6\nfunc Get() int { return nn }\nfunc main() {}\n", "package main\nfunc Get( {\n",
                            "package main\nimport \"unsafe\"\nvar n = 6\nfunc Get() int { return int(unsafe.Sizeof(n)) }\nfunc main() {}\n",
                            "package main\nimport \"no/such\"\nfunc Get() int { return 7 }\nfunc main() {}\n"}) {
    auto done = p.reload("wrong.go", wrong);
    REQUIRE(!done.ok());
    CHECK(done.error().message.find("wrong.go:") != std::string::npos);
    CHECK(*get() == 5);
    CHECK(*p.function<Int()>("Get")() == 5);
  }
  CHECK(p.reload("wrong.go", "package main\nfunc Get() int { return nn }\n").error().message == "wrong.go:2:25: undefined: nn");
  reload(p, "package main\nvar n = 6\nfunc Get() int { return n + 10 }\nfunc main() {}\n");
  CHECK(*get() == 15);
  // An unchanged program that was not meant to be reloaded.
  govm::Vm plain;
  govm::Program q = load(plain, "package main\nfunc main() {}\n");
  CHECK(q.reload("x.go", "package main\nfunc main() {}\n").error().message == "govm: Options::reloadable is not set");
}

TEST_CASE("Goroutines that run meet the new code at their next call", "[reload]") {
  govm::Vm vm(reloadable());
  std::atomic<Int> seen{0};
  vm.module("host").function("Saw(n int)", [&](Int n) { seen = n; });
  const auto version = [](int n) {
    return R"(package main
import ("host"; "time")
type worker struct{ turns int }
type turner interface{ turn() int }
var w = &worker{}
var stop = make(chan bool)
func (w *worker) turn() int { w.turns++; return )" + std::to_string(n) + R"( }
func version() int { return )" + std::to_string(n) + R"( }
func Start() {
	var t turner = w
	f := version
	go func() {
		for {
			if a, b, c := version(), t.turn(), f(); a == b && b == c { host.Saw(a) }
			select {
			case <-stop: host.Saw(-1); return
			case <-time.After(time.Millisecond):
			}
		}
	}()
}
func Turns() int { return w.turns }
func Stop() { stop <- true }
func main() {}
)";
  };
  govm::Program p = load(vm, version(1));
  REQUIRE(p.function<void()>("Start")().ok());
  const auto wait_for = [&](Int n) {
    for (int i = 0; i < 5000 && seen != n; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return seen == n;
  };
  CHECK(wait_for(1));
  for (int n = 2; n < 6; n++) {
    reload(p, version(n));
    CHECK(wait_for(n));
  }
  const Int turns = *p.function<Int()>("Turns")();
  CHECK(turns >= 5);
  CHECK(p.function<void()>("Stop")().ok());
  CHECK(wait_for(-1));
}

TEST_CASE("Types that change are new types", "[reload]") {
  govm::Vm vm(reloadable());
  const std::string rest = R"(
type List[T any] struct{ items []T }
func (l *List[T]) Push(x T) { l.items = append(l.items, x) }
type inner struct{ n int }
type outer struct{ in *inner; next *outer }
type Shape interface{ area() int }
var list List[inner]
var chain *outer
var shape Shape
var box any
func Fill() { list.Push(inner{1}); chain = &outer{in: &inner{2}, next: chain}; shape = square{3}; box = P{} }
func Look() (int, int, int, bool) {
	n, area := 0, 0
	for c := chain; c != nil; c = c.next { n += c.in.n }
	if shape != nil { area = shape.area() }
	_, same := box.(P)
	return len(list.items), n, area, same
}
func main() {}
)";
  govm::Program p = load(vm, "package main\ntype P struct{ X, Y int }\ntype square struct{ side int }\nfunc (s square) area() int { return s.side }\nvar at P\nfunc At() int { at.X++; return at.X }\n" + rest);
  auto look = p.function<std::tuple<Int, Int, Int, bool>()>("Look");
  REQUIRE(p.function<void()>("Fill")().ok());
  auto at = p.function<Int()>("At");
  CHECK(*at() == 1);
  CHECK(*look() == std::tuple<Int, Int, Int, bool>(1, 2, 3, true));
  // Only P differs.
  govm::Reloaded r = reload(p, "package main\ntype P struct{ X, Y, Z int }\ntype square struct{ side int }\nfunc (s square) area() int { return s.side * s.side }\nvar at P\nfunc At() int { at.Z += 10; return at.X + at.Z }\n" + rest);
  CHECK(r.fresh == std::vector<std::string>{"main.at"});
  CHECK(*at() == 10);
  CHECK(*look() == std::tuple<Int, Int, Int, bool>(1, 2, 9, false));
  REQUIRE(p.function<void()>("Fill")().ok());
  CHECK(*look() == std::tuple<Int, Int, Int, bool>(2, 4, 9, true));
}

TEST_CASE("Functions of another type are other functions", "[reload]") {
  govm::Vm vm(reloadable());
  govm::Program p = load(vm, "package main\nfunc F(n int) int { return n }\nfunc main() {}\n");
  auto f = p.function<Int(Int)>("F");
  CHECK(*f(1) == 1);
  reload(p, "package main\nfunc F(s string) string { return s + s }\nfunc main() {}\n");
  CHECK(*f(1) == 1);   // the old one, still
  CHECK(*p.function<std::string(std::string)>("F")("ab") == "abab");
  CHECK(!p.function<Int(Int)>("F").ok());
}

TEST_CASE("A reload during main, and from a function that Go calls", "[reload]") {
  govm::Vm vm(reloadable());
  std::optional<govm::Program> program;
  const auto text = [](const char* word) {
    return std::string("package main\nimport \"host\"\nvar log string\nfunc word() string { return \"") + word +
           "\" }\nfunc Log() string { return log }\nfunc main() { log += word(); host.Next(); log += word() }\n";
  };
  vm.module("host").function("Next() error", [&]() -> govm::Result<void> {
    auto done = program->reload("v2.go", text("two"));
    if (!done) return done.error();
    return {};
  });
  auto loaded = vm.load_source("v1.go", text("one"));
  if (!loaded) FAIL(loaded.error().message);
  program = loaded.value();
  const auto done = program->run_main();
  if (!done) FAIL(done.error().message);
  auto log = program->function<std::string()>("Log")();
  if (!log) FAIL(log.error().message);
  CHECK(*log == "onetwo");
}

TEST_CASE("Many reloads under calls from several threads", "[reload]") {
  govm::Vm vm(reloadable());
  const auto text = [](int n) {
    return "package main\nvar total int\nfunc half() int { return " + std::to_string(n) + " }\nfunc Twice() int { a := half(); total++; return a + half() }\nfunc main() {}\n";
  };
  govm::Program p = load(vm, text(1));
  auto twice = p.function<Int()>("Twice");
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; t++) {
    threads.emplace_back([&] {
      Int last = 2;
      while (!stop) {
        auto n = twice();
        if (!n.ok() || *n < last) wrong++;
        else last = *n;
      }
    });
  }
  for (int n = 2; n <= 30; n++) reload(p, text(n));
  stop = true;
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
  CHECK(*twice() == 60);
}

TEST_CASE("Packages of a module are read again", "[reload]") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("govm_reload_" + std::to_string(::getpid()));
  fs::create_directories(folder / "rules");
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(folder / name) << text; };
  write("go.mod", "module example.com/shop\n\ngo 1.24\n");
  write("main.go", "package main\nimport \"example.com/shop/rules\"\nfunc Price(n int) int { return rules.Apply(rules.Order{N: n}) }\nfunc main() {}\n");
  const std::string order = "package rules\nvar Calls int\ntype Order struct{ N int }\n";
  write("rules/rules.go", order + "func Apply(o Order) int { Calls++; return o.N }\n");
  govm::Options options = reloadable();
  options.directory = folder.string();
  govm::Vm vm(options);
  auto program = vm.load_package(".");
  if (!program) FAIL(program.error().message);
  auto price = program->function<Int(Int)>("Price");
  CHECK(*price(5) == 5);
  write("rules/rules.go", order + "func Apply(o Order) int { Calls++; return o.N*10 + Calls }\n");
  auto done = program->reload();
  if (!done) FAIL(done.error().message);
  CHECK(*price(5) == 52);
  write("rules/rules.go", order + "func Apply(o Order, more int) int { return 0 }\n");
  done = program->reload();
  REQUIRE(!done.ok());
  CHECK(done.error().message.find("not enough arguments in call to rules.Apply") != std::string::npos);
  CHECK(*price(5) == 53);
  fs::remove_all(folder);
}

TEST_CASE("The C API reloads", "[reload]") {
  govm_options options = {};
  options.reloadable = 1;
  govm_vm* vm = govm_new(&options);
  govm_program* p = govm_load(vm, "a.go", "package main\nfunc F() int { return 1 }\nfunc main() {}\n");
  REQUIRE(p != nullptr);
  govm_value v = {};
  v.type = GOVM_INT;
  CHECK(govm_call(p, "F", nullptr, 0, &v) == GOVM_OK);
  CHECK(govm_reload(p, "b.go", "package main\nfunc F() int { return x }\n") == GOVM_FAILED);
  CHECK(std::string(govm_error()) == "b.go:2:23: undefined: x");
  CHECK(govm_reload(p, "b.go", "package main\nfunc F() int { return 2 }\nfunc main() {}\n") == GOVM_OK);
  CHECK(govm_call(p, "F", nullptr, 0, &v) == GOVM_OK);
  CHECK(v.as.integer == 2);
  govm_free(vm);
}
