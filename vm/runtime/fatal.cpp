#include "vm/runtime/fatal.h"

#include "vm/runtime/runtime.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {

namespace {

End end_of(std::string_view text) {
  if (text.starts_with("stack overflow")) return End::kStackOverflow;
  if (text.starts_with("runtime: out of memory")) return End::kOutOfMemory;
  return text.ends_with("- deadlock!") ? End::kDeadlock : End::kFatal;
}

void end_program(Runtime& rt, sched::Goroutine* g, End end, std::string_view text, std::string_view before) {
  if (rt.exited()) return;
  std::string out(before);
  out += "fatal error: ";
  out += text;
  out += "\n";
  std::string frames = g != nullptr ? traceback(rt, *g, true) : traceback_all(rt, nullptr);
  if (!frames.empty()) out += "\n" + frames;
  rt.print(out);
  rt.request_exit(2, end);
}

}  // namespace

void fatal_error(Runtime& rt, sched::Goroutine* g, std::string_view text, std::string_view before) {
  end_program(rt, g, end_of(text), text, before);
}

void limit_reached(Runtime& rt, sched::Goroutine* g, End end, std::string_view text) { end_program(rt, g, end, text, {}); }

void out_of_memory(Runtime&) { throw OutOfMemory{}; }

}  // namespace govm::rt
