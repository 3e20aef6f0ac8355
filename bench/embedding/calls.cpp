// How long it takes to make a Vm, and to cross between C++ and Go. calls [CALLS]
#include "bench/embedding/measure.h"

using namespace measure;
using Int = std::int64_t;

namespace {

constexpr const char* kScript = R"(
package main
import "host"
func Add(a, b int) int { return a + b }
func Cross(n int) (s int) { for i := 0; i < n; i++ { s += host.Id(i) }; return s }
func Round(n int) (s int) { for i := 0; i < n; i++ { s += host.Back(i) }; return s }
func main() {}
)";

void creation() {
  std::vector<double> walls, cpus;
  for (int i = 0; i < 300; i++) {
    const double w = wall(), c = cpu();
    {
      govm::Vm vm;
      govm::Program p = need(vm.load_source("a.go", "package main\nfunc Add(a, b int) int { return a + b }\nfunc main() {}\n"));
      auto add = p.function<Int(Int, Int)>("Add");
      if (need(add(40, 2)) != 42) std::exit(1);
      walls.push_back((wall() - w) * 1e3);
      cpus.push_back((cpu() - c) * 1e3);
    }
  }
  report("create a Vm, load, first call: wall, median", spread(walls).median, "ms", 1.0);
  report("create a Vm, load, first call: CPU, median", spread(cpus).median, "ms", 1.0);
  report("create a Vm, load, first call: wall, least", spread(walls).least, "ms", 1.0);
}

void calls(Int count) {
  govm::Vm vm;
  govm::Function<Int(Int, Int)>* add = nullptr;
  vm.module("host").function("Id(n int) int", [](Int n) { return n; }).function("Back(n int) int", [&](Int n) { return *(*add)(n, 1); });
  govm::Program p = need(vm.load_source("a.go", kScript));
  auto f = p.function<Int(Int, Int)>("Add");
  add = &f;
  std::vector<double> times;
  for (int turn = 0; turn < 5; turn++) {
    const double began = thread_cpu();
    Int sum = 0;
    for (Int i = 0; i < count; i++) sum += *f(i, 1);
    times.push_back((thread_cpu() - began) * 1e7 / static_cast<double>(count));
    if (sum != count * (count + 1) / 2) std::exit(1);
  }
  report("10 million calls of func(int, int) int: CPU, median", spread(times).median, "s", 1.0, 10.0);
  report("10 million calls of func(int, int) int: CPU, least", spread(times).least, "s", 1.0);
  const auto crossings = [&](const char* name, int each) {
    auto run = p.function<Int(Int)>(name);
    std::vector<double> nanos;
    for (int turn = 0; turn < 5; turn++) {
      const double began = thread_cpu();
      need(run(count / 10));
      nanos.push_back((thread_cpu() - began) * 1e9 / (static_cast<double>(count) / 10 * each));
    }
    return spread(nanos).median;
  };
  report("Go -> C++ function -> Go: a crossing, median", crossings("Cross", 2), "ns", 150, 1500);
  report("Go -> C++ -> Go -> C++ -> Go: a crossing, median", crossings("Round", 4), "ns", 150, 1500);
}

}  // namespace

int main(int argc, char** argv) {
  creation();
  calls(argc > 1 ? std::atoll(argv[1]) : 10'000'000);
  return failures != 0;
}
