// time: sleeping, timers, clocks.
#include "scheduler/bubble.h"

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

sched::Timers& timers(NativeFrame& frame) { return sched::timers_of(scheduler(), *frame.goroutine()); }

void sleep(NativeFrame& frame) {
  if (timers(frame).sleep(*frame.goroutine(), frame.arg<std::int64_t>(0))) frame.park(rt::OnWake::kReturn);
}

void start_timer(NativeFrame& frame) {
  auto* channel = frame.arg<sched::Channel*>(3);
  void* closure = channel ? nullptr : frame.arg<void*>(2);
  auto* timer = timers(frame).new_timer(worker(), frame.arg<std::int64_t>(0), frame.arg<std::int64_t>(1), channel,
                                               closure);
  frame.result<void*>(0, timer);
}

// A bubble's timer is for its goroutines only.
bool accessible(NativeFrame& frame, const sched::TimeTimer& timer, std::string_view panic) {
  if (timer.owner->has_own_clock() && frame.goroutine()->bubble == nullptr) return frame.panic_plain(panic), false;
  return true;
}

void stop_timer(NativeFrame& frame) {
  auto* timer = frame.arg<sched::TimeTimer*>(0);
  if (!accessible(frame, *timer, "stop of synctest timer from outside bubble")) return;
  frame.result<bool>(0, timer->owner->stop_timer(worker(), timer));
}

void reset_timer(NativeFrame& frame) {
  auto* timer = frame.arg<sched::TimeTimer*>(0);
  if (!accessible(frame, *timer, "reset of synctest timer from outside bubble")) return;
  frame.result<bool>(0, timer->owner->reset_timer(worker(), timer, frame.arg<std::int64_t>(1), frame.arg<std::int64_t>(2)));
}

// now() (sec int64, nsec int32, mono int64)
void now(NativeFrame& frame) {
  const sched::Bubble* bubble = frame.goroutine()->bubble;
  const std::int64_t wall = bubble != nullptr ? bubble->now() : access(frame).wall_nanos();
  frame.result<std::int64_t>(0, wall / kNanosPerSecond);
  frame.result<std::int32_t>(1, static_cast<std::int32_t>(wall % kNanosPerSecond));
  frame.result<std::int64_t>(2, bubble != nullptr ? wall : access(frame).monotonic_nanos());
}

void bubble_nanos(NativeFrame& frame) {
  const sched::Bubble* bubble = frame.goroutine()->bubble;
  frame.result<std::int64_t>(0, bubble != nullptr ? bubble->now() : access(frame).monotonic_nanos());
}

constexpr Native kTime[] = {
    {"func Sleep(d Duration)", sleep},
    {"func startTimer(when, period int64, call func(), cp unsafe.Pointer) *Timer", start_timer},
    {"func stopTimer(*Timer) bool", stop_timer},
    {"func resetTimer(t *Timer, when, period int64) bool", reset_timer},
    {"func now() (sec int64, nsec int32, mono int64)", now},
    {"func runtimeNow() (sec int64, nsec int32, mono int64)", now},
    {"func runtimeNano() int64", bubble_nanos},
};

}  // namespace

void register_time(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"time", kTime};
  registry.add(kTable);
}

}  // namespace govm::natives
