// internal/poll: goroutines wait for descriptors at the scheduler's poller. A handle is the address of a PollDesc, which
// is valid as long as the scheduler.
#include "scheduler/poll_desc.h"

#include <cerrno>
#include <string_view>
#include <unistd.h>

#include "scheduler/netpoll.h"
#include "scheduler/signals.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

using sched::PollDesc;
using sched::PollError;
using sched::PollMode;

PollDesc& desc(NativeFrame& frame) { return *frame.arg<PollDesc*>(0); }
PollMode mode(NativeFrame& frame, int slot) { return static_cast<PollMode>(frame.arg<std::int64_t>(slot)); }

void server_init(NativeFrame&) {}  // the poller starts with its first descriptor

// func runtime_pollOpen(fd uintptr) (uintptr, int)
void open(NativeFrame& frame) {
  PollDesc* opened = nullptr;
  sched::Signals::survive_broken_pipes();
  const int error = access(frame).may_poll() ? scheduler().netpoll().open(frame.arg<int>(0), &opened) : EPERM;
  frame.result<PollDesc*>(0, opened);
  frame.result<std::int64_t>(1, error);
}

void close(NativeFrame& frame) {
  if (const char* error = desc(frame).close_error()) return frame.throw_error(error);
  scheduler().netpoll().close(desc(frame));
}

void reset(NativeFrame& frame) {
  frame.result<std::int64_t>(0, static_cast<int>(desc(frame).reset(mode(frame, 1))));
}

constexpr int kWoken = 1;  // phase: the goroutine has parked and was woken

void wait_for(NativeFrame& frame, bool regardless) {
  const auto error = desc(frame).wait(*frame.goroutine(), mode(frame, 1), frame.phase() == kWoken, regardless);
  if (!error) return frame.park(rt::OnWake::kRepeat, kWoken);
  if (*error == PollError::kDoubleWait) return frame.throw_error("runtime: double wait");
  if (!regardless) frame.result<std::int64_t>(0, static_cast<int>(*error));
}

void wait(NativeFrame& frame) { wait_for(frame, false); }
void wait_canceled(NativeFrame& frame) { wait_for(frame, true); }

void set_deadline(NativeFrame& frame) {
  desc(frame).set_deadline(&worker(), frame.arg<std::int64_t>(1), mode(frame, 2));
}

void unblock(NativeFrame& frame) {
  if (!desc(frame).unblock(&worker())) frame.throw_error("runtime: unblock on closing polldesc");
}

// Only tests ask. The reactor's descriptors are of kinds that programs hardly use.
void is_server_descriptor(NativeFrame& frame) {
  char path[64], target[64];
  std::snprintf(path, sizeof path, "/proc/self/fd/%d", frame.arg<int>(0));
  const ssize_t size = ::readlink(path, target, sizeof target);
  const std::string_view kind(target, size > 0 ? static_cast<std::size_t>(size) : 0);
  frame.result<bool>(0, kind == "anon_inode:[eventpoll]" || kind == "anon_inode:[eventfd]" ||
                            kind == "anon_inode:[timerfd]");
}

constexpr Native kPoll[] = {
    {"func runtime_pollServerInit()", server_init},
    {"func runtime_pollOpen(fd uintptr) (uintptr, int)", open},
    {"func runtime_pollClose(ctx uintptr)", close},
    {"func runtime_pollReset(ctx uintptr, mode int) int", reset},
    {"func runtime_pollWait(ctx uintptr, mode int) int", wait},
    {"func runtime_pollWaitCanceled(ctx uintptr, mode int)", wait_canceled},
    {"func runtime_pollSetDeadline(ctx uintptr, d int64, mode int)", set_deadline},
    {"func runtime_pollUnblock(ctx uintptr)", unblock},
    {"func runtime_isPollServerDescriptor(fd uintptr) bool", is_server_descriptor},
};

}  // namespace

void register_poll(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"internal/poll", kPoll};
  registry.add(kTable);
}

}  // namespace govm::natives
