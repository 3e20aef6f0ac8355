// Ends of programs as errors.
#include "bindings/calls.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/traceback.h"

namespace govm::detail {
namespace {

ErrorKind kind_of(rt::End end) {
  switch (end) {
    case rt::End::kNone: case rt::End::kInterrupted: return ErrorKind::kInterrupted;
    case rt::End::kExit: return ErrorKind::kExit;
    case rt::End::kPanic: return ErrorKind::kPanic;
    case rt::End::kFatal: return ErrorKind::kFatal;
    case rt::End::kDeadlock: return ErrorKind::kDeadlock;
    case rt::End::kStackOverflow: return ErrorKind::kStackOverflow;
    case rt::End::kOutOfMemory: return ErrorKind::kOutOfMemory;
    case rt::End::kGoroutines: return ErrorKind::kGoroutines;
    case rt::End::kWallTime: return ErrorKind::kWallTime;
    case rt::End::kCpuTime: return ErrorKind::kCpuTime;
    case rt::End::kFuel: return ErrorKind::kFuel;
    case rt::End::kOutput: return ErrorKind::kOutput;
  }
  return ErrorKind::kFailed;
}

std::string_view text_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInterrupted: return "interrupted";
    case ErrorKind::kWallTime: return "limit of wall time reached";
    case ErrorKind::kCpuTime: return "limit of CPU time reached";
    case ErrorKind::kOutput: return "limit of output reached";
    default: return "the program has ended";
  }
}

// Where the runtime's last words begin in what was printed: the last line that starts so.
std::size_t last_words(const std::string& printed) {
  std::size_t best = std::string::npos;
  for (const std::string_view start : {"panic: ", "fatal error: ", "runtime: goroutine stack exceeds "}) {
    for (std::size_t at = printed.rfind(start); at != std::string::npos; at = at == 0 ? std::string::npos : printed.rfind(start, at - 1)) {
      if (at != 0 && printed[at - 1] != '\n') continue;
      if (best == std::string::npos || at > best) best = at;
      break;
    }
  }
  return best;
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

Error end_error(Engine& engine, sched::RunEnd end, const sched::Goroutine* caller) {
  rt::Runtime& runtime = engine.runtime();
  if (end == sched::RunEnd::kDeadlock || end == sched::RunEnd::kGoexitDeadlock) {
    rt::fatal_error(runtime, nullptr, end == sched::RunEnd::kDeadlock ? "all goroutines are asleep - deadlock!"
                                          : "no goroutines (main called runtime.Goexit) - deadlock!");
    engine.kill();
  }
  std::lock_guard guard(engine.end_lock());
  std::optional<Error>& known = engine.end_error();
  if (known) return *known;
  Error error;
  error.kind = kind_of(runtime.exited() ? runtime.end() : rt::End::kInterrupted);
  error.exit_code = runtime.exited() ? runtime.exit_code() : 2;
  const std::string printed = engine.door().printed();
  switch (error.kind) {
    case ErrorKind::kExit: {
      error.message = "exit status " + std::to_string(error.exit_code);
      const std::string text = trimmed(printed);
      if (!text.empty() && error.exit_code != 0) error.message += ": " + text.substr(text.rfind('\n') + 1);
      break;
    }
    case ErrorKind::kPanic: case ErrorKind::kFatal: case ErrorKind::kDeadlock: case ErrorKind::kStackOverflow:
    case ErrorKind::kOutOfMemory: case ErrorKind::kGoroutines: case ErrorKind::kFuel: {
      const std::size_t at = last_words(printed);
      if (at == std::string::npos) {
        error.message = text_of(error.kind);
        break;
      }
      std::size_t trace = printed.find("\ngoroutine ", at);
      if (trace == std::string::npos) trace = printed.size();
      error.message = trimmed(printed.substr(at, trace - at));
      if (trace < printed.size()) error.traceback = printed.substr(trace + 1);
      break;
    }
    default: error.message = text_of(error.kind); break;
  }
  // Stopped from outside: where the caller's goroutine was.
  if (error.traceback.empty() && caller != nullptr && error.kind != ErrorKind::kExit) {
    const sched::Status status = caller->status.load();
    if (status == sched::Status::kRunnable || status == sched::Status::kWaiting) {
      error.traceback = rt::traceback(runtime, const_cast<sched::Goroutine&>(*caller), false);
    }
  }
  known = error;
  return error;
}

}  // namespace govm::detail
