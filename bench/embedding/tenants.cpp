// Many Vms in one process: tenants cycles [COUNT] | tenants allocators [COUNT] | tenants latency [WAY]
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "bench/embedding/measure.h"

using namespace measure;
using Int = std::int64_t;

namespace {

// ---- create, run, kill

void one_cycle(int n) {
  govm::Options options;
  options.workers = 2;
  options.limits.heap_bytes = 16 << 20;
  govm::Vm vm(options);
  govm::Program p = need(vm.load_source("a.go", R"(package main
var keep [][]byte
func Work(n int) int {
	for i := 0; i < 20; i++ { keep = append(keep, make([]byte, 1000)) }
	c := make(chan int)
	for i := 0; i < 4; i++ { go func() { c <- i * n }() }
	go func() { for {} }()
	go func() { select {} }()
	return <-c + <-c + <-c + <-c
}
func main() {}
)"));
  if (need(p.function<Int(Int)>("Work")(n)) != 6 * n) std::exit(1);
}

void cycles(int count) {
  const int warm_up = std::max(200, count / 20);
  for (int i = 0; i < warm_up; i++) one_cycle(i);
  const std::int64_t before = resident();
  const double began = cpu();
  for (int i = 0; i < count; i++) {
    one_cycle(i);
    if (i % (count / 5) == 0) std::printf("  %6d cycles: %+.2f MB\n", i, static_cast<double>(resident() - before) / 1e6);
  }
  std::printf("  %d cycles, %.2f ms of CPU each\n", count, (cpu() - began) * 1e3 / count);
  report("create/run/kill cycles: growth of resident memory", static_cast<double>(resident() - before) / 1e6, "MB", 1, 4);
}

// ---- many Vms that allocate much

constexpr const char* kAllocator = R"(package main
type node struct { next *node; data [3]int }
var blocks [][]byte
var list *node
func Allocate(n int) int {
	for range 160 { blocks = append(blocks, make([]byte, 64<<10)) }
	for i := range 10 << 20 / 32 { list = &node{next: list}; list.data[0] = i }
	return n + len(blocks)
}
func Forever() { for { blocks, list = nil, nil; Allocate(0) } }
func main() {}
)";

// Allocates 20 MB; each third is killed meanwhile.
void one_allocator(int n) {
  govm::Options options;
  options.workers = 2;
  options.limits.heap_bytes = 64 << 20;
  govm::Vm vm(options);
  govm::Program p = need(vm.load_source("a.go", kAllocator));
  if (n % 3 != 0) {
    if (need(p.function<Int(Int)>("Allocate")(n)) != n + 160) std::exit(1);
    return;
  }
  govm::Limits limits = vm.limits();
  limits.wall_time = std::chrono::milliseconds(10 + n % 7);
  vm.set_limits(limits);
  if (p.function<void()>("Forever")().ok()) failures++;
}

void allocators(int count) {
  for (int i = 0; i < std::max(50, count / 10); i++) one_allocator(i);
  const std::int64_t before = resident();
  for (int i = 0; i < count; i++) {
    one_allocator(i);
    if (i % (count / 5) == 0) std::printf("  %6d Vms: %+.2f MB\n", i, static_cast<double>(resident() - before) / 1e6);
  }
  report("Vms of 20 MB, some killed: growth of resident memory", static_cast<double>(resident() - before) / 1e6, "MB", 1, 4);
}

// ---- latency of 99 tenants while the 100th misbehaves

constexpr const char* kTenant = R"(package main
var table = map[int]int{}
func Handle(n int) int {
	sum := 0
	for i := 0; i < 2000; i++ { sum += i * n % 7; if i%50 == 0 { table[i] += sum } }
	return sum
}
func Misbehave() { BEHAVIOUR }
func main() {}
)";

struct Tenant {
  std::unique_ptr<govm::Vm> vm;
  std::unique_ptr<govm::Function<Int(Int)>> handle;
  std::unique_ptr<govm::Function<void()>> misbehave;
};

Tenant make(const char* behaviour) {
  govm::Options options;
  options.workers = 1;
  options.limits.heap_bytes = 8 << 20;
  options.limits.goroutines = 500;
  options.limits.stack_bytes = 1 << 20;
  options.limits.output_bytes = 1 << 20;
  Tenant t;
  t.vm = std::make_unique<govm::Vm>(options);
  std::string text = kTenant;
  text.replace(text.find("BEHAVIOUR"), 9, behaviour);
  govm::Program p = need(t.vm->load_source("t.go", text));
  t.handle = std::make_unique<govm::Function<Int(Int)>>(p.function<Int(Int)>("Handle"));
  t.misbehave = std::make_unique<govm::Function<void()>>(p.function<void()>("Misbehave"));
  need((*t.handle)(1));
  return t;
}

Spread serve(std::vector<Tenant>& tenants, double for_seconds) {
  std::vector<double> micros;
  const double end = wall() + for_seconds;
  for (std::size_t i = 0; wall() < end; i++) {
    const double began = wall();
    need((*tenants[i % tenants.size()].handle)(static_cast<Int>(i)));
    micros.push_back((wall() - began) * 1e6);
  }
  return spread(std::move(micros));
}

void latency(int only) {
  constexpr int kRounds = 7;     // of a second; medians of them count, for a machine has seconds of its own
  constexpr const char* kWays[] = {"for {}", "var k [][]byte; for { k = append(k, make([]byte, 1<<12)) }", "for { go func() { select {} }() }",
                                   "var f func(); f = func() { f() }; f()", "for { println(\"flood\") }", "for { func() { defer func() { recover() }(); panic(1) }() }",
                                   "for i := 0; i < 100; i++ { go func() { for {} }() }; select {}", "m := map[int]int{}; for i := 0; ; i++ { m[i] = i }"};
  std::vector<Tenant> tenants;
  for (int i = 0; i < 99; i++) tenants.push_back(make(""));
  serve(tenants, 0.5);
  double worst = 0;
  for (const char* way : kWays) {
    if (only >= 0 && way != kWays[only]) continue;
    std::vector<double> quiet, loud, quiet_median, loud_median;
    int ends = 0;
    for (int round = 0; round < kRounds; round++) {
      const Spread before = serve(tenants, 0.5);
      std::atomic<bool> stop{false};
      std::thread other([&] {
        while (!stop) {
          Tenant bad = make(way);
          govm::Limits limits = bad.vm->limits();
          limits.wall_time = std::chrono::milliseconds(100);
          bad.vm->set_limits(limits);
          if ((*bad.misbehave)().ok()) failures++;
          ends++;
        }
      });
      const Spread meanwhile = serve(tenants, 0.5);
      stop = true;
      other.join();
      quiet.push_back(before.p99);
      loud.push_back(meanwhile.p99);
      quiet_median.push_back(before.median);
      loud_median.push_back(meanwhile.median);
    }
    const double quiet_p99 = spread(quiet).median, loud_p99 = spread(loud).median;
    std::printf("  %-70.70s p99 %7.1f -> %7.1f us, median %6.1f -> %6.1f us, %d ends\n", way, quiet_p99, loud_p99, spread(quiet_median).median,
                spread(loud_median).median, ends);
    worst = std::max(worst, loud_p99 / quiet_p99);
  }
  report("100 tenants, one misbehaves: p99 of the others, worst way", worst, "x", 2);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "cycles") cycles(argc > 2 ? std::atoi(argv[2]) : 10000);
  else if (what == "allocators") allocators(argc > 2 ? std::atoi(argv[2]) : 1000);
  else if (what == "latency") latency(argc > 2 ? std::atoi(argv[2]) : -1);
  else std::puts("tenants cycles [COUNT] | tenants allocators [COUNT] | tenants latency [WAY]"), failures++;
  return failures != 0;
}
