// Hot reload: a new version of the program's own packages takes the place of the one that runs.
//
//   1. The new version is loaded and checked beside the old one. Errors: it is dropped, nothing has changed.
//   2. Declared types that are what they were become one type; variables of the same name and type become one variable.
//   3. Initialisers of what is new run: of packages, and of variables that were not kept. (init functions do not.)
//   4. Functions and methods of the same name and type are replaced: whoever calls the old one gets to the new one.
#include <algorithm>

#include "bindings/calls.h"
#include "bindings/modules.h"
#include "bindings/program.h"
#include "compiler/types/versions.h"

namespace govm::detail {
namespace {

bool is_own(const load::Package* p, const Engine& engine) { return !p->is_std && !const_cast<Engine&>(engine).modules().has(p->path); }

class Reload {
 public:
  Reload(LoadedProgram& program, Engine& engine) : program_(program), engine_(engine) {}

  Result<Reloaded> run(const std::function<load::Package*()>& load) {
    std::unique_lock guard(engine_.lock());
    load::Loader& loader = engine_.front().loader();
    const std::vector<load::Package*> before = loader.packages();
    loader.begin_version();
    load::Package* root = load();
    std::string wrong = problems(root);
    engine_.front().take_reported();
    if (!wrong.empty()) {
      loader.end_version(false);
      return Error{wrong};
    }
    pair(before);
    const bool live = program_.initialized;
    if (live) keep_variables();
    const std::vector<const bc::Function*> initializers = live ? program_.init_functions() : std::vector<const bc::Function*>();
    guard.unlock();
    for (const bc::Function* f : initializers) {
      if (Result<void> done = call(f); !done) return done.error();   // the program has ended
    }
    guard.lock();
    replace_functions();
    program_.root = root;
    loader.end_version(true);
    return std::move(report_);
  }

 private:
  std::string problems(const load::Package* root) {
    Front& front = engine_.front();
    if (root == nullptr || front.has_errors()) {
      std::string text = front.diagnostics_text();
      return text.empty() ? "govm: nothing to load" : text;
    }
    if (root->path != program_.root->path) return "govm: the new version is package " + root->path + ", not " + program_.root->path;
    if (std::string refused = refused_imports(engine_); !refused.empty()) return refused;
    return engine_.modules().bind(engine_);
  }

  void pair(const std::vector<load::Package*>& before) {
    for (load::Package* fresh : engine_.front().loader().packages()) {
      if (!is_own(fresh, engine_)) continue;
      const auto old = std::find_if(before.begin(), before.end(), [&](auto* p) { return p->path == fresh->path; });
      if (old != before.end()) packages_.push_back({(*old)->types, fresh->types});
    }
    types::pair_versions(engine_.front().session(), packages_);
  }

  static std::string name_of(const types::Object* o) { return std::string(o->pkg->name.str()) + "." + std::string(o->name.str()); }

  // A variable is kept if all that are initialised together with it can be.
  void keep_variables() {
    for (const types::PackageVersions& p : packages_) {
      std::set<const types::Object*> lost;
      for (const types::Initializer& init : p.fresh->init_order) {
        const bool all = std::all_of(init.lhs.begin(), init.lhs.end(), [&](types::Var* v) { return v->name.is_blank() || types::earlier_version(p, v) != nullptr; });
        if (!all) lost.insert(init.lhs.begin(), init.lhs.end());
      }
      for (types::Object* o : p.fresh->scope->sorted()) {
        auto* fresh = types::as<types::Var>(o);
        if (fresh == nullptr) continue;
        types::Var* old = lost.contains(fresh) ? nullptr : types::earlier_version(p, fresh);
        if (old != nullptr) engine_.program().keep(fresh, old);
        (old != nullptr ? report_.kept : report_.fresh).push_back(name_of(fresh));
      }
      std::erase_if(p.fresh->init_order, [](const types::Initializer& init) {
        return std::all_of(init.lhs.begin(), init.lhs.end(), [](types::Var* v) { return v->name.is_blank(); });
      });
      p.fresh->init_funcs.clear();
    }
  }

  void replace_functions() {
    for (const types::PackageVersions& p : packages_) {
      for (types::Object* o : p.fresh->scope->sorted()) {
        if (auto* f = types::as<types::Func>(o)) replace(p, f);
        auto* name = types::as<types::TypeName>(o);
        auto* type = name != nullptr && name->type != nullptr ? types::as<types::Named>(name->type) : nullptr;
        if (type == nullptr || type->obj() != o) continue;
        for (std::size_t i = 0; i < type->num_methods(); i++) replace(p, type->method(i));
      }
    }
  }

  void replace(const types::PackageVersions& package, types::Func* fresh) {
    types::Func* old = types::earlier_version(package, fresh);
    if (old == nullptr || old == fresh) return;
    report_.functions++;
    for (const auto& [from, to] : engine_.program().replace(old, fresh)) engine_.codegen().forward(from, to);
  }

  Result<void> call(const bc::Function* function) {
    Callee callee;
    callee.weak = engine_.weak_from_this();
    callee.engine = &engine_;
    callee.function = function;
    complete(callee);
    Calling calling(callee);
    if (!calling.entered() || !calling.run()) return calling.take_error();
    return {};
  }

  LoadedProgram& program_;
  Engine& engine_;
  std::vector<types::PackageVersions> packages_;
  Reloaded report_;
};

}  // namespace

Result<Reloaded> LoadedProgram::reload(const std::function<load::Package*()>& load) {
  if (!engine->options().reloadable) return Error{"govm: Options::reloadable is not set"};
  std::lock_guard one(reload_lock);
  if (initializing) {
    if (Result<void> done = initialize(); !done) return done.error();
  }
  if (engine->ended()) return end_error(*engine, sched::RunEnd::kKilled, nullptr);
  return Reload(*this, *engine).run(load);
}

}  // namespace govm::detail
