#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "bindings/govm.hpp"
#include "tests/catch.h"

namespace {

// A pipe in the file system: whoever opens it to read waits for a writer, in the system call.
struct Fifo {
  Fifo() : path(std::filesystem::temp_directory_path() / ("govm-fifo-" + std::to_string(::getpid()))) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  }
  ~Fifo() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

govm::Result<govm::Program> load_opener(govm::Vm& vm, const Fifo& fifo) {
  return vm.load_source("open.go", R"(package main
import ("runtime"; "syscall"; "time")
func open() { syscall.Open(")" + fifo.path.string() + R"(", syscall.O_RDONLY, 0) }
func Open() { open() }
func Leave() { for range 3 { go open() }; go func() { runtime.LockOSThread(); open() }(); time.Sleep(30 * time.Millisecond) }
func main() {}
)");
}

govm::Options all_access() {
  govm::Options options;
  options.access = govm::Access::all({"test"});
  return options;
}

}  // namespace

TEST_CASE("A system call that blocks is interrupted") {
  const Fifo fifo;
  govm::Vm vm(all_access());
  auto program = load_opener(vm, fifo);
  REQUIRE(program.ok());
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    vm.interrupt();
  });
  const auto result = program->function<void()>("Open")();
  other.join();
  REQUIRE(!result.ok());
  CHECK(result.error().kind == govm::ErrorKind::kInterrupted);
}

TEST_CASE("A Vm can be destroyed while goroutines are in system calls that do not end") {
  const Fifo fifo;
  govm::Vm vm(all_access());
  auto program = load_opener(vm, fifo);
  REQUIRE(program.ok());
  CHECK(program->function<void()>("Leave")().ok());
}
