// Ends of the program that Go code cannot stop: fatal errors, and running out of memory.
#pragma once

#include <string_view>

#include "scheduler/goroutine.h"
#include "vm/runtime/limits.h"

namespace govm::rt {

class Access;

// Writes to a file the program has open, as far as it may.
void write_file(Access& access, int fd, std::string_view text);

class Runtime;

// Prints "fatal error: text" and the goroutine's traceback (g.pc and g.fp saved), or without g (a deadlock) those of all,
// and asks for exit code 2. The caller returns Outcome::kKill. `before`: a line printed first.
void fatal_error(Runtime& rt, sched::Goroutine* g, std::string_view text, std::string_view before = {});
// As fatal_error, of a limit.
void limit_reached(Runtime& rt, sched::Goroutine* g, End end, std::string_view text);

// The same where failures are contained: prints and says true; the caller ends the goroutine. Else false.
bool contain_fatal(Runtime& rt, sched::Goroutine& g, std::string_view text, std::string_view before = {});

// The hard heap limit is reached inside a native: thrown, caught by the interpreter's loop around natives.
struct OutOfMemory {};
[[noreturn]] void out_of_memory(Runtime& rt);

}  // namespace govm::rt
