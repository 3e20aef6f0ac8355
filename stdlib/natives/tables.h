// All tables of natives, a file per package of std (or a few small ones together).
#pragma once

namespace govm::rt {
class NativeRegistry;
}

namespace govm::natives {

// All natives of govm, the VM's own included; made at the first call.
const rt::NativeRegistry& all();

// What each file contributes.
void register_aes(rt::NativeRegistry& registry);
void register_all_threads(rt::NativeRegistry& registry);
void register_big(rt::NativeRegistry& registry);
void register_bytealg(rt::NativeRegistry& registry);
void register_cpu(rt::NativeRegistry& registry);
void register_debug(rt::NativeRegistry& registry);
void register_encoding(rt::NativeRegistry& registry);
void register_field(rt::NativeRegistry& registry);
void register_fork(rt::NativeRegistry& registry);
void register_hash(rt::NativeRegistry& registry);
void register_iter(rt::NativeRegistry& registry);
void register_math(rt::NativeRegistry& registry);
void register_misc(rt::NativeRegistry& registry);
void register_poll(rt::NativeRegistry& registry);
void register_rand(rt::NativeRegistry& registry);
void register_synctest(rt::NativeRegistry& registry);
void register_reflect(rt::NativeRegistry& registry);
void register_reflect_call(rt::NativeRegistry& registry);
void register_runtime(rt::NativeRegistry& registry);
void register_signal(rt::NativeRegistry& registry);
void register_sync(rt::NativeRegistry& registry);
void register_syscall(rt::NativeRegistry& registry);
void register_time(rt::NativeRegistry& registry);
void register_weak(rt::NativeRegistry& registry);

}  // namespace govm::natives
