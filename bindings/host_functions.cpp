// Calls from Go into C++.
#include "base/clock.h"
#include "bindings/calls.h"

#include <exception>
#include <new>

#include "vm/runtime/fatal.h"

namespace govm::detail {
namespace {

HostFunction& function_of(bc::NativeFrame& frame) {
  if (void* data = frame.function().native_data) return *static_cast<HostFunction*>(data);
  return *static_cast<HostClosure*>(frame.closure())->function;
}

Env env_of(bc::NativeFrame& frame) {
  return {static_cast<Engine*>(frame.runtime().code_source()), &frame.worker(), &frame.locals()[0].u, 0, {}};
}

// Calls C++, wherever; exceptions become text.
std::string guarded_call(Engine& engine, HostInvocation& invocation) {
  const struct Count {
    Engine& engine;
    std::int64_t began = monotonic_nanos();
    ~Count() { engine.count_host_call(monotonic_nanos() - began); }
  } count{engine};
  try {
    invocation.call();
    return {};
  } catch (const std::exception& e) {
    return std::string("C++ exception: ") + e.what();
  } catch (...) {
    return "C++ exception";
  }
}

// What came of it goes to Go: results, an error or a panic.
void finish(bc::NativeFrame& frame, HostFunction& function, HostInvocation& invocation, const std::string& thrown) {
  if (!thrown.empty()) return frame.panic_plain(thrown);
  Env env = env_of(frame);
  if (const std::string* failure = invocation.failure()) {
    const abi::String text = frame.new_string(*failure);
    return frame.call_code(env.engine->host_error(), nullptr, std::array{bc::Slot{.p = const_cast<std::uint8_t*>(text.data)}, bc::Slot{.i = text.len}}, 2);
  }
  invocation.finish(env, function.plans.data(), &frame.results()[0].u);
  if (env.error == "out of memory") throw rt::OutOfMemory{};
  if (!env.error.empty()) frame.panic_plain(env.error);
}

// The thread may not stay in C++ code: another one makes the call.
struct Deferred {
  std::unique_ptr<std::byte[]> memory{new std::byte[kInvocationBytes]};
  HostInvocation* invocation = nullptr;
  std::string thrown;
  ~Deferred() { if (invocation != nullptr) invocation->~HostInvocation(); }
};

}  // namespace

void host_native(bc::NativeFrame& frame) {
  HostFunction& function = function_of(frame);
  const int error_slot = frame.function().result_slots - 2;
  const int kept = kScratchSlots;          // local of the deferred call
  if (frame.phase() == 2) return frame.result<abi::Iface>(error_slot, frame.call_result<abi::Iface>(0));
  Engine& engine = *static_cast<Engine*>(frame.runtime().code_source());
  if (frame.phase() == 1) {
    const std::unique_ptr<Deferred> done(static_cast<Deferred*>(engine.take_deferred(frame.local<void*>(kept))));
    frame.set_local<void*>(kept, nullptr);
    return finish(frame, function, *done->invocation, done->thrown);
  }
  Env env = env_of(frame);
  if (!frame.may_leave()) {
    auto* deferred = new Deferred;
    deferred->invocation = function.begin(env, &frame.args()[0].u, deferred->memory.get());
    engine.keep_deferred(deferred, [](void* p) { delete static_cast<Deferred*>(p); });
    frame.set_local<void*>(kept, deferred);
    return frame.blocking([engine = &engine, deferred] { deferred->thrown = guarded_call(*engine, *deferred->invocation); }, rt::OnWake::kRepeat, 1);
  }
  alignas(16) std::byte memory[kInvocationBytes];
  HostInvocation* invocation = function.begin(env, &frame.args()[0].u, memory);
  const struct Destroy {
    HostInvocation* what;
    ~Destroy() { what->~HostInvocation(); }
  } destroy{invocation};
  if (!env.error.empty()) return frame.panic_plain(env.error);
  frame.leave();
  const std::string thrown = guarded_call(engine, *invocation);
  if (!frame.enter()) return;
  finish(frame, function, *invocation, thrown);
}

}  // namespace govm::detail
