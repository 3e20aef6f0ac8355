#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"
#include "compiler/syntax/pragmas.h"
#include "compiler/types/version.h"

namespace govm::load {
namespace {

std::string go_module_cache() {
  if (const char* cache = std::getenv("GOMODCACHE"); cache && *cache) return cache;
  if (const char* path = std::getenv("GOPATH"); path && *path) {
    const std::string_view first(path);
    return std::string(first.substr(0, first.find(':'))) + "/pkg/mod";
  }
  const char* home = std::getenv("HOME");
  return home ? std::string(home) + "/go/pkg/mod" : "";
}

constexpr std::string_view kMissingBody = "missing function body";

}  // namespace

Loader::Impl::Impl(types::Session& s, Options o, types::DiagnosticHandler handler, std::unique_ptr<FileSystem> f)
    : session(s),
      options(std::move(o)),
      on_error(std::move(handler)),
      files(std::move(f)),
      user_context(user_build_context(options.tags)) {
  if (options.directory.empty()) {
    std::error_code error;
    options.directory = std::filesystem::current_path(error).string();
  }
  if (options.module_cache.empty()) options.module_cache = go_module_cache();
}

void Loader::Impl::report(Pos pos, std::string message, types::Code code) {
  ++errors;
  types::Diagnostic d;
  d.pos = pos;
  d.message = std::move(message);
  d.code = code;
  on_error(std::move(d));
}

void Loader::Impl::find_error(Pos pos, std::string message) {
  ++errors_finding;
  report(pos, std::move(message));
}

Unit* Loader::Impl::new_unit(std::string path) {
  Unit* unit = &units.emplace_back();
  unit->path = std::move(path);
  unit->location = unit->path;
  by_path[unit->path] = unit;
  return unit;
}

types::Package* Loader::Impl::imported(Unit* importer, std::string_view path, std::string& reason) {
  if (path == "unsafe") return session.unsafe_package;
  const auto found = importer->by_import_path.find(std::string(path));
  if (found == importer->by_import_path.end() || !found->second) {
    reason = path.starts_with("/") ? "import path cannot be absolute path" : "not found";
    return nullptr;
  }
  return found->second->types;
}

// Checks unit after its imports. False if it or one of them has errors.
bool Loader::Impl::check(Unit* unit) {
  if (unit->state != Unit::State::kFound) return !unit->failed;
  unit->state = Unit::State::kChecking;
  for (Package* p : unit->imports) {
    if (!check(static_cast<Unit*>(p))) unit->failed = true;
  }
  unit->state = Unit::State::kChecked;
  if (unit->failed) return false;
  unit->failed = unit->misspelled;
  unit->ill_typed = unit->misspelled;

  types::CheckConfig config;
  config.importer = [this, unit](std::string_view path, Pos, std::string& reason) {
    return imported(unit, path, reason);
  };
  config.on_error = [this, unit](types::Diagnostic d) {
    // A declaration the overlay replaced may have been the only user of an import.
    if ((unit->has_overlay || unit->is_input) && d.code == types::Code::kUnusedImport) return;
    unit->failed = true;
    unit->ill_typed = unit->ill_typed || d.message != kMissingBody;  // which gc's back end reports
    ++errors;
    on_error(std::move(d));
  };
  config.bodyless = options.bodyless;
  config.is_std = unit->privileged;
  config.lazy_bodies = unit->is_std && !options.check_std_bodies;
  config.go_version = language(unit);
  config.base = unit->base ? unit->base->types : nullptr;
  unit->checker = std::make_unique<types::PackageChecker>(session, std::move(config));
  // gc's linker knows every program as "main".
  const bool is_main = !unit->files.empty() && unit->files[0]->package_name->value.str() == "main";
  unit->types = unit->checker->check(session.symbols.intern(is_main ? "main" : unit->path), unit->files);
  unit->types->is_std = unit->is_std;
  by_package[unit->types] = unit;
  if (is_main) main_unit = unit;
  order.push_back(unit);
  if (!unit->ill_typed && !unit->privileged) {
    const int before = errors;
    check_declarations(unit);
    check_embeds(unit);
    unit->failed = unit->failed || errors != before;
  }
  return !unit->failed;
}

std::string Loader::Impl::language(const Unit* unit) const {
  if (!options.lang.empty() && !unit->is_std) return options.lang;
  return unit->module ? unit->module->go_version : "go1.24";
}

namespace {

constexpr std::string_view kRuntimePragmas[] = {"go:systemstack", "go:nowritebarrier", "go:nowritebarrierrec",
                                                "go:yeswritebarrierrec"};

bool imports_unsafe(const syntax::File* file) {
  return std::any_of(file->decls.begin(), file->decls.end(), [](const syntax::Decl* d) {
    const auto* i = syntax::as<syntax::ImportDecl>(d);
    return i && i->path->value == "\"unsafe\"";
  });
}

}  // namespace

void Loader::Impl::check_pragma(const syntax::Pragma& p) {
  const std::string_view verb = syntax::pragma_verb(p);
  if (std::find(std::begin(kRuntimePragmas), std::end(kRuntimePragmas), verb) != std::end(kRuntimePragmas)) {
    report(p.pos, "//" + std::string(verb) + " only allowed in runtime");
  } else if (verb.starts_with("go:cgo_")) {
    report(p.pos, "//" + std::string(p.text) + " only allowed in cgo-generated code");
  }
}

// What gc's back end demands of user packages.
void Loader::Impl::check_declarations(Unit* unit) {
  for (const syntax::File* file : unit->files) {
    for (const syntax::Decl* d : file->decls) {
      const auto* f = syntax::as<syntax::FuncDecl>(d);
      if (!f) continue;
      for (const syntax::Pragma& p : f->pragmas) {
        check_pragma(p);
        if (f->body && syntax::pragma_verb(p) == "go:noescape") {
          report(f->pos, "can only use //go:noescape with external func implementations");
        }
      }
    }
    for (const syntax::Pragma& p : file->pragmas) check_pragma(p);
  }
  check_linknames(unit);
}

void Loader::Impl::check_linknames(Unit* unit) {
  const bool strict = types::as_go_version(language(unit)) >= types::kGo1_18;
  std::set<const types::Object*> linked;
  for (const syntax::File* file : unit->files) {
    const bool allowed = imports_unsafe(file);
    for (const syntax::Pragma& p : file->pragmas) {
      const auto link = syntax::parse_linkname(p);
      if (!link) continue;
      const types::Object* o = unit->types->scope->lookup(session.symbols.intern(link->local));
      const bool linkable = o && (types::as<types::Func>(o) || types::as<types::Var>(o));
      if (!allowed) {
        report(p.pos, "//go:linkname only allowed in Go files that import \"unsafe\"");
      } else if (link->target.find('[') != std::string_view::npos && link->target.find(']') != std::string_view::npos) {
        report(p.pos, "//go:linkname reference of an instantiation is not allowed");
      } else if (!linkable) {
        if (!strict) continue;
        report(p.pos, "//go:linkname must refer to declared function or variable");
      } else if (!linked.insert(o).second) {
        report(p.pos, "duplicate //go:linkname for " + std::string(link->local));
      }
    }
  }
}

std::vector<Package*> Loader::Impl::check_roots(const std::vector<Unit*>& roots) {
  std::vector<Package*> out;
  if (errors_finding > 0) return out;
  for (Unit* unit : roots) {
    if (unit && check(unit)) out.push_back(unit);
  }
  return out;
}

Loader::Loader(types::Session& session, Options options, types::DiagnosticHandler on_error,
               std::unique_ptr<FileSystem> files)
    : impl_(std::make_unique<Impl>(session, std::move(options), std::move(on_error), std::move(files))) {}
Loader::~Loader() = default;

std::vector<Package*> Loader::load_patterns(const std::vector<std::string>& patterns) {
  impl_->errors_finding = 0;
  std::vector<Unit*> roots;
  for (const std::string& p : patterns) impl_->find_pattern(p, roots);
  return impl_->check_roots(roots);
}

Package* Loader::load_files(const std::vector<std::string>& paths) {
  impl_->errors_finding = 0;
  const auto roots = impl_->check_roots({impl_->find_files(paths)});
  return roots.empty() ? nullptr : roots[0];
}

Package* Loader::load_source(std::string path, std::vector<Source> sources) {
  impl_->errors_finding = 0;
  Unit* unit = impl_->new_unit(std::move(path));
  std::vector<SourceText> texts;
  for (Source& s : sources) texts.push_back({std::move(s.name), std::move(s.text), false});
  impl_->stack.push_back({unit->path, ""});
  impl_->finish(unit, std::move(texts));
  impl_->stack.pop_back();
  const auto roots = impl_->check_roots({unit});
  return roots.empty() ? nullptr : roots[0];
}

Package* Loader::extend(Package* base, syntax::File* file, const std::vector<Package*>& given) {
  impl_->errors_finding = 0;
  Unit* unit = impl_->new_unit("main");
  unit->is_input = true;
  unit->base = static_cast<Unit*>(base);
  unit->directory = impl_->options.directory;
  ModuleInfo* module = impl_->module_for(unit->directory);
  unit->module = module;
  unit->location = module->path.empty() ? unit->path : module->path;
  unit->files.push_back(file);
  impl_->by_file[file->source] = unit;
  for (Package* p : given) {
    unit->by_import_path[p->path] = static_cast<Unit*>(p);
    unit->imports.push_back(p);
  }
  impl_->stack.push_back({unit->path, ""});
  impl_->follow_imports(unit);
  impl_->stack.pop_back();
  unit->state = Unit::State::kFound;
  const auto roots = impl_->check_roots({unit});
  return roots.empty() ? nullptr : roots[0];
}

void Loader::add_host_package(std::string path, std::vector<Source> sources) {
  impl_->host_packages[std::move(path)] = std::move(sources);
}

Package* Loader::import(std::string_view path) {
  impl_->errors_finding = 0;
  Unit* unit = impl_->find_import(nullptr, std::string(path), Pos{});
  const auto roots = impl_->check_roots({unit});
  return roots.empty() ? nullptr : roots[0];
}

bool Loader::require_main(const Package* package) {
  if (package->types->name.str() != "main") {
    impl_->report(Pos{}, "package " + package->path + " is not a main package");
    return false;
  }
  if (package->types->scope->lookup(impl_->session.symbols.intern("main"))) return true;
  impl_->report(Pos{}, "function main is undeclared in the main package");
  return false;
}

const std::vector<Package*>& Loader::packages() const { return impl_->order; }

Package* Loader::find(std::string_view path) const {
  const auto found = impl_->by_path.find(std::string(path));
  return found == impl_->by_path.end() || !found->second->types ? nullptr : found->second;
}

Package* Loader::find(const types::Package* package) const {
  const auto found = impl_->by_package.find(package);
  return found == impl_->by_package.end() ? nullptr : found->second;
}

int Loader::error_count() const { return impl_->errors; }
bool Loader::packages_missing() const { return impl_->errors_finding > 0; }

const Package* Loader::package_at(Pos pos) const {
  const auto found = impl_->by_file.find(impl_->session.sources.file(pos));
  return found == impl_->by_file.end() ? nullptr : found->second;
}

}  // namespace govm::load
