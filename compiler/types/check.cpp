// The driver: the phases of checking a package, delayed actions, and bodies checked on demand.
#include <algorithm>

#include "base/assert.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

PackageChecker::PackageChecker(Session& session, CheckConfig config)
    : checker_(new Checker(session, std::move(config))) {}
PackageChecker::~PackageChecker() { delete checker_; }
Package* PackageChecker::check(Symbol path, std::vector<syntax::File*> files) {
  return checker_->check_package(path, std::move(files));
}
bool PackageChecker::check_body(Func* func) { return checker_->check_body(func); }
void PackageChecker::read_initializer(Var* var) { checker_->read_initializer(var); }

Checker::Checker(Session& s, CheckConfig config)
    : session(s), conf(std::move(config)), universe(*s.universe), arena(s.arena), constants(s.constants),
      mono_(nullptr, [](MonoGraph*) {}) {}

Checker::~Checker() {
  for (Object* o : objects_) o->decl_info = nullptr;  // the infos go with the checker
}

Package* Checker::check_package(Symbol path, std::vector<syntax::File*> list) {
  pkg = arena.make<Package>();
  pkg->path = path;
  pkg->base = conf.base;
  pkg->scope = arena.make<Scope>(conf.base ? conf.base->scope : universe.scope);
  pkg->go_version = conf.go_version;
  pkg->is_std = conf.is_std;
  init_files(list);
  collect_objects();
  package_objects();
  process_delayed(0);  // includes function bodies unless they are lazy
  cleanup();
  init_order();
  cleanup();
  if (!conf.lazy_bodies) unused_imports();
  if (!had_errors && !conf.lazy_bodies) monomorph();
  if (!had_errors) anonymous_interface_cycles();
  if (!had_errors && !conf.is_std) {
    if (!conf.bodyless) missing_bodies();
    large_types();
  }
  if (had_errors) undo_extensions();
  pkg->complete = true;
  env = Environment{};
  forget_what_is_done();
  return pkg;
}

// What only checking a whole package needs. The checker lives on for the bodies that wait.
void Checker::forget_what_is_done() {
  collecting_deps_ = false;
  union_type_sets_.clear();
  for (DeclInfo& d : decl_infos_) d.dependencies.reset();
  delayed_.shrink_to_fit();
  cleaners_.shrink_to_fit();
  obj_path_.shrink_to_fit();
}

namespace {

bool has_linkname(const Checker& c, const syntax::FuncDecl* d) {
  auto names = [&](const syntax::Pragma& p) {
    constexpr std::string_view kLinkname = "go:linkname ";
    if (!p.text.starts_with(kLinkname)) return false;
    std::string_view rest = p.text.substr(kLinkname.size());
    rest = rest.substr(0, rest.find_first_of(" \t"));
    return rest == d->name->value.str();
  };
  if (std::any_of(d->pragmas.begin(), d->pragmas.end(), names)) return true;
  return std::any_of(c.files.begin(), c.files.end(), [&](const syntax::File* f) {
    return std::any_of(f->pragmas.begin(), f->pragmas.end(), names);
  });
}

}  // namespace

// Only std (and what a host binds to natives) may declare functions without body, others must linkname them.
void Checker::missing_bodies() {
  for (Object* o : objects_) {
    syntax::FuncDecl* f = o->decl_info->fdecl;
    if (f && !f->body && !has_linkname(*this, f)) errorf(f->pos, Code::kBadDecl, "missing function body");
  }
}

// What gc's back end cannot lay out. Only sound packages are asked: sizes of invalid recursive types have no end.
void Checker::large_types() {
  constexpr std::int64_t kMaxElement = 1 << 16, kAddressSpace = std::int64_t{1} << 50;
  for (const auto& [pos, type] : sized_types_) {
    if (has_type_param(type)) continue;
    if (auto* chan = as<Chan>(type)) {
      const std::int64_t size = size_of(chan->elem);
      if (size < 0 || size >= kMaxElement) errorf(pos, Code::kTypeTooLarge, "channel element type too large (>64kB)");
    } else if (auto* array = as<Array>(type)) {
      const std::int64_t size = size_of(array->elem);
      if (size < 0 || (size > 0 && array->len > (kAddressSpace - 1) / size))
        errorf(pos, Code::kTypeTooLarge, "type %s larger than address space", type);
    }
  }
}

void Checker::init_files(std::vector<syntax::File*>& list) {
  for (syntax::File* f : list) {
    if (!f->package_name) continue;
    const Symbol name = f->package_name->value;
    if (pkg->name.empty()) {
      if (name.is_blank()) error(f->package_name, Code::kBlankPkgName, "invalid package name _");
      else pkg->name = name;
    } else if (name != pkg->name) {
      errorf(f->package_name->pos, Code::kMismatchedPkgName, "package %s; expected package %s", name, pkg->name);
      continue;
    }
    files.push_back(f);
  }
  pkg->files = files;
  const GoVersion v = as_go_version(conf.go_version);
  if (v > kGoCurrent && !files.empty())
    errorf(files[0]->pos, Code::kTooNew, "package requires newer Go version %v (application built with %v)", v,
           kGoCurrent);
  for (syntax::File* f : files) {
    const GoVersion fv = as_go_version(f->go_version.str());
    if (fv > kGoCurrent)
      errorf(f->package_name, Code::kTooNew, "file requires newer Go version %v", fv);
  }
}

// A file may ask for another version by a build tag, but for none before go1.21.
GoVersion Checker::file_version(syntax::File* file) {
  const GoVersion v = as_go_version(file->go_version.str());
  return v.valid() ? std::max(v, kGo1_21) : as_go_version(conf.go_version);
}

void Checker::process_delayed(std::size_t top) {
  const GoVersion saved = env.version;
  for (std::size_t i = top; i < delayed_.size(); ++i) {
    const Action a = delayed_[i];  // running it may append more
    env.version = a.version;
    a.run(a.data);
  }
  delayed_.resize(top);
  env.version = saved;
}

// Types that refer to the checker become independent of it.
void Checker::cleanup() {
  for (std::size_t i = 0; i < cleaners_.size(); ++i) {  // may grow
    Type* t = cleaners_[i];
    if (auto* n = as<Named>(t)) {
      Type* u = n->impl->underlying;
      if (u && (as<Named>(u) || as<Alias>(u))) under(n);
      if (!u && !n->impl->orig) n->impl->underlying = invalid_type();
      n->impl->check = nullptr;
    } else if (auto* iface = as<Interface>(t)) {
      type_set(iface);
      iface->check = nullptr;
    } else if (auto* p = as<TypeParam>(t)) {
      p->iface();
      p->check = nullptr;
    } else if (auto* a = as<Alias>(t)) {
      Type* actual = unalias(a);
      if (actual == invalid_type()) a->actual = actual;
    }
  }
  cleaners_.clear();
}

void Checker::add_decl_dep(Object* to) {
  if (!env.decl || !collecting_deps_ || to->pkg != pkg || !to->decl_info) return;
  env.decl->add_dep(to);
}

void Checker::check_decl_body(Func* func) {
  if (func->origin) func = func->origin;  // a method of an instance shares its generic method's body
  DeclInfo* d = func->decl_info;
  if (!d || d->body != DeclInfo::kUnchecked) return;
  const Environment saved = env;
  const int errors = error_count;
  const std::size_t top = delayed_count();
  d->body = DeclInfo::kChecking;
  env = Environment{};
  env.scope = d->file_scope;
  env.version = d->version;
  if (d->fdecl->body_skipped) {
    syntax::parse_body(d->fdecl, *session.sources.file(d->fdecl->pos), session.arena, session.symbols,
                       [this](Pos pos, const std::string& message) { error(pos, Code::kNone, message); });
  }
  if (!func->signature()->scope) function_scope(func->signature(), d->fdecl);
  func_body(d, func->name, func->signature(), d->fdecl->body, nullptr);
  process_delayed(top);
  d->body = DeclInfo::kChecked;
  d->body_errors = error_count != errors;
  env = saved;
}

bool Checker::check_body(Func* func) {
  if (func->origin) func = func->origin;
  DeclInfo* d = decl_of(func);
  if (!d) return true;
  check_decl_body(func);
  cleanup();
  return !d->body_errors;
}

// ---- helpers on syntax

std::span<syntax::Expr* const> unpack_list(syntax::Expr* const& e) {
  if (!e) return {};
  if (auto* list = as<syntax::ListExpr>(e)) return list->elems;
  return {&e, 1};
}

syntax::Expr* unparen(syntax::Expr* e) {
  while (auto* p = as<syntax::ParenExpr>(e)) e = p->x;
  return e;
}

std::string expr_string(const syntax::Node* n) { return syntax::to_short_string(n); }

}  // namespace govm::types
