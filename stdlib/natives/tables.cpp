#include "stdlib/natives/tables.h"

namespace govm::natives {

void register_all(rt::NativeRegistry& registry) {
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
}

}  // namespace govm::natives
