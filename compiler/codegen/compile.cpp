// Function descriptors and their compilation on first call.
#include "base/assert.h"
#include "compiler/codegen/by_reference.h"
#include "compiler/codegen/codegen.h"
#include "vm/runtime/forward.h"

namespace govm::codegen {

Codegen::Codegen(ir::Program& program, rt::Runtime& runtime, std::recursive_mutex& session_lock, opt::Options options)
    : program_(program), runtime_(runtime), lock_(session_lock), options_(options) {
  options_.given_up = &runtime.exited_flag();
  runtime.types().set_hooks(this);
}

Codegen::~Codegen() { runtime_.types().set_hooks(nullptr); }

namespace {

bool runtime_internal(const ir::Function& fn) {
  if (fn.package == nullptr) return false;
  const std::string_view path = fn.package->path.str();
  return path == "runtime" || path.starts_with("internal/runtime/");
}

// Functions of reflect on the way to a method or function value: recover looks through them, as in gc.
bool is_call_path(std::string_view name) {
  return name == "reflect.call" || name == "runtime.reflectcall" || name == "reflect.callReflect" || name == "reflect.callMethod";
}

}  // namespace

bc::Function* Codegen::function(ir::Function* fn) {
  if (fn->code != nullptr) return static_cast<bc::Function*>(fn->code);
  bc::Function* f = runtime_.types().new_function();
  std::uint32_t params = 0, results = 0;
  for (types::Type* t : fn->params) params += passed_shape(shapes_, t).slots;
  for (types::Type* t : fn->results) results += passed_shape(shapes_, t).slots;
  f->param_slots = static_cast<std::uint16_t>(params);
  f->result_slots = static_cast<std::uint16_t>(results);
  f->name = fn->name;
  const Position p = program_.session.sources.position(fn->pos);
  f->file = p.file;
  f->line = p.line;
  if (fn->is_wrapper || is_call_path(fn->name)) f->flags |= bc::kWrapper;
  if (runtime_internal(*fn)) f->flags |= bc::kRuntimeInternal;
  f->compiler_data = fn;
  fn->code = f;
  return f;
}

void Codegen::forward(ir::Function* old, ir::Function* fresh) {
  // Also if old has no descriptor yet: function literals that were built, but not generated, may call it.
  rt::forward(*function(old), *function(fresh));
}

bool Codegen::compile(bc::Function& function, std::string& error) {
  ir::Function* fn = source(function);
  GOVM_ASSERT(fn != nullptr);
  if (function.code != nullptr || function.native != nullptr || rt::forwarded_to(function) != nullptr) return true;
  program_.build(fn);
  if (fn->kind == ir::FunctionKind::kNative || fn->blocks.empty()) {
    const std::string name = fn->object != nullptr ? program_.environment.native_name(fn->object) : fn->name;
    function.flags |= bc::kNative;
    runtime_.natives().bind(function, name);
    return true;
  }
  opt::optimize(*fn, options_);
  auto code = std::make_unique<bc::Code>();
  std::uint32_t frame_slots = 0;
  if (!generate(*fn, *this, shapes_, *code, frame_slots, error)) return false;
  if (fn->has_defer) function.flags |= bc::kHasDefer;
  if (opt::is_done_with(*fn, options_)) fn->drop_body();
  function.set_frame_size(frame_slots);
  __atomic_store_n(&function.code, code.get(), __ATOMIC_RELEASE);   // the collector may be looking at a frame of it
  const auto* entry = reinterpret_cast<const bc::Instr*>(code->words.data());
  codes_.push_back(std::move(code));
  __atomic_store_n(&function.entry, entry, __ATOMIC_RELEASE);
  return true;
}

}  // namespace govm::codegen
