// govm: the command line. A plain client of the public API.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>

#include "cmd/govm/commands.h"

namespace {

// The C++ side is out of memory: said as Go says it, without needing any.
void out_of_memory() {
  constexpr std::string_view kText = "fatal error: runtime: out of memory\n";
  if (::write(STDERR_FILENO, kText.data(), kText.size()) < 0) ::_exit(3);
  ::_exit(2);
}

bool asks_for_help(const std::string& argument) {
  return argument == "--help" || argument == "-help" || argument == "-h";
}

int run_command(const Command& command, Arguments arguments) {
  if (!arguments.empty() && asks_for_help(arguments[0])) {
    std::fputs(help_text(command).c_str(), stdout);
    return 0;
  }
  Flags flags;
  std::string problem;
  if (!command.own_flags && !take_flags(command, arguments, flags, problem)) return usage_error(command, problem);
  return command.run(command, flags, std::move(arguments));
}

bool is_file(const std::string& name) {
  std::error_code error;
  return std::filesystem::is_regular_file(name, error);
}

}  // namespace

int main(int argc, char** argv) {
  std::set_new_handler(out_of_memory);
  if (int code = 0; run_own_bundle(Arguments(argv, argv + argc), &code)) return code;
  Arguments arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) return run_command(*find_command("repl"), {});
    std::fputs(help_text().c_str(), stderr);
    return 2;
  }
  const std::string first = arguments[0];
  arguments.erase(arguments.begin());
  if (first == "run-test-program") return run_test_program(std::move(arguments));
  if (asks_for_help(first)) return run_command(*find_command("help"), std::move(arguments));
  if (first == "--version") return run_command(*find_command("version"), std::move(arguments));
  if (const Command* command = find_command(first)) return run_command(*command, std::move(arguments));
  if (first.ends_with(".go") || is_file(first)) return run_script(first, std::move(arguments));
  return usage_error("unknown command " + first);
}
