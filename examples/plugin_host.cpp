// A plugin host: many tenants in one process, each in a Vm of its own under limits. Some misbehave; the others go on.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bindings/govm.hpp"

namespace {

constexpr int kTenants = 100;

// What the tenants' plugins do.
const char* behaviour(int tenant) {
  switch (tenant % 20) {
    case 3: return "for {}";
    case 7: return "var keep [][]byte; for { keep = append(keep, make([]byte, 1<<16)) }";
    case 11: return "for { go func() { select {} }() }";
    case 13: return "panic(\"oh\")";
    case 17: return "<-make(chan int)";
    default: return "";
  }
}

govm::ErrorKind expected(int tenant) {
  switch (tenant % 20) {
    case 3: return govm::ErrorKind::kFuel;
    case 7: return govm::ErrorKind::kOutOfMemory;
    case 11: return govm::ErrorKind::kGoroutines;
    case 13: return govm::ErrorKind::kPanic;
    case 17: return govm::ErrorKind::kDeadlock;
    default: return govm::ErrorKind::kFailed;
  }
}

struct Tenant {
  std::unique_ptr<govm::Vm> vm;
  std::unique_ptr<govm::Function<std::int64_t(std::int64_t)>> handle;
};

}  // namespace

int main() {
  std::vector<Tenant> tenants(kTenants);
  for (int i = 0; i < kTenants; i++) {
    govm::Options options;
    options.workers = 1;
    options.limits.heap_bytes = 4 << 20;
    options.limits.goroutines = 200;
    options.limits.fuel = 50'000'000;
    tenants[i].vm = std::make_unique<govm::Vm>(options);
    const std::string text = "package main\nfunc Handle(n int) int {\n\tif n == 5 {\n\t\t" + std::string(behaviour(i)) + "\n\t}\n\treturn n * 2\n}\nfunc main() {}\n";
    auto program = tenants[i].vm->load_source("plugin.go", text);
    if (!program) {
      std::puts(program.error().message.c_str());
      return 1;
    }
    tenants[i].handle = std::make_unique<govm::Function<std::int64_t(std::int64_t)>>(program->function<std::int64_t(std::int64_t)>("Handle"));
  }
  int wrong = 0, ended = 0;
  for (std::int64_t request = 0; request < 10; request++) {
    for (int i = 0; i < kTenants; i++) {
      const bool dead = request >= 5 && expected(i) != govm::ErrorKind::kFailed;
      auto reply = (*tenants[i].handle)(request);
      if (reply.ok() == dead) wrong++;
      else if (dead && reply.error().kind != expected(i)) wrong++;
      else if (!dead && *reply != request * 2) wrong++;
      ended += dead && request == 5;
    }
  }
  std::printf("%d tenants, %d ended by their own doing, %d surprises\n", kTenants, ended, wrong);
  return wrong != 0;
}
