// Which package an import path means, and where its files are.
#include <algorithm>
#include <filesystem>

#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"

namespace govm::load {
namespace {

constexpr int kGoMinor = 24;

bool has_prefix(const std::string& path, const std::string& prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

// Standard library paths have no dot in their first element.
bool looks_like_std(const std::string& path) { return path.substr(0, path.find('/')).find('.') == std::string::npos; }

}  // namespace

std::string Loader::Impl::absolute(const std::string& path) const { return join_path(options.directory, path); }

// The module a directory belongs to: that of the nearest go.mod upwards. Never null: outside of modules an unnamed one.
ModuleInfo* Loader::Impl::module_for(const std::string& directory) {
  if (const auto found = module_of_directory.find(directory); found != module_of_directory.end()) return found->second;
  ModuleInfo* out = nullptr;
  if (const auto text = files->read(join_path(directory, "go.mod"))) {
    out = read_module(directory, *text);
  } else if (const std::string up(directory_of(directory)); !up.empty() && up != directory) {
    out = module_for(up);
  } else {
    out = &modules.emplace_back();
    out->go_version = "go1.24";
  }
  return module_of_directory[directory] = out;
}

ModuleInfo* Loader::Impl::read_module(const std::string& directory, const std::string& text) {
  GoMod mod = parse_go_mod(text, "go.mod");
  ModuleInfo* out = &modules.emplace_back();
  out->path = mod.path;
  out->directory = directory;
  out->go_version = mod.go_version;
  out->requires_ = std::move(mod.requires_);
  out->replaces = std::move(mod.replaces);
  out->godebugs = std::move(mod.godebugs);
  out->has_vendor = files->list(join_path(directory, "vendor")).has_value();
  if (!mod.errors.empty()) {
    std::string message = "errors parsing go.mod:";
    for (const std::string& e : mod.errors) message += "\n" + e;
    find_error(Pos{}, message);
  }
  if (out->has_vendor && directory == options.directory) check_vendor(*out);
  const std::string& v = out->go_version;
  if (v.starts_with("go1.") && std::atoi(v.c_str() + 4) > kGoMinor) {
    find_error(Pos{}, "go.mod requires go >= " + v.substr(2) + " (running go 1." + std::to_string(kGoMinor) + ")");
  }
  return out;
}

// Where a package of module `importer` finds package `path`: in the main modules, in vendor/, or in what they require.
Loader::Impl::Found Loader::Impl::find_package(ModuleInfo* importer, const std::string& path) {
  const auto in_module = [&](ModuleInfo* module) -> std::string {
    if (module->path.empty() || !has_prefix(path, module->path)) return {};
    const std::string directory = join_path(module->directory, "./" + path.substr(module->path.size()));
    return files->list(directory) ? directory : "";
  };
  const Roots& roots = roots_for(importer);
  for (ModuleInfo* module : roots) {
    if (std::string directory = in_module(module); !directory.empty()) return {std::move(directory), module, {}};
  }
  for (ModuleInfo* module : roots) {
    if (!module->has_vendor) continue;
    std::string directory = join_path(module->directory, "vendor/" + path);
    if (files->list(directory)) return {std::move(directory), module, {}};
  }
  if (Found found = find_required(roots, path); !found.directory.empty() || !found.problem.empty()) return found;
  // Files of another module that are named by their place: that module's own packages and requirements.
  if (std::find(roots.begin(), roots.end(), importer) != roots.end()) return {};
  if (std::string directory = in_module(importer); !directory.empty()) return {std::move(directory), importer, {}};
  return find_required(single_root(importer), path);
}

std::string Loader::Impl::missing_package(ModuleInfo* importer, const std::string& path) {
  if (looks_like_std(path) && !(!importer->path.empty() && has_prefix(path, importer->path))) {
    return "package " + path + " is not in std";
  }
  const Roots& roots = roots_for(importer);
  if (std::string replaced = unused_replacement(roots, path); !replaced.empty()) return replaced;
  return "no required module provides package " + path + "; to add it:\n\tgo get " + path;
}

// Whether a folder holds Go's own code, which may import any internal package.
bool Loader::Impl::in_goroot(const std::string& directory) const {
  std::string rest;
  return !options.goroot.empty() && relative_to(directory, join_path(options.goroot, "src"), rest);
}

void Loader::Impl::add_test_sources(const std::string& path, std::vector<SourceText>& sources) {
  const auto found = test_sources.find(path);
  if (found != test_sources.end()) sources.insert(sources.end(), found->second.begin(), found->second.end());
}

// Null after reporting. importer is null for packages asked for by the program's host.
Unit* Loader::Impl::find_import(Unit* importer, const std::string& path, Pos pos) {
  std::string actual = path;
  const bool of_std = importer && (importer->is_std || StdPack::embedded().has(importer->location));
  if (of_std && StdPack::embedded().has("vendor/" + path)) actual = "vendor/" + path;
  if (const auto found = by_path.find(actual); found != by_path.end()) {
    Unit* unit = found->second;
    if (unit->state == Unit::State::kFinding) {
      std::string message = "import cycle not allowed";
      std::string chain = stack.empty() ? "" : "package " + stack[0].path;
      for (std::size_t i = 1; i < stack.size(); ++i) {
        chain += "\n\timports " + stack[i].path + " from " + stack[i].from_file;
      }
      find_error(stack.empty() ? pos : Pos{}, chain.empty() ? message : chain + ": " + message);
      return nullptr;
    }
    const bool trusted = !importer || importer->privileged;
    if (!trusted && !internal_allowed(actual, importer->location)) {
      find_error(pos, "use of internal package " + path + " not allowed");
      return nullptr;
    }
    if (importer && !importer->is_test_main && !unit->files.empty() && unit->files[0]->package_name->value.str() == "main") {
      find_error(pos, "import \"" + path + "\" is a program, not an importable package");
      return nullptr;
    }
    return unit;
  }
  if (importer && !importer->privileged && (!internal_allowed(actual, importer->location) || path.starts_with("vendor/"))) {
    find_error(pos, "use of internal package " + path + " not allowed");
    return nullptr;
  }
  if (host_packages.contains(actual)) return load_host(actual);
  if (StdPack::embedded().has(actual) || test_sources.contains(actual)) return load_std(actual);
  if (Unit* command = find_command(actual, pos)) return command;
  return find_user_import(importer, path, pos);
}

// Go's own commands are no part of the pack: they come from the source tree. Null: there is no such folder.
Unit* Loader::Impl::find_command(const std::string& path, Pos pos) {
  if (options.goroot.empty() || !has_prefix(path, "cmd")) return nullptr;
  const std::string directory = join_path(options.goroot, "src/" + path);
  return files->list(directory) ? load_directory(directory, path, module_for(directory), pos) : nullptr;
}

Unit* Loader::Impl::find_user_import(Unit* importer, const std::string& path, Pos pos) {
  if (const std::string clean = std::filesystem::path(path).lexically_normal().string();
      path.find("//") != std::string::npos && path[0] != '/') {
    find_error(pos, "non-canonical import path \"" + path + "\" (should be \"" + clean + "\")");
    return nullptr;
  }
  if (path == "." || path == ".." || path.starts_with("./") || path.starts_with("../")) {
    find_error(pos, "\"" + path + "\" is relative, but relative import paths are not supported in module mode");
    return nullptr;
  }
  if (path.starts_with("/")) {
    find_error(pos, "cannot import absolute path \"" + path + "\"");
    return nullptr;
  }
  ModuleInfo* module = module_for(importer && !importer->directory.empty() ? importer->directory : options.directory);
  const Found found = find_package(module, path);
  if (found.missing_sum) {
    const std::string user = importer ? importer->location : "";
    const std::string version = module->version.empty() ? "" : "@" + module->version;
    find_error(pos, "missing go.sum entry for module providing package " + path + (importer ? " (imported by " + user + ")" : "") +
                        "; to add:\n\t" + (importer ? "go get " + user + version : "go mod download " + found.problem));
    return nullptr;
  }
  if (!found.problem.empty()) {
    find_error(found.at_import ? pos : Pos{}, found.problem);
    return nullptr;
  }
  if (!found.directory.empty()) {
    Unit* unit = load_directory(found.directory, path, found.owner, pos);
    if (unit && importer && !unit->failed && unit->files[0]->package_name->value.str() == "main") {
      find_error(pos, "import \"" + path + "\" is a program, not an importable package");
      return nullptr;
    }
    return unit;
  }
  find_error(pos, missing_package(module, path));
  return nullptr;
}

Unit* Loader::Impl::load_std(const std::string& path) {
  Unit* unit = new_unit(path);
  unit->is_std = true;
  unit->privileged = true;
  std::vector<SourceText> sources;
  for (StdPack::File& f : StdPack::embedded().files(path)) {
    sources.push_back({path + "/" + f.name, std::move(f.text), f.is_overlay});
  }
  if (path == "runtime") {
    sources.push_back({"runtime/zdebug.go", "package runtime\n\nconst godebugDefault = \"" + debug_settings() + "\"\n", true});
  }
  cover(path, sources);
  add_test_sources(path, sources);
  return finish(unit, std::move(sources));
}

Unit* Loader::Impl::load_host(const std::string& path) {
  Unit* unit = new_unit(path);
  unit->privileged = true;
  std::vector<SourceText> sources;
  for (Source& s : host_packages[path]) sources.push_back({std::move(s.name), std::move(s.text), false});
  return finish(unit, std::move(sources));
}

// Assembly is not run: a package that has some for amd64 takes its files for any architecture, unless the pack has
// bodies for its functions (stdlib/overlay/modules).
const BuildContext& Loader::Impl::context_of(const std::string& directory) {
  const auto [found, is_new] = contexts.try_emplace(directory, user_context);
  if (!is_new) return found->second;
  for (const FileSystem::Entry& e : files->list(directory).value_or(std::vector<FileSystem::Entry>())) {
    if (!e.is_regular || !e.name.ends_with(".s") || !user_context.matches_name(e.name)) continue;
    const auto text = files->read(join_path(directory, e.name));
    if (!text || text->find("TEXT") == text->npos || !user_context.matches_text(*text)) continue;
    std::string path = path_in_module(module_for(directory), directory);
    if (const std::size_t vendored = path.find("/vendor/"); vendored != path.npos) path.erase(0, vendored + 8);
    found->second.amd64 = StdPack::embedded().has("modules/" + path);
    break;
  }
  return found->second;
}

std::vector<SourceText> Loader::Impl::read_directory(const std::string& directory, bool& any_go_file) {
  std::vector<SourceText> out;
  any_go_file = false;
  const BuildContext& context = context_of(directory);
  for (const FileSystem::Entry& e : files->list(directory).value_or(std::vector<FileSystem::Entry>())) {
    if (!e.is_regular || !e.name.ends_with(".go") || e.name.starts_with("_") || e.name.starts_with(".")) continue;
    if (e.name.ends_with("_test.go")) continue;
    any_go_file = true;
    if (!context.matches_name(e.name)) continue;
    const std::string path = join_path(directory, e.name);
    auto text = files->read(path);
    if (!text) find_error(Pos{}, "open " + path + ": " + files->read_error(path));
    if (text && context.matches_text(*text) && !imports_c(*text)) out.push_back({path, std::move(*text), false});
  }
  return out;
}

Unit* Loader::Impl::load_directory(const std::string& directory, const std::string& path, ModuleInfo* module, Pos pos) {
  bool any_go_file = false;
  std::vector<SourceText> sources = read_directory(directory, any_go_file);
  for (StdPack::File& f : StdPack::embedded().files("modules/" + path)) {
    sources.push_back({directory + "/" + f.name, std::move(f.text), true});
  }
  cover(path, sources);
  add_test_sources(path, sources);
  if (sources.empty()) {
    if (any_go_file) {
      find_error(pos, "build constraints exclude all Go files in " + directory);
    } else {
      find_error(pos, "no Go files in " + directory);
    }
    return nullptr;
  }
  Unit* unit = new_unit(path);
  unit->directory = directory;
  unit->module = module;
  unit->privileged = in_goroot(directory);
  return finish(unit, std::move(sources));
}

}  // namespace govm::load
