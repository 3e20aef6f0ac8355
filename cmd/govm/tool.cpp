// Commands that are Go programs of the pack: gofmt and doc, which are Go's own, and govm's own in internal/govm.
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "bindings/bundle.hpp"
#include "cmd/govm/options.h"

namespace {

namespace fs = std::filesystem;

// Ends the process, after `last_words` were given the exit code; returns if the tool cannot be loaded.
int run_tool(const std::string& package, const std::string& name, Arguments arguments, void (*last_words)(int) = nullptr) {
  arguments.insert(arguments.begin(), name);
  govm::Options options;
  options.access = govm::Access::all(std::move(arguments));
  options.access.signals = true;
  govm::Vm vm(std::move(options));
  govm::Result<govm::Program> program = vm.load_package(package);
  if (!program) return print_error(program.error().message);
  const int code = program->run();
  if (last_words) last_words(code);
  end_process(code);
}

// Where Go programs look for Go's sources.
bool set_goroot() {
  const std::string tree = govm::go_source_tree();
  if (!tree.empty()) setenv("GOROOT", tree.c_str(), 1);
  return !tree.empty();
}

void link(const fs::path& to, const fs::path& from) {
  std::error_code error;
  if (fs::read_symlink(from, error) == to) return;
  fs::remove(from, error);
  fs::create_symlink(to, from, error);
}

// Programs that ask "go" for something ask this one: by $PATH, or as bin/go of a tree that is otherwise $GOROOT's. The
// folder is left where it is: it is the same each time.
void be_go() {
  std::error_code error;
  const std::string self = fs::read_symlink("/proc/self/exe", error).string();
  const fs::path folder = fs::temp_directory_path(error) / ("govm-go-" + std::to_string(::getuid()));
  fs::create_directory(folder, error);
  struct stat info {};
  if (::lstat(folder.c_str(), &info) != 0 || info.st_uid != ::getuid() || !S_ISDIR(info.st_mode)) return;
  link(self, folder / "go");
  const fs::path tree = folder / "goroot";
  fs::create_directories(tree / "bin", error);
  link(self, tree / "bin/go");
  for (const char* name : {"src", "VERSION"}) link(fs::path(std::getenv("GOROOT")) / name, tree / name);
  setenv("GOROOT", tree.c_str(), 1);
  const char* path = std::getenv("PATH");
  setenv("PATH", (folder.string() + ":" + (path ? path : "")).c_str(), 1);
}

}  // namespace

int format(const Command&, const Flags&, Arguments arguments) { return run_tool("cmd/gofmt", "gofmt", std::move(arguments)); }

int doc(const Command& self, const Flags&, Arguments arguments) {
  if (!set_goroot()) return usage_error(self, "no Go source tree found: run tools/fetch_go, or set GOVM_GOROOT");
  be_go();
  return run_tool("cmd/doc", "doc", std::move(arguments), [](int code) {
    if (code == 1) std::fputs("exit status 1\n", stderr);  // as the go command, whose tool it is
  });
}

// list, env, mod, vet: the tool is told which.
int go_tool(const Command& self, const Flags&, Arguments arguments) {
  set_goroot();
  std::error_code error;
  setenv("GOVM_EXECUTABLE", fs::read_symlink("/proc/self/exe", error).c_str(), 1);
  arguments.insert(arguments.begin(), std::string(self.name));
  return run_tool(self.name == "vet" ? "internal/govm/vettool" : "internal/govm/listtool", "govm", std::move(arguments));
}
