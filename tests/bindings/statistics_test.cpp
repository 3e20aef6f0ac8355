// What a Vm says it has used.
#include <thread>

#include "bindings/govm.h"
#include "bindings/govm.hpp"
#include "tests/catch.h"

namespace {

constexpr const char* kScript = R"(
package main
import ("host"; "fmt"; "runtime")
var keep []byte
var stop = make(chan bool)
func Grow() { keep = make([]byte, 8<<20) }
func Collect() { runtime.GC() }
func Start() { for i := 0; i < 10; i++ { go func() { <-stop }() } }
func Loop(n int) (s int) { for i := 0; i < n; i++ { s += i }; return s }
func Sleep() { host.Sleep() }
func Print() { fmt.Println("hello") }
func main() {}
)";

}  // namespace

TEST_CASE("A Vm counts what it uses", "[statistics]") {
  govm::Options options;
  options.access.output = [](std::string_view) {};
  govm::Vm vm(options);
  vm.module("host").function("Sleep()", [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); });
  auto program = vm.load_source("s.go", kScript);
  if (!program) FAIL(program.error().message);
  const auto call = [&](const char* name) { CHECK(program->function<void()>(name)().ok()); };
  call("Collect");
  const govm::Statistics a = vm.statistics();
  CHECK(a.collections >= 1);
  CHECK(a.pauses.count() > 0);
  CHECK(a.longest_recent_pause <= a.pauses);
  CHECK(a.fuel_used == 0);
  call("Grow");
  call("Start");
  call("Sleep");
  call("Print");
  const govm::Statistics b = vm.statistics();
  CHECK(b.heap_bytes >= a.heap_bytes + (8 << 20));
  CHECK(b.allocated_bytes >= a.allocated_bytes + (8 << 20));
  CHECK(b.heap_reserved_bytes >= b.heap_bytes);
  CHECK(b.heap_objects > 0);
  CHECK(b.goroutines >= a.goroutines + 10);
  CHECK(b.host_calls == 1);
  CHECK(b.host_time >= std::chrono::milliseconds(20));
  CHECK(b.system_calls > a.system_calls);
  CHECK(b.output_bytes == 6);
  // Instructions: while fuel is limited, and the same each time.
  govm::Limits limits = vm.limits();
  limits.fuel = 1'000'000'000;
  vm.set_limits(limits);
  auto loop = program->function<std::int64_t(std::int64_t)>("Loop");
  std::uint64_t used[3], before = vm.statistics().fuel_used;
  for (auto& u : used) {
    CHECK(loop(100000).ok());
    const std::uint64_t now = vm.statistics().fuel_used;
    u = now - before;
    before = now;
  }
  CHECK(used[1] >= 100000);
  CHECK(used[1] < 1000000);
  CHECK(used[1] == used[2]);
}

TEST_CASE("The C API has statistics", "[statistics]") {
  govm_vm* vm = govm_new(nullptr);
  govm_program* p = govm_load(vm, "a.go", "package main\nvar k []int\nfunc F() { k = make([]int, 1000) }\nfunc main() {}\n");
  REQUIRE(p != nullptr);
  CHECK(govm_call(p, "F", nullptr, 0, nullptr) == GOVM_OK);
  govm_statistics s = {};
  govm_get_statistics(vm, &s, sizeof(s));
  CHECK(s.heap_bytes >= 8000);
  CHECK(s.goroutines >= 1);
  CHECK(s.host_calls == 0);
  govm_free(vm);
}
