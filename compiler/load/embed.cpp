// //go:embed: which files a variable's patterns name, and their contents.
#include <algorithm>

#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"
#include "compiler/syntax/pragmas.h"
#include "compiler/types/predicates.h"
#include "compiler/types/version.h"

namespace govm::load {
namespace {

bool imports_embed(const syntax::File* file) {
  for (const syntax::Decl* d : file->decls) {
    const auto* i = syntax::as<syntax::ImportDecl>(d);
    if (i && (i->path->value == "\"embed\"" || i->path->value == "`embed`")) return true;
  }
  return false;
}

const char* misuse(const syntax::VarDecl* d, bool has_embed) {
  if (!has_embed) return "go:embed only allowed in Go files that import \"embed\"";
  if (d->names.size() > 1) return "go:embed cannot apply to multiple vars";
  if (d->values) return "go:embed cannot apply to var with initializer";
  if (!d->type_expr) return "go:embed cannot apply to var without type";
  return nullptr;
}

bool is_hidden(std::string_view name) { return name.starts_with(".") || name.starts_with("_"); }

}  // namespace

void Loader::Impl::collect_embeds(Unit* unit) {
  for (const syntax::File* file : unit->files) {
    if (unit->is_std && !file->source->name().ends_with("_test.go")) continue;   // the pack has no other files
    for (const syntax::Decl* d : file->decls) {
      const auto* v = syntax::as<syntax::VarDecl>(d);
      if (!v) continue;
      for (const syntax::Pragma& pragma : v->pragmas) {
        if (syntax::pragma_verb(pragma) == "go:embed") collect_embed(unit, file, v, pragma);
      }
    }
  }
}

void Loader::Impl::collect_embed(Unit* unit, const syntax::File* file, const syntax::VarDecl* decl,
                                 const syntax::Pragma& pragma) {
  const char* message = misuse(decl, imports_embed(file));
  const std::string lang = language(unit);
  std::string old;
  if (message == nullptr && types::as_go_version(lang) < types::GoVersion{16}) {
    old = "go:embed requires go1.16 or later (-lang was set to " + lang + "; check go.mod)";
    message = old.c_str();
  }
  if (message != nullptr) {
    unit->failed = true;
    report(pragma.pos, message);
    return;
  }
  std::vector<std::string> patterns;
  std::string error;
  if (!syntax::parse_embed_patterns(pragma.text, patterns, error)) return;  // the parser complained
  Unit::Embed& embed = unit->embeds[std::string(decl->names[0]->value.str())];
  embed.pos = pragma.pos;
  auto& out = embed.files;
  for (const std::string& pattern : patterns) {
    const bool all = pattern.starts_with("all:");
    const std::string glob_pattern = all ? pattern.substr(4) : pattern;
    std::vector<std::pair<std::string, bool>> matches;
    bool bad = glob_pattern.empty() || glob_pattern.starts_with("/") || glob_pattern.find("..") != std::string::npos;
    if (!bad) glob(unit->directory, "", glob_pattern, matches, bad);
    if (bad) {
      find_error(pragma.pos + 9, "pattern " + pattern + ": invalid pattern syntax");
      continue;
    }
    bool any = false;
    for (const auto& [name, is_dir] : matches) any |= add_embedded(unit, name, is_dir, all, out);
    if (matches.empty()) {
      find_error(pragma.pos + 9, "pattern " + pattern + ": no matching files found");
    } else if (!any) {
      find_error(pragma.pos + 9, "pattern " + pattern + ": cannot embed directory " + matches[0].first +
                                     ": contains no embeddable files");
    }
  }
  std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.name < b.name; });
  out.erase(std::unique(out.begin(), out.end(), [](auto& a, auto& b) { return a.name == b.name; }), out.end());
}

// Strings and byte slices hold one file, embed.FS any number.
void Loader::Impl::check_embeds(Unit* unit) {
  for (const auto& [name, embed] : unit->embeds) {
    auto* var = types::as<types::Var>(unit->types->scope->lookup(session.symbols.intern(name)));
    if (!var || !var->type) continue;
    const auto* slice = types::under_as<types::Slice>(var->type);
    const bool is_bytes = slice && types::under(slice->elem) == types::under(types::universe_type(session, "byte"));
    if (types::is_string(var->type) || is_bytes) {
      if (embed.files.size() > 1) {
        report(embed.pos, "invalid go:embed: multiple files for type " + std::string(is_bytes ? "[]byte" : "string"));
      }
      continue;
    }
    const types::Named* named = types::as_named(var->type);
    const types::TypeName* type_name = named ? named->obj() : nullptr;
    if (type_name && type_name->pkg && type_name->pkg->path.str() == "embed" && type_name->name.str() == "FS") continue;
    report(embed.pos, "go:embed cannot apply to var of type " + types::type_string(var->type));
  }
}

// Appends to out the names below directory (relative to root) that match pattern, element by element.
void Loader::Impl::glob(const std::string& root, const std::string& directory, std::string_view pattern,
                        std::vector<std::pair<std::string, bool>>& out, bool& bad) {
  const std::size_t slash = pattern.find('/');
  const std::string_view element = pattern.substr(0, slash);
  if (element == ".") {
    if (slash == pattern.npos) {
      out.emplace_back(directory.empty() ? "." : directory, true);
    } else {
      glob(root, directory, pattern.substr(slash + 1), out, bad);
    }
    return;
  }
  for (const auto& e : files->list(join_path(root, directory.empty() ? "." : directory))
                           .value_or(std::vector<FileSystem::Entry>())) {
    if (!match_pattern(element, e.name, bad)) continue;
    const std::string name = directory.empty() ? e.name : directory + "/" + e.name;
    if (slash == pattern.npos) {
      out.emplace_back(name, e.is_dir);
    } else if (e.is_dir) {
      glob(root, name, pattern.substr(slash + 1), out, bad);
    }
  }
}

// A file, or all files below a directory but hidden ones. False if there was none.
bool Loader::Impl::add_embedded(Unit* unit, const std::string& name, bool is_dir, bool hidden_too,
                                std::vector<Loader::EmbeddedFile>& out) {
  const std::string path = join_path(unit->directory, name);
  if (!is_dir) {
    auto data = files->read(path);
    if (data) out.push_back({name, std::move(*data)});
    return data.has_value();
  }
  bool any = false;
  for (const auto& e : files->list(path).value_or(std::vector<FileSystem::Entry>())) {
    if (is_hidden(e.name) && !hidden_too) continue;
    if (e.is_dir && files->read(join_path(path, e.name + "/go.mod"))) continue;  // another module
    any |= add_embedded(unit, name == "." ? e.name : name + "/" + e.name, e.is_dir, hidden_too, out);
  }
  return any;
}

bool Loader::embedded_files(types::Var* var, std::vector<EmbeddedFile>& out) {
  Unit* unit = impl_->unit_of(var);
  if (!unit) return false;
  const auto found = unit->embeds.find(std::string(var->name.str()));
  if (found == unit->embeds.end() || unit->types->scope->lookup(var->name) != var) return false;
  out = found->second.files;
  return true;
}

}  // namespace govm::load
