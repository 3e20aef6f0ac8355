// The GODEBUG settings that a program begins with: those of the language version that its go.mod (or go.work) asks for,
// "godebug" lines there, and //go:debug lines of package main, as cmd/go/internal/load/godebug.go decides.
#include <cstdlib>
#include <map>

#include "compiler/load/loader_impl.h"
#include "compiler/syntax/pragmas.h"

namespace govm::load {
namespace {

using Settings = std::map<std::string, std::string>;

int minor_of(std::string_view version) {
  const std::size_t dot = version.find('.');
  return dot == version.npos ? 0 : std::atoi(std::string(version.substr(dot + 1)).c_str());
}

std::string between(std::string_view line, std::string_view before, std::string_view after) {
  const std::size_t at = line.find(before);
  if (at == line.npos) return {};
  line.remove_prefix(at + before.size());
  return std::string(line.substr(0, line.find(after)));
}

// What std's table of settings says of those that were different before a version.
Settings settings_of_version(int minor) {
  Settings out;
  for (const StdPack::File& file : StdPack::embedded().files("internal/godebugs")) {
    std::string_view text = file.text;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1);
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end + 1);
      const std::string name = between(line, "{Name: \"", "\""), changed = between(line, "Changed: ", ",");
      if (!name.empty() && !changed.empty() && minor < std::atoi(changed.c_str())) out[name] = between(line, "Old: \"", "\"");
    }
  }
  return out;
}

void add(Settings& to, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  if (equals != setting.npos) to[std::string(setting.substr(0, equals))] = setting.substr(equals + 1);
}

}  // namespace

void Loader::Impl::collect_debug_settings(const Unit* unit) {
  if (unit->is_std || unit->files.empty()) return;
  const bool of_test = test_sources.contains(unit->path) || unit->path.ends_with("_test");
  if (!of_test && unit->files[0]->package_name->value.str() != "main") return;
  debug_module = module_for(unit->directory.empty() ? options.directory : unit->directory);
  for (const syntax::File* file : unit->files) {
    for (const syntax::Pragma& pragma : file->pragmas) {
      std::string_view text = pragma.text;
      if (syntax::pragma_verb(pragma) != "go:debug") continue;
      text.remove_prefix(std::min(text.find_first_not_of(" \t", 8), text.size()));
      debug_lines.emplace_back(text);
    }
  }
}

std::string Loader::Impl::debug_settings() {
  int minor = 24;
  Settings asked;
  if (debug_module) {
    const Workspace& work = workspace();
    minor = minor_of(work.uses.empty() ? debug_module->go_version : work.go_version);
    for (const std::string& setting : work.uses.empty() ? debug_module->godebugs : work.godebugs) add(asked, setting);
  }
  for (const std::string& line : debug_lines) add(asked, line);
  if (const auto found = asked.find("default"); found != asked.end()) {
    minor = minor_of(found->second);
    asked.erase(found);
  }
  Settings all = settings_of_version(minor);
  for (const auto& [name, value] : asked) all[name] = value;
  std::string out;
  for (const auto& [name, value] : all) out += (out.empty() ? "" : ",") + name + "=" + value;
  return out;
}

}  // namespace govm::load
