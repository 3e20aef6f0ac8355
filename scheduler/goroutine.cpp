#include "scheduler/goroutine.h"

#include <new>

#include "scheduler/goroutine_pool.h"

namespace govm::sched {

static_assert(sizeof(Goroutine) <= kGoroutineBytes - 64 * 8, "the first chunk has 60 slots at least");

const char* wait_reason_text(WaitReason reason) {
  switch (reason) {
    case WaitReason::kNone: return "";
    case WaitReason::kChanReceive: return "chan receive";
    case WaitReason::kChanReceiveNil: return "chan receive (nil chan)";
    case WaitReason::kChanSend: return "chan send";
    case WaitReason::kChanSendNil: return "chan send (nil chan)";
    case WaitReason::kSelect: return "select";
    case WaitReason::kSelectNoCases: return "select (no cases)";
    case WaitReason::kSleep: return "sleep";
    case WaitReason::kSemacquire: return "semacquire";
    case WaitReason::kSyncCondWait: return "sync.Cond.Wait";
    case WaitReason::kSyncMutexLock: return "sync.Mutex.Lock";
    case WaitReason::kSyncRWMutexRLock: return "sync.RWMutex.RLock";
    case WaitReason::kSyncRWMutexLock: return "sync.RWMutex.Lock";
    case WaitReason::kSyncWaitGroupWait: return "sync.WaitGroup.Wait";
    case WaitReason::kIOWait: return "IO wait";
    case WaitReason::kCoroutine: return "coroutine";
    case WaitReason::kFinalizerWait: return "finalizer wait";
    case WaitReason::kPreempted: return "preempted";
    case WaitReason::kSyscall: return "syscall";
    case WaitReason::kHostWait: return "host wait";
    case WaitReason::kCollection: return "wait for GC cycle";
    case WaitReason::kSynctestRun: return "synctest.Run";
    case WaitReason::kSynctestWait: return "synctest.Wait";
    case WaitReason::kSynctestChanReceive: return "chan receive (synctest)";
    case WaitReason::kSynctestChanSend: return "chan send (synctest)";
    case WaitReason::kSynctestSelect: return "select (synctest)";
  }
  return "unknown wait reason";
}

GoroutinePool::~GoroutinePool() {
  for_each([](Goroutine& g) {
    g.stack.release();
    g.~Goroutine();
  });
}

void GoroutinePool::add_slab() {
  slabs_.push_back(std::unique_ptr<std::byte[]>(new std::byte[kSlabBlocks * kGoroutineBytes]));
  for (std::size_t i = kSlabBlocks; i-- > 0;) {
    std::byte* block = slabs_.back().get() + i * kGoroutineBytes;
    auto* g = new (block) Goroutine;
    g->stack.init(block + sizeof(Goroutine), kGoroutineBytes - sizeof(Goroutine));
    g->link = free_;
    free_ = g;
  }
}

Goroutine* GoroutinePool::take(std::size_t count) {
  std::lock_guard lock(mutex_);
  if (free_ == nullptr) add_slab();
  Goroutine* first = free_;
  Goroutine* last = first;
  while (--count != 0 && last->link != nullptr) last = last->link;
  free_ = last->link;
  last->link = nullptr;
  return first;
}

void GoroutinePool::give(Goroutine* first, Goroutine* last) {
  std::lock_guard lock(mutex_);
  last->link = free_;
  free_ = first;
}

void GoroutinePool::for_each(const std::function<void(Goroutine&)>& visit) {
  std::vector<std::byte*> slabs;
  {
    std::lock_guard lock(mutex_);
    for (auto& slab : slabs_) slabs.push_back(slab.get());
  }
  for (std::byte* slab : slabs) {
    for (std::size_t i = 0; i < kSlabBlocks; i++) visit(*reinterpret_cast<Goroutine*>(slab + i * kGoroutineBytes));
  }
}

}  // namespace govm::sched
