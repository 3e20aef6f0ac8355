#include "vm/runtime/panic.h"

#include <cstdlib>
#include <new>

#include "scheduler/scheduler.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/runtime.h"

namespace govm::rt {

std::string_view panic_entry_name(PanicEntry entry) {
  static constexpr std::string_view kNames[] = {
#define PANIC_ENTRY(enumerator, name, signature) "runtime." name,
#include "vm/runtime/panic_entry.def"
#undef PANIC_ENTRY
  };
  return kNames[static_cast<int>(entry)];
}

// ---- deferred calls

namespace {
DeferRecord* new_record(GoroutineState& s) {
  DeferRecord* d = s.free_defers;
  if (d == nullptr) return new DeferRecord;
  s.free_defers = d->link;
  return d;
}
}  // namespace

void push_defer(sched::Goroutine& g, Slot* frame, void* closure) {
  GoroutineState& s = state_of(g);
  DeferRecord* d = new_record(s);
  *d = {s.defers, frame, closure};
  s.defers = d;
}

void push_defer_outer(sched::Goroutine& g, Slot* running, Slot* frame, void* closure) {
  GoroutineState& s = state_of(g);
  DeferRecord** at = &s.defers;
  for (Slot* f = running; f != nullptr && f != frame; f = caller_of(f)) {
    while (*at != nullptr && (*at)->frame == f) at = &(*at)->link;
  }
  DeferRecord* d = new_record(s);
  *d = {*at, frame, closure};
  *at = d;
}

bool pop_defer(sched::Goroutine& g, Slot* frame, DeferRecord* out) {
  GoroutineState& s = state_of(g);
  DeferRecord* d = s.defers;
  if (d == nullptr || (frame != nullptr && d->frame != frame)) return false;
  s.defers = d->link;
  *out = *d;
  d->closure = nullptr;
  d->link = s.free_defers;
  s.free_defers = d;
  return true;
}

void free_defers(sched::Goroutine& g) {
  GoroutineState& s = state_of(g);
  for (DeferRecord** list : {&s.defers, &s.free_defers}) {
    while (DeferRecord* d = *list) {
      *list = d->link;
      delete d;
    }
  }
}

// ---- recover

// Where the call of a `defer recover()` counts as made: in the function that deferred it, whoever runs it.
static Slot* deferring_frame(sched::Goroutine& g, Slot* caller) {
  for (PanicRecord* p = state_of(g).panics; p != nullptr; p = p->link) {
    if (p->frame == caller) return p->deferring;
  }
  return caller;
}

abi::Eface recover(sched::Goroutine& g, Slot* frame) {
  PanicRecord* p = state_of(g).panics;
  if (p == nullptr || p->goexit != 0 || p->recovered != 0) return {};
  if ((function_of(frame)->flags & bc::kWrapper) != 0) frame = deferring_frame(g, caller_of(frame));
  Slot* caller = caller_of(frame);
  while (caller != nullptr && (function_of(caller)->flags & bc::kWrapper) != 0) caller = caller_of(caller);
  if (caller != p->frame) return {};
  p->recovered = 1;
  return p->value();
}

bool drop_panics(sched::Goroutine& g, Slot* from, Slot* to) {
  GoroutineState& s = state_of(g);
  bool goexit = false;
  for (Slot* f = from; f != nullptr && f != to; f = caller_of(f)) {
    if (s.panics != nullptr && s.panics->frame == f) {
      goexit = goexit || s.panics->goexit != 0;
      s.panics = s.panics->link;
    }
  }
  return goexit;
}

int panic_count(sched::Goroutine& g) {
  int n = 0;
  for (PanicRecord* p = state_of(g).panics; p != nullptr; p = p->link) n++;
  return n;
}

const PanicRecord* panic_at(sched::Goroutine& g, int i) {
  int down = panic_count(g) - 1 - i;
  PanicRecord* p = state_of(g).panics;
  while (p != nullptr && down-- > 0) p = p->link;
  return p;
}

Panicking panicking(sched::Scheduler& scheduler) {
  Panicking most = Panicking::kNone;
  scheduler.for_each_goroutine([&](sched::Goroutine& g) {
    const GoroutineState& s = state_of(g);
    if (s.dying != 0) most = Panicking::kDying;
    for (PanicRecord* p = s.panics; p != nullptr && most == Panicking::kNone; p = p->link) {
      if (p->goexit == 0) most = Panicking::kDeferred;
    }
  });
  return most;
}

// ---- the frames of panics and of Goexit

namespace {

PanicRecord* record(NativeFrame& frame) { return reinterpret_cast<PanicRecord*>(frame.locals()); }

void begin(NativeFrame& frame, bool goexit) {
  PanicRecord* p = record(frame);
  GoroutineState& s = state_of(*frame.goroutine());
  *p = {s.panics, frame.fp(), nullptr, 0, goexit};
  s.panics = p;
}

// Runs the next deferred call; false: there are none.
bool call_next(NativeFrame& frame) {
  DeferRecord d;
  if (!pop_defer(*frame.goroutine(), nullptr, &d)) return false;
  record(frame)->deferring = d.frame;
  frame.call(d.closure, {}, 1);
  return true;
}

}  // namespace

void native_gopanic(NativeFrame& frame) {
  if (frame.phase() == 0) {
    begin(frame, false);
    const Slot* caller = caller_of(frame.fp());
    // Raised by runtime.panicmem: the caller of gopanic.
    if (caller != nullptr && function_of(caller) == frame.runtime().panic_function(PanicEntry::kMem)) {
      state_of(*frame.goroutine()).faulted = 1;
    }
  } else if (record(frame)->recovered != 0) {
    return frame.recovered(record(frame)->deferring);
  }
  if (call_next(frame)) return;
  const bc::Function* print = frame.runtime().panic_function(PanicEntry::kPrintPanics);
  if (print == nullptr) return frame.throw_error("panic without a printer: package runtime lacks govm_printPanics");
  state_of(*frame.goroutine()).dying = 1;
  frame.call_code(print, nullptr, {}, 2);
}

void native_goexit(NativeFrame& frame) {
  if (frame.phase() == 0) begin(frame, true);
  if (call_next(frame)) return;
  frame.goroutine_done();
}

}  // namespace govm::rt
