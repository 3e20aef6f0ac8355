// Frames on a goroutine's stack.
//
// A call whose frame does not fit into the current chunk is moved to a new one: the first frame of a chunk lies at
// begin() + 7, and the three slots at begin() tell StackReturn where it would have been: the address of its parameters
// in the caller's frame, the real return address, and the counts of parameter and result slots.
//
// Above each frame kFrameReserve slots are free, so a run-time panic can always be called from it.
#pragma once

#include <cstdint>

#include "scheduler/goroutine.h"
#include "scheduler/worker.h"
#include "vm/bytecode/function.h"
#include "vm/bytecode/instruction.h"

namespace govm::rt {

using bc::Instr;
using bc::Slot;

constexpr int kFrameReserve = 16;
constexpr int kCrossingSlots = 3;

inline const bc::Function* function_of(const Slot* fp) { return static_cast<const bc::Function*>(fp[bc::kFrameFunction].p); }
inline Slot* caller_of(const Slot* fp) { return static_cast<Slot*>(fp[bc::kFrameCaller].p); }
const Instr* return_pc(const Slot* fp);   // sees through stack crossings
inline bool fits(sched::Goroutine& g, const Slot* fp, std::uint32_t slots) {
  return reinterpret_cast<const std::uint64_t*>(fp) + slots + kFrameReserve <= g.stack.limit();
}

inline void write_header(Slot* fp, const bc::Function* f, const Instr* ret, Slot* caller, void* closure) {
  fp[bc::kFrameFunction].p = const_cast<bc::Function*>(f);
  fp[bc::kFrameReturn].p = const_cast<Instr*>(ret);
  fp[bc::kFrameCaller].p = caller;
  fp[bc::kFrameClosure].p = closure;
}

// Moves the frame at fp (header written) to a new chunk with room for `slots` of it; copies `used` slots. The new fp, or
// null: the stack is over its limit, nothing changed.
Slot* relocate_frame(sched::Worker& worker, sched::Goroutine& g, Slot* fp, std::uint32_t used, std::uint32_t slots);

// Leaves the chunk whose first frame has just returned: its results are copied to the caller. Where to go on.
const Instr* return_to_older_chunk(sched::Worker& worker, sched::Goroutine& g);

// Sets up a call of f from the frame at fp, behind it. The callee's fp and the entry it has room for, or null: stack
// overflow.
Slot* push_call(sched::Worker& worker, sched::Goroutine& g, Slot* fp, const Instr* ret, const bc::Function* f,
                void* closure, const Slot* arguments, std::size_t count, const Instr** entry);

}  // namespace govm::rt
