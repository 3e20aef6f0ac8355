// What handlers that call, allocate or wait share.
#pragma once

#include "scheduler/executor.h"
#include "vm/interp/handler.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/gc_access.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/thread.h"

namespace govm::interp {

using rt::Runtime;
using rt::thread_of;
using sched::Goroutine;
using sched::Outcome;

inline Runtime& runtime_of(sched::Worker* w) { return *thread_of(w).runtime; }

// Before anything that may collect, park, panic or look at the stack.
inline void save(sched::Worker* w, const Instr* pc, Slot* fp) {
  w->current->pc = pc;
  w->current->fp = reinterpret_cast<std::uint64_t*>(fp);
}

// Leaves the interpreter loop; the goroutine goes on at pc and fp.
#define LEAVE(why)                                     \
  do {                                                 \
    save(w, pc, fp);                                   \
    thread_of(w).outcome = sched::Outcome::why;        \
    return;                                            \
  } while (false)

GOVM_PRESERVE_NONE void slow_overflow(GOVM_HANDLER_ARGS);       // the stack is over its limit
GOVM_PRESERVE_NONE void slow_out_of_memory(GOVM_HANDLER_ARGS);
GOVM_PRESERVE_NONE void slow_throw(GOVM_HANDLER_ARGS);          // fatal error Thread::error
GOVM_PRESERVE_NONE void slow_call(GOVM_HANDLER_ARGS);           // a call that did not fit, or hit a poll
#define THROW(text)                  \
  do {                               \
    thread_of(w).error = (text);     \
    TAIL(slow_throw);                \
  } while (false)
#define RAISE_MORE(entry, ...)                                                     \
  do {                                                                             \
    ::govm::rt::Thread& raising = ::govm::rt::thread_of(w);                        \
    raising.raise_entry = ::govm::rt::PanicEntry::entry;                           \
    const std::uint64_t values[] = {__VA_ARGS__};                                  \
    std::memcpy(raising.raise_args, values, sizeof(values));                       \
    TAIL(::govm::interp::slow_raise);                                              \
  } while (false)

inline const abi::Type* type_at(const Instr* pc, int word) { return reinterpret_cast<const abi::Type*>(pc->word(word)); }

// Continues in function f, whose frame at `callee` has its arguments: header, stack check, entry.
#define ENTER(f, callee, ret, closure_value)                                                        \
  do {                                                                                              \
    const bc::Function* entered = (f);                                                              \
    Slot* frame = (callee);                                                                         \
    const Instr* entry = __atomic_load_n(&entered->entry, __ATOMIC_ACQUIRE);                        \
    if (reinterpret_cast<std::uintptr_t>(frame + entered->frame_size() + rt::kFrameReserve) >        \
        w->stack_limit.load(std::memory_order_relaxed)) [[unlikely]]                                \
      TAIL(slow_call);                                                                              \
    rt::write_header(frame, entered, (ret), fp, (closure_value));                                   \
    fp = frame;                                                                                     \
    pc = entry;                                                                                     \
    DISPATCH();                                                                                     \
  } while (false)

}  // namespace govm::interp
