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

void print_fatal(Runtime& rt, std::string_view text, std::string_view before, const std::string& frames) {
  std::string out(before);
  out += "fatal error: ";
  out += text;
  out += "\n";
  if (!frames.empty()) out += "\n" + frames;
  if (!rt.contains_failures()) rt.begin_crash();
  rt.print(out);
}

void end_program(Runtime& rt, sched::Goroutine* g, End end, std::string_view text, std::string_view before) {
  if (rt.exited()) return;
  print_fatal(rt, text, before, g != nullptr ? traceback(rt, *g, true) : traceback_all(rt, nullptr));
  rt.request_exit(2, end);
}

// The beginning of a traceback that may be long: what went wrong in an endless recursion shows in the first frames.
std::string beginning(const std::string& frames) {
  constexpr int kMostLines = 17;
  std::size_t end = 0;
  for (int lines = 0; lines < kMostLines && end != std::string::npos; ++lines) end = frames.find('\n', end + 1);
  return end == std::string::npos ? frames : frames.substr(0, end + 1) + "...\n";
}

}  // namespace

void fatal_error(Runtime& rt, sched::Goroutine* g, std::string_view text, std::string_view before) {
  end_program(rt, g, end_of(text), text, before);
}

void limit_reached(Runtime& rt, sched::Goroutine* g, End end, std::string_view text) { end_program(rt, g, end, text, {}); }

bool contain_fatal(Runtime& rt, sched::Goroutine& g, std::string_view text, std::string_view before) {
  if (!rt.contains_failures()) return false;
  print_fatal(rt, text, before, beginning(traceback(rt, g, true)));
  return true;
}

void out_of_memory(Runtime&) { throw OutOfMemory{}; }

}  // namespace govm::rt
