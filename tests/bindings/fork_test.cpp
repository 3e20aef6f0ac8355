// A host that forks after it has used Vms: those of the child have no thread of its parent's to rely on.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

#include "bindings/govm.hpp"
#include "tests/catch.h"

namespace {

// Needs the monitor, to end the time slice of an endless loop, and the watchdog, to end the program.
bool loops_and_ends() {
  govm::Options options;
  options.workers = 1;
  options.limits.wall_time = std::chrono::milliseconds(100);
  int ticks = 0;
  govm::Vm vm(options);
  vm.module("host").function("Tick", [&] { ticks++; });
  auto program = vm.load_source("loop.go", R"(package main
import "host"
func main() {
	go func() { for {} }()
	done := make(chan int)
	go func() { done <- 1 }()
	<-done
	host.Tick()
	select {}
}
)");
  if (!program.ok()) return false;
  const auto result = program->run_main();
  return !result.ok() && result.error().kind == govm::ErrorKind::kWallTime && ticks == 1;
}

}  // namespace

TEST_CASE("Vms work in a child of a process that has used some") {
  REQUIRE(loops_and_ends());
#if !__has_feature(thread_sanitizer)  // it allows a child no threads
  const pid_t child = ::fork();
  if (child == 0) ::_exit(loops_and_ends() ? 0 : 1);
  REQUIRE(child > 0);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
#endif
}
