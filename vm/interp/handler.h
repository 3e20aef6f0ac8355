// How handlers are written. A handler executes one instruction and tail-calls the next one's handler, so the loop has no
// loop: pc, frame, worker and dispatch table stay in registers (preserve_none passes them in those that C++ functions
// preserve, so that calling one from a handler costs no spills).
//
// Rules. A handler reads all sources before it writes a destination. Whatever can fail or wait leaves through one of the
// slow paths below by MUSTTAIL with pc at its own instruction. Before anything that may collect, park or run Go code,
// pc and fp are saved in the goroutine (the slow paths do it).
#pragma once

#include <cstring>

#include "scheduler/worker.h"
#include "vm/bytecode/function.h"
#include "vm/bytecode/instruction.h"
#include "vm/bytecode/opcode.h"
#include "vm/runtime/panic_entries.h"
#include "vm/runtime/thread.h"

namespace govm::interp {

using bc::Instr;
using bc::Slot;
using rt::PanicEntry;

using Handler = __attribute__((preserve_none)) void (*)(const Instr* pc, Slot* fp, sched::Worker* w, const void* const* table);

#define GOVM_PRESERVE_NONE __attribute__((preserve_none))
#define GOVM_MUSTTAIL __attribute__((musttail))
#define GOVM_HANDLER_ARGS                                                                   \
  [[maybe_unused]] const Instr *pc, [[maybe_unused]] Slot *fp, [[maybe_unused]] sched::Worker *w, \
      [[maybe_unused]] const void *const *table

// Defines the handler of opcode k##name. The section tells the fault handler (faults.h) where Go code is executed.
#define HANDLER(name) GOVM_PRESERVE_NONE __attribute__((section("govm_handlers"))) void op_##name(GOVM_HANDLER_ARGS)

#define DISPATCH() GOVM_MUSTTAIL return reinterpret_cast<::govm::interp::Handler>(const_cast<void*>(table[pc->op]))(pc, fp, w, table)
// Goes on behind this instruction, which is `words` words long.
#define NEXT(words) \
  do {              \
    pc += (words);  \
    DISPATCH();     \
  } while (false)
// Goes on in another function with a handler's signature.
#define TAIL(function) GOVM_MUSTTAIL return function(pc, fp, w, table)

// Operands of the current instruction.
#define RA fp[pc->a]
#define RB fp[pc->b]
#define RC fp[pc->c]
#define IMM_B static_cast<std::int16_t>(pc->b)
#define IMM_C static_cast<std::int16_t>(pc->c)

#define OP(name, a, b, c, words, flags, meaning) HANDLER(name);
#include "vm/bytecode/ops.def"
#undef OP

// ---- slow paths, tail-called.

// Raises the panic that RAISE recorded: calls the entry's Go function from pc.
GOVM_PRESERVE_NONE void slow_raise(GOVM_HANDLER_ARGS);
// A poll was hit; execution goes on at pc afterwards.
GOVM_PRESERVE_NONE void slow_poll(GOVM_HANDLER_ARGS);

#define RAISE(entry, x, y)                                      \
  do {                                                          \
    ::govm::rt::Thread& raising = ::govm::rt::thread_of(w);     \
    raising.raise_entry = ::govm::rt::PanicEntry::entry;        \
    raising.raise_args[0] = static_cast<std::uint64_t>(x);      \
    raising.raise_args[1] = static_cast<std::uint64_t>(y);      \
    TAIL(::govm::interp::slow_raise);                           \
  } while (false)
#define RAISE_NIL(address) RAISE(kMem, address, 0)

// The slot of a value of integer type T: sign- or zero-extended.
template <typename T>
inline std::uint64_t extended(T value) {
  if constexpr (std::is_signed_v<T>) return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  else return value;
}

// ---- memory without alignment or aliasing assumptions

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GOVM_TSAN 1
#endif
#endif

// Loads and stores of the Go program. Its data races are its own (and Go's library has some by intent: sync.Mutex reads its
// state before it tries to change it), so ThreadSanitizer sees them as atomic operations of no order: two of them do not
// race, while one and an access of the VM itself do.
template <typename T>
inline T load(const void* p) {
  T value;
#ifdef GOVM_TSAN
  __atomic_load(static_cast<const T*>(p), &value, __ATOMIC_RELAXED);
#else
  std::memcpy(&value, p, sizeof(T));
#endif
  return value;
}
template <typename T>
inline void store(void* p, T value) {
#ifdef GOVM_TSAN
  __atomic_store(static_cast<T*>(p), &value, __ATOMIC_RELAXED);
#else
  std::memcpy(p, &value, sizeof(T));
#endif
}

// Copies bytes word by word inline for the usual sizes, by memmove beyond.
inline void copy_slots(Slot* to, const Slot* from, std::size_t count) { std::memmove(to, from, count * sizeof(Slot)); }

}  // namespace govm::interp
