#include "cmd/govm/options.h"

#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

govm::Options vm_options(const Flags& flags) {
  govm::Options options;
  options.lang = flags.get("lang");
  options.all_errors = flags.has("e");
  options.bodyless = flags.has("bodyless");
  std::string tags = flags.get("tags");
  for (std::size_t at; !tags.empty(); tags.erase(0, at == tags.npos ? at : at + 1)) {
    at = tags.find_first_of(", ");
    if (at != 0) options.tags.push_back(tags.substr(0, at));
  }
  if (flags.has("sched-seed")) {
    options.seeded_schedule = true;
    options.schedule_seed = std::strtoull(flags.get("sched-seed").c_str(), nullptr, 10);
    options.virtual_time = flags.has("virtual-time");
    const std::string trace = flags.get("trace");  // sched, or sched:FILE
    if (trace == "sched") options.schedule_trace = "-";
    if (trace.starts_with("sched:")) options.schedule_trace = trace.substr(6);
  }
  return options;
}

bool is_go_file(std::string_view name) { return name.ends_with(".go"); }

std::size_t target_count(const Arguments& arguments) {
  std::size_t count = 0;
  while (count < arguments.size() && is_go_file(arguments[count])) ++count;
  return count == 0 ? 1 : count;
}

int require_files(const Arguments& arguments) {
  for (const std::string& name : arguments) {
    if (!is_go_file(name) || ::access(name.c_str(), R_OK) == 0) continue;
    std::string why = std::strerror(errno);
    why[0] = static_cast<char>(std::tolower(why[0]));  // as Go writes it
    print_error("stat " + name + ": " + why);
    return 2;
  }
  return 0;
}

govm::Result<govm::Program> load_target(govm::Vm& vm, const Arguments& arguments) {
  if (!is_go_file(arguments[0])) return vm.load_package(arguments[0]);
  return vm.load_files({arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(target_count(arguments))});
}

void end_process(int code) {
  std::fflush(nullptr);
  std::_Exit(code);
}

bool wants_decisions(const std::string& gcflags, bool& inlining) {
  std::istringstream words(gcflags);
  bool asked = false;
  inlining = true;
  for (std::string word; words >> word;) {
    asked |= word == "-m" || word.starts_with("-m=");
    inlining &= word != "-l";
  }
  return asked;
}

void print_decisions(const Flags& flags, const Arguments& arguments, govm::Program& program) {
  bool inlining = true;
  if (!wants_decisions(flags.get("gcflags"), inlining)) return;
  const std::string package = is_go_file(arguments[0]) ? "command-line-arguments" : arguments[0];
  std::fprintf(stderr, "# %s\n%s", package.c_str(), program.decisions(inlining).c_str());
}

int print_decisions(const Flags& flags, const Arguments& arguments) {
  if (!flags.has("gcflags")) return 0;
  govm::Options options = vm_options(flags);
  options.access = govm::Access::all(arguments);
  govm::Vm vm(std::move(options));
  govm::Result<govm::Program> program = load_target(vm, arguments);
  if (!program) return print_error(program.error().message);
  print_decisions(flags, arguments, *program);
  return 0;
}

void run_to_end(govm::Program& program) {
  end_process(program.run());
}

int run_program(govm::Result<govm::Program> program) {
  if (!program) return print_error(program.error().message);
  run_to_end(*program);
}

int print_error(const std::string& message) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}
