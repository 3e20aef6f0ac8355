// Which package an import path means, and where its files are.
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

// Where a module finds package `path`; empty if it does not. owner is the module the package belongs to.
std::string Loader::Impl::directory_of_import(ModuleInfo* module, const std::string& path, ModuleInfo*& owner) {
  owner = module;
  auto has_go_files = [&](const std::string& directory) { return files->list(directory).has_value(); };
  // The longest matching replacement counts.
  const GoMod::Replace* best = nullptr;
  for (const GoMod::Replace& r : module->replaces) {
    if (r.is_local() && has_prefix(path, r.old_path) && (!best || r.old_path.size() > best->old_path.size())) best = &r;
  }
  if (best) {
    const std::string root = join_path(module->directory, best->new_path);
    const std::string directory = join_path(root, "./" + path.substr(best->old_path.size()));
    owner = module_for(root);
    if (has_go_files(directory)) return directory;
  }
  if (!module->path.empty() && has_prefix(path, module->path)) {
    const std::string directory = join_path(module->directory, "./" + path.substr(module->path.size()));
    if (has_go_files(directory)) return directory;
  }
  if (module->has_vendor) {
    const std::string directory = join_path(module->directory, "vendor/" + path);
    if (has_go_files(directory)) {
      owner = module;
      return directory;
    }
  }
  const std::string cached = directory_in_cache(module, path);
  if (!cached.empty() && has_go_files(cached)) {
    owner = module_for(cached);
    return cached;
  }
  return {};
}

// In the module cache, by the versions the module requires (a go.mod lists those of indirect dependencies too).
std::string Loader::Impl::directory_in_cache(const ModuleInfo* module, const std::string& path) {
  const GoMod::Require* best = nullptr;
  for (const GoMod::Require& r : module->requires_) {
    if (has_prefix(path, r.path) && (!best || r.path.size() > best->path.size())) best = &r;
  }
  if (!best || options.module_cache.empty()) return {};
  GoMod::Require actual = *best;
  for (const GoMod::Replace& r : module->replaces) {
    if (r.old_path == best->path && !r.is_local() && (r.old_version.empty() || r.old_version == best->version)) {
      actual = {r.new_path, r.new_version};
    }
  }
  const std::string root = join_path(options.module_cache, cache_directory(actual.path, actual.version));
  return join_path(root, "./" + path.substr(best->path.size()));
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
  // A package of a dependency is resolved by the main module's replacements and vendor folder too.
  ModuleInfo* owner = nullptr;
  std::string directory = directory_of_import(module, path, owner);
  if (directory.empty()) {
    ModuleInfo* main_module = module_for(options.directory);
    if (main_module != module) directory = directory_of_import(main_module, path, owner);
    if (directory.empty()) directory = directory_in_workspace(path, owner);
  }
  if (!directory.empty()) {
    Unit* unit = load_directory(directory, path, owner, pos);
    if (unit && importer && !unit->failed && unit->files[0]->package_name->value.str() == "main") {
      find_error(pos, "import \"" + path + "\" is a program, not an importable package");
      return nullptr;
    }
    return unit;
  }
  if (looks_like_std(path) && !(!module->path.empty() && has_prefix(path, module->path))) {
    find_error(pos, "package " + path + " is not in std");
  } else {
    find_error(pos, "no required module provides package " + path + "; to add it:\n\tgo get " + path);
  }
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

std::vector<SourceText> Loader::Impl::read_directory(const std::string& directory, bool& any_go_file) {
  std::vector<SourceText> out;
  any_go_file = false;
  for (const FileSystem::Entry& e : files->list(directory).value_or(std::vector<FileSystem::Entry>())) {
    if (!e.is_regular || !e.name.ends_with(".go") || e.name.starts_with("_") || e.name.starts_with(".")) continue;
    if (e.name.ends_with("_test.go")) continue;
    any_go_file = true;
    if (!user_context.matches_name(e.name)) continue;
    const std::string path = join_path(directory, e.name);
    auto text = files->read(path);
    if (!text) find_error(Pos{}, "open " + path + ": " + files->read_error(path));
    if (text && user_context.matches_text(*text) && !imports_c(*text)) out.push_back({path, std::move(*text), false});
  }
  return out;
}

Unit* Loader::Impl::load_directory(const std::string& directory, const std::string& path, ModuleInfo* module, Pos pos) {
  bool any_go_file = false;
  std::vector<SourceText> sources = read_directory(directory, any_go_file);
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
