#include "scheduler/coroutine.h"

#include "base/abi.h"
#include "gc/heap.h"
#include "scheduler/impl.h"

namespace govm::sched {
namespace {

constexpr std::uint8_t kCoroutineMask[] = {0b10};
constexpr abi::Type kCoroutineType = {.size = sizeof(Coroutine), .ptr_bytes = 16, .hash = 0, .tflag = 0, .align = 8,
                                      .field_align = 8, .kind = abi::kStruct, .equal = nullptr,
                                      .gc_data = kCoroutineMask, .str = 0, .ptr_to_this = 0};

}  // namespace

Coroutine* allocate_coroutine(gc::Heap& heap, gc::Cache& cache, void* function) {
  auto* c = static_cast<Coroutine*>(heap.allocate(cache, sizeof(Coroutine), &kCoroutineType));
  if (c != nullptr) c->function = function;
  return c;
}

void start_coroutine(Worker& worker, Coroutine* coroutine, void* closure, const void* creation_pc) {
  Goroutine* g = worker.scheduler->impl().new_goroutine(&worker, closure, {.creation_pc = creation_pc});
  g->wait_reason = WaitReason::kCoroutine;
  if (g->bubble != nullptr) g->bubble->starts_parked();
  g->status.store(Status::kWaiting, std::memory_order_release);
  coroutine->parked.store(g, std::memory_order_release);
}

bool coroutine_switch(Worker& worker, Goroutine& g, Coroutine* coroutine) {
  Goroutine* next = coroutine->parked.load(std::memory_order_acquire);
  if (next == nullptr || !coroutine->parked.compare_exchange_strong(next, &g, std::memory_order_acq_rel)) return false;
  if (next->bubble != nullptr) next->bubble->waking();
  g.wait_reason = WaitReason::kCoroutine;
  worker.handoff = next;
  return true;
}

void coroutine_exit(Worker& worker, Coroutine* coroutine) {
  Goroutine* next = coroutine->parked.exchange(nullptr, std::memory_order_acq_rel);
  if (next->bubble != nullptr) next->bubble->waking();
  worker.handoff = next;
}

}  // namespace govm::sched
