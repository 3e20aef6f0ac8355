// How exact limits are: limits fuel FILE... | fuel-stops FILE... | interrupt [TRIES]
#include <atomic>
#include <cctype>
#include <random>
#include <semaphore>
#include <thread>

#include "bench/embedding/measure.h"

using namespace measure;
using Int = std::int64_t;

namespace {

// ---- fuel

struct Run {
  double cpu = 0;
  std::string end, output;
  std::uint64_t used = 0;
};

Run run(const std::string& file, Int fuel, bool seeded) {
  Run out;
  govm::Options options;
  options.seeded_schedule = seeded;
  options.workers = 1;
  options.limits.fuel = fuel;
  options.access.network.allow.push_back({"loopback", 0});
  options.access.network.listen = true;
  options.access.output = [&](std::string_view text) { out.output += text; };
  govm::Vm vm(options);
  govm::Program p = need(vm.load_files({file}));
  const double began = cpu();
  const auto done = p.run_main();
  out.cpu = cpu() - began;
  out.used = vm.statistics().fuel_used;
  if (!done) out.end = done.error().message + "\n" + done.error().traceback;
  // Addresses differ from run to run.
  for (std::size_t at = 0; (at = out.end.find("0x", at)) != std::string::npos; at += 2) {
    std::size_t end = at + 2;
    while (end < out.end.size() && std::isxdigit(static_cast<unsigned char>(out.end[end]))) end++;
    out.end.erase(at + 2, end - at - 2);
  }
  return out;
}

void fuel(const std::vector<std::string>& files, bool cost) {
  std::vector<double> ratios;
  int different = 0, stops = 0;
  for (const std::string& file : files) {
    const std::string name = file.substr(file.rfind('/') + 1);
    const Run first = run(file, 2'000'000, true);
    for (const Int fuel : {Int{777'777}, Int{2'000'000}, Int{5'000'001}}) {
      const Run a = run(file, fuel, true), b = run(file, fuel, true);
      stops++;
      const bool same = a.end == b.end && a.used == b.used && a.output.size() == b.output.size();
      if (!same) {
        different++;
        std::printf("%s stops elsewhere with %lld of fuel: %llu and %llu used\n%s\n%s\n", name.c_str(), static_cast<long long>(fuel),
                    static_cast<unsigned long long>(a.used), static_cast<unsigned long long>(b.used), a.end.c_str(), b.end.c_str());
      }
    }
    if (!cost) continue;
    std::vector<double> with, without;
    for (int i = 0; i < 5; i++) {
      without.push_back(run(file, 0, false).cpu);
      with.push_back(run(file, INT64_MAX / 4, false).cpu);
    }
    const double ratio = (spread(with).least / spread(without).least - 1) * 100;
    std::printf("%-20s %8.3f s without, %8.3f s with: %+6.1f %%\n", name.c_str(), spread(without).least, spread(with).least, ratio);
    ratios.push_back(ratio);
  }
  std::printf("%d stops, %d elsewhere the second time\n", stops, different);
  failures += different;
  if (ratios.empty()) return;
  double sum = 0;
  for (double r : ratios) sum += r;
  report("fuel: cost, mean of the programs", sum / static_cast<double>(ratios.size()), "%", 8);
  report("fuel: cost, worst program", spread(ratios).most, "%", 8);
}

// ---- interrupt

constexpr const char* kStates = R"(
package main
import ("crypto/sha256"; "math/big"; "runtime"; "sort"; "strings"; "sync"; "syscall"; "time"; "net")
var sink any
func Loop()    { for {} }
func Calls()   { f := func(n int) int { return n }; for i := 0; ; i++ { f(i) } }
func Loops()   { for i := 0; i < 8; i++ { go Loop() }; Loop() }
func Channel() { c := make(chan int); go func() { select {} }(); go func() { for { time.Sleep(time.Hour) } }(); <-c }
func PingPong() { c := make(chan int); go func() { for { c <- 1 } }(); for { <-c } }
func Select()  { c, d := make(chan int), make(chan int); select { case <-c: case <-d: case <-time.After(time.Hour): } }
func Sleep()   { time.Sleep(time.Hour) }
func Sleeps()  { for { time.Sleep(time.Microsecond) } }
func Mutex()   { var m sync.Mutex; m.Lock(); go func() { time.Sleep(time.Hour) }(); m.Lock() }
func Native()  { b := make([]byte, 1<<14); for { sha256.Sum256(b) } }
func Natives() { x, y := big.NewInt(7), big.NewInt(1); for i := 0; ; i++ { y.Exp(x, big.NewInt(1000), nil); sink = strings.Repeat("ab", 1000) } }
func Sort()    { s := make([]int, 10000); for { for i := range s { s[i] = i * 7919 % 10007 }; sort.Ints(s) } }
func Syscall() { l, err := net.Listen("tcp", "127.0.0.1:0"); if err != nil { panic(err) }; l.Accept() }
func Syscalls() { for { syscall.Getpid() } }
func GC()      { k := make([]*[10]int, 100000); for i := range k { k[i] = new([10]int) }; for { runtime.GC() }; sink = k }
func Garbage() { for { sink = make([]byte, 1000) } }
func Panics()  { for { func() { defer func() { recover() }(); panic(1) }() } }
func Stack()   { var f func(n int) int; f = func(n int) int { if n == 0 { return 0 }; return f(n-1) + 1 }; for { f(10000) } }
func main()    {}
)";
constexpr const char* kNames[] = {"Loop", "Calls", "Loops", "Channel", "PingPong", "Select", "Sleep", "Sleeps", "Mutex", "Native", "Natives",
                                  "Sort", "Syscall", "Syscalls", "GC", "Garbage", "Panics", "Stack"};

// From interrupt() to the return of the call that was going on, in ms.
double interrupt_once(const char* state, int micros) {
  govm::Options options;
  options.access.unsafe = true;
  options.access.network.allow.push_back({"loopback", 0});
  options.access.network.listen = true;
  options.workers = 2;
  govm::Vm vm(options);
  govm::Program p = need(vm.load_source("a.go", kStates));
  std::atomic<double> ended{0};
  std::atomic<bool> began{false};
  auto f = p.function<void()>(state);
  auto compiled = p.function<void()>("main")();
  std::thread caller([&] {
    began = true;
    auto done = f();
    ended = wall();
    if (done || done.error().kind != govm::ErrorKind::kInterrupted) {
      std::printf("%s: %s\n", state, done ? "returned" : done.error().message.c_str());
      failures++;
    }
  });
  while (!began) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::microseconds(micros));
  const double called = wall();
  vm.interrupt();
  caller.join();
  return (ended - called) * 1e3;
}

// What the machine itself takes for the least that ends a call that waits: a thread wakes another, which wakes a third. In ms.
double wake_once(int micros) {
  std::binary_semaphore first{0}, second{0};
  double ended = 0;
  std::thread middle([&] {
    first.acquire();
    second.release();
  });
  std::thread last([&] {
    second.acquire();
    ended = wall();
  });
  std::this_thread::sleep_for(std::chrono::microseconds(micros));
  const double called = wall();
  first.release();
  middle.join();
  last.join();
  return (ended - called) * 1e3;
}

void interrupt(int tries) {
  std::mt19937 random(1);
  std::vector<double> all, machine;
  for (const char* state : kNames) {
    std::vector<double> these;
    for (int i = 0; i < tries / static_cast<int>(std::size(kNames)) + 1; i++) {
      these.push_back(interrupt_once(state, 1000 + static_cast<int>(random() % 9000)));
      machine.push_back(wake_once(1000 + static_cast<int>(random() % 9000)));
    }
    const Spread s = spread(these);
    std::printf("  %-10s median %7.3f  p99 %7.3f  most %7.3f ms\n", state, s.median, s.p99, s.most);
    all.insert(all.end(), these.begin(), these.end());
  }
  const Spread s = spread(all), m = spread(machine);
  std::printf("  in between, two threads woken one by the other: median %.3f  p99 %.3f  most %.3f ms\n", m.median, m.p99, m.most);
  report("interrupt to end: median", s.median, "ms", 1, 100);
  report("interrupt to end: p99", s.p99, "ms", 1);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "fuel") fuel({argv + 2, argv + argc}, true);
  else if (what == "fuel-stops") fuel({argv + 2, argv + argc}, false);
  else if (what == "interrupt") interrupt(argc > 2 ? std::atoi(argv[2]) : 1000);
  else std::puts("limits fuel FILE... | fuel-stops FILE... | interrupt [TRIES]"), failures++;
  return failures != 0;
}
