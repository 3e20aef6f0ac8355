// The public API over Engine and LoadedProgram.
#include "bindings/govm.hpp"

#include <algorithm>
#include <bit>

#include "bindings/calls.h"
#include "bindings/listing.h"
#include "bindings/modules.h"
#include "bindings/program.h"

namespace govm {
namespace detail {

namespace {

// Programs of their own packages alone do without package runtime until something panics (Engine::find_object): a Vm for
// a small script is made in half the time. What its entry points use needs no initialiser.
void import_runtime(load::Loader& loader) {
  const auto& packages = loader.packages();
  const auto is_std = [](const load::Package* p) { return p->is_std && p->path != "unsafe"; };
  if (std::any_of(packages.begin(), packages.end(), is_std)) loader.import("runtime");
}

// What load_* end with: the program, or all errors.
Result<Program> finish(std::shared_ptr<Engine> engine, std::function<load::Package*()> load) {
  load::Package* root = load();
  Front& front = engine->front();
  if (root && !front.has_errors()) {
    if (std::string refused = refused_imports(*engine); !refused.empty()) return Error{refused};
    import_runtime(front.loader());
    if (std::string wrong = engine->modules().bind(*engine); !wrong.empty()) return Error{wrong, ErrorKind::kSignature};
  }
  if (!root || front.has_errors()) {
    std::string text = front.diagnostics_text();
    return Error{text.empty() ? "govm: nothing to run" : text};
  }
  auto program = std::make_shared<LoadedProgram>();
  program->engine = std::move(engine);
  program->root = root;
  program->load_again = std::move(load);
  return Program(std::move(program));
}

}  // namespace
}  // namespace detail

namespace {

// Why the program cannot be run; empty: it can.
std::string why_not_main(detail::LoadedProgram& program) {
  std::lock_guard guard(program.engine->lock());
  const types::Package& package = *program.root->types;
  const auto main_name = program.engine->front().session().symbols.intern("main");
  if (package.name != main_name) return "package " + program.root->path + " is not a main package\n";
  return package.scope->lookup(main_name) ? "" : "function main is undeclared in the main package\n";
}

}  // namespace

Result<void> Program::run_main() {
  std::string problem = why_not_main(*impl_);
  if (!problem.empty()) {
    problem.pop_back();
    return Error{problem};
  }
  impl_->run(true);
  if (!impl_->engine->ended()) return {};
  return detail::end_error(*impl_->engine, sched::RunEnd::kKilled, nullptr);
}

std::string Program::problem() const {
  std::string problem = why_not_main(*impl_);
  if (!problem.empty()) problem.pop_back();
  return problem;
}

int Program::run() {
  detail::LoadedProgram& program = *impl_;
  const std::string problem = why_not_main(program);
  if (!problem.empty()) {
    program.engine->door().write(2, problem.data(), problem.size());
    return 1;
  }
  return program.run(true);
}

Result<Reloaded> Program::reload(std::string name, std::string text) {
  return impl_->reload([&] { return impl_->engine->front().loader().load_source(impl_->root->path, {{name, text}}); });
}

Result<Reloaded> Program::reload() { return impl_->reload(impl_->load_again); }

Result<std::string> Program::disassembly(std::string_view function) { return detail::disassemble(*impl_, function); }
Result<std::string> Program::ir(std::string_view function, bool optimized) {
  return detail::print_ir(*impl_, function, optimized);
}

std::string Program::decisions(bool inlining, std::string_view package) { return detail::print_decisions(*impl_, inlining, package); }

Vm::Vm(Options options) : engine_(std::make_shared<detail::Engine>(std::move(options))) {}
Vm::~Vm() = default;
Vm::Vm(Vm&&) noexcept = default;
Vm& Vm::operator=(Vm&&) noexcept = default;

Result<Program> Vm::load_source(std::string name, std::string text) {
  std::lock_guard guard(engine_->lock());
  engine_->modules().declare(*engine_);
  return detail::finish(engine_, [engine = engine_.get(), name = std::move(name), text = std::move(text)] {
    return engine->front().loader().load_source("main", {{name, text}});
  });
}

Result<Program> Vm::load_files(const std::vector<std::string>& paths) {
  std::lock_guard guard(engine_->lock());
  engine_->modules().declare(*engine_);
  return detail::finish(engine_, [engine = engine_.get(), paths] { return engine->front().loader().load_files(paths); });
}

Result<Program> Vm::load_package(const std::string& pattern) {
  std::lock_guard guard(engine_->lock());
  engine_->modules().declare(*engine_);
  return detail::finish(engine_, [engine = engine_.get(), pattern]() -> load::Package* {
    const std::vector<load::Package*> roots = engine->front().loader().load_patterns({pattern});
    if (roots.size() > 1) engine->front().report({{}, "govm: " + pattern + " names more than one package", types::Code::kNone});
    return roots.size() == 1 ? roots[0] : nullptr;
  });
}

Result<std::vector<Vm::Place>> Vm::places(const std::vector<std::string>& patterns) {
  std::lock_guard guard(engine_->lock());
  std::vector<Place> out;
  for (load::Loader::Place& p : engine_->front().loader().find_places(patterns)) {
    out.push_back({std::move(p.path), std::move(p.directory), std::move(p.files)});
  }
  if (engine_->front().has_errors()) return Error{engine_->front().diagnostics_text()};
  return out;
}

Result<std::unique_ptr<Program>> Vm::load_test(const Place& place) {
  std::lock_guard guard(engine_->lock());
  const auto test = engine_->front().loader().load_test({place.path, place.directory, place.files});
  if (test.no_test_files) return std::unique_ptr<Program>();
  Result<Program> program = detail::finish(engine_, [main = test.main] { return main; });
  if (!program) return program.error();
  return std::make_unique<Program>(std::move(program.value()));
}

std::vector<Diagnostic> Vm::check(const std::vector<std::string>& patterns) {
  std::lock_guard guard(engine_->lock());
  load::Loader& loader = engine_->front().loader();
  const bool files = !patterns.empty() && patterns[0].ends_with(".go");
  if (files) loader.load_files(patterns);
  else loader.load_patterns(patterns);
  if (!files && std::find(patterns.begin(), patterns.end(), "std") != patterns.end()) {
    for (const load::Package* package : loader.packages()) detail::check_all_bodies(engine_->front(), *package);
  }
  return engine_->front().diagnostics();
}

std::size_t Vm::checked_packages() const { return engine_->front().loader().packages().size(); }
std::size_t Vm::checked_lines() const { return detail::count_lines(engine_->front()); }

void Vm::interrupt() noexcept { engine_->interrupt(); }
Module Vm::module(const std::string& path) { return Module(engine_->modules().get(path)); }
Limits Vm::limits() const { return engine_->limits(); }
void Vm::set_limits(const Limits& limits) { engine_->set_limits(limits); }
Statistics Vm::statistics() const { return engine_->statistics(); }
std::string Vm::recorded_files() const {
  const load::RecordingFiles* recorder = engine_->front().recorder();
  return recorder ? recorder->archive() : "";
}

std::string version() { return "govm 0.1.0 (Go 1.24.4)"; }

}  // namespace govm
