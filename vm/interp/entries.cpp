// Entry stubs: compilation at the first call, natives, ends of stack chunks and goroutines.
#include "scheduler/scheduler.h"
#include "vm/interp/support.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/forward.h"
#include "vm/runtime/stubs.h"

namespace govm::interp {

HANDLER(CompileLazily) {
  auto* f = const_cast<bc::Function*>(rt::function_of(fp));
  while (bc::Function* next = rt::forwarded_to(*f)) f = next;
  fp[bc::kFrameFunction].p = f;
  save(w, pc, fp);
  if (f->acquire_entry() == rt::stub_compile_lazily() && !runtime_of(w).ensure_compiled(*f, thread_of(w).error)) TAIL(slow_throw);
  // What was checked before the call was not yet the real size of the frame.
  if (!rt::fits(*w->current, fp, f->frame_size())) {
    Slot* moved = rt::relocate_frame(*w, *w->current, fp, f->param_slots, f->frame_size());
    if (moved == nullptr) TAIL(slow_overflow);
    fp = moved;
  }
  pc = __atomic_load_n(&f->entry, __ATOMIC_ACQUIRE);
  DISPATCH();
}

HANDLER(StackReturn) {
  pc = rt::return_to_older_chunk(*w, *w->current);
  DISPATCH();
}

HANDLER(GoroutineEnd) {
  fp = nullptr;
  LEAVE(kExited);
}
// To a seat's first frame, a native's without parameters: results go to its locals, where the collector sees them.
HANDLER(ReturnToHost) {
  const Slot* callee = fp + rt::function_of(fp)->frame_size() + bc::kHeaderSlots;
  const bc::Function* f = rt::function_of(callee);
  copy_slots(fp + 1, callee + f->param_slots, f->result_slots);
  LEAVE(kExited);
}

// ---- natives

namespace {

enum class After { kReturn, kDispatch, kLeave, kThrow, kOverflow };

void run_blocking(Goroutine& g, void* context) {
  auto* fn = static_cast<std::function<void()>*>(context);
  g.blocking = nullptr;
  g.blocking_context = nullptr;
  (*fn)();
  delete fn;
}

After push(sched::Worker* w, const Instr*& pc, Slot*& fp, const bc::Function* f, void* closure, const Slot* arguments,
           std::size_t count) {
  const Instr* entry = nullptr;
  Slot* callee = rt::push_call(*w, *w->current, fp, rt::stub_resume_native(), f, closure, arguments, count, &entry);
  if (callee == nullptr) return After::kOverflow;
  fp = callee;
  pc = entry;
  return After::kDispatch;
}

// The frame whose deferred call recovered goes on at its recover_entry, unless a Goexit was among what is dropped: then
// that starts again from there.
After resume_recovered(sched::Worker* w, const Instr*& pc, Slot*& fp, Slot* target) {
  Goroutine& g = *w->current;
  bool goexit = rt::drop_panics(g, fp, target);
  g.stack.shrink_to(target);
  w->set_stack_limit(g.stack.limit());
  fp = target;
  const bc::Code* code = rt::function_of(fp)->code;
  pc = reinterpret_cast<const Instr*>(code->words.data() + code->recover_entry);
  if (!goexit) return After::kDispatch;
  const Slot none[2] = {};
  const bc::Function* f = runtime_of(w).goexit();
  const Instr* entry = nullptr;
  Slot* callee = rt::push_call(*w, g, fp, pc, f, nullptr, none, 2, &entry);
  if (callee == nullptr) return After::kOverflow;
  fp = callee;
  pc = entry;
  return After::kDispatch;
}

After raise(sched::Worker* w, const Instr*& pc, Slot*& fp, rt::PanicEntry entry, const Slot* arguments, std::size_t count) {
  const bc::Function* f = runtime_of(w).panic_function(entry);
  if (f == nullptr) {
    thread_of(w).error = "package runtime lacks " + std::string(rt::panic_entry_name(entry));
    return After::kThrow;
  }
  return push(w, pc, fp, f, nullptr, arguments, count);
}

After leave(sched::Worker* w, Outcome outcome) {
  thread_of(w).outcome = outcome;
  return After::kLeave;
}

After perform(sched::Worker* w, const Instr*& pc, Slot*& fp, bc::NativeFrame& frame) {
  using Request = bc::NativeFrame::Request;
  auto& pending = frame.pending();
  const Instr* on_wake = pending.on_wake == rt::OnWake::kReturn ? rt::stub_return() : rt::stub_resume_native();
  switch (frame.request_kind()) {
    case Request::kReturn: return After::kReturn;
    case Request::kPark: pc = on_wake; return leave(w, Outcome::kParked);
    case Request::kYield: pc = on_wake; return leave(w, Outcome::kYielded);
    case Request::kCall:
      return push(w, pc, fp, pending.function, pending.closure, frame.pending_arguments(), pending.argument_count);
    case Request::kBlocking: {
      Goroutine& g = *w->current;
      g.blocking = run_blocking;
      g.blocking_context = new std::function<void()>(std::move(pending.extra().blocking));
      pc = on_wake;
      return leave(w, Outcome::kBlocking);
    }
    case Request::kPanicEntry:
      return raise(w, pc, fp, static_cast<rt::PanicEntry>(pending.entry), frame.pending_arguments(), pending.argument_count);
    case Request::kPanicValue: {
      if (pending.value.type == nullptr) return raise(w, pc, fp, rt::PanicEntry::kNilPanic, nullptr, 0);
      const Slot value[2] = {Slot{.p = pending.value.type}, Slot{.p = pending.value.data}};
      return push(w, pc, fp, runtime_of(w).gopanic(), nullptr, value, 2);
    }
    case Request::kThrow: thread_of(w).error = std::move(pending.extra().text); return After::kThrow;
    case Request::kExit: runtime_of(w).request_exit(pending.code); return leave(w, Outcome::kKill);
    case Request::kGoexit: {
      const Slot none[2] = {};
      return push(w, pc, fp, runtime_of(w).goexit(), nullptr, none, 2);
    }
    case Request::kRecovered: return resume_recovered(w, pc, fp, pending.frame);
    case Request::kGoroutineDone: w->current->goexit = true; return leave(w, Outcome::kExited);
  }
  return After::kReturn;
}

// Calls the native; what to do next. pc and fp are where.
struct NativeStep { After after; const Instr* pc; Slot* fp; sched::Worker* worker; };
[[gnu::noinline, gnu::section("govm_touch")]] NativeStep run_native(sched::Worker* w, const Instr* pc, Slot* fp) {
  Runtime& rt = runtime_of(w);
  bc::NativeFrame frame(rt, *w, *w->current, fp);
  try {
    frame.function().native(frame);
  } catch (const rt::OutOfMemory&) {
    w = frame.held_worker();
    thread_of(w).error = "runtime: out of memory";
    return {After::kThrow, pc, fp, w};
  } catch (const std::bad_alloc&) {
    w = frame.held_worker();
    thread_of(w).error = "runtime: out of memory";
    return {After::kThrow, pc, fp, w};
  }
  w = frame.held_worker();
  if (w == nullptr) return {After::kLeave, pc, fp, nullptr};
  const After after = perform(w, pc, fp, frame);
  return {after, pc, fp, w};
}

}  // namespace

// run_native works on copies of pc and fp, so that those stay in registers here. Without a worker, which a native may
// have lost when the Vm ended, the goroutine stays as it was saved before.
#define RUN_NATIVE()                                                    \
  NativeStep step = run_native(w, pc, fp);                              \
  pc = step.pc;                                                         \
  fp = step.fp;                                                         \
  w = step.worker;                                                      \
  if (step.after == After::kReturn) [[likely]] {                        \
    pc = static_cast<const Instr*>(fp[bc::kFrameReturn].p);             \
    fp = static_cast<Slot*>(fp[bc::kFrameCaller].p);                    \
    DISPATCH();                                                         \
  }                                                                     \
  if (step.after == After::kDispatch) DISPATCH();                       \
  if (w == nullptr) return;                                             \
  save(w, pc, fp);                                                      \
  if (step.after == After::kLeave) return;                              \
  if (step.after == After::kThrow) TAIL(slow_throw);                    \
  TAIL(slow_overflow)

HANDLER(EnterNative) {
  const bc::Function* f = rt::function_of(fp);
  std::memset(fp + f->param_slots, 0, (f->frame_size() - f->param_slots) * sizeof(Slot));
  save(w, rt::stub_resume_native(), fp);
  RUN_NATIVE();
}
HANDLER(ResumeNative) {
  save(w, pc, fp);
  RUN_NATIVE();
}

}  // namespace govm::interp
