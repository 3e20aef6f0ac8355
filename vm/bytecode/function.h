// Function descriptors: what a Go "code pointer" points at. Stable addresses for the life of the Vm.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vm/bytecode/instruction.h"
#include "vm/bytecode/tables.h"

namespace govm::bc {

struct Function;

// Position of code: a row holds from its word on. inline_index: index into Function::inlines, or -1.
struct LineRow {
  std::uint32_t word;
  std::uint32_t line;
  std::int16_t file;          // index into Function::files
  std::int16_t inline_index;
};
// An inlined call: code with this index belongs to `function` (name), called at file:line of the enclosing one.
struct InlineRow {
  std::string_view function;
  std::int16_t parent;        // index of the inline row around it, or -1: the function itself
  std::int16_t call_file;
  std::uint32_t call_line;
  std::uint32_t start_line;
};

// An instruction whose index or slice operands are of unsigned 64-bit types, for the text of its panic.
struct UnsignedRow {
  std::uint32_t word;
  std::uint8_t operands;      // bits 0, 1, 2: the index or low bound, high bound, maximum
};

enum FunctionFlags : std::uint32_t {
  kHasDefer = 1,        // RunDefers before return; results live at result slots or as `result_slots` says
  kWrapper = 2,         // hidden in tracebacks, transparent for recover
  kNative = 4,
  kRuntimeInternal = 8, // hidden in tracebacks unless it is the whole trace
};

// From `word` on (to the next row) the slots of the map at live_maps[map] hold live pointers. There are rows where the
// collector may see a frame: at calls, at what allocates or waits, at targets of backward branches.
struct LiveRow {
  std::uint32_t word;
  std::uint32_t map;
};
// Memory in the frame that pointers may refer to.
struct FrameVariable {
  std::uint32_t slot;
  std::uint32_t slots;
};

struct Code {                       // of a compiled function
  std::vector<std::uint64_t> words;
  std::vector<LineRow> lines;       // ascending by word
  std::vector<InlineRow> inlines;
  std::vector<std::string_view> files;
  std::vector<UnsignedRow> unsigned_operands;  // ascending by word
  std::vector<std::uint8_t> pointer_map;  // 1 bit a slot: what of the frame's variables may hold a pointer
  std::vector<LiveRow> live;              // ascending by word
  std::vector<std::uint8_t> live_maps;    // 1 bit a slot, ceil(frame_slots / 8) bytes each
  std::vector<FrameVariable> variables;   // ascending
  bool heap_holds_frames = false;         // objects in the heap may hold addresses of this frame's variables or older ones'
  // Where execution continues after a recovered panic: runs the remaining defers and returns the results. Word index.
  std::uint32_t recover_entry = 0;
  std::vector<std::unique_ptr<SwitchTable>> switches;  // what JumpTable and Select instructions refer to
  std::vector<std::unique_ptr<SelectTable>> selects;
};

// A native's state machine is described in vm/runtime/native.h.
class NativeFrame;
using NativeFn = void (*)(NativeFrame&);

struct Function {
  const Instr* entry;               // first instruction; until compiled, a shared stub whose op compiles and restarts
  std::uint32_t frame_slots = 0;    // slots above fp this frame may touch, outgoing call headers included
  std::uint16_t param_slots = 0;
  std::uint16_t result_slots = 0;   // start at slot param_slots
  std::uint32_t flags = 0;
  // A func value without captures is the address of this word (a closure object holding only the code pointer).
  const Function* self_closure = nullptr;
  NativeFn native = nullptr;
  void* native_data = nullptr;      // what the native works on, if it serves several functions; else see runtime/forward.h
  const Code* code = nullptr;       // null until compiled
  std::string_view name;            // gc's symbol name
  std::string_view file;
  std::uint32_t line = 0;           // of the declaration
  std::int32_t text_off = 0;        // abi.TextOff of this descriptor, 0 if it has none
  void* compiler_data = nullptr;    // the compiler's (ir::Function*), opaque here

  const Instr* acquire_entry() const { return __atomic_load_n(&entry, __ATOMIC_ACQUIRE); }
  // frame_slots, while another worker may be compiling the function: the size that belongs to an entry is read after that
  // entry. With the stub's entry it may be too small; CompileLazily checks anew.
  std::uint32_t frame_size() const { return __atomic_load_n(&frame_slots, __ATOMIC_RELAXED); }
  void set_frame_size(std::uint32_t slots) { __atomic_store_n(&frame_slots, slots, __ATOMIC_RELAXED); }
};

}  // namespace govm::bc
