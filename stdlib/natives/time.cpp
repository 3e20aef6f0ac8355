// time: sleeping, timers, clocks.
#include "scheduler/timer.h"

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

void sleep(NativeFrame& frame) {
  if (scheduler().timers().sleep(*frame.goroutine(), frame.arg<std::int64_t>(0))) frame.park(rt::OnWake::kReturn);
}

void start_timer(NativeFrame& frame) {
  auto* channel = frame.arg<sched::Channel*>(3);
  void* closure = channel ? nullptr : frame.arg<void*>(2);
  auto* timer = scheduler().timers().new_timer(worker(), frame.arg<std::int64_t>(0), frame.arg<std::int64_t>(1), channel,
                                               closure);
  frame.result<void*>(0, timer);
}

void stop_timer(NativeFrame& frame) {
  frame.result<bool>(0, scheduler().timers().stop_timer(worker(), frame.arg<sched::TimeTimer*>(0)));
}

void reset_timer(NativeFrame& frame) {
  frame.result<bool>(0, scheduler().timers().reset_timer(worker(), frame.arg<sched::TimeTimer*>(0),
                                                         frame.arg<std::int64_t>(1), frame.arg<std::int64_t>(2)));
}

// now() (sec int64, nsec int32, mono int64)
void now(NativeFrame& frame) {
  const std::int64_t wall = access(frame).wall_nanos();
  frame.result<std::int64_t>(0, wall / kNanosPerSecond);
  frame.result<std::int32_t>(1, static_cast<std::int32_t>(wall % kNanosPerSecond));
  frame.result<std::int64_t>(2, access(frame).monotonic_nanos());
}

void monotonic(NativeFrame& frame) { frame.result<std::int64_t>(0, access(frame).monotonic_nanos()); }

constexpr Native kTime[] = {
    {"func Sleep(d Duration)", sleep},
    {"func startTimer(when, period int64, call func(), cp unsafe.Pointer) *Timer", start_timer},
    {"func stopTimer(*Timer) bool", stop_timer},
    {"func resetTimer(t *Timer, when, period int64) bool", reset_timer},
    {"func now() (sec int64, nsec int32, mono int64)", now},
    {"func runtimeNow() (sec int64, nsec int32, mono int64)", now},
    {"func runtimeNano() int64", monotonic},
};

}  // namespace

void register_time(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"time", kTime};
  registry.add(kTable);
}

}  // namespace govm::natives
