// Programs that try to harm their host: each ends with the error written beside it, and the host goes on.
#include <cstdlib>
#include <fstream>
#include <string>

#include "bindings/govm.hpp"
#include "tests/catch.h"

namespace {

const char* word_of(govm::ErrorKind kind) {
  switch (kind) {
    case govm::ErrorKind::kFailed: return "refused";
    case govm::ErrorKind::kExit: return "exit";
    case govm::ErrorKind::kPanic: return "panic";
    case govm::ErrorKind::kFatal: return "fatal";
    case govm::ErrorKind::kDeadlock: return "deadlock";
    case govm::ErrorKind::kStackOverflow: return "stack";
    case govm::ErrorKind::kOutOfMemory: return "oom";
    case govm::ErrorKind::kGoroutines: return "goroutines";
    case govm::ErrorKind::kWallTime: return "wall";
    default: return "other";
  }
}

// How it ends; detail: the message. Those that never would end by themselves get a little time, the others much.
std::string run(const std::string& name, const std::string& text, bool endless, std::string& detail) {
  govm::Options options;
  options.limits.heap_bytes = 32 << 20;
  options.limits.goroutines = 1000;
  options.limits.stack_bytes = 4 << 20;
  options.access.unsafe = name.starts_with("unsafe: ");
  govm::Vm vm(options);
  auto program = vm.load_source("hostile.go", text);
  if (!program) {
    detail = program.error().message;
    return "refused";
  }
  govm::Limits limits = vm.limits();
  limits.wall_time = std::chrono::milliseconds(endless ? 40 : 60000);
  vm.set_limits(limits);
  auto done = program->run_main();
  if (done) return "ok";
  detail = done.error().message;
  return word_of(done.error().kind);
}

}  // namespace

TEST_CASE("Hostile programs end as they should", "[hostile]") {
  std::ifstream file(GOVM_HOSTILE_PROGRAMS);
  REQUIRE(file.good());
  std::string line, name, want, text;
  int count = 0;
  const char* only = std::getenv("GOVM_HOSTILE_ONLY");   // part of a name
  const auto check = [&] {
    if (name.empty() || (only != nullptr && name.find(only) == std::string::npos)) return;
    count++;
    std::string detail;
    const std::string got = run(name, text, want == "wall", detail);
    INFO(name << ": " << detail);
    CHECK(got == want);
  };
  while (std::getline(file, line)) {
    if (line.starts_with("== ")) {
      check();
      const std::size_t colon = line.rfind(": ");
      name = line.substr(3, colon - 3);
      want = line.substr(colon + 2);
      text.clear();
    } else if (!line.starts_with('#')) {
      text += line + "\n";
    }
  }
  check();
  CHECK((only != nullptr || count > 150));
}
