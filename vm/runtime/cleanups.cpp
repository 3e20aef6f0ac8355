// Runtime: what happens around collections: finalizers, sync.Pool, unique; and stubs of reflect.
#include <cstring>

#include "scheduler/scheduler.h"
#include "vm/runtime/runtime.h"

namespace govm::rt {

void Runtime::attach(gc::Heap& heap, sched::Scheduler& scheduler) {
  heap_ = &heap;
  scheduler_ = &scheduler;
  // At once: perhaps nothing but the clean-ups is left to run.
  heap.on_cycle = [this, trace = heap.on_cycle](const gc::CycleTrace& cycle) {
    if (trace) trace(cycle);
    if (cycle_ended()) spawn_cleanups(sched::Scheduler::current_worker());
  };
  heap.on_ready = [this] {
    sched::Goroutine* g;
    {
      std::lock_guard guard(finalizer_lock_);
      g = std::exchange(finalizer_waiting_, nullptr);
      finalizer_pending_ = g == nullptr;
    }
    if (g != nullptr) scheduler_->ready(sched::Scheduler::current_worker(), g);
  };
}

void Runtime::start_finalizer_goroutine() {
  {
    std::lock_guard guard(finalizer_lock_);
    if (std::exchange(finalizer_started_, true)) return;
  }
  bc::Function* f = nullptr;
  if (source_ != nullptr) {
    std::lock_guard guard(compile_lock_);
    f = source_->find_function("runtime.runfinq");
  }
  if (f == nullptr) return;
  sched::SpawnInfo info;
  info.system = true;
  scheduler_->spawn(sched::Scheduler::current_worker(), &f->self_closure, info);
}

bool Runtime::finalizers_idle() {
  std::lock_guard guard(finalizer_lock_);
  return !finalizer_started_ || (finalizer_waiting_ != nullptr && !finalizer_pending_);
}

void Runtime::park_finalizer(NativeFrame& frame) {
  std::lock_guard guard(finalizer_lock_);
  if (std::exchange(finalizer_pending_, false)) return frame.repeat();
  finalizer_waiting_ = frame.goroutine();
  sched::Scheduler::prepare_park(*frame.goroutine(), sched::WaitReason::kFinalizerWait);
  frame.park(OnWake::kRepeat);
}

// The heap knows objects by their element type only; an interface finalizer sees an unsafe.Pointer.
const abi::Type* Runtime::finalized_type(const void*) { return types_.basic(abi::kUnsafePointer); }

void Runtime::set_unique_cleanup(void* closure) { unique_cleanup_ = closure; }

void Runtime::add_cleared_pointer(void** word) {
  std::lock_guard guard(finalizer_lock_);
  cleared_pointers_.push_back(word);
}

void Runtime::spawn_cleanups(sched::Worker* worker) {
  if (!cycle_ended_.exchange(false) || unique_cleanup_ == nullptr) return;
  sched::SpawnInfo info;
  info.system = true;
  scheduler_->spawn(worker, unique_cleanup_, info);
}

namespace {
// sync.Pool as declared: noCopy (empty), local, localSize, victim, victimSize, New.
struct Pool { void* local; std::uint64_t local_size; void* victim; std::uint64_t victim_size; void* make; };
}  // namespace

// sync.poolCleanup: what was in use becomes the victim, the last victims are dropped. No goroutine is pinned now.
void Runtime::before_mark() {
  for (void** word : cleared_pointers_) __atomic_store_n(word, nullptr, __ATOMIC_RELEASE);
  if (pools_.all == nullptr || pools_.old == nullptr) return;
  auto each = [](abi::Slice* slice, auto fn) {
    for (std::int64_t i = 0; i < slice->len; i++) fn(*static_cast<Pool**>(slice->data)[i]);
  };
  each(pools_.old, [](Pool& p) { p.victim = nullptr, p.victim_size = 0; });
  each(pools_.all, [](Pool& p) {
    p.victim = std::exchange(p.local, nullptr);
    p.victim_size = std::exchange(p.local_size, 0);
  });
  *pools_.old = *pools_.all;
  *pools_.all = {};
}

void Runtime::set_pool_cleanup(void*) {
  if (source_ == nullptr) return;
  std::lock_guard guard(compile_lock_);
  pools_ = {static_cast<abi::Slice*>(source_->find_global("sync.allPools")),
            static_cast<abi::Slice*>(source_->find_global("sync.oldPools"))};
}

std::int64_t Runtime::timer_start() {
  if (timer_start_ == nullptr && source_ != nullptr) {
    timer_start_ = static_cast<std::int64_t*>(source_->find_global("time.startNano"));
  }
  return timer_start_ == nullptr ? 0 : *timer_start_;
}

void* Runtime::timer_location() {
  if (timer_location_ == nullptr && source_ != nullptr) timer_location_ = source_->find_global("time.localLoc");
  return timer_location_;
}

const bc::Function* Runtime::reflect_stub(const abi::FuncType* type, bool is_method,
                                          const std::function<void(bc::Function&)>& init) {
  std::lock_guard guard(stub_lock_);
  bc::Function*& stub = stubs_[{type, is_method}];
  if (stub == nullptr) {
    stub = types_.new_function();
    init(*stub);
  }
  return stub;
}

}  // namespace govm::rt
