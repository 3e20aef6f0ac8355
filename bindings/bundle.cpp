#include "bindings/bundle.hpp"

#include <filesystem>

#include "bindings/program.h"

namespace govm {
namespace {

// The targets and the folder they are relative to, a line each, an empty line, then the files.
std::string with_targets(const std::vector<std::string>& targets, const std::string& directory, const std::string& files) {
  std::string out = directory + "\n";
  for (const std::string& t : targets) out += t + "\n";
  return out + "\n" + files;
}

Result<Program> load_targets(Vm& vm, const std::vector<std::string>& targets) {
  return targets[0].ends_with(".go") ? vm.load_files(targets) : vm.load_package(targets[0]);
}

}  // namespace

Result<std::string> make_bundle(Options options, const std::vector<std::string>& targets) {
  options.record_files = true;
  if (options.directory.empty()) {
    std::error_code error;
    options.directory = std::filesystem::current_path(error).string();
  }
  const std::string directory = options.directory;
  Vm vm(std::move(options));
  Result<Program> program = load_targets(vm, targets);
  if (!program) return program.error();
  if (const std::string problem = program->problem(); !problem.empty()) return Error{problem};
  return with_targets(targets, directory, vm.recorded_files());
}

Result<Program> load_bundle(Options options, const std::string& bundle) {
  const std::size_t end = bundle.find("\n\n");
  if (end == bundle.npos) return Error{"the program in this file is damaged"};
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < end;) {
    const std::size_t stop = std::min(bundle.find('\n', at), end);
    lines.push_back(bundle.substr(at, stop - at));
    at = stop + 1;
  }
  if (lines.size() < 2) return Error{"the program in this file is damaged"};
  options.directory = lines[0];
  lines.erase(lines.begin());
  options.bundle = std::make_shared<const std::string>(bundle.substr(end + 2));
  Vm vm(std::move(options));
  return load_targets(vm, lines);
}

std::string go_source_tree(const Options& options) {
  return options.goroot.empty() ? detail::default_goroot() : options.goroot;
}

}  // namespace govm
