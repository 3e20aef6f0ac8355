// Calls from C++ into Go and back, values of every kind, ends of programs.
#include <atomic>
#include <map>
#include <thread>

#include "bindings/govm.hpp"
#include "tests/catch.h"

struct Vec3 {
  double x, y, z;
};
struct Entity {
  std::int64_t id;
  Vec3 position;
  std::array<std::int32_t, 3> tags;
  bool alive;
};
template <>
inline constexpr auto govm::layout<Vec3> = govm::fields(govm::field("X", &Vec3::x), govm::field("Y", &Vec3::y), govm::field("Z", &Vec3::z));
template <>
inline constexpr auto govm::layout<Entity> = govm::fields(govm::field("ID", &Entity::id), govm::field("Position", &Entity::position),
                                                          govm::field("Tags", &Entity::tags), govm::field("Alive", &Entity::alive));

namespace {

constexpr const char* kScript = R"(
package main

import (
	"errors"
	"os"
	"strings"
)

func Add(a, b int) int                 { return a + b }
func Narrow(a int8, b uint16, c bool) int32 { if c { return int32(a) - int32(b) }; return 0 }
func Half(a float32) float64           { return float64(a) / 2 }
func Greet(name string) string         { return "Hello, " + strings.ToUpper(name) + "!" }
func Split(s string) (string, int, error) {
	if s == "" { return "", 0, errors.New("empty") }
	return s[:1], len(s), nil
}
func Check(n int) error { if n < 0 { return errors.New("negative") }; return nil }
func Sum(list []int64) (total int64)   { for _, v := range list { total += v }; return }
func Words(s string) []string          { return strings.Fields(s) }
func Upper(b []byte) []byte            { return []byte(strings.ToUpper(string(b))) }
func Count(words []string) map[string]int {
	m := map[string]int{}
	for _, w := range words { m[w]++ }
	return m
}
func Invert(m map[string][]int32) map[int32]string {
	out := map[int32]string{}
	for k, list := range m { for _, v := range list { out[v] = k } }
	return out
}

type Vec3 struct{ X, Y, Z float64 }
type Entity struct {
	ID       int
	Position Vec3
	Tags     [3]int32
	Alive    bool
}
func (e *Entity) Move(by Vec3)         { e.Position.X += by.X; e.Position.Y += by.Y; e.Position.Z += by.Z }
func (e Entity) Where() Vec3           { return e.Position }
func Older(e Entity) Entity            { e.ID++; e.Tags[1] = 7; return e }
func Make(id int) *Entity              { return &Entity{ID: id, Alive: true} }
func Describe(x any) string            { if e, ok := x.(*Entity); ok && e.Alive { return "alive" }; return "other" }

func Apply(f func(int) int, n int) int { return f(n) + 1 }
func Try(f func(string) (int, error), s string) (int, error) { return f(s) }
func Adder(n int) func(int) int        { return func(x int) int { return x + n } }
func Concurrent(f func(int) int, n int) int {
	c := make(chan int)
	for i := 0; i < n; i++ { go func() { c <- f(i) }() }
	sum := 0
	for i := 0; i < n; i++ { sum += <-c }
	return sum
}

var kept any
func Keep(x any)                       { kept = x }
func Kept() any                        { return kept }
func Pass(x any) any                   { return x }

func Squares(in chan int) chan string {
	out := make(chan string, 1)
	go func() {
		for v := range in { out <- strings.Repeat("x", v*v) }
		close(out)
	}()
	return out
}
func NewChan() chan int                { return make(chan int) }
func Generic[T any](x T) T             { return x }

func Panic(i int) int                  { return []int{1, 2, 3}[i] }
func Exit(code int)                    { println("so long"); os.Exit(code) }
func Block()                           { <-make(chan int) }
func Recurse(n int) int                { return Recurse(n+1) + 1 }
func PanicElsewhere()                  { go func() { panic("elsewhere") }(); select {} }
func Forever()                         { for {} }
func main() {}
)";

govm::Program load(govm::Vm& vm) {
  auto program = vm.load_source("script.go", kScript);
  if (!program) FAIL(program.error().message);
  return program.value();
}

}  // namespace

TEST_CASE("Go functions of plain types are called") {
  govm::Vm vm;
  govm::Program p = load(vm);
  auto add = p.function<std::int64_t(std::int64_t, std::int64_t)>("Add");
  REQUIRE(add.ok());
  CHECK(*add(40, 2) == 42);
  CHECK(*p.function<int(std::int8_t, std::uint16_t, bool)>("Narrow")(-100, 50000, true) == -50100);
  CHECK(*p.function<double(float)>("Half")(3.0f) == 1.5);
  CHECK(*p.function<std::string(std::string_view)>("Greet")("gopher") == "Hello, GOPHER!");
  CHECK(*p.function<std::string(std::string)>("strings.ToUpper")("abc") == "ABC");
  auto split = p.function<std::tuple<std::string, std::int64_t>(std::string)>("Split");
  CHECK(*split("word") == std::tuple<std::string, std::int64_t>("w", 4));
  auto failed = split("");
  REQUIRE(!failed.ok());
  CHECK(failed.error().message == "empty");
  CHECK(failed.error().kind == govm::ErrorKind::kGo);
  auto check = p.function<void(std::int64_t)>("Check");
  CHECK(check(1).ok());
  CHECK(check(-1).error().message == "negative");
}

TEST_CASE("Wrong signatures are told") {
  govm::Vm vm;
  govm::Program p = load(vm);
  CHECK(p.function<void()>("Nothing").error().message == "no function Nothing in package main");
  CHECK(p.function<std::int64_t(std::string, std::int64_t)>("Add").error().message ==
        "function Add has type func(a int, b int) int, it is called as func(string, int64) int64: parameter 1: int is not string");
  CHECK(p.function<int(std::int64_t, std::int64_t)>("Add").error().message ==
        "function Add has type func(a int, b int) int, it is called as func(int64, int64) int32: result 1: int is not int32");
  CHECK(!p.function<std::int64_t(std::int64_t)>("Add")(1).ok());
  CHECK(p.function<int(int)>("Generic").error().kind == govm::ErrorKind::kSignature);
}

TEST_CASE("Slices, maps and structs are converted") {
  govm::Vm vm;
  govm::Program p = load(vm);
  CHECK(*p.function<std::int64_t(std::vector<std::int64_t>)>("Sum")({1, 2, 39}) == 42);
  const std::int64_t numbers[] = {4, 5};
  CHECK(*p.function<std::int64_t(govm::Borrowed<std::span<const std::int64_t>>)>("Sum")(govm::borrow(std::span<const std::int64_t>(numbers))) == 9);
  CHECK(*p.function<std::vector<std::string>(std::string)>("Words")(" a bc  d ") == std::vector<std::string>{"a", "bc", "d"});
  CHECK(*p.function<std::vector<std::uint8_t>(std::vector<std::uint8_t>)>("Upper")({'a', 'b'}) == std::vector<std::uint8_t>{'A', 'B'});
  CHECK(*p.function<std::map<std::string, std::int64_t>(std::vector<std::string>)>("Count")({"x", "y", "x"}) ==
        std::map<std::string, std::int64_t>{{"x", 2}, {"y", 1}});
  auto inverted = p.function<std::unordered_map<int, std::string>(std::map<std::string, std::vector<int>>)>("Invert")({{"a", {1, 2}}, {"b", {3}}});
  REQUIRE(inverted.ok());
  CHECK(*inverted == std::unordered_map<int, std::string>{{1, "a"}, {2, "a"}, {3, "b"}});
  const Entity older = *p.function<Entity(Entity)>("Older")({41, {1, 2, 3}, {4, 5, 6}, true});
  CHECK(older.id == 42);
  CHECK(older.tags[1] == 7);
  CHECK(older.position.z == 3);
}

TEST_CASE("Structs are shared, objects kept, methods called") {
  govm::Vm vm;
  govm::Program p = load(vm);
  Entity entity{1, {1, 1, 1}, {}, true};
  auto move = p.function<void(Entity*, Vec3)>("(*Entity).Move");
  REQUIRE(move.ok());
  CHECK(move(&entity, {1, 2, 3}).ok());
  CHECK(entity.position.y == 3);
  govm::Value object = *p.function<govm::Value(std::int64_t)>("Make")(7);
  CHECK(object.type() == "*main.Entity");
  for (int i = 0; i < 3; i++) CHECK(p.function<void(govm::Value, Vec3)>("(*Entity).Move")(object, {1, 0, 0}).ok());
  CHECK(*p.function<std::string(govm::Value)>("Describe")(object) == "alive");
  CHECK(p.function<Vec3(govm::Value)>("Entity.Where")(object).error().message.find("is not main.Entity") != std::string::npos);
  CHECK(p.function<Vec3(Entity)>("Entity.Where")(entity)->x == 2);
  struct Thing { int n; };
  auto thing = std::make_shared<Thing>(Thing{5});
  CHECK(p.function<void(govm::Handle)>("Keep")(govm::Handle(thing)).ok());
  govm::Handle back = *p.function<govm::Handle()>("Kept")();
  CHECK(back.as<Thing>() == thing);
  CHECK(back.as<int>() == nullptr);
}

TEST_CASE("Functions cross in both directions") {
  govm::Vm vm;
  govm::Program p = load(vm);
  int calls = 0;
  auto apply = p.function<std::int64_t(std::function<std::int64_t(std::int64_t)>, std::int64_t)>("Apply");
  CHECK(*apply([&](std::int64_t n) { calls++; return n * 2; }, 20) == 41);
  CHECK(calls == 1);
  auto attempt = p.function<std::int64_t(std::function<govm::Result<std::int64_t>(std::string)>, std::string)>("Try");
  REQUIRE(attempt.ok());
  CHECK(*attempt([](std::string s) -> govm::Result<std::int64_t> { return static_cast<std::int64_t>(s.size()); }, "four") == 4);
  CHECK(attempt([](std::string) -> govm::Result<std::int64_t> { return govm::Error{"no luck"}; }, "").error().message == "no luck");
  auto adder = p.function<govm::Function<std::int64_t(std::int64_t)>(std::int64_t)>("Adder")(5);
  REQUIRE(adder.ok());
  CHECK(*(*adder)(37) == 42);
  // C++ calls Go, which calls C++, which calls Go...
  auto add = p.function<std::int64_t(std::int64_t, std::int64_t)>("Add");
  std::function<std::int64_t(std::int64_t)> down = [&](std::int64_t n) { return n == 0 ? 0 : *add(*apply(down, n - 1), 1); };
  CHECK(*apply(down, 20) == 41);
  auto concurrent = p.function<std::int64_t(std::function<std::int64_t(std::int64_t)>, std::int64_t)>("Concurrent");
  CHECK(*concurrent([&](std::int64_t n) { std::this_thread::yield(); return *add(n, 1); }, 100) == 5050);
  CHECK(apply([](std::int64_t) -> std::int64_t { throw std::runtime_error("oh"); }, 1).error().message.find("C++ exception: oh") != std::string::npos);
}

TEST_CASE("Channels are fed and drained by threads of the host") {
  govm::Vm vm;
  govm::Program p = load(vm);
  auto in = *p.function<govm::Channel<std::int64_t>()>("NewChan")();
  auto out = *p.function<govm::Channel<std::string>(govm::Channel<std::int64_t>)>("Squares")(in);
  std::thread feeder([&] {
    for (int i = 0; i < 50; i++) CHECK(in.send(i % 5).ok());
    CHECK(in.close().ok());
  });
  int received = 0;
  while (true) {
    auto v = out.receive();
    REQUIRE(v.ok());
    if (!v->has_value()) break;
    CHECK((*v)->size() == static_cast<std::size_t>((received % 5) * (received % 5)));
    received++;
  }
  feeder.join();
  CHECK(received == 50);
}

TEST_CASE("Threads of the host call at once") {
  govm::Vm vm;
  govm::Program p = load(vm);
  auto add = p.function<std::int64_t(std::int64_t, std::int64_t)>("Add");
  auto words = p.function<std::vector<std::string>(std::string)>("Words");
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; t++) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 3000; i++) {
        if (*add(t, i) != t + i) wrong++;
        if (i % 10 == 0 && words("a b c")->size() != 3) wrong++;
      }
    });
  }
  for (auto& t : threads) t.join();
  CHECK(wrong == 0);
}

TEST_CASE("Ends of programs are errors") {
  const auto end = [](const char* name, auto... args) {
    govm::Options options;
    options.limits.stack_bytes = 1 << 20;
    govm::Vm vm(options);
    govm::Program p = load(vm);
    auto result = p.function<void(decltype(args)...)>(name)(args...);
    REQUIRE(!result.ok());
    // The program is over: later calls say so too.
    auto later = p.function<std::int64_t(std::int64_t, std::int64_t)>("Add")(1, 2);
    REQUIRE(!later.ok());
    CHECK(later.error().kind == result.error().kind);
    return result.error();
  };
  govm::Error e = end("Exit", std::int64_t{3});
  CHECK(e.kind == govm::ErrorKind::kExit);
  CHECK(e.exit_code == 3);
  CHECK(e.message == "exit status 3: so long");
  e = end("Block");
  CHECK(e.kind == govm::ErrorKind::kDeadlock);
  CHECK(e.message == "fatal error: all goroutines are asleep - deadlock!");
  CHECK(e.traceback.find("main.Block") != std::string::npos);
  e = end("PanicElsewhere");
  CHECK(e.kind == govm::ErrorKind::kPanic);
  CHECK(e.message == "panic: elsewhere");
  govm::Vm vm;
  govm::Program p = load(vm);
  auto result = p.function<std::int64_t(std::int64_t)>("Panic")(7);
  REQUIRE(!result.ok());
  CHECK(result.error().kind == govm::ErrorKind::kPanic);
  CHECK(result.error().message.find("index out of range [7] with length 3") != std::string::npos);
  CHECK(result.error().traceback.find("main.Panic") != std::string::npos);
}

TEST_CASE("An endless loop is interrupted") {
  govm::Vm vm;
  govm::Program p = load(vm);
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    vm.interrupt();
  });
  auto result = p.function<void()>("Forever")();
  other.join();
  REQUIRE(!result.ok());
  CHECK(result.error().kind == govm::ErrorKind::kInterrupted);
}
