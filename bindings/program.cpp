#include "bindings/program.h"

#include "bindings/calls.h"

#include <algorithm>
#include <set>

#include "vm/runtime/fatal.h"
#include "vm/runtime/panic.h"

namespace govm::detail {
namespace {

// Packages in initialisation order (spec: Program initialization): sorted by import path, each as soon as all it imports
// are initialised.
std::vector<load::Package*> init_order(const std::vector<load::Package*>& loaded) {
  std::vector<load::Package*> waiting = loaded, order;
  std::sort(waiting.begin(), waiting.end(), [](auto* a, auto* b) { return a->path < b->path; });
  // runtime and what it needs come first, whatever imports them: run-time panics may happen in any initialiser.
  std::set<load::Package*> done;
  const auto ready = [&](load::Package* p) {
    return std::all_of(p->imports.begin(), p->imports.end(), [&](load::Package* i) { return done.contains(i); });
  };
  const auto initialize = [&](load::Package* p) {
    order.push_back(p);
    done.insert(p);
    std::erase(waiting, p);
  };
  const auto with_imports = [&](auto& self, load::Package* p) -> void {
    if (done.contains(p)) return;
    for (load::Package* i : p->imports) self(self, i);
    initialize(p);
  };
  for (load::Package* p : loaded) {
    if (p->path == "runtime") with_imports(with_imports, p);
  }
  while (!waiting.empty()) {
    auto next = std::find_if(waiting.begin(), waiting.end(), ready);
    GOVM_ASSERT(next != waiting.end());  // the loader rejects import cycles
    initialize(*next);
  }
  return order;
}

rt::Panicking panicking(rt::Runtime& runtime) {
  runtime.scheduler().stop();
  const rt::Panicking result = rt::panicking(runtime.scheduler());
  runtime.scheduler().start();
  return result;
}

// Calls one function after the other; then lets panics that other goroutines are in the midst of end the program.
void run_in_order(bc::NativeFrame& frame) {
  constexpr int kPatience = 1000;   // deferred functions of panics are given as many turns, as in gc
  const auto& functions = *static_cast<const std::vector<const bc::Function*>*>(Engine::argument(frame));
  const int count = static_cast<int>(functions.size()), phase = frame.phase();
  if (phase < count) return frame.call_code(functions[static_cast<std::size_t>(phase)], nullptr, {}, phase + 1);
  switch (panicking(frame.runtime())) {
    case rt::Panicking::kNone: return;
    case rt::Panicking::kDeferred: return phase < count + kPatience ? frame.repeat(phase + 1) : void();
    case rt::Panicking::kDying: return frame.repeat(phase);
  }
}

// What the end of a run means: 0, or the exit code of a program that ended.
int exit_code_of(Engine& engine, sched::RunEnd end) {
  switch (end) {
    case sched::RunEnd::kFinished: return engine.runtime().exited() ? engine.runtime().exit_code() : 0;
    case sched::RunEnd::kDeadlock:
      rt::fatal_error(engine.runtime(), nullptr, "all goroutines are asleep - deadlock!");
      return 2;
    case sched::RunEnd::kGoexitDeadlock:
      rt::fatal_error(engine.runtime(), nullptr, "no goroutines (main called runtime.Goexit) - deadlock!");
      return 2;
    case sched::RunEnd::kInterrupted:
    case sched::RunEnd::kKilled: return engine.runtime().exited() ? engine.runtime().exit_code() : 2;
  }
  GOVM_UNREACHABLE();
}

}  // namespace

void register_entries(rt::NativeRegistry& registry) {
  static constexpr rt::Native kEntries[] = {{"func runInOrder()", run_in_order}, {"func hostFunction()", host_native, kHostNativeLocals}};
  static constexpr rt::NativeTable kTable = {"govm", kEntries};
  registry.add(kTable);
}

std::vector<const bc::Function*> LoadedProgram::init_functions() {
  std::lock_guard guard(engine->lock());
  std::vector<const bc::Function*> functions;
  for (load::Package* package : init_order(engine->front().loader().packages())) {
    functions.push_back(engine->codegen().function(engine->program().package_init(package->types)));
  }
  return functions;
}

int LoadedProgram::run(bool main) {
  auto functions = std::make_shared<std::vector<const bc::Function*>>();
  if (!initialized) {
    *functions = init_functions();
    initializing = true;
  }
  if (main) functions->push_back(engine->find_function(root->path + ".main"));
  const int code = exit_code_of(*engine, engine->run_goroutine("govm.runInOrder", functions));
  initialized = true;
  return code;
}

Result<void> LoadedProgram::initialize() {
  if (initializing.load() && engine->runtime().scheduler().works_here()) return {};
  std::lock_guard guard(init_lock);
  if (initialized) return {};
  run(false);
  if (engine->ended()) return detail::end_error(*engine, sched::RunEnd::kKilled, nullptr);
  return {};
}

}  // namespace govm::detail
