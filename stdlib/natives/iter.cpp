// Coroutines behind iter.Pull (Go side: overlay runtime/coro.go).
#include "scheduler/coroutine.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

void allocate(NativeFrame& frame) {
  frame.result<void*>(0, sched::allocate_coroutine(frame.runtime().heap(), frame.cache(), frame.arg<void*>(0)));
}

void start(NativeFrame& frame) {
  const void* creator = frame.fp()[bc::kFrameReturn].p;
  sched::start_coroutine(worker(), frame.arg<sched::Coroutine*>(0), frame.arg<void*>(1), creator);
}

void switch_to(NativeFrame& frame) {
  if (!sched::coroutine_switch(worker(), *frame.goroutine(), frame.arg<sched::Coroutine*>(0))) {
    return frame.throw_error("coroswitch on exited coro");
  }
  frame.park(rt::OnWake::kReturn);
}

void exit(NativeFrame& frame) { sched::coroutine_exit(worker(), frame.arg<sched::Coroutine*>(0)); }

constexpr Native kRuntime[] = {
    {"func allocCoro(f func(*coro)) *coro", allocate},
    {"func startCoro(c *coro, run func())", start},
    {"func coroswitch(c *coro)", switch_to},
    {"func coroexit(c *coro)", exit},
};

}  // namespace

void register_iter(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"runtime", kRuntime};
  registry.add(kTable);
}

}  // namespace govm::natives
