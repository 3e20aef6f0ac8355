// govm repl and govm eval
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "cmd/govm/options.h"
#include "repl/console.h"

namespace {

int signal_pipe[2];

void on_interrupt(int) {
  const char byte = 0;
  if (::write(signal_pipe[1], &byte, 1) < 0) return;
}

// SIGINT interrupts the console's evaluation, if any; else it is ignored (the line editor reads Ctrl-C itself).
void watch_interrupts(govm::repl::Console& console) {
  if (::pipe(signal_pipe) != 0) return;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  std::thread([&console] {
    char byte;
    while (::read(signal_pipe[0], &byte, 1) > 0) console.interrupt();
  }).detach();
}

// $XDG_STATE_HOME/govm/history, or below ~/.local/state; "" if that cannot be.
std::string history_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  if (!(state && *state) && !(home && *home)) return "";
  const std::filesystem::path folder = (state && *state ? std::filesystem::path(state) : std::filesystem::path(home) / ".local/state") / "govm";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  return error ? "" : (folder / "history").string();
}

govm::Options session_options(const Flags& flags) {
  govm::Options options = vm_options(flags);
  options.access = govm::Access::all({"govm"});
  return options;
}

}  // namespace

int repl(const Command& self, const Flags& flags, Arguments arguments) {
  if (!arguments.empty() && !is_go_file(arguments[0])) return usage_error(self, "unknown argument " + arguments[0]);
  if (const int code = require_files(arguments)) return code;
  govm::repl::ConsoleOptions options;
  options.interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  options.colors = govm::repl::colors_wanted(STDOUT_FILENO);
  if (options.interactive) options.history_file = history_file();
  govm::repl::Console console([&] { return std::make_unique<govm::Session>(session_options(flags)); }, options);
  watch_interrupts(console);
  for (const std::string& file : arguments) {
    if (!console.handle(":load " + file)) break;
  }
  end_process(console.run());
}

int eval(const Command& self, const Flags& flags, Arguments arguments) {
  if (arguments.empty()) return usage_error(self, "no expression given");
  std::string text;
  for (const std::string& a : arguments) text += a + "\n";
  govm::repl::ConsoleOptions options;
  options.colors = govm::repl::colors_wanted(STDOUT_FILENO);
  options.values_only = true;
  govm::repl::Console console([&] { return std::make_unique<govm::Session>(session_options(flags)); }, options);
  end_process(console.evaluate_once(text));
}
