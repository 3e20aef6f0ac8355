#include "bindings/program.h"

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

// A call from the host: `call`'s arguments to the function, its results back.
struct HostCall {
  const bc::Function* function;
  Call* call;
};

void run_host_call(bc::NativeFrame& frame) {
  auto& host = *static_cast<HostCall*>(Engine::argument(frame));
  if (frame.phase() == 0) {
    std::vector<bc::Slot> arguments(host.call->arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) arguments[i].u = host.call->arguments[i];
    return frame.call_code(host.function, nullptr, arguments, 1);
  }
  if (host.call->types.ends_with(">s")) {
    const auto text = frame.call_result<abi::String>(0);
    host.call->text.assign(reinterpret_cast<const char*>(text.data), static_cast<std::size_t>(text.len));
    return;
  }
  host.call->results.resize(host.function->result_slots);
  for (std::size_t i = 0; i < host.call->results.size(); ++i) host.call->results[i] = frame.call_result<std::uint64_t>(static_cast<int>(i));
}

// The code of a Go type in Call::types, or 0 for one that C++ cannot pass.
char type_code(types::Type* type) {
  auto* basic = types::under_as<types::Basic>(type);
  if (!basic) return 0;
  using types::BasicKind;
  switch (basic->kind) {
    case BasicKind::kBool: return 'b';
    case BasicKind::kInt8: return '1';
    case BasicKind::kInt16: return '2';
    case BasicKind::kInt32: return '4';
    case BasicKind::kInt: case BasicKind::kInt64: return '8';
    case BasicKind::kUint8: return 'B';
    case BasicKind::kUint16: return 'H';
    case BasicKind::kUint32: return 'W';
    case BasicKind::kUint: case BasicKind::kUint64: case BasicKind::kUintptr: return 'L';
    case BasicKind::kFloat32: return 'f';
    case BasicKind::kFloat64: return 'd';
    case BasicKind::kString: return 's';
    default: return 0;
  }
}

std::string signature_codes(const types::Signature& signature) {
  std::string codes;
  for (types::Var* v : signature.params->vars) codes += type_code(v->type);
  codes += '>';
  for (types::Var* v : signature.results->vars) codes += type_code(v->type);
  return codes;
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
    case sched::RunEnd::kKilled: return engine.runtime().exited() ? engine.runtime().exit_code() : 2;
  }
  GOVM_UNREACHABLE();
}

}  // namespace

void register_entries(rt::NativeRegistry& registry) {
  static constexpr rt::Native kEntries[] = {{"func runInOrder()", run_in_order}, {"func hostCall()", run_host_call}};
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
  std::vector<const bc::Function*> functions;
  if (!initialized) functions = init_functions();
  initialized = true;
  if (main) functions.push_back(engine->find_function(root->path + ".main"));
  return exit_code_of(*engine, engine->run_goroutine("govm.runInOrder", &functions));
}

Result<void> call_function(LoadedProgram& program, const std::string& name, Call& call) {
  Engine& engine = *program.engine;
  bc::Function* function = nullptr;
  {
    std::lock_guard guard(engine.lock());
    types::Object* object = program.root->types->scope->lookup(engine.front().session().symbols.intern(name));
    auto* func = types::as<types::Func>(object);
    if (!func) return Error{"no function " + name + " in package " + program.root->path};
    const types::Signature& signature = *func->signature();
    if (signature.tparams || signature_codes(signature) != call.types) {
      return Error{"function " + name + " has type " + types::type_string(func->type, program.root->types) +
                   ", which is not what it is called with"};
    }
    function = engine.codegen().function(engine.program().function(func));
  }
  engine.door().take_printed();
  if (!program.initialized) {
    if (const int code = program.run(false); code != 0 || engine.runtime().exited()) {
      return Error{engine.door().take_printed() + "exit status " + std::to_string(code)};
    }
  }
  HostCall host{function, &call};
  const sched::RunEnd end = engine.run_goroutine("govm.hostCall", &host);
  if (end == sched::RunEnd::kFinished && !engine.runtime().exited()) return {};
  const int code = exit_code_of(engine, end);
  return Error{engine.door().take_printed() + "exit status " + std::to_string(code)};
}

}  // namespace govm::detail
