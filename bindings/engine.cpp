#include "bindings/engine.h"

#include <unistd.h>

#include "bindings/program.h"
#include "scheduler/signals.h"
#include "stdlib/natives/tables.h"
#include "vm/interp/faults.h"
#include "vm/runtime/gc_settings.h"

namespace govm::detail {
namespace {

constexpr std::size_t kMostPrinted = 1 << 20;  // bytes of runtime output kept for error texts

std::vector<std::string> process_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; entry && *entry; ++entry) out.emplace_back(*entry);
  return out;
}

std::unique_ptr<rt::Access> make_access(const Access& access) {
  if (!access.open) return std::make_unique<rt::ClosedAccess>();
  return std::make_unique<rt::OpenAccess>(access.arguments, process_environment(), access.signals, access.test_program);
}

sched::Options scheduler_options(const Options& options) {
  sched::Options out;
  out.workers = options.workers;
  out.deterministic = options.seeded_schedule;
  out.seed = options.schedule_seed;
  return out;
}

// A closure object outside of the Go heap: the code of a host native, and what it works on.
struct HostClosure {
  const bc::Function* code;
  void* argument;
};

}  // namespace

std::int64_t Door::write(int fd, const void* data, std::size_t size) {
  if (fd == STDERR_FILENO) {
    std::lock_guard guard(lock_);
    if (printed_.size() < kMostPrinted) printed_.append(static_cast<const char*>(data), size);
  }
  return inner_->write(fd, data, size);
}

std::string Door::take_printed() {
  std::lock_guard guard(lock_);
  return std::exchange(printed_, {});
}

Engine::Engine(Options options)
    : options_(std::move(options)),
      door_(make_access(options_.access)),
      front_(std::make_unique<Front>(options_)),
      program_(front_->session(), *front_),
      runtime_(door_),
      codegen_(program_, runtime_, lock_),
      interpreter_(runtime_),
      scheduler_(std::make_unique<sched::Scheduler>(scheduler_options(options_), interpreter_)) {
  interp::install_fault_handler();
  heap_ = std::make_unique<gc::Heap>(*scheduler_, gc::HeapLimits{options_.limits.heap_bytes});
  rt::apply_gc_settings(*heap_, door_, scheduler_->worker_count());
  runtime_.attach(*heap_, *scheduler_);
  runtime_.set_code_source(this);
  natives::register_all(runtime_.natives());
  register_entries(runtime_.natives());
  scheduler_->attach_heap(*heap_);
  if (options_.access.open && options_.access.signals) scheduler_->signals().take_over();
}

Engine::~Engine() {
  scheduler_->kill();
  scheduler_.reset();
}

sched::RunEnd Engine::run_goroutine(std::string_view native, void* argument) {
  bc::Function* code = runtime_.types().new_function();
  code->name = "runtime.main";
  code->flags |= bc::kRuntimeInternal;
  runtime_.natives().bind(*code, native);
  auto* closure = static_cast<HostClosure*>(runtime_.statics().bytes(sizeof(HostClosure)));
  *closure = {code, argument};
  return scheduler_->run(closure);
}

void* Engine::argument(bc::NativeFrame& frame) { return static_cast<HostClosure*>(frame.closure())->argument; }

bool Engine::compile(bc::Function& function, std::string& error) {
  std::lock_guard guard(lock_);
  return codegen_.compile(function, error);
}

// "import/path.Name": the name begins behind the last dot.
types::Object* Engine::find_object(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const std::string_view path = name.substr(0, dot);
  load::Package* package = front_->loader().find(path);
  if (!package && path == "runtime") package = front_->loader().import(path);
  if (!package || !package->types) return nullptr;
  return package->types->scope->lookup(front_->session().symbols.intern(name.substr(dot + 1)));
}

bc::Function* Engine::find_function(std::string_view name) {
  std::lock_guard guard(lock_);
  auto* func = types::as<types::Func>(find_object(name));
  return func ? codegen_.function(program_.function(func)) : nullptr;
}

void* Engine::find_global(std::string_view name) {
  std::lock_guard guard(lock_);
  auto* variable = types::as<types::Var>(find_object(name));
  return variable ? codegen_.global(program_.global(variable)) : nullptr;
}

}  // namespace govm::detail
