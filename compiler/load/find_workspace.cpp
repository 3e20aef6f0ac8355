// go.work, and whether vendor/modules.txt agrees with go.mod.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"

namespace govm::load {

const Loader::Impl::Workspace& Loader::Impl::workspace() {
  if (workspace_) return *workspace_;
  workspace_.emplace();
  const char* named = std::getenv("GOWORK");
  if (named && std::string_view(named) == "off") return *workspace_;
  std::optional<std::string> text;
  std::string directory = options.directory;
  if (named && *named) {
    text = files->read(named);
    directory = directory_of(named);
  } else {
    while (!(text = files->read(join_path(directory, "go.work")))) {
      const std::string up(directory_of(directory));
      if (up.empty() || up == directory) break;
      directory = up;
    }
  }
  if (!text) return *workspace_;
  GoMod work = parse_go_mod(*text, "go.work");
  if (!work.errors.empty()) {
    std::string message = "errors parsing go.work:";
    for (const std::string& e : work.errors) message += "\n" + e;
    find_error(Pos{}, message);
  }
  workspace_->directory = directory;
  workspace_->replaces = std::move(work.replaces);
  workspace_->godebugs = std::move(work.godebugs);
  workspace_->go_version = work.go_version;
  for (const std::string& use : work.uses) {
    workspace_->uses.push_back(join_path(directory, use));
    const ModuleInfo* module = module_for(workspace_->uses.back());
    if (module->directory == workspace_->uses.back()) continue;
    find_error(Pos{}, "cannot load module " + use + " listed in go.work file: open " + join_path(use, "go.mod") +
                          ": no such file or directory");
  }
  return *workspace_;
}

// In a workspace, the go command works on its modules only.
void Loader::Impl::check_workspace_has(const ModuleInfo* module) {
  const Workspace& w = workspace();
  if (w.directory.empty() || module->path.empty()) return;
  if (std::find(w.uses.begin(), w.uses.end(), module->directory) != w.uses.end()) return;
  find_error(Pos{}, "current directory is contained in a module that is not one of the workspace modules listed in go.work. "
                    "You can add the module to the workspace using:\n\tgo work use .");
}

// Every requirement must be marked as explicit in vendor/modules.txt, in the same version, and nothing else.
void Loader::Impl::check_vendor(const ModuleInfo& module) {
  const auto text = files->read(join_path(module.directory, "vendor/modules.txt"));
  if (!text) return;
  std::unordered_map<std::string, std::string> listed, explicit_ones;   // module to version
  std::string line, current;
  for (std::istringstream in(*text); std::getline(in, line);) {
    std::istringstream words(line);
    std::string mark, path, version;
    words >> mark >> path >> version;
    if (mark == "#" && !version.empty() && version != "=>") {
      listed[path] = version;
      current = path;
    } else if (mark == "##" && !current.empty() && line.find("explicit") != std::string::npos) {
      explicit_ones[current] = listed[current];
    }
  }
  std::string problems;
  for (const GoMod::Require& r : module.requires_) {
    const auto found = explicit_ones.find(r.path);
    if (found == explicit_ones.end()) {
      problems += "\n\t" + r.path + "@" + r.version + ": is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt";
    } else if (found->second != r.version) {
      problems += "\n\t" + r.path + "@" + r.version + ": is explicitly required in go.mod, but vendor/modules.txt indicates " +
                  r.path + "@" + found->second;
    }
  }
  for (const auto& [path, version] : explicit_ones) {
    const bool known = std::any_of(module.requires_.begin(), module.requires_.end(), [&](const auto& r) { return r.path == path; });
    if (!known) problems += "\n\t" + path + "@" + version + ": is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod";
  }
  if (problems.empty()) return;
  find_error(Pos{}, "inconsistent vendoring in " + module.directory + ":" + problems +
                        "\n\n\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor "
                        "directory, run:\n\t\tgo mod vendor");
}

}  // namespace govm::load
