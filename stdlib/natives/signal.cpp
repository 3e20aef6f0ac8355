// os/signal: the process's signals, as far as the program may have them.
#include "scheduler/signals.h"

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

bool may_have(NativeFrame& frame) { return access(frame).may_handle_signals(); }
std::uint32_t number(NativeFrame& frame) { return frame.arg<std::uint32_t>(0); }

void enable(NativeFrame& frame) {
  if (may_have(frame)) scheduler().signals().enable(number(frame));
}
void disable(NativeFrame& frame) {
  if (may_have(frame)) scheduler().signals().disable(number(frame));
}
void ignore(NativeFrame& frame) {
  if (may_have(frame)) scheduler().signals().ignore(number(frame));
}
void ignored(NativeFrame& frame) { frame.result<bool>(0, scheduler().signals().ignored(number(frame))); }

// func signal_recv() uint32
void receive(NativeFrame& frame) {
  const auto signal = scheduler().signals().receive(*frame.goroutine());
  if (signal) frame.result<std::uint32_t>(0, *signal);
  else frame.park(rt::OnWake::kRepeat);
}

void wait_until_idle(NativeFrame& frame) {
  if (may_have(frame) && !scheduler().signals().idle()) frame.repeat();
}

void broken_pipe(NativeFrame& frame) {
  if (may_have(frame)) scheduler().signals().broken_pipe();
}

constexpr Native kSignal[] = {
    {"func signal_enable(uint32)", enable},     {"func signal_disable(uint32)", disable},
    {"func signal_ignore(uint32)", ignore},     {"func signal_ignored(uint32) bool", ignored},
    {"func signalWaitUntilIdle()", wait_until_idle}, {"func signal_recv() uint32", receive},
};
constexpr Native kOs[] = {{"func sigpipe()", broken_pipe}};

}  // namespace

void register_signal(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"os/signal", kSignal}, {"os", kOs}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
