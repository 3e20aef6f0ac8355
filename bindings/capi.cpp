#include "bindings/govm.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

#include "bindings/govm.hpp"

namespace govm::detail {
struct ProgramAccess {
  static const std::shared_ptr<LoadedProgram>& impl(const Program& program) { return program.impl_; }
};
}  // namespace govm::detail

struct govm_program {
  govm::Program program;
  std::mutex lock;
  std::map<std::string, std::shared_ptr<const govm::detail::Callee>> callees;   // by name and types
};
struct govm_vm {
  govm::Vm vm;
  std::unique_ptr<govm_program> program;
};

namespace {

using namespace govm::detail;

thread_local govm::Error last_error;
thread_local std::string last_string;

govm_status fail(govm::Error error) {
  last_error = std::move(error);
  return static_cast<govm_status>(static_cast<int>(last_error.kind) + 1);
}

const Shape* shape_of_type(govm_type type) {
  switch (type) {
    case GOVM_BOOL: return &shape_of<bool>();
    case GOVM_INT: return &shape_of<std::int64_t>();
    case GOVM_FLOAT: return &shape_of<double>();
    case GOVM_STRING: return &shape_of<std::string>();
    case GOVM_NOTHING: return nullptr;
  }
  return nullptr;
}

std::shared_ptr<const Callee> find(govm_program& program, const char* function, const govm_value* arguments, std::size_t count, govm_type result) {
  std::string key = function;
  for (std::size_t i = 0; i < count; i++) key += static_cast<char>('\1' + arguments[i].type);
  key += '>';
  key += static_cast<char>('\1' + result);
  std::lock_guard guard(program.lock);
  auto& callee = program.callees[key];
  if (callee != nullptr) return callee;
  Shape shape = simple(Kind::kFunc, 8);
  for (std::size_t i = 0; i < count; i++) {
    if (const Shape* part = shape_of_type(arguments[i].type)) shape.parts.push_back(part);
  }
  shape.count = static_cast<std::uint32_t>(shape.parts.size());
  if (const Shape* part = shape_of_type(result)) shape.parts.push_back(part);
  return callee = resolve(ProgramAccess::impl(program.program), function, shape);
}

void put(Env& env, const Plan& plan, std::uint64_t*& at, const govm_value& v) {
  switch (v.type) {
    case GOVM_BOOL: put_slots(env, plan, at, v.as.boolean != 0); break;
    case GOVM_INT: put_slots(env, plan, at, v.as.integer); break;
    case GOVM_FLOAT: put_slots(env, plan, at, v.as.real); break;
    case GOVM_STRING: put_slots(env, plan, at, std::string_view(v.as.string.data, v.as.string.size)); break;
    case GOVM_NOTHING: return;
  }
  at += (plan.size + 7) / 8;
}

void take(Env& env, const Plan& plan, const std::uint64_t* at, govm_value& v) {
  switch (v.type) {
    case GOVM_BOOL: v.as.boolean = load_raw<bool>(at); break;
    case GOVM_INT: v.as.integer = load_raw<std::int64_t>(at); break;
    case GOVM_FLOAT: v.as.real = load_raw<double>(at); break;
    case GOVM_STRING:
      last_string = Codec<std::string>::from_go(env, plan, at);
      v.as.string.data = last_string.c_str();
      v.as.string.size = last_string.size();
      break;
    case GOVM_NOTHING: break;
  }
}

}  // namespace

govm_vm* govm_new(const govm_options* o) {
  govm::Options options;
  if (o != nullptr) {
    options.access.open = o->open != 0;
    options.workers = o->workers;
    options.limits.heap_bytes = o->heap_bytes;
    options.limits.goroutines = o->goroutines;
    options.limits.stack_bytes = o->stack_bytes;
    options.limits.output_bytes = o->output_bytes;
    options.limits.wall_time = std::chrono::nanoseconds(o->wall_nanos);
    options.limits.cpu_time = std::chrono::nanoseconds(o->cpu_nanos);
    options.limits.fuel = o->fuel;
    options.reloadable = o->reloadable != 0;
    if (o->output != nullptr) {
      options.access.output = [output = o->output, context = o->context](std::string_view text) { output(context, text.data(), text.size()); };
      options.access.errors = options.access.output;
    }
  }
  return new govm_vm{govm::Vm(std::move(options)), nullptr};
}

void govm_free(govm_vm* vm) { delete vm; }

govm_program* govm_load(govm_vm* vm, const char* name, const char* text) {
  govm::Result<govm::Program> program = vm->vm.load_source(name, text);
  if (!program) {
    fail(program.error());
    return nullptr;
  }
  vm->program.reset(new govm_program{*program, {}, {}});
  return vm->program.get();
}

govm_status govm_run(govm_program* program) {
  govm::Result<void> done = program->program.run_main();
  return done ? GOVM_OK : fail(done.error());
}

govm_status govm_call(govm_program* program, const char* function, const govm_value* arguments, size_t count, govm_value* result) {
  const auto callee = find(*program, function, arguments, count, result != nullptr ? result->type : GOVM_NOTHING);
  Calling calling(*callee);
  if (!calling.entered()) return fail(calling.take_error());
  std::uint64_t* at = calling.slots();
  const Plan* plan = calling.plans();
  for (size_t i = 0; i < count; i++) put(calling.env(), *plan++, at, arguments[i]);
  if (!calling.run()) return fail(calling.take_error());
  if (result != nullptr && result->type != GOVM_NOTHING) take(calling.env(), *plan, calling.slots(), *result);
  return GOVM_OK;
}

void govm_get_statistics(govm_vm* vm, govm_statistics* out, size_t size) {
  const govm::Statistics s = vm->vm.statistics();
  const auto nanos = [](std::chrono::nanoseconds n) { return static_cast<std::uint64_t>(n.count()); };
  const govm_statistics all = {s.heap_bytes, s.heap_objects, s.allocated_bytes, s.heap_reserved_bytes, s.goroutines, s.collections,
                               nanos(s.pauses), nanos(s.longest_recent_pause), s.fuel_used, nanos(s.cpu_time),
                               nanos(s.host_time), s.host_calls, nanos(s.system_time), s.system_calls, s.output_bytes};
  std::memcpy(out, &all, std::min(size, sizeof(all)));
}

govm_status govm_reload(govm_program* program, const char* name, const char* text) {
  govm::Result<govm::Reloaded> done = program->program.reload(name, text);
  return done ? GOVM_OK : fail(done.error());
}

void govm_interrupt(govm_vm* vm) { vm->vm.interrupt(); }
const char* govm_error(void) { return last_error.message.c_str(); }
const char* govm_traceback(void) { return last_error.traceback.c_str(); }
int govm_exit_code(void) { return last_error.exit_code; }
