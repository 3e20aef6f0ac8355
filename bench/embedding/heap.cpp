// How exact the limit of the heap is: by how much more than allowed the whole process grows, with all tables, stacks and code.
//   heap             all programs, each in a process of its own, whose high-water mark is that of one run
//   heap LIMIT N     the one with number N, under a limit of LIMIT MB
#include <cstdlib>
#include <cstring>
#include <string>

#include "bench/embedding/measure.h"

using namespace measure;

namespace {

// They write to all they allocate: what is never touched occupies nothing.
constexpr const char* kBombs[] = {
    "var k [][]byte; for { k = append(k, fill(make([]byte, 1<<16))) }",
    "var k [][]byte; for { k = append(k, fill(make([]byte, 3<<20))) }",
    "var k []*[64]int; for { k = append(k, &[64]int{0: 1, 63: 1}) }",
    "m := map[int][16]int{}; for i := 0; ; i++ { m[i] = [16]int{15: i} }",
    "s := []int{1}; for { s = append(s, s...) }",
    "type N struct{ n *N }; var h *N; for { h = &N{n: h} }",
    "type T struct{ l, r *T }; q := []*T{{}}; for i := 0; ; i++ { q[i].l, q[i].r = &T{}, &T{}; q = append(q, q[i].l, q[i].r) }",
    "var k []string; s := \"x\"; for { s += \"y\"; k = append(k, s) }",
    "c := make(chan int); for i := 0; i < 4; i++ { go func() { var k [][]byte; for { k = append(k, fill(make([]byte, 1<<12))) } }() }; <-c",
    "c := make(chan int); for i := 0; i < 4; i++ { go func() { var k []any; for i := 0; ; i++ { k = append(k, i) } }() }; <-c"};

constexpr const char* kFill = R"(
func fill(b []byte) []byte {
	for i := 0; i < len(b); i += 1024 {
		b[i] = 1
	}
	return b
}
)";

// In kilobytes.
std::int64_t high_water_mark() {
  constexpr const char* kKey = "VmHWM:";
  std::int64_t value = 0;
  char line[256];
  if (std::FILE* f = std::fopen("/proc/self/status", "r")) {
    while (std::fgets(line, sizeof(line), f) != nullptr) {
      if (std::strncmp(line, kKey, std::strlen(kKey)) == 0) value = std::atoll(line + std::strlen(kKey));
    }
    std::fclose(f);
  }
  return value;
}

// Prints the overshoot in percent of the limit.
int explode(std::uint64_t limit, const char* bomb) {
  govm::Options options;
  options.limits.heap_bytes = limit;
  govm::Vm vm(options);
  govm::Program p = need(vm.load_source("a.go", std::string("package main\n") + kFill + "func Warm() { fill(nil) }\nfunc main() {\n" + bomb + "\n}\n"));
  if (!p.function<void()>("Warm")()) return 1;
  const std::int64_t before = resident();
  const auto done = p.run_main();
  std::printf("%.3f\n", (static_cast<double>(high_water_mark() * 1024 - before) / static_cast<double>(limit) - 1) * 100);
  return done || done.error().kind != govm::ErrorKind::kOutOfMemory;
}

double explode_apart(const std::string& self, int limit, std::size_t bomb) {
  double percent = 0;
  std::FILE* child = ::popen((self + " " + std::to_string(limit) + " " + std::to_string(bomb)).c_str(), "r");
  const bool told = child != nullptr && std::fscanf(child, "%lf", &percent) == 1;
  if (child == nullptr || ::pclose(child) != 0 || !told) {
    std::printf("does not end out of memory: %s\n", kBombs[bomb]);
    failures++;
  }
  return percent;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3) {
    const std::size_t bomb = std::strtoull(argv[2], nullptr, 10);
    return explode(std::strtoull(argv[1], nullptr, 10) << 20, kBombs[std::min(bomb, std::size(kBombs) - 1)]);
  }
  double worst = -100;
  for (const int limit : {16, 64, 256}) {
    for (std::size_t i = 0; i < std::size(kBombs); i++) {
      const double percent = explode_apart(argv[0], limit, i);
      std::printf("  limit %4d MB: %+6.1f %%: %s\n", limit, percent, kBombs[i]);
      worst = std::max(worst, percent);
    }
  }
  report("heap limit: overshoot of the whole process, worst", worst, "%", 2, 10);
  return failures != 0;
}
