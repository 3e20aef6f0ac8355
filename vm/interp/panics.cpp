// go, defer, recover, panic, and how handlers raise run-time panics and fatal errors.
#include "scheduler/scheduler.h"
#include "vm/interp/support.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/stubs.h"

namespace govm::interp {

namespace {

// Calls f from the frame at fp; the handler then dispatches at pc, fp. False: stack overflow.
bool push(sched::Worker* w, const Instr*& pc, Slot*& fp, const Instr* ret, const bc::Function* f, void* closure,
          const Slot* arguments, std::size_t count) {
  const Instr* entry = nullptr;
  Slot* callee = rt::push_call(*w, *w->current, fp, ret, f, closure, arguments, count, &entry);
  if (callee == nullptr) return false;
  fp = callee;
  pc = entry;
  return true;
}

// The operand an entry about bounds complains of (a bit of UnsignedRow::operands), and its variant for unsigned ones.
struct BoundsEntry {
  rt::PanicEntry entry, for_unsigned;
  std::uint8_t operand;
};
constexpr BoundsEntry kBoundsEntries[] = {
    {rt::PanicEntry::kIndex, rt::PanicEntry::kIndexU, 1},
    {rt::PanicEntry::kSliceAlen, rt::PanicEntry::kSliceAlenU, 2},
    {rt::PanicEntry::kSliceAcap, rt::PanicEntry::kSliceAcapU, 2},
    {rt::PanicEntry::kSliceB, rt::PanicEntry::kSliceBU, 1},
    {rt::PanicEntry::kSlice3Alen, rt::PanicEntry::kSlice3AlenU, 4},
    {rt::PanicEntry::kSlice3Acap, rt::PanicEntry::kSlice3AcapU, 4},
    {rt::PanicEntry::kSlice3B, rt::PanicEntry::kSlice3BU, 2},
    {rt::PanicEntry::kSlice3C, rt::PanicEntry::kSlice3CU, 1},
};

// Index operands are taken as signed unless the code says otherwise.
rt::PanicEntry by_signedness(rt::PanicEntry entry, const Instr* pc, Slot* fp) {
  const bc::Code* code = rt::function_of(fp)->code;
  if (code == nullptr || code->unsigned_operands.empty()) return entry;
  const auto word = static_cast<std::uint32_t>(reinterpret_cast<const std::uint64_t*>(pc) - code->words.data());
  for (const BoundsEntry& b : kBoundsEntries) {
    if (b.entry != entry) continue;
    for (const bc::UnsignedRow& row : code->unsigned_operands) {
      if (row.word == word && (row.operands & b.operand) != 0) return b.for_unsigned;
    }
  }
  return entry;
}

}  // namespace

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_raise(GOVM_HANDLER_ARGS) {
  rt::Thread& thread = thread_of(w);
  save(w, pc, fp);
  thread.raise_entry = by_signedness(thread.raise_entry, pc, fp);
  const bc::Function* f = thread.runtime->panic_function(thread.raise_entry);
  if (f == nullptr) {
    thread.error = "package runtime lacks " + std::string(rt::panic_entry_name(thread.raise_entry));
    TAIL(slow_throw);
  }
  if (!push(w, pc, fp, pc + 1, f, nullptr, reinterpret_cast<const Slot*>(thread.raise_args), f->param_slots)) {
    TAIL(slow_overflow);
  }
  DISPATCH();
}

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_throw(GOVM_HANDLER_ARGS) {
  save(w, pc, fp);
  if (runtime_of(w).exited()) LEAVE(kKill);  // also what compilation gave up for that reason
  if (rt::contain_fatal(runtime_of(w), *w->current, thread_of(w).error)) {
    w->current->goexit = true;
    LEAVE(kExited);
  }
  rt::fatal_error(runtime_of(w), w->current, thread_of(w).error);
  LEAVE(kKill);
}

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_out_of_memory(GOVM_HANDLER_ARGS) {
  THROW("runtime: out of memory");
}

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_overflow(GOVM_HANDLER_ARGS) {
  save(w, pc, fp);
  const std::size_t limit = runtime_of(w).max_stack_bytes().load(std::memory_order_relaxed);
  const std::string before = "runtime: goroutine stack exceeds " + std::to_string(limit) + "-byte limit\n";
  if (rt::contain_fatal(runtime_of(w), *w->current, "stack overflow", before)) {
    w->current->goexit = true;
    LEAVE(kExited);
  }
  rt::fatal_error(runtime_of(w), w->current, "stack overflow", before);
  LEAVE(kKill);
}

HANDLER(Go) {
  void* closure = RA.p;
  save(w, pc, fp);
  if (closure == nullptr) [[unlikely]] THROW("go of nil func value");
  const std::uint64_t most = runtime_of(w).max_goroutines().load(std::memory_order_relaxed);
  if (most != 0 && runtime_of(w).scheduler().goroutine_count() >= most) [[unlikely]] {
    rt::limit_reached(runtime_of(w), w->current, rt::End::kGoroutines, "govm: limit of goroutines reached");
    LEAVE(kKill);
  }
  sched::SpawnInfo info;
  info.creation_pc = pc;
  runtime_of(w).scheduler().spawn(w, closure, info);
  NEXT(1);
}

HANDLER(Defer) {
  rt::push_defer(*w->current, fp, RA.p);
  NEXT(1);
}
HANDLER(DeferToken) {
  RA.p = fp;
  NEXT(1);
}
HANDLER(DeferAt) {
  rt::push_defer_outer(*w->current, fp, static_cast<Slot*>(RB.p), RA.p);
  NEXT(1);
}

// Runs one deferred call and returns to this instruction or the next, which is the same, until there is none left.
HANDLER(RunDefers) {
  Goroutine& g = *w->current;
  rt::DeferRecord record;
  if (!rt::pop_defer(g, fp, &record)) NEXT(1 + pc->b);
  save(w, pc, fp);
  if (record.closure == nullptr) [[unlikely]] RAISE_NIL(0);
  const auto* f = *static_cast<const bc::Function* const*>(record.closure);
  Slot* callee = fp + pc->a;
  rt::write_header(callee, f, pc + pc->b, fp, record.closure);
  const Instr* entry = f->acquire_entry();  // before its size
  if (!rt::fits(g, callee, f->frame_size())) {
    callee = rt::relocate_frame(*w, g, callee, 0, f->frame_size());
    if (callee == nullptr) TAIL(slow_overflow);
  }
  fp = callee;
  pc = entry;
  DISPATCH();
}

HANDLER(Recover) {
  const abi::Eface value = rt::recover(*w->current, fp);
  fp[pc->a].p = value.type;
  fp[pc->a + 1].p = value.data;
  NEXT(1);
}

HANDLER(Panic) {
  if (RA.p == nullptr) [[unlikely]] RAISE(kNilPanic, 0, 0);
  save(w, pc, fp);
  const Slot value[2] = {fp[pc->a], fp[pc->a + 1]};
  if (!push(w, pc, fp, pc + 1, runtime_of(w).gopanic(), nullptr, value, 2)) TAIL(slow_overflow);
  DISPATCH();
}
HANDLER(PanicText) {
  if (pc->a == 0) RAISE(kPlain, pc->word(1), pc->word(2));
  RAISE(kError, pc->word(1), pc->word(2));
}
HANDLER(Unreachable) { THROW("unreachable code was reached"); }

}  // namespace govm::interp
