#include "vm/runtime/fatal.h"

#include "vm/runtime/runtime.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {

void fatal_error(Runtime& rt, sched::Goroutine* g, std::string_view text, std::string_view before) {
  if (rt.exited()) return;
  std::string out(before);
  out += "fatal error: ";
  out += text;
  out += "\n";
  std::string frames = g != nullptr ? traceback(rt, *g, true) : traceback_all(rt, nullptr);
  if (!frames.empty()) out += "\n" + frames;
  rt.print(out);
  rt.request_exit(2);
}

void out_of_memory(Runtime&) { throw OutOfMemory{}; }

}  // namespace govm::rt
