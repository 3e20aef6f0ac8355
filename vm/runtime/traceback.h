// Where code is: from pcs and stacks to functions, files and lines, inlined calls expanded; tracebacks in gc's format.
//
// Pcs that Go code sees are return addresses with the depth of inlining in the bits no address has (kDepthShift): 0 for
// the innermost inlined call. So pc - 1 is in the same call, as Go code expects.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/goroutine.h"
#include "vm/bytecode/function.h"
#include "vm/bytecode/instruction.h"

namespace govm::rt {

class Runtime;
class TypeTable;

struct CodePosition {
  const bc::Function* function = nullptr;  // the physical one
  std::string_view name;
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t start_line = 0;
  std::uint64_t offset = 0;                // bytes from the function's first instruction
  bool inlined = false;
};

// The calls at an instruction of function, innermost first.
void expand(const bc::Function& function, const bc::Instr* instruction, std::vector<CodePosition>* out);

// The frames of a goroutine that does not run, or is the running one with pc and fp saved; innermost first. visit gets
// the physical function, its frame and the instruction that runs; false stops.
void walk(sched::Goroutine& g,
          const std::function<bool(const bc::Function&, bc::Slot* fp, const bc::Instr* instruction)>& visit);

// What Go code's pc stands for: a return address as above, or a function descriptor. False: neither.
bool position_of(Runtime& rt, std::uint64_t pc, CodePosition* out);
// Pcs as Go code sees them, hidden frames left out.
void caller_pcs(Runtime& rt, sched::Goroutine& g, std::vector<std::uint64_t>* out);

// The same in two steps, for profiles: noting a stack is cheap, and noted stacks can be compared. At most `most` frames.
struct NotedFrame {
  const bc::Function* function;
  const bc::Instr* instruction;            // that runs; null: a function without code
  bool operator==(const NotedFrame&) const = default;
};
using NotedStack = std::vector<NotedFrame>;
NotedStack note_stack(Runtime& rt, sched::Goroutine& g, std::size_t most);
std::uint64_t pc_in(const bc::Function& f);   // a pc that stands for a function without code
// A place in gc's runtime that tracebacks and profiles show, though nothing is ever called there. Kept by the types.
bc::Function* place_in_runtime(TypeTable& types, std::string_view name, std::string_view file, std::uint32_t line);
void append_pcs(std::span<const NotedFrame> stack, std::vector<std::uint64_t>* out);

// "goroutine 1 [running]:\nmain.main()\n\t/file.go:3 +0x1d\n".
std::string traceback(Runtime& rt, sched::Goroutine& g, bool running);
// The running one first. World stopped, or nothing else runs.
std::string traceback_all(Runtime& rt, sched::Goroutine* running);

}  // namespace govm::rt
