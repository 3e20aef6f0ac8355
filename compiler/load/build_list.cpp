// Which version of each required module takes part, where its files are, and whether go.sum vouches for them.
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"
#include "compiler/load/semver.h"

namespace govm::load {
namespace {

bool has_prefix(const std::string& path, const std::string& prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

// From go 1.17 on, a go.mod lists all modules that its packages need.
bool lists_everything(const ModuleInfo& module) { return std::atoi(module.go_version.c_str() + 4) >= 17; }

bool may_lack_sums() {
  const char* flags = std::getenv("GOFLAGS");
  return flags && std::string_view(flags).find("-mod=mod") != std::string_view::npos;
}

std::string sha256(std::string_view text) {
  unsigned char out[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out);
  return {reinterpret_cast<const char*>(out), sizeof out};
}

// The hash that go.sum keeps of a go.mod file: that of a list with one line.
std::string hash_of_mod(std::string_view text) {
  std::string list;
  for (const char c : sha256(text)) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    list += kDigits[static_cast<unsigned char>(c) >> 4];
    list += kDigits[static_cast<unsigned char>(c) & 15];
  }
  const std::string sum = sha256(list + "  go.mod\n");
  unsigned char out[64];
  EVP_EncodeBlock(out, reinterpret_cast<const unsigned char*>(sum.data()), static_cast<int>(sum.size()));
  return "h1:" + std::string(reinterpret_cast<const char*>(out));
}

std::string mismatch(const std::string& name, const std::string& hash, const std::string& known) {
  return "verifying " + name + ": checksum mismatch\n\tdownloaded: " + hash + "\n\tgo.sum:     " + known +
         "\n\nSECURITY ERROR\nThis download does NOT match an earlier download recorded in go.sum.\n"
         "The bits may have been replaced on the origin server, or an attacker may\nhave intercepted the download attempt.\n\n"
         "For more information, see 'go help module-auth'.\n";
}

}  // namespace

// The modules whose go.mod counts for what module imports: those of the workspace, or the main one.
const std::vector<ModuleInfo*>& Loader::Impl::roots_for(ModuleInfo* module) {
  if (in_goroot(module->directory)) return single_root(module);
  const Workspace& work = workspace();
  if (!work.uses.empty()) {
    if (workspace_roots.empty()) {
      for (const std::string& use : work.uses) workspace_roots.push_back(module_for(use));
    }
    return workspace_roots;
  }
  ModuleInfo* main_module = module_for(options.directory);
  return single_root(main_module->path.empty() ? module : main_module);
}

const std::vector<ModuleInfo*>& Loader::Impl::single_root(ModuleInfo* module) {
  std::vector<ModuleInfo*>& roots = single_roots[module];
  if (roots.empty()) roots.push_back(module);
  return roots;
}

// go.work's replacements come before those of its modules. Null: there is none.
const GoMod::Replace* Loader::Impl::replacement(const Roots& roots, const GoMod::Require& required, std::string& base) {
  const GoMod::Replace* any_version = nullptr;
  const auto look = [&](const std::vector<GoMod::Replace>& replaces, const std::string& directory) -> const GoMod::Replace* {
    for (const GoMod::Replace& r : replaces) {
      if (r.old_path != required.path) continue;
      if (!r.old_version.empty() && r.old_version != required.version) continue;
      if (r.old_version.empty() && any_version) continue;
      base = directory;
      if (!r.old_version.empty()) return &r;
      any_version = &r;
    }
    return nullptr;
  };
  if (&roots == &workspace_roots) {
    if (const auto* r = look(workspace().replaces, workspace().directory)) return r;
  }
  for (const ModuleInfo* root : roots) {
    if (const auto* r = look(root->replaces, root->directory)) return r;
  }
  return any_version;
}

// The requirements of a module that is not at hand; none if nobody has its go.mod.
std::vector<GoMod::Require> Loader::Impl::requirements_of(const Roots& roots, GoMod::Require required) {
  std::string base;
  std::optional<std::string> text;
  const GoMod::Replace* replaced = replacement(roots, required, base);
  if (replaced && replaced->is_local()) {
    text = files->read(join_path(join_path(base, replaced->new_path), "go.mod"));
  } else if (!options.module_cache.empty()) {
    if (replaced) required = {replaced->new_path, replaced->new_version};
    text = files->read(cached_file(required, ".mod"));
    if (!text) text = files->read(join_path(options.module_cache, cache_directory(required.path, required.version) + "/go.mod"));
  }
  return text ? parse_go_mod(*text, "go.mod").requires_ : std::vector<GoMod::Require>();
}

// What the cache keeps of a module beside its files.
std::string Loader::Impl::cached_file(const GoMod::Require& module, std::string_view suffix) const {
  const std::string place = cache_directory(module.path, module.version);
  const std::size_t at = place.rfind('@');
  return join_path(options.module_cache, "cache/download/" + place.substr(0, at) + "/@v/" + place.substr(at + 1) + std::string(suffix));
}

// Minimal version selection: of every module the highest version that a module of the graph requires. `whole`: also
// beyond what the roots list.
const Loader::Impl::BuildList& Loader::Impl::build_list(const Roots& roots, bool whole) {
  auto& [list, is_whole] = build_lists[roots[0]];
  const bool first = list.empty();
  if (!first && (is_whole || !whole)) return list;
  std::vector<GoMod::Require> todo;
  for (const ModuleInfo* root : roots) {
    for (const GoMod::Require& r : root->requires_) todo.push_back(r);
    whole = whole || !lists_everything(*root) || roots.size() > 1;
  }
  is_whole = whole;
  std::set<std::pair<std::string, std::string>> seen;
  while (!todo.empty()) {
    const GoMod::Require required = todo.back();
    todo.pop_back();
    const bool is_root = std::any_of(roots.begin(), roots.end(), [&](const ModuleInfo* m) { return m->path == required.path; });
    if (is_root || !seen.emplace(required.path, required.version).second) continue;
    std::string& version = list[required.path];
    if (version.empty() || compare_versions(version, required.version) < 0) version = required.version;
    if (!whole) continue;
    for (GoMod::Require& r : requirements_of(roots, required)) todo.push_back(std::move(r));
  }
  return list;
}

bool Loader::Impl::has_go_files(const std::string& directory) {
  const auto entries = files->list(directory);
  return entries && std::any_of(entries->begin(), entries->end(), [](const auto& e) { return e.is_regular && e.name.ends_with(".go"); });
}

// Of the modules whose paths begin path, the longest that has the package.
Loader::Impl::Found Loader::Impl::find_required(const Roots& roots, const std::string& path) {
  for (const bool whole : {false, true}) {
    const BuildList& list = build_list(roots, whole);
    for (std::string prefix = path; !prefix.empty(); prefix.resize(prefix.find('/') == prefix.npos ? 0 : prefix.rfind('/'))) {
      const auto found = list.find(prefix);
      if (found == list.end()) continue;
      if (Found out = find_in_module(roots, {found->first, found->second}, path); !out.directory.empty() || !out.problem.empty()) return out;
    }
  }
  return {};
}

Loader::Impl::Found Loader::Impl::find_in_module(const Roots& roots, const GoMod::Require& required, const std::string& path) {
  std::string base;
  const GoMod::Replace* replaced = replacement(roots, required, base);
  const std::string below = "./" + path.substr(required.path.size());
  Found out;
  if (replaced && replaced->is_local()) {
    const std::string root = join_path(base, replaced->new_path);
    out.directory = join_path(root, below);
    if (!has_go_files(out.directory)) return {};
    out.owner = dependency(root, required);
    return out;
  }
  if (options.module_cache.empty()) return {};
  const GoMod::Require actual = replaced ? GoMod::Require{replaced->new_path, replaced->new_version} : required;
  if (!go_sum(roots).contains({actual.path, actual.version}) && !may_lack_sums()) {
    out.missing_sum = true;
    out.problem = required.path;
    return out;
  }
  const std::string root = join_path(options.module_cache, cache_directory(actual.path, actual.version));
  out.directory = join_path(root, below);
  if (!has_go_files(out.directory)) return {};
  out.problem = sum_problem(roots, actual);
  if (out.problem.empty()) check_mod_sum(roots, actual, out);
  out.owner = dependency(root, required);
  return out;
}

// The module of a folder, which may have no go.mod.
ModuleInfo* Loader::Impl::dependency(const std::string& root, const GoMod::Require& module) {
  const bool has_mod = module_of_directory.contains(root) || files->read(join_path(root, "go.mod"));
  ModuleInfo* out = has_mod ? module_for(root) : &modules.emplace_back();
  out->version = module.version;
  if (has_mod) return out;
  out->path = module.path;
  out->directory = root;
  out->go_version = "go1.16";
  return module_of_directory[root] = out;
}

// What the roots' go.sum files (and go.work.sum) record.
const Loader::Impl::GoSum& Loader::Impl::go_sum(const Roots& roots) {
  const auto [found, is_new] = go_sums.try_emplace(roots[0]);
  if (!is_new) return found->second;
  std::vector<std::string> names;
  if (&roots == &workspace_roots) names.push_back(join_path(workspace().directory, "go.work.sum"));
  for (const ModuleInfo* root : roots) names.push_back(join_path(root->directory, "go.sum"));
  for (const std::string& name : names) {
    std::istringstream in(files->read(name).value_or(""));
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      std::istringstream words(line);
      std::string path, version, hash, more;
      words >> path >> version >> hash;
      if (path.empty()) continue;
      if (hash.empty() || words >> more) {
        const auto count = std::count_if(line.begin(), line.end(), [](char c) { return c == ' '; }) + 1;
        find_error(Pos{}, "malformed go.sum:\n" + name + ":" + std::to_string(number) + ": wrong number of fields " + std::to_string(count));
        break;
      }
      found->second[{path, version}].insert(hash);
    }
  }
  return found->second;
}

// Compares the hash that the cache keeps beside a module's archive with go.sum. Empty: they agree.
std::string Loader::Impl::sum_problem(const Roots& roots, const GoMod::Require& module) {
  const std::string file = cached_file(module, ".ziphash");
  const std::string name = module.path + "@" + module.version;
  std::string hash = files->read(file).value_or("");
  while (!hash.empty() && (hash.back() == '\n' || hash.back() == ' ')) hash.pop_back();
  if (hash.empty()) return "verifying " + name + ": open " + file + ": " + files->read_error(file);
  if (!hash.starts_with("h1:")) return "verifying " + name + ": unexpected ziphash: \"" + hash + "\"";
  const GoSum& sums = go_sum(roots);
  const auto known = sums.find({module.path, module.version});
  if (known == sums.end() || known->second.contains(hash)) return {};
  return mismatch(name, hash, *known->second.begin());
}

void Loader::Impl::check_mod_sum(const Roots& roots, const GoMod::Require& module, Found& out) {
  const auto text = files->read(cached_file(module, ".mod"));
  if (!text) return;
  const std::string name = module.path + "@" + module.version;
  const GoSum& sums = go_sum(roots);
  const auto known = sums.find({module.path, module.version + "/go.mod"});
  if (known == sums.end()) {
    if (may_lack_sums()) return;
    out.at_import = true;
    out.problem = name + ": missing go.sum entry for go.mod file; to add it:\n\tgo mod download " + module.path;
  } else if (const std::string hash = hash_of_mod(*text); !known->second.contains(hash)) {
    out.problem = mismatch(name + "/go.mod", hash, *known->second.begin());
  }
}

// A module that has the package, but that nothing requires: it is replaced only.
std::string Loader::Impl::unused_replacement(const Roots& roots, const std::string& path) {
  const GoMod::Replace* best = nullptr;
  for (const ModuleInfo* root : roots) {
    for (const GoMod::Replace& r : root->replaces) {
      const bool longer = !best || r.old_path.size() > best->old_path.size();
      if (!has_prefix(path, r.old_path) || !longer || build_list(roots, false).contains(r.old_path)) continue;
      const std::string directory = join_path(join_path(root->directory, r.new_path), "./" + path.substr(r.old_path.size()));
      if (r.is_local() && has_go_files(directory)) best = &r;
    }
  }
  if (!best) return {};
  return "module " + best->old_path + " provides package " + path + " and is replaced but not required; to add it:\n\tgo get " +
         best->old_path + (best->old_version.empty() ? "" : "@" + best->old_version);
}

}  // namespace govm::load
