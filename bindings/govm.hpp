// govm's C++ API: load Go programs, run them, call their functions. Usable from g++ 12 and clang with C++20. No exception
// crosses it, and a script can neither end nor corrupt the host.
//
//   govm::Vm vm({});
//   govm::Result<govm::Program> program = vm.load_source("script.go", text);
//   if (!program) std::puts(program.error().message.c_str());
//   auto add = program->function<std::int64_t(std::int64_t, std::int64_t)>("Add");
//   govm::Result<std::int64_t> sum = add(1, 2);
//
// A Vm owns everything its programs use: heap, goroutines, types, limits, access to the outside. Vms are independent of
// each other; one Vm may be used by several threads at once, except where a declaration says otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "bindings/access.h"
#include "bindings/function.h"
#include "bindings/module.h"

namespace govm {

// What a program may use; 0: any amount. A program over a limit ends, with an error of the limit's kind.
struct Limits {
  std::uint64_t heap_bytes = 0;           // of the Go heap; fixed when the Vm is made
  std::uint64_t goroutines = 0;           // at once
  std::uint64_t stack_bytes = 0;          // of one goroutine (Go's own limit: 1,000,000,000)
  std::chrono::nanoseconds wall_time{0};  // since the Vm was made, or the limit set
  std::chrono::nanoseconds cpu_time{0};   // of all threads in Go code, sampled each millisecond
  std::int64_t fuel = 0;                  // words of code: loops cost their length each time around, calls 8
  std::uint64_t output_bytes = 0;         // written to files, streams and connections
  std::uint64_t open_files = 0;           // descriptors at once
};

struct Options {
  Access access;
  Limits limits;
  int workers = 0;                        // GOMAXPROCS; 0: $GOMAXPROCS if access is open, or the processors this process may use
  bool seeded_schedule = false;           // one worker, every choice drawn from schedule_seed
  std::uint64_t schedule_seed = 0;
  bool virtual_time = false;              // with seeded_schedule: time passes as instructions do, and while all sleep it jumps
  std::string schedule_trace = {};        // with seeded_schedule: file that gets a line for each scheduling event; "-": stderr
  std::string lang;                       // language version, overrides go.mod's: "go1.21"
  std::string directory;                  // that patterns and positions are relative to; empty: the working directory
  std::string goroot;                     // Go's source tree, for the tests of std; empty: $GOVM_GOROOT, or where tools/fetch_go finds it
  // Called when there is no fuel left, by the thread that needs it, in the midst of Go code; returns more, or 0.
  std::function<std::int64_t()> on_out_of_fuel;
  std::vector<std::string> tags;          // additional build tags
  std::shared_ptr<const std::string> bundle;  // files are read from there, not from the disk (see bundle.hpp)
  bool record_files = false;              // what is read is kept for a bundle
  bool bodyless = false;                  // accept functions without body; calling one is a run-time error
  bool reloadable = false;                // Program::reload: calls between functions of the program's own packages are never inlined
  bool all_errors = false;                // report all compile errors, not just the first 10
  std::string cover_mode;                 // of load_test: "set", "count" or "atomic" counts the statements that run
  std::vector<std::string> cover_packages;  // in these packages (import paths); empty: in the one under test
  std::string cover_where;                // what the report says of them: " in ./..."
};

// What a Vm has used. Taking them stops the program for some microseconds.
struct Statistics {
  std::uint64_t heap_bytes = 0;           // of objects, dead ones that were not swept yet included
  std::uint64_t heap_objects = 0;
  std::uint64_t allocated_bytes = 0;      // since the Vm was made
  std::uint64_t heap_reserved_bytes = 0;  // from the system; limits.heap_bytes is about these
  std::uint64_t goroutines = 0;
  std::uint64_t collections = 0;          // cycles of the collector
  std::chrono::nanoseconds pauses{0};     // of all collections
  std::chrono::nanoseconds longest_recent_pause{0};
  // Instructions are counted by fuel only, in its units (words of code), while limits.fuel is set; else this stays.
  std::uint64_t fuel_used = 0;
  std::chrono::nanoseconds cpu_time{0};   // in Go code, sampled, while limits.cpu_time is set; else this stays
  // Outside of Go code: in C++ functions of modules, and in system calls (waiting in them included). Go's own natives
  // (copying, hashing, ...) count as Go code.
  std::chrono::nanoseconds host_time{0};
  std::uint64_t host_calls = 0;
  std::chrono::nanoseconds system_time{0};
  std::uint64_t system_calls = 0;
  std::uint64_t output_bytes = 0;
};

// What a reload did; names as in "main.Rules".
struct Reloaded {
  std::size_t functions = 0;              // and methods that took the place of those of the version before
  std::vector<std::string> kept;          // package variables that have their values still
  std::vector<std::string> fresh;         // those that are new, or of another type than before
};

// A compile error or warning, in gc's words.
struct Diagnostic {
  std::string position;                   // "file.go:5:2"
  std::string message;
  std::string text() const { return position.empty() ? message : position + ": " + message; }
};

namespace detail {
struct ProgramAccess;
class Engine;
struct LoadedProgram;

std::shared_ptr<const Callee> resolve(std::shared_ptr<LoadedProgram> program, const std::string& name, const Shape& shape);
}  // namespace detail

// A checked program: package main (or any other) and all it imports. Keeps its Vm alive.
class Program {
 public:
  explicit Program(std::shared_ptr<detail::LoadedProgram> impl) : impl_(std::move(impl)) {}

  // Initialises the packages and runs main.main; the program's exit code. Errors of the program itself (an uncaught
  // panic: code 2) were printed to its standard error, as Go does.
  int run();

  // Why run() would refuse: no main package, no main function. "": it would not.
  std::string problem() const;

  // As run, for embedders: an error unless main.main returned. Nothing is printed that the program does not print.
  Result<void> run_main();

  // A function of the root package by name ("Add"), one of another package ("strings.ToUpper"), or a method, whose
  // receiver is the first argument ("(*Entity).Move"). The types are compared once, here; what is wrong is told by the
  // Function's error() and by its calls. function.h lists what C++ types are in Go.
  template <typename Signature>
  Function<Signature> function(const std::string& name) {
    return Function<Signature>(detail::resolve(impl_, name, detail::shape_of<Signature>()));
  }

  // A new version of the program's own packages, while it runs (options.reloadable): given as text, or read again from
  // where it was loaded from. Errors (of the compiler, access): nothing has changed. Else all calls get to the new code,
  // those of goroutines in old functions too, and of Functions bound before; variables of unchanged types keep their
  // values. docs/embedding.md says what "unchanged" is. From any thread, also in a function that Go calls.
  Result<Reloaded> reload(std::string name, std::string text);
  Result<Reloaded> reload();

  // Text forms of a function and what it consists of, by symbol name ("main.main"); "" : all of the root package.
  Result<std::string> disassembly(std::string_view function = "");
  Result<std::string> ir(std::string_view function = "", bool optimized = true);
  // What of the root package is allocated on the heap and inlined, a line each, as `go build -gcflags=-m` tells it. Before
  // anything runs. With a path: of that package, empty if the program has none.
  std::string decisions(bool inlining = true, std::string_view package = {});

 private:
  friend struct detail::ProgramAccess;   // the C API
  std::shared_ptr<detail::LoadedProgram> impl_;
};

class Vm {
 public:
  explicit Vm(Options options = {});
  ~Vm();
  Vm(Vm&&) noexcept;
  Vm& operator=(Vm&&) noexcept;

  // A package that Go code may import, to add C++ functions and types to: module.h. Before the first load.
  Module module(const std::string& path);

  // ---- loading. Each may be called once a Vm. Errors: every diagnostic, one a line, as gc prints them.
  Result<Program> load_source(std::string name, std::string text);
  Result<Program> load_files(const std::vector<std::string>& paths);
  Result<Program> load_package(const std::string& pattern);  // a directory or import path

  // What patterns of packages name, and the program that `go test` builds for one of them (null: no test files).
  struct Place {
    std::string path;                     // import path
    std::string directory;                // where its tests are to run; empty: its sources are not at hand
    std::vector<std::string> files;       // which of it; empty: all
  };
  Result<std::vector<Place>> places(const std::vector<std::string>& patterns);
  Result<std::unique_ptr<Program>> load_test(const Place& place);

  // Only checks: the packages of the patterns, or the files if the first ends in ".go".
  std::vector<Diagnostic> check(const std::vector<std::string>& patterns);
  std::size_t checked_packages() const;   // of the last check
  std::size_t checked_lines() const;

  // Limits, at any time, from any thread. heap_bytes cannot be changed. fuel: what is left; setting it turns counting
  // on for goroutines that are started, or resumed from a wait, afterwards.
  Limits limits() const;
  void set_limits(const Limits& limits);
  Statistics statistics() const;

  // Ends whatever runs in this Vm, from any thread or signal handler. Returns at once; calls that are going on return
  // kInterrupted within a millisecond or so. For good: the Vm can then only be destroyed. System calls that nobody waits
  // for any more, of a Vm that has ended or of an interrupted call, are made to return EINTR by SIGURG; so may be those of
  // a host function that is running. A handler for SIGURG is installed if there is none.
  void interrupt() noexcept;
  // Everything read so far, if options.record_files (see bundle.hpp).
  std::string recorded_files() const;

 private:
  std::shared_ptr<detail::Engine> engine_;
};

std::string version();    // "govm 0.1.0 (Go 1.24.4)"
std::string licenses();   // texts of the licences of what is linked in

}  // namespace govm
