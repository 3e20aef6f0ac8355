// Panics, deferred calls, Goexit.
//
// Deferred calls of a goroutine are one list, newest first; a record names the frame that deferred it. A panic is a frame
// of the native `gopanic` on top of the panicking function: it calls the deferred functions one after the other, so
// nothing is unwound before a recover, and tracebacks show where it came from. recover() is valid in a function whose
// caller (wrappers skipped) is the frame of the newest panic. When a deferred call returns after recovering, the frames
// above the deferring one are dropped and it continues at its recover_entry.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/abi.h"
#include "scheduler/goroutine.h"
#include "vm/bytecode/function.h"
#include "vm/bytecode/instruction.h"
#include "vm/runtime/native.h"
#include "vm/runtime/panic_entries.h"

namespace govm::sched { class Scheduler; }
namespace govm::rt {

std::string_view panic_entry_name(PanicEntry entry);  // "runtime.panicIndex"

struct DeferRecord {
  DeferRecord* link;
  Slot* frame;       // that deferred it
  void* closure;     // func(); a root while the record is on a goroutine's list
};

// In the locals of a gopanic frame.
struct PanicRecord {
  PanicRecord* link;          // the panic that was going on before
  Slot* frame;                // of gopanic: its arguments are the value
  Slot* deferring;            // frame whose deferred call is running
  std::uint64_t recovered;
  std::uint64_t goexit;
  abi::Eface value() const { return {static_cast<abi::Type*>(frame[0].p), frame[1].p}; }
};
constexpr int kPanicLocals = sizeof(PanicRecord) / 8;

// The VM's words of a goroutine.
struct GoroutineState {
  DeferRecord* defers;
  PanicRecord* panics;
  DeferRecord* free_defers;
  void* keep;                  // a root for objects under construction
  std::uint64_t pins;          // depth of pin_goroutine
  std::uint64_t panic_on_fault; // debug.SetPanicOnFault
  std::uint64_t dying;          // prints its panic: the program is about to end
  std::uint64_t fips_indicator; // crypto/internal/fips140's
  std::uint64_t faulted;        // by a null pointer, once: what gc's g.sig says
  std::uint64_t unused[3];
};
static_assert(sizeof(GoroutineState) == sched::kGoroutineVmWords * 8);
inline GoroutineState& state_of(sched::Goroutine& g) { return *reinterpret_cast<GoroutineState*>(g.vm); }

void push_defer(sched::Goroutine& g, Slot* frame, void* closure);
// Defers in an outer frame of the running one (bodies of range-over-func loops): below the records of frames between.
void push_defer_outer(sched::Goroutine& g, Slot* running, Slot* frame, void* closure);
// Takes the newest record off if it belongs to `frame` (null: any); false: there is none.
bool pop_defer(sched::Goroutine& g, Slot* frame, DeferRecord* out);
void free_defers(sched::Goroutine& g);   // of a goroutine that has ended

// recover() as called by the function of `frame`.
abi::Eface recover(sched::Goroutine& g, Slot* frame);

void native_gopanic(NativeFrame& frame);   // func gopanic(v any)
void native_goexit(NativeFrame& frame);    // func Goexit()
// The panics of the chain, oldest first, for the Go code that prints them.
int panic_count(sched::Goroutine& g);
// World stopped: what the panics of all goroutines have come to. A program whose main function returned meanwhile gives
// them a chance to end it first, as gc does.
enum class Panicking { kNone, kDeferred, kDying };
Panicking panicking(sched::Scheduler& scheduler);
const PanicRecord* panic_at(sched::Goroutine& g, int i);

// While pinned a goroutine is not preempted and lets no collection begin (sync.Pool). Nests; must be short.
inline void pin_goroutine(sched::Goroutine& g) { state_of(g).pins++; }
inline void unpin_goroutine(sched::Goroutine& g) { state_of(g).pins--; }

// Drops panics whose frames lie between the running frame `from` and `to` (excluded), and with them a Goexit: then true.
bool drop_panics(sched::Goroutine& g, Slot* from, Slot* to);

}  // namespace govm::rt
