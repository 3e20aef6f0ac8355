// What the command line names: directories, trees, import paths, files.
#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"

namespace govm::load {
namespace {

bool is_path_pattern(const std::string& p) {
  return p == "." || p == ".." || p.starts_with("./") || p.starts_with("../") || p.starts_with("/");
}

// What "std" and "..." mean of the pack: vendored packages, Go's commands and govm's own parts are no packages of std.
bool is_listed_std(std::string_view path) {
  return !path.starts_with("vendor/") && !path.starts_with("cmd/") && !path.starts_with("internal/govm/") &&
         !path.starts_with("modules/");
}

}  // namespace

std::string path_in_module(const ModuleInfo* module, const std::string& directory) {
  std::string relative;
  if (module->path.empty() || !relative_to(directory, module->directory, relative)) return "command-line-arguments";
  return relative.empty() ? module->path : module->path + "/" + relative;
}

bool Loader::Impl::is_go_file(const std::string& pattern) const {
  return pattern.ends_with(".go") && files->read(absolute(pattern));
}

void Loader::Impl::find_pattern(const std::string& pattern, std::vector<Unit*>& out) {
  auto add = [&](Unit* unit) {
    if (unit) out.push_back(unit);
  };
  if (pattern == "std") {
    for (const std::string_view path : StdPack::embedded().paths()) {
      if (is_listed_std(path)) add(find_import(nullptr, std::string(path), Pos{}));
    }
    return;
  }
  if (is_go_file(pattern)) {
    add(find_files({pattern}));
    return;
  }
  if (is_path_pattern(pattern)) {
    const bool tree = pattern.ends_with("/...");
    const std::string root = absolute(tree ? pattern.substr(0, pattern.size() - 4) : pattern);
    if (!tree) {
      add(find_directory(root));
    } else if (!files->list(root)) {
      find_error(Pos{}, "pattern " + pattern + ": lstat " + pattern.substr(0, pattern.size() - 3) +
                            ": no such file or directory");
    } else {
      find_tree(root, module_for(root), out);
    }
    return;
  }
  if (pattern.ends_with("/...")) {
    const std::string prefix = pattern.substr(0, pattern.size() - 4);
    ModuleInfo* module = module_for(options.directory);
    std::string rest;
    if (!module->path.empty() && relative_to(prefix, module->path, rest)) {
      find_tree(join_path(module->directory, rest.empty() ? "." : rest), module, out);
      return;
    }
    if (prefix == "cmd" || prefix.starts_with("cmd/")) {
      const std::string commands = join_path(options.goroot, "src/" + prefix);
      if (in_goroot(commands)) find_tree(commands, module_for(commands), out);
    }
    for (const std::string_view path : StdPack::embedded().paths()) {
      if (path == prefix || path.starts_with(prefix + "/")) add(find_import(nullptr, std::string(path), Pos{}));
    }
    return;
  }
  stack.push_back({pattern, ""});
  add(find_import(nullptr, pattern, Pos{}));
  stack.pop_back();
}

void Loader::Impl::find_places(const std::string& pattern, std::vector<Loader::Place>& out) {
  const bool tree = pattern == "..." || pattern.ends_with("/...");
  const std::string top = tree ? pattern.substr(0, pattern.size() - std::min<std::size_t>(pattern.size(), 4)) : pattern;
  const auto std_place = [&](std::string_view path) {
    const bool known = !options.goroot.empty();
    out.push_back({std::string(path), known ? join_path(options.goroot, "src/" + std::string(path)) : "", {}});
  };
  if (is_path_pattern(pattern)) {
    const std::string directory = absolute(top);
    if (!files->list(directory)) {
      find_error(Pos{}, "stat " + directory + ": directory not found");
    } else if (tree) {
      find_tree_places(directory, module_for(directory), out);
    } else {
      out.push_back({path_in_module(module_for(directory), directory), directory, {}});
    }
    return;
  }
  if (pattern == "std" || tree) {
    for (const std::string_view path : StdPack::embedded().paths()) {
      if (!is_listed_std(path)) continue;
      if (pattern == "std" || path == top || path.starts_with(top + "/")) std_place(path);
    }
    const std::string commands = join_path(options.goroot, "src/" + top);
    if (top.starts_with("cmd") && in_goroot(commands)) find_tree_places(commands, module_for(commands), out);
    return;
  }
  if (StdPack::embedded().has(pattern)) return std_place(pattern);
  if (pattern.starts_with("cmd/") && !options.goroot.empty() && files->list(join_path(options.goroot, "src/" + pattern))) {
    return std_place(pattern);
  }
  if (!options.goroot.empty() && pattern.find('.') == pattern.npos) {  // a folder of std that holds only tests
    for (const FileSystem::Entry& e : files->list(join_path(options.goroot, "src/" + pattern)).value_or(std::vector<FileSystem::Entry>())) {
      if (e.name.ends_with("_test.go")) return std_place(pattern);
    }
  }
  const Found found = find_package(module_for(options.directory), pattern);
  if (!found.problem.empty()) {
    find_error(Pos{}, found.missing_sum ? "missing go.sum entry for module providing package " + pattern +
                                              "; to add:\n\tgo mod download " + found.problem
                                        : found.problem);
  } else if (found.directory.empty()) {
    find_error(Pos{}, missing_package(module_for(options.directory), pattern));
  } else {
    out.push_back({pattern, found.directory, {}});
  }
}

Unit* Loader::Impl::find_directory(const std::string& directory) {
  if (!files->list(directory)) {
    find_error(Pos{}, "stat " + directory + ": directory not found");
    return nullptr;
  }
  ModuleInfo* module = module_for(directory);
  check_workspace_has(module);
  const std::string path = path_in_module(module, directory);
  if (const auto found = by_path.find(path); found != by_path.end() && found->second->directory == directory) {
    return found->second;
  }
  stack.push_back({path, ""});
  Unit* unit = load_directory(directory, path, module, Pos{});
  stack.pop_back();
  return unit;
}

// All packages below root; other modules, vendor and testdata folders are not entered.
void Loader::Impl::find_tree(const std::string& root, ModuleInfo* module, std::vector<Unit*>& out) {
  const auto entries = files->list(root);
  if (!entries) return;
  bool any_go_file = false;
  if (!read_directory(root, any_go_file).empty()) {
    if (Unit* unit = find_directory(root)) out.push_back(unit);
  }
  for (const FileSystem::Entry& e : *entries) {
    if (!e.is_dir || e.name.starts_with(".") || e.name.starts_with("_") || e.name == "testdata" || e.name == "vendor") {
      continue;
    }
    const std::string directory = join_path(root, e.name);
    if (module_for(directory) == module) find_tree(directory, module, out);
  }
}

// Files named one by one take part whatever their build constraints say.
std::vector<SourceText> Loader::Impl::read_files(const std::vector<std::string>& paths, std::string& directory) {
  std::vector<SourceText> sources;
  for (const std::string& path : paths) {
    if (!path.ends_with(".go")) {
      find_error(Pos{}, "named files must be .go files: " + path);
      return {};
    }
    const std::string full = absolute(path);
    auto text = files->read(full);
    if (!text) {
      const std::string why = files->read_error(full);
      find_error(Pos{}, files->list(full)                  ? path + " is a directory, should be a Go file"
                        : why == "no such file or directory" ? "stat " + path + ": " + why
                                                             : "open " + path + ": " + why);
      return {};
    }
    const std::string folder(directory_of(full));
    if (!directory.empty() && folder != directory) {
      find_error(Pos{}, "named files must all be in one directory; have " + directory + " and " + folder);
      return {};
    }
    directory = folder;
    sources.push_back({full, std::move(*text), false});
  }
  return sources;
}

Unit* Loader::Impl::find_files(const std::vector<std::string>& paths) {
  std::string directory;
  std::vector<SourceText> sources = read_files(paths, directory);
  if (sources.empty()) return nullptr;
  Unit* unit = new_unit("command-line-arguments");
  unit->directory = directory;
  ModuleInfo* module = module_for(directory);
  unit->module = module;
  unit->location = path_in_module(module, directory);
  stack.push_back({unit->path, ""});
  finish(unit, std::move(sources));
  stack.pop_back();
  return unit;
}

}  // namespace govm::load
