// govm: the command line. A plain client of the public API.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/govm.hpp"
#include "cmd/govm/commands.h"

namespace {

constexpr std::string_view kUsage = R"(govm runs Go programs.

  govm run [-lang=go1.N] [-bodyless] [--sched-seed=N] FILE.go... | DIR | PACKAGE  [ARGUMENTS]
  govm check [-e] [-lang=go1.N] [-bodyless] [-stats] FILE.go... | DIR | ./... | std
  govm test [go test's flags] [PACKAGE | DIR | ./... | std]...
  govm disasm FILE.go | DIR  [FUNCTION]      bytecode, of the package or one function ("main.f")
  govm ir [-raw] FILE.go | DIR  [FUNCTION]   SSA, optimised unless -raw
  govm version [--licenses]
  govm help

run: exits with the program's code; 1 if it does not compile.
-bodyless: functions without body are no errors, unless they are called.
check: prints every error as FILE:LINE:COLUMN: MESSAGE; exits with 1 if there are any. -e: more than 10.
)";

// Takes the options at the front of `arguments`. False: the one now in front is unknown.
bool take_options(Arguments& arguments, govm::Options& options, bool* stats, bool* raw) {
  while (!arguments.empty() && arguments[0].size() > 1 && arguments[0][0] == '-') {
    std::string_view option = arguments[0];
    option.remove_prefix(option.starts_with("--") ? 2 : 1);
    if (option.starts_with("lang=")) {
      options.lang = option.substr(5);
    } else if (option == "e") {
      options.all_errors = true;
    } else if (option == "bodyless") {
      options.bodyless = true;
    } else if (option == "stats" && stats) {
      *stats = true;
    } else if (option == "raw" && raw) {
      *raw = true;
    } else if (option.starts_with("sched-seed=")) {
      options.seeded_schedule = true;
      options.schedule_seed = std::strtoull(option.data() + std::strlen("sched-seed="), nullptr, 10);
    } else {
      return false;
    }
    arguments.erase(arguments.begin());
  }
  return true;
}

bool is_go_file(std::string_view name) { return name.ends_with(".go"); }

// Number of arguments at the front that name what to load: Go files, or one package.
std::size_t target_count(const Arguments& arguments) {
  std::size_t count = 0;
  while (count < arguments.size() && is_go_file(arguments[count])) ++count;
  return count == 0 ? 1 : count;
}

govm::Result<govm::Program> load(govm::Vm& vm, const Arguments& arguments) {
  if (!is_go_file(arguments[0])) return vm.load_package(arguments[0]);
  return vm.load_files({arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(target_count(arguments))});
}

// What os.Args[0] shall be: the program's name without folder and ending.
std::string program_name(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  if (is_go_file(name)) name.resize(name.size() - 3);
  return name.empty() || name == "." ? "main" : name;
}

int run(Arguments arguments) {
  govm::Options options;
  if (!take_options(arguments, options, nullptr, nullptr)) return usage_error("run: unknown option " + arguments[0]);
  if (arguments.empty()) return usage_error("run: no Go files given");
  Arguments program_arguments(arguments.begin() + static_cast<std::ptrdiff_t>(target_count(arguments)), arguments.end());
  program_arguments.insert(program_arguments.begin(), program_name(arguments[0]));
  options.access = govm::Access::all(std::move(program_arguments));
  options.access.signals = true;
  govm::Vm vm(std::move(options));
  govm::Result<govm::Program> program = load(vm, arguments);
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().message.c_str());
    return 1;
  }
  const int code = program->run();
  std::fflush(nullptr);
  std::_Exit(code);  // the program is over, even if some of its goroutines are in system calls that never end
}

int check(Arguments arguments) {
  govm::Options options;
  bool stats = false;
  if (!take_options(arguments, options, &stats, nullptr)) return usage_error("check: unknown option " + arguments[0]);
  if (arguments.empty()) arguments.push_back(".");
  govm::Vm vm(std::move(options));
  const std::vector<govm::Diagnostic> diagnostics = vm.check(arguments);
  for (const govm::Diagnostic& d : diagnostics) std::printf("%s\n", d.text().c_str());
  if (stats) {
    std::printf("%zu packages, %zu lines, %zu errors\n", vm.checked_packages(), vm.checked_lines(), diagnostics.size());
  }
  return diagnostics.empty() ? 0 : 1;
}

// disasm and ir.
int show(const std::string& command, Arguments arguments) {
  govm::Options options;
  bool raw = false;
  if (!take_options(arguments, options, nullptr, &raw)) return usage_error(command + ": unknown option " + arguments[0]);
  if (arguments.empty()) return usage_error(command + ": no Go files given");
  govm::Vm vm(std::move(options));
  govm::Result<govm::Program> program = load(vm, arguments);
  if (!program) {
    std::fprintf(stderr, "%s\n", program.error().message.c_str());
    return 1;
  }
  const std::size_t targets = target_count(arguments);
  const std::string function = arguments.size() > targets ? arguments[targets] : "";
  const govm::Result<std::string> text = command == "ir" ? program->ir(function, !raw) : program->disassembly(function);
  if (!text) {
    std::fprintf(stderr, "govm: %s\n", text.error().message.c_str());
    return 1;
  }
  std::fputs(text.value().c_str(), stdout);
  return 0;
}

int version(const Arguments& arguments) {
  std::printf("%s\n", govm::version().c_str());
  if (!arguments.empty() && (arguments[0] == "--licenses" || arguments[0] == "-licenses")) {
    std::printf("\n%s", govm::licenses().c_str());
  }
  return 0;
}

// The C++ side is out of memory: said as Go says it, without needing any.
void out_of_memory() {
  constexpr std::string_view kText = "fatal error: runtime: out of memory\n";
  if (::write(STDERR_FILENO, kText.data(), kText.size()) < 0) ::_exit(3);
  ::_exit(2);
}

}  // namespace

int usage_error(const std::string& message) {
  std::fprintf(stderr, "govm: %s\nRun 'govm help' for usage.\n", message.c_str());
  return 2;
}

int main(int argc, char** argv) {
  std::set_new_handler(out_of_memory);
  Arguments arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    std::fputs(kUsage.data(), stderr);
    return 2;
  }
  const std::string command = arguments[0];
  arguments.erase(arguments.begin());
  if (command == "run") return run(std::move(arguments));
  if (command == "test") return test(std::move(arguments));
  if (command == "run-test-program") return run_test_program(std::move(arguments));
  if (command == "check") return check(std::move(arguments));
  if (command == "disasm" || command == "ir") return show(command, std::move(arguments));
  if (command == "version" || command == "--version") return version(arguments);
  if (command == "help" || command == "--help" || command == "-h") {
    std::fputs(kUsage.data(), stdout);
    return 0;
  }
  return usage_error("unknown command " + command);
}
