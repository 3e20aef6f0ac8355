// From source texts to a parsed package with its imports found.
#include <set>

#include "compiler/load/loader_impl.h"
#include "compiler/load/overlay.h"
#include "compiler/load/paths.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/pragmas.h"
#include "compiler/syntax/unquote.h"

namespace govm::load {
namespace {

std::string import_path(const syntax::ImportDecl* d) {
  std::string out;
  if (d->path->bad || !syntax::unquote_string(d->path->value, out)) out.clear();
  return out;
}

}  // namespace

// gc reports one syntax error a line.
syntax::File* Loader::Impl::parse_one(Unit* unit, SourceText source) {
  SourceFile& file = session.sources.add_file(std::move(source.name), std::move(source.text));
  by_file[&file] = unit;
  std::set<std::uint32_t> lines;
  const auto bodies = unit->is_std && !options.check_std_bodies ? syntax::Bodies::kSkip : syntax::Bodies::kParse;
  auto on_syntax_error = [&](Pos pos, std::string message) {
    const bool is_syntax = message.starts_with("syntax error");
    (is_syntax ? unit->failed : unit->misspelled) = true;  // as in gc, only syntax errors end the compilation
    const std::uint32_t line = file.position(pos.offset - file.base(), false).line;
    if (!is_syntax || lines.insert(line).second) {
      report(pos, std::move(message));
    }
  };
  return syntax::parse_file(file, session.arena, session.symbols, on_syntax_error, bodies);
}

void Loader::Impl::parse(Unit* unit, std::vector<SourceText> sources) {
  std::vector<syntax::File*> overlay;
  for (SourceText& source : sources) {
    const bool is_overlay = source.is_overlay;
    syntax::File* file = parse_one(unit, std::move(source));
    (is_overlay ? overlay : unit->files).push_back(file);
  }
  unit->has_overlay = !overlay.empty();
  if (unit->has_overlay) {
    replace_declarations(unit->files, overlay, session.symbols);
    unit->files.insert(unit->files.end(), overlay.begin(), overlay.end());
  }
}

bool Loader::Impl::same_package_names(Unit* unit) {
  if (unit->failed) return true;  // names may be missing
  const syntax::File* first = unit->files[0];
  for (const syntax::File* f : unit->files) {
    if (f->package_name->value == first->package_name->value) continue;
    auto describe = [](const syntax::File* file) {
      return std::string(file->package_name->value.str()) + " (" + std::string(base_name(file->source->name())) + ")";
    };
    find_error(Pos{}, "found packages " + describe(first) + " and " + describe(f) + " in " + unit->directory);
    return false;
  }
  return true;
}

void Loader::Impl::collect_linknames(Unit* unit) {
  for (const syntax::File* file : unit->files) {
    for (const syntax::Pragma& pragma : file->pragmas) {
      const auto link = syntax::parse_linkname(pragma);
      if (!link) continue;
      const std::string local(link->local);
      const std::string target(link->target);
      unit->linknames[local] = {link->pos, target};
      // Whether local defines the target or stands for it shows when both are known.
      if (!target.empty() && target != unit->path + "." + local) pushed[target].emplace_back(unit, local);
    }
  }
}

void Loader::Impl::follow_imports(Unit* unit) {
  for (const syntax::File* file : unit->files) {
    for (const syntax::Decl* decl : file->decls) {
      const auto* d = syntax::as<syntax::ImportDecl>(decl);
      if (!d) continue;
      const std::string path = import_path(d);
      if (path == "unsafe" || unit->by_import_path.contains(path)) continue;
      if (!types::import_path_error(path).empty() || path.starts_with("/")) continue;  // the checker reports it
      stack.push_back({path, std::string(base_name(file->source->name()))});
      Unit* imported = find_import(unit, path, d->local_name ? d->local_name->pos : d->path->pos);
      stack.pop_back();
      unit->by_import_path[path] = imported;
      if (!imported) {
        unit->failed = true;
        continue;
      }
      bool known = false;
      for (const Package* p : unit->imports) known = known || p == imported;
      if (!known) unit->imports.push_back(imported);
    }
  }
}

// The rest of the first phase once a package's sources are read.
Unit* Loader::Impl::finish(Unit* unit, std::vector<SourceText> sources) {
  parse(unit, std::move(sources));
  if (!same_package_names(unit)) unit->failed = true;
  collect_linknames(unit);
  collect_debug_settings(unit);
  follow_imports(unit);
  collect_embeds(unit);
  unit->state = Unit::State::kFound;
  return unit;
}

}  // namespace govm::load
