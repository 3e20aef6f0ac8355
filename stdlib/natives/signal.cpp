// os/signal: no signal is delivered to Go code yet, so enabling one has no effect and the receiver waits.
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

void nothing(NativeFrame&) {}
void ignored(NativeFrame& frame) { frame.result<bool>(0, false); }

// func signal_recv() uint32: the receiving goroutine of os/signal counts as a system one, it keeps no program alive.
void receive(NativeFrame& frame) {
  frame.goroutine()->system = true;
  frame.park(rt::OnWake::kReturn);
}

constexpr Native kSignal[] = {
    {"func signal_enable(uint32)", nothing},    {"func signal_disable(uint32)", nothing},
    {"func signal_ignore(uint32)", nothing},    {"func signal_ignored(uint32) bool", ignored},
    {"func signalWaitUntilIdle()", nothing},    {"func signal_recv() uint32", receive},
};

}  // namespace

void register_signal(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"os/signal", kSignal};
  registry.add(kTable);
}

}  // namespace govm::natives
