// Calls from C++ into Go: seats, frames, and what comes back.
#include "bindings/calls.h"

#include <algorithm>

#include "bindings/program.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/gc_access.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/stubs.h"

namespace govm::detail {
namespace {

// The seats of this thread, per Vm: one for each call that is going on, kept for the next ones.
struct ThreadSeats {
  struct Entry {
    std::shared_ptr<SeatPool> pool;
    std::vector<sched::Seat*> seats;
    std::size_t used = 0;
  };
  std::vector<std::unique_ptr<Entry>> entries;
  Entry* last = nullptr;
  ~ThreadSeats() {
    for (auto& e : entries) {
      for (sched::Seat* s : e->seats) e->pool->give(s);
    }
  }
};
thread_local ThreadSeats thread_seats;

[[gnu::noinline]] ThreadSeats::Entry& find_entry(Engine& engine) {
  ThreadSeats& all = thread_seats;
  std::erase_if(all.entries, [](auto& e) { return e->used == 0 && e->pool->closed(); });
  for (auto& e : all.entries) {
    if (e->pool == engine.seats()) return *(all.last = e.get());
  }
  all.entries.push_back(std::make_unique<ThreadSeats::Entry>());
  all.last = all.entries.back().get();
  all.last->pool = engine.seats();
  return *all.last;
}

inline ThreadSeats::Entry& entry_of(Engine& engine) {
  ThreadSeats::Entry* e = thread_seats.last;
  return e != nullptr && e->pool == engine.seats() ? *e : find_entry(engine);
}

sched::Seat* take_seat(Engine& engine) {
  ThreadSeats::Entry& e = entry_of(engine);
  if (e.used == e.seats.size()) e.seats.push_back(e.pool->take(engine.runtime().scheduler()));
  return e.seats[e.used++];
}

void give_seat(Engine& engine, sched::Seat* seat) {
  ThreadSeats::Entry& e = entry_of(engine);
  e.used--;
  if (seat->lost()) std::erase(e.seats, seat);
}

// The frame below the call: its locals are the arguments, later the results, and room for values under construction.
bc::Slot* bottom_frame(sched::Worker& w, sched::Goroutine& g, const bc::Function* f) {
  while (g.stack.current()->previous != nullptr) g.stack.shrink();
  w.set_stack_limit(g.stack.limit());
  auto* fp = reinterpret_cast<bc::Slot*>(g.stack.begin()) + bc::kHeaderSlots;
  rt::write_header(fp, f, rt::stub_goroutine_end(), nullptr, nullptr);
  const std::uint32_t size = f->frame_size();
  if (!rt::fits(g, fp, size)) {
    fp = rt::relocate_frame(w, g, fp, 0, size);
    if (fp == nullptr) return nullptr;
    fp[bc::kFrameCaller].p = nullptr;
  }
  std::memset(static_cast<void*>(fp), 0, size * sizeof(bc::Slot));
  g.pc = rt::stub_return_to_host();
  g.fp = reinterpret_cast<std::uint64_t*>(fp);
  return fp;
}

bc::Slot* frame_of(sched::Goroutine& g) { return reinterpret_cast<bc::Slot*>(g.fp); }

// Runs function with `count` arguments on the seat's goroutine; results are in the bottom frame's locals afterwards.
sched::RunEnd call_on(Engine& engine, sched::Seat& seat, const bc::Function* function, void* closure, const bc::Slot* arguments,
                      std::size_t count) {
  sched::Goroutine& g = seat.goroutine();
  const bc::Instr* entry = nullptr;
  bc::Slot* callee = rt::push_call(seat.worker(), g, frame_of(g), rt::stub_return_to_host(), function, closure, arguments, count, &entry);
  GOVM_ASSERT(callee != nullptr);
  g.pc = entry;
  g.fp = reinterpret_cast<std::uint64_t*>(callee);
  return engine.runtime().scheduler().run(seat);
}

// Goexit ended it, somewhere in its frames.
void clear_goroutine(Engine& engine, sched::Goroutine& g, sched::Worker& w) {
  engine.interpreter().goroutine_exited(g);
  std::fill(std::begin(g.vm), std::end(g.vm), 0);
  g.goexit = false;
  g.stack.release();
  w.set_stack_limit(g.stack.limit());
}

}  // namespace

// ---- seats

sched::Seat* SeatPool::take(sched::Scheduler& scheduler) {
  {
    std::lock_guard guard(lock_);
    if (!free_.empty()) {
      sched::Seat* seat = free_.back();
      free_.pop_back();
      return seat;
    }
  }
  return scheduler.new_seat();
}
void SeatPool::give(sched::Seat* seat) {
  std::lock_guard guard(lock_);
  if (!closed_) free_.push_back(seat);
}
void SeatPool::close() {
  std::lock_guard guard(lock_);
  closed_ = true;
  free_.clear();
}
bool SeatPool::closed() {
  std::lock_guard guard(lock_);
  return closed_;
}

// ---- calls

Calling::Calling(const Callee& callee) : callee_(callee) {
  env_.engine = callee.engine;
  if (callee.error) {
    error_ = callee.error;
    return;
  }
  if (callee.program == nullptr) {
    held_ = callee.weak.lock();
    if (held_ == nullptr) {
      error_ = Error{"the Vm of this function is gone", ErrorKind::kFailed};
      return;
    }
  } else if (!callee.program->initialized.load(std::memory_order_acquire)) [[unlikely]] {
    if (Result<void> done = callee.program->initialize(); !done) {
      error_ = done.error();
      return;
    }
  }
  Engine& engine = *callee.engine;
  sched::Scheduler& scheduler = engine.runtime().scheduler();
  sched::Seat* seat = take_seat(engine);
  if (!scheduler.enter(*seat)) [[unlikely]] {
    give_seat(engine, seat);
    error_ = end_error(engine, sched::RunEnd::kKilled, nullptr);
    return;
  }
  seat_ = seat;
  entered_ = true;
  sched::Worker& w = seat->worker();
  bc::Slot* fp = bottom_frame(w, seat->goroutine(), callee.bottom);
  GOVM_ASSERT(fp != nullptr);
  slots_ = &fp[1].u;
  plans_ = callee.plans.data();
  env_.worker = &w;
  env_.scratch = slots_ + std::max(callee.param_slots, callee.result_slots);
}

void Calling::leave() {
  Engine& engine = *callee_.engine;
  auto* seat = static_cast<sched::Seat*>(seat_);
  entered_ = false;
  engine.runtime().scheduler().leave(*seat);
  give_seat(engine, seat);
}

bool Calling::run() {
  Engine& engine = *callee_.engine;
  auto& seat = *static_cast<sched::Seat*>(seat_);
  if (!env_.error.empty()) [[unlikely]] {
    error_ = engine.runtime().exited() ? end_error(engine, sched::RunEnd::kKilled, nullptr) : Error{env_.error, ErrorKind::kSignature};
    return false;
  }
  void* closure = callee_.closure ? callee_.closure->data() : nullptr;
  sched::RunEnd end = call_on(engine, seat, callee_.function, closure, reinterpret_cast<const bc::Slot*>(slots_), callee_.param_slots);
  if (end == sched::RunEnd::kFinished) [[likely]] {
    sched::Goroutine& g = seat.goroutine();
    env_.worker = &seat.worker();
    if (g.goexit) [[unlikely]] {
      clear_goroutine(engine, g, seat.worker());
      error_ = Error{"the function called runtime.Goexit", ErrorKind::kGo};
      return false;
    }
    slots_ = &frame_of(g)[1].u;
    if (callee_.error_slot < 0 || slots_[callee_.error_slot] == 0) [[likely]] return true;
    const bc::Slot* e = reinterpret_cast<const bc::Slot*>(slots_ + callee_.error_slot);
    const bc::Slot arguments[2] = {e[0], e[1]};
    end = call_on(engine, seat, engine.error_text(), nullptr, arguments, 2);
    if (end == sched::RunEnd::kFinished && !g.goexit) {
      const auto text = load_raw<GoString>(&frame_of(g)[1]);
      error_ = Error{std::string(text.data, static_cast<std::size_t>(text.size)), ErrorKind::kGo};
      return false;
    }
    if (end == sched::RunEnd::kFinished) {
      clear_goroutine(engine, g, seat.worker());
      error_ = Error{"the error's text called runtime.Goexit", ErrorKind::kGo};
      return false;
    }
  }
  entered_ = false;              // run has left
  error_ = end_error(engine, end, &seat.goroutine());
  give_seat(engine, &seat);
  return false;
}

Error Calling::take_error() { return error_ ? std::move(*error_) : Error{"govm: no error"}; }

const Error* error_of(const Callee& callee) { return callee.error ? &*callee.error : nullptr; }

void complete(Callee& callee) {
  callee.param_slots = callee.function->param_slots;
  callee.result_slots = callee.function->result_slots;
  callee.bottom = callee.engine->bottom_function(std::max(callee.param_slots, callee.result_slots));
}

}  // namespace govm::detail
