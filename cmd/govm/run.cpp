// govm run, and `govm FILE`.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>

#include "cmd/govm/options.h"

namespace {

// What os.Args[0] shall be: the program's name without folder and ending.
std::string program_name(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  if (is_go_file(name)) name.resize(name.size() - 3);
  return name.empty() || name == "." || name == "-" ? "main" : name;
}

std::optional<std::string> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

std::string read_standard_input() {
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, stdin)) > 0;) text.append(buffer, n);
  return text;
}

govm::Access access_for(const std::string& name, const Arguments& arguments, std::size_t first) {
  Arguments own(arguments.begin() + static_cast<std::ptrdiff_t>(first), arguments.end());
  own.insert(own.begin(), program_name(name));
  govm::Access access = govm::Access::all(std::move(own));
  access.signals = true;
  return access;
}

}  // namespace

int run(const Command& self, const Flags& flags, Arguments arguments) {
  if (arguments.empty()) return usage_error(self, "no Go files given");
  govm::Options options = vm_options(flags);
  const bool from_input = arguments[0] == "-";
  options.access = access_for(arguments[0], arguments, from_input ? 1 : target_count(arguments));
  govm::Vm vm(std::move(options));
  govm::Result<govm::Program> program = from_input ? vm.load_source("stdin", read_standard_input()) : load_target(vm, arguments);
  if (program) print_decisions(flags, arguments, *program);
  return run_program(std::move(program));
}

// A script may begin with a line "#! /usr/bin/env govm", and have any name.
int run_script(const std::string& file, Arguments arguments) {
  std::optional<std::string> text = read_file(file);
  if (!text) return usage_error("cannot read " + file);
  const bool script = text->starts_with("#!");
  if (script) text->replace(0, 2, "//");
  else if (!is_go_file(file)) return usage_error("unknown command " + file + " (a script begins with #!)");
  govm::Options options;
  options.access = access_for(file, arguments, 0);
  govm::Vm vm(std::move(options));
  return run_program(script ? vm.load_source(file, std::move(*text)) : vm.load_files({file}));
}
