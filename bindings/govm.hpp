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

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace govm {

// What a Go program may reach outside of its Vm.
struct Access {
  bool open = false;                      // files, processes, environment, network of this process; standard streams
  std::vector<std::string> arguments;     // os.Args; [0] is the program's name
  bool signals = false;                   // signals of the process are the program's (if open): os/signal works, and
                                          // unwanted ones do what they do to a Go program (QUIT prints goroutines)
  std::string test_program = {};          // for programs of `govm test`: what starts this one again
  static Access none() { return {}; }
  static Access all(std::vector<std::string> args = {"govm"}) { return {true, std::move(args), false, {}}; }
};

struct Limits {
  std::uint64_t heap_bytes = 0;           // 0: none
};

struct Options {
  Access access;
  Limits limits;
  int workers = 0;                        // GOMAXPROCS; 0: the processors this process may use
  bool seeded_schedule = false;           // one worker, every choice drawn from schedule_seed
  std::uint64_t schedule_seed = 0;
  std::string lang;                       // language version, overrides go.mod's: "go1.21"
  std::string directory;                  // that patterns and positions are relative to; empty: the working directory
  std::string goroot;                     // Go's source tree, for the tests of std; empty: $GOVM_GOROOT, or where tools/fetch_go finds it
  bool bodyless = false;                  // accept functions without body; calling one is a run-time error
  bool all_errors = false;                // report all compile errors, not just the first 10
};

// A compile error or warning, in gc's words.
struct Diagnostic {
  std::string position;                   // "file.go:5:2"
  std::string message;
  std::string text() const { return position.empty() ? message : position + ": " + message; }
};

namespace detail {
class Engine;
struct LoadedProgram;

// Arguments and results as the VM's frame slots.
struct Call {
  std::vector<std::uint64_t> arguments;
  std::vector<std::uint64_t> results;
  std::string text;                       // of a string result
  std::string types;                      // a code a value (see value_code): arguments, '>', results
};
Result<void> call_function(LoadedProgram& program, const std::string& name, Call& call);

template <typename T>
constexpr char value_code() {
  if constexpr (std::is_same_v<T, bool>) return 'b';
  else if constexpr (std::is_same_v<T, float>) return 'f';
  else if constexpr (std::is_same_v<T, double>) return 'd';
  else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) return 's';
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 1) return std::is_signed_v<T> ? '1' : 'B';
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 2) return std::is_signed_v<T> ? '2' : 'H';
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 4) return std::is_signed_v<T> ? '4' : 'W';
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 8) return std::is_signed_v<T> ? '8' : 'L';
  else static_assert(!sizeof(T), "a type that cannot be passed to Go");
}
void push(Call& call, bool v);
void push(Call& call, double v);
void push(Call& call, float v);
void push(Call& call, std::string_view v);  // borrowed until the call has returned
void push_integer(Call& call, std::uint64_t v);
template <typename T>
void push_value(Call& call, const T& v) {
  call.types.push_back(value_code<T>());
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    push_integer(call, static_cast<std::uint64_t>(static_cast<std::int64_t>(v)));
  } else {
    push(call, v);
  }
}
void pop(const Call& call, bool& v);
void pop(const Call& call, double& v);
void pop(const Call& call, float& v);
void pop(const Call& call, std::string& v);
template <typename T>
T pop_value(const Call& call) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
    return static_cast<T>(call.results.at(0));
  } else {
    T value{};
    pop(call, value);
    return value;
  }
}
}  // namespace detail

template <typename Signature>
class Function;

// A Go function callable from C++. Arguments and results: bool, integers, floats, strings. The call runs on a goroutine
// of its own while the calling thread works for the Vm; it returns when the function does. A panic, os.Exit, deadlock or
// limit comes back as an error with Go's text.
template <typename R, typename... Args>
class Function<R(Args...)> {
 public:
  Function(std::shared_ptr<detail::LoadedProgram> program, std::string name)
      : program_(std::move(program)), name_(std::move(name)) {}

  Result<R> operator()(Args... args) const {
    detail::Call call;
    (detail::push_value<std::decay_t<Args>>(call, args), ...);
    call.types.push_back('>');
    if constexpr (!std::is_void_v<R>) call.types.push_back(detail::value_code<R>());
    Result<void> done = detail::call_function(*program_, name_, call);
    if (!done) return done.error();
    if constexpr (std::is_void_v<R>) return {};
    else return detail::pop_value<R>(call);
  }

 private:
  std::shared_ptr<detail::LoadedProgram> program_;
  std::string name_;
};

// A checked program: package main (or any other) and all it imports. Keeps its Vm alive.
class Program {
 public:
  explicit Program(std::shared_ptr<detail::LoadedProgram> impl) : impl_(std::move(impl)) {}

  // Initialises the packages and runs main.main; the program's exit code. Errors of the program itself (an uncaught
  // panic: code 2) were printed to its standard error, as Go does.
  int run();

  // A function of the root package by name. Wrong names and types are reported by the call.
  template <typename Signature>
  Function<Signature> function(std::string name) {
    return Function<Signature>(impl_, std::move(name));
  }

  // Text forms of a function and what it consists of, by symbol name ("main.main"); "" : all of the root package.
  Result<std::string> disassembly(std::string_view function = "");
  Result<std::string> ir(std::string_view function = "", bool optimized = true);

 private:
  std::shared_ptr<detail::LoadedProgram> impl_;
};

class Vm {
 public:
  explicit Vm(Options options = {});
  ~Vm();
  Vm(Vm&&) noexcept;
  Vm& operator=(Vm&&) noexcept;

  // ---- loading. Each may be called once a Vm. Errors: every diagnostic, one a line, as gc prints them.
  Result<Program> load_source(std::string name, std::string text);
  Result<Program> load_files(const std::vector<std::string>& paths);
  Result<Program> load_package(const std::string& pattern);  // a directory or import path

  // What patterns of packages name, and the program that `go test` builds for one of them (null: no test files).
  struct Place {
    std::string path;                     // import path
    std::string directory;                // where its tests are to run; empty: its sources are not at hand
  };
  Result<std::vector<Place>> places(const std::vector<std::string>& patterns);
  Result<std::unique_ptr<Program>> load_test(const Place& place);

  // Only checks: the packages of the patterns, or the files if the first ends in ".go".
  std::vector<Diagnostic> check(const std::vector<std::string>& patterns);
  std::size_t checked_packages() const;   // of the last check
  std::size_t checked_lines() const;

  // Ends whatever runs in this Vm, from any thread. For good: the Vm can then only be destroyed.
  void interrupt();

 private:
  std::shared_ptr<detail::Engine> engine_;
};

std::string version();    // "govm 0.1.0 (Go 1.24.4)"
std::string licenses();   // texts of the licences of what is linked in

}  // namespace govm
