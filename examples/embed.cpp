// govm as the scripting engine of a C++ program: load a script from memory, call its functions.
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "bindings/govm.hpp"

namespace {

constexpr std::string_view kScript = R"(
package main

import "strings"

func Add(a, b int64) int64 { return a + b }

func Greet(name string) string { return "Hello, " + strings.ToUpper(name) + "!" }

func Mean(a, b float64) float64 { return (a + b) / 2 }

func Fail(index int64) int64 { return []int64{1, 2, 3}[index] }

func main() {}
)";

template <typename T>
bool expect(const govm::Result<T>& got, const T& want, const char* what) {
  const bool ok = got.ok() && *const_cast<govm::Result<T>&>(got) == want;
  std::printf("%s: %s\n", what, ok ? "ok" : got.ok() ? "wrong result" : got.error().message.c_str());
  return ok;
}

}  // namespace

int main() {
  govm::Vm vm;
  govm::Result<govm::Program> program = vm.load_source("script.go", std::string(kScript));
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().message.c_str());
    return 1;
  }
  auto add = program->function<std::int64_t(std::int64_t, std::int64_t)>("Add");
  auto greet = program->function<std::string(std::string_view)>("Greet");
  auto mean = program->function<double(double, double)>("Mean");
  auto fail = program->function<std::int64_t(std::int64_t)>("Fail");

  bool ok = expect(add(40, 2), std::int64_t{42}, "Add");
  ok &= expect(greet("gopher"), std::string("Hello, GOPHER!"), "Greet");
  ok &= expect(mean(1, 2), 1.5, "Mean");

  // An error of the script comes back as an error; the host goes on.
  const govm::Result<std::int64_t> failed = fail(7);
  ok &= !failed.ok() && failed.error().message.find("index out of range [7] with length 3") != std::string::npos;
  std::printf("Fail: %s\n", failed.ok() ? "no error" : "reported its panic");
  return ok ? 0 : 1;
}
