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

// What one run goes through: initialisers, then perhaps main.
struct Run {
  std::weak_ptr<LoadedProgram> program;
  std::vector<const bc::Function*> functions = {};
  int initializers = 0;
};

// Calls one function after the other; then lets panics that other goroutines are in the midst of end the program.
void run_in_order(bc::NativeFrame& frame) {
  constexpr int kPatience = 1000;   // deferred functions of panics are given as many turns, as in gc
  const Run& run = *static_cast<const Run*>(Engine::argument(frame));
  const auto& functions = run.functions;
  const int count = static_cast<int>(functions.size()), phase = frame.phase();
  if (phase == run.initializers) {
    if (const auto program = run.program.lock()) program->set_initialized();
  }
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

// runtime/debug.SetMaxStack, which may lower the host's limit but not lift it.
void set_max_stack(bc::NativeFrame& frame) {
  const std::uint64_t limit = static_cast<Engine*>(frame.runtime().code_source())->limits().stack_bytes;
  auto bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(frame.arg<std::int64_t>(0), 0));
  if (limit != 0) bytes = std::min(bytes, limit);
  frame.result<std::int64_t>(0, static_cast<std::int64_t>(frame.runtime().max_stack_bytes().exchange(bytes)));
}

}  // namespace

void register_entries(rt::NativeRegistry& registry) {
  static constexpr rt::Native kEntries[] = {{"func runInOrder()", run_in_order}, {"func hostFunction()", host_native, kHostNativeLocals}};
  static constexpr rt::NativeTable kTable = {"govm", kEntries};
  registry.add(kTable);
  static constexpr rt::Native kDebug[] = {{"func setMaxStack(int) int", set_max_stack}};
  static constexpr rt::NativeTable kLimited = {"runtime/debug", kDebug};
  registry.add(kLimited);
}

std::vector<const bc::Function*> LoadedProgram::init_functions() {
  std::lock_guard guard(engine->lock());
  std::vector<const bc::Function*> functions;
  for (load::Package* package : init_order(engine->front().loader().packages())) {
    if (ready.insert(package).second) functions.push_back(engine->codegen().function(engine->program().package_init(package->types)));
  }
  return functions;
}

void LoadedProgram::set_initialized() {
  std::lock_guard guard(init_lock_);
  initialized = true;
  init_done_.notify_all();
}

bool LoadedProgram::claim_initialization() {
  bool unclaimed = false;
  return initializing.compare_exchange_strong(unclaimed, true);
}

int LoadedProgram::run(bool main) {
  auto run = std::make_shared<Run>(Run{weak_from_this()});
  if (claim_initialization()) {
    run->functions = init_functions();
    run->initializers = static_cast<int>(run->functions.size());
  } else {
    (void)initialize();
  }
  if (main) run->functions.push_back(engine->find_function(root->path + ".main"));
  const int code = exit_code_of(*engine, engine->run_goroutine("govm.runInOrder", run));
  set_initialized();
  return code;
}

Result<void> LoadedProgram::initialize() {
  if (!initialized && initializing && engine->runtime().scheduler().works_here()) return {};
  if (!initialized && claim_initialization()) {
    auto run = std::make_shared<Run>(Run{weak_from_this(), init_functions()});
    run->initializers = static_cast<int>(run->functions.size());
    exit_code_of(*engine, engine->run_goroutine("govm.runInOrder", run));
    set_initialized();
  }
  std::unique_lock guard(init_lock_);
  while (!initialized && !engine->ended()) init_done_.wait_for(guard, std::chrono::milliseconds(5));
  if (engine->ended()) return detail::end_error(*engine, sched::RunEnd::kKilled, nullptr);
  return {};
}

}  // namespace govm::detail
