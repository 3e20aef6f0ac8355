#include "stdlib/natives/tables.h"

#include "vm/runtime/core_natives.h"
#include "vm/runtime/native.h"

namespace govm::natives {

namespace {

const rt::NativeRegistry* make_all() {
  auto* out = new rt::NativeRegistry;  // never destroyed: Vms may outlive static destructors
  rt::NativeRegistry& registry = *out;
  registry.inherit(rt::core_natives());
  register_aes(registry);
  register_all_threads(registry);
  register_big(registry);
  register_bytealg(registry);
  register_cpu(registry);
  register_debug(registry);
  register_encoding(registry);
  register_field(registry);
  register_fork(registry);
  register_hash(registry);
  register_iter(registry);
  register_math(registry);
  register_misc(registry);
  register_poll(registry);
  register_rand(registry);
  register_synctest(registry);
  register_reflect(registry);
  register_reflect_call(registry);
  register_runtime(registry);
  register_signal(registry);
  register_sync(registry);
  register_syscall(registry);
  register_time(registry);
  register_weak(registry);
  return out;
}

}  // namespace

const rt::NativeRegistry& all() {
  static const rt::NativeRegistry* const registry = make_all();
  return *registry;
}

}  // namespace govm::natives
