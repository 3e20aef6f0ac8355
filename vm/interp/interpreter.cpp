#include "vm/interp/interpreter.h"

#include <algorithm>
#include <new>
#include <utility>

#include "scheduler/scheduler.h"
#include "scheduler/timer.h"
#include "vm/interp/support.h"
#include "vm/interp/table.h"
#include "vm/runtime/execution_trace.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/stubs.h"
#include "vm/runtime/traceback.h"
#include "vm/runtime/visit.h"
#include "vm/runtime/wait_profile.h"

namespace govm::interp {

namespace {

// The first frame of a goroutine: a call of its closure that returns to GoroutineEnd. Null: the frame is too large.
Slot* first_frame(sched::Worker& w, Goroutine& g, const Instr** pc) {
  const auto* f = *static_cast<const bc::Function* const*>(g.closure);
  auto* fp = reinterpret_cast<Slot*>(g.stack.begin()) + bc::kHeaderSlots;
  rt::write_header(fp, f, rt::stub_goroutine_end(), nullptr, g.closure);
  *pc = __atomic_load_n(&f->entry, __ATOMIC_ACQUIRE);
  if (rt::fits(g, fp, f->frame_size())) return fp;
  return rt::relocate_frame(w, g, fp, 0, f->frame_size());
}

void enter(const Instr* pc, Slot* fp, sched::Worker* w, const void* const* table) {
  reinterpret_cast<Handler>(const_cast<void*>(table[pc->op]))(pc, fp, w, table);
}

// A goroutine woken by the close of the channel it was sending on: panics at the send.
bool raise_wake_error(sched::Worker& w, Goroutine& g, const Instr*& pc, Slot*& fp) {
  g.wake_error = sched::WakeError::kNone;
  rt::Runtime& runtime = *thread_of(&w).runtime;
  const bc::Function* f = runtime.panic_function(rt::PanicEntry::kSendClosed);
  const Instr* entry = nullptr;
  Slot* callee = f == nullptr ? nullptr : rt::push_call(w, g, fp, pc, f, nullptr, nullptr, 0, &entry);
  if (callee == nullptr) {
    rt::fatal_error(runtime, &g, "send on closed channel");
    return false;
  }
  fp = callee;
  pc = entry;
  return true;
}

}  // namespace

// An interrupted goroutine goes on with a call of Goexit where it is.
bool begin_goexit(sched::Worker& w, Goroutine& g, const Instr*& pc, Slot*& fp) {
  g.interrupted.store(false, std::memory_order_relaxed);
  const Slot none[2] = {};
  const Instr* entry = nullptr;
  Slot* callee = rt::push_call(w, g, fp, pc, thread_of(&w).runtime->goexit(), nullptr, none, 2, &entry);
  if (callee == nullptr) return false;
  fp = callee;
  pc = entry;
  return true;
}

sched::Outcome Interpreter::run(sched::Worker& worker, sched::Goroutine& g) {
  if (runtime_.exited()) return Outcome::kKill;
  rt::Thread& thread = thread_of(&worker);
  thread.goroutine = &g;
  if (runtime_.cycle_ended()) runtime_.spawn_cleanups(&worker);
  worker.set_stack_limit(g.stack.limit());
  const auto* pc = static_cast<const Instr*>(g.pc);
  auto* fp = reinterpret_cast<Slot*>(g.fp);
  if (fp == nullptr) {
    fp = first_frame(worker, g, &pc);
    if (fp == nullptr) {
      rt::fatal_error(runtime_, &g, "stack overflow");
      return Outcome::kKill;
    }
    g.pc = pc;
    g.fp = reinterpret_cast<std::uint64_t*>(fp);
  }
  if (g.wake_error != sched::WakeError::kNone && !raise_wake_error(worker, g, pc, fp)) return Outcome::kKill;
  if (g.interrupted.load(std::memory_order_acquire) && !begin_goexit(worker, g, pc, fp)) return Outcome::kKill;
  rt::Fuel& fuel = runtime_.fuel();
  const bool counts = fuel.on();
  const std::int64_t own_fuel = counts && g.system ? system_fuel_.exchange(0) : 0;
  if (counts) worker.fuel = own_fuel > 0 ? own_fuel : fuel.take();
  try {
    const void* const* table = counts ? fuel_table() : kDispatchTable;
    worker.counted_table = table;
    enter(pc, fp, &worker, worker.counted ? kCountingTable : table);
  } catch (const std::bad_alloc&) {
    rt::fatal_error(runtime_, &g, "runtime: out of memory");
    return Outcome::kKill;
  }
  sched::Worker* now = sched::Scheduler::current_worker();   // natives may have changed it
  if (counts && now != nullptr) {
    const std::int64_t left = std::exchange(now->fuel, 0), own = std::clamp(left, std::int64_t{0}, own_fuel);
    system_fuel_ += own;
    fuel.give_back(left - own);
  }
  return now != nullptr ? static_cast<rt::Thread*>(now->vm)->outcome : Outcome::kYielded;
}

void Interpreter::visit_stack(sched::Goroutine& g, gc::Marker& marker) { rt::visit_frames(g, marker); }

void Interpreter::quit(const char* headline) {
  runtime_.print(std::string(headline) + "\nPC=0x0 m=0 sigcode=0\n\n" + rt::traceback_all(runtime_, nullptr) + "\n");
  runtime_.request_exit(2);
}

void Interpreter::waited(sched::Worker& worker, sched::Goroutine& g, sched::WaitReason reason, std::int64_t ns) {
  runtime_.wait_profiles().waited(worker, g, reason, ns);
}
void Interpreter::contended(sched::Worker& worker, std::int64_t ns) { runtime_.wait_profiles().contended(worker, ns); }

void Interpreter::happened(Event event, sched::Worker* worker, sched::Goroutine& g) {
  runtime_.execution_trace().happened(event, worker, g);
}

void Interpreter::goroutine_exited(sched::Goroutine& g) { rt::free_defers(g); }

void Interpreter::worker_created(sched::Worker& worker) {
  auto* thread = new rt::Thread;
  thread->runtime = &runtime_;
  thread->worker = &worker;
  worker.vm = thread;
}
void Interpreter::worker_destroyed(sched::Worker& worker) {
  delete static_cast<rt::Thread*>(worker.vm);
  worker.vm = nullptr;
}

// What time.sendTime sends: time.Now().Add(-delta), with a monotonic reading, in time.Local.
void Interpreter::timer_value(sched::TimeTimer& timer, std::int64_t delta, void* element) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::uint64_t kHasMonotonic = std::uint64_t{1} << 63;
  constexpr std::int64_t kSeconds1885To1970 = 31045LL * 86400;
  const bool own_clock = timer.owner->has_own_clock();
  const std::int64_t wall = (own_clock ? timer.owner->now() : runtime_.access().wall_nanos()) - delta;
  std::int64_t seconds = wall / kSecond, nanos = wall % kSecond;
  std::int64_t start = runtime_.timer_start();
  std::uint64_t words[3];
  words[0] = kHasMonotonic | static_cast<std::uint64_t>(seconds + kSeconds1885To1970) << 30 | static_cast<std::uint64_t>(nanos);
  words[1] = static_cast<std::uint64_t>((own_clock ? wall : runtime_.access().monotonic_nanos() - delta) - start);
  words[2] = reinterpret_cast<std::uint64_t>(runtime_.timer_location());
  std::memcpy(element, words, sizeof(words));
}

}  // namespace govm::interp
