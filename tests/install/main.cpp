#include <govm.hpp>

#include <cstdio>

int main() {
  govm::Vm vm;
  auto program = vm.load_source("s.go", "package main\nfunc Add(a, b int) int { return a + b }\nfunc main() {}\n");
  if (!program) return std::puts(program.error().message.c_str()), 1;
  auto sum = program->function<std::int64_t(std::int64_t, std::int64_t)>("Add")(40, 2);
  return sum.ok() && *sum == 42 ? 0 : 1;
}
