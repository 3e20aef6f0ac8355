// Packages that C++ provides.
#include <atomic>
#include <cmath>

#include "bindings/govm.hpp"
#include "tests/catch.h"

struct Point {
  double x, y;
};
template <>
inline constexpr auto govm::layout<Point> = govm::fields(govm::field("X", &Point::x), govm::field("Y", &Point::y));

TEST_CASE("Go code imports a package of the host") {
  govm::Vm vm;
  std::atomic<int> calls{0};   // goroutines call on several threads
  std::string log;
  vm.module("host")
      .type<Point>("Point")
      .method<Point>("Length() float64", [](Point p) { return std::hypot(p.x, p.y); })
      .method<Point>("Scale", [](Point* p, double by) { p->x *= by; p->y *= by; })
      .function("Add(a, b int) int", [&](std::int64_t a, std::int64_t b) { calls++; return a + b; })
      .function("Log", [&](std::string_view text) { log += text; })
      .function("Parse(s string) (n int, err error)", [](const std::string& s) -> govm::Result<std::int64_t> {
        if (s.empty()) return govm::Error{"nothing to parse"};
        return std::stoll(s);
      })
      .function("Each", [](const std::vector<std::string>& list, govm::Function<void(std::string)> f) {
        for (const std::string& s : list) (void)f(s);
      })
      .function("Middle", [](Point a, Point b) { return Point{(a.x + b.x) / 2, (a.y + b.y) / 2}; })
      .constant("Version", "1.2")
      .constant("Pi", 3.25)
      .variable("Level", std::int64_t{3});
  auto program = vm.load_source("m.go", R"(package main
import "host"
func Run() string {
	p := host.Point{3, 4}
	p.Scale(2)
	host.Log("length ")
	if p.Length() != 10 { return "length" }
	if host.Add(40, 2) != 42 { return "add" }
	if n, err := host.Parse("17"); n != 17 || err != nil { return "parse" }
	if _, err := host.Parse(""); err == nil || err.Error() != "nothing to parse" { return "parse error" }
	all := ""
	host.Each([]string{"a", "b", "c"}, func(s string) { all += s })
	if all != "abc" { return "each " + all }
	m := host.Middle(host.Point{0, 0}, p)
	if m != (host.Point{X: 3, Y: 4}) { return "middle" }
	host.Level++
	if host.Version != "1.2" || host.Pi != 3.25 || host.Level != 4 { return "constants" }
	f := host.Add
	c := make(chan int)
	for i := range 50 { go func() { c <- f(i, 1) }() }
	sum := 0
	for range 50 { sum += <-c }
	if sum != 1275 { return "sum" }
	return "ok"
}
func main() {}
)");
  if (!program) FAIL(program.error().message);
  auto result = program->function<std::string()>("Run")();
  if (!result) FAIL(result.error().message << "\n" << result.error().traceback);
  CHECK(*result == "ok");
  CHECK(calls == 51);
  CHECK(log == "length ");
}

TEST_CASE("What the host declares is checked") {
  const auto error = [](auto declare, const char* body) {
    govm::Vm vm;
    declare(vm.module("host"));
    auto program = vm.load_source("m.go", std::string("package main\nimport \"host\"\nfunc main() { ") + body + " }\n");
    return program ? std::string() : program.error().message;
  };
  const auto add = [](govm::Module m) { m.function("F", [](int n) { return n; }); };
  CHECK(error(add, "host.F(1)") == "");
  CHECK(error(add, "host.F(\"x\")").find("cannot use \"x\"") != std::string::npos);
  CHECK(error([](govm::Module m) { m.function("F(s string) int32", [](int n) { return n; }); }, "host.F(\"\")") ==
        "host.F: C++ gives func(int32) int32: parameter 1: string is not int32");
  CHECK(error([](govm::Module m) { m.function("F(n int32) (int32, error)", [](int n) { return n; }); }, "host.F(1)").find("cannot fail") != std::string::npos);
}
