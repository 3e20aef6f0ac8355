// testing/synctest (overlay runtime/synctest.go): bubbles of goroutines with a clock of their own.
#include "scheduler/bubble.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

// func bubble() uintptr: of the calling goroutine; 0: none.
void bubble(NativeFrame& frame) { frame.result<void*>(0, frame.goroutine()->bubble); }

// func setBubble(b uintptr): makes the calling goroutine act within b, or no bubble.
void set_bubble(NativeFrame& frame) { frame.goroutine()->bubble = frame.arg<sched::Bubble*>(0); }

// func newBubble(): the calling goroutine is the root of a new one.
void new_bubble(NativeFrame& frame) { frame.goroutine()->bubble = &scheduler().new_bubble(*frame.goroutine()); }

// func runBubble() bool: returns when nothing can happen any more; false: there are goroutines left.
void run_bubble(NativeFrame& frame) {
  sched::Bubble& b = *frame.goroutine()->bubble;
  if (frame.phase() == 0) {
    b.start_run();
  } else if (!b.advance(worker())) {
    return frame.result<bool>(0, b.alone());
  }
  sched::Scheduler::prepare_park(*frame.goroutine(), sched::WaitReason::kSynctestRun);
  frame.park(rt::OnWake::kRepeat, 1);
}

// func waitBubble() bool: false: another goroutine waits.
void wait_bubble(NativeFrame& frame) {
  sched::Bubble& b = *frame.goroutine()->bubble;
  if (frame.phase() != 0) {
    b.end_wait();
    return frame.result<bool>(0, true);
  }
  if (!b.begin_wait(*frame.goroutine())) return frame.result<bool>(0, false);
  frame.park(rt::OnWake::kRepeat, 1);
}

void hold_bubble(NativeFrame& frame) { frame.arg<sched::Bubble*>(0)->hold(); }
void release_bubble(NativeFrame& frame) {
  if (sched::Goroutine* wake = frame.arg<sched::Bubble*>(0)->unhold()) scheduler().ready(&worker(), wake);
}

constexpr Native kRuntime[] = {
    {"func bubble() uintptr", bubble},
    {"func setBubble(b uintptr)", set_bubble},
    {"func newBubble()", new_bubble},
    {"func runBubble() bool", run_bubble},
    {"func waitBubble() bool", wait_bubble},
    {"func holdBubble(b uintptr)", hold_bubble},
    {"func releaseBubble(b uintptr)", release_bubble},
};

}  // namespace

void register_synctest(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"runtime", kRuntime};
  registry.add(kTable);
}

}  // namespace govm::natives
