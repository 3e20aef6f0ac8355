// sync, internal/sync, and the same hooks under internal/poll: semaphores, condition lists, pinning.
#include "scheduler/semaphore.h"

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"
#include "vm/runtime/panic.h"

namespace govm::natives {
namespace {

using sched::WaitReason;

void acquire(NativeFrame& frame, bool lifo, WaitReason reason) {
  auto* address = frame.arg<std::uint32_t*>(0);
  if (!scheduler().semaphores().acquire(*frame.goroutine(), address, lifo, reason)) frame.park(rt::OnWake::kReturn);
}

void semacquire(NativeFrame& frame) { acquire(frame, false, WaitReason::kSemacquire); }
void semacquire_wait_group(NativeFrame& frame) { acquire(frame, false, WaitReason::kSyncWaitGroupWait); }
void semacquire_mutex(NativeFrame& frame) { acquire(frame, frame.arg<bool>(1), WaitReason::kSyncMutexLock); }
void semacquire_rw_reader(NativeFrame& frame) { acquire(frame, frame.arg<bool>(1), WaitReason::kSyncRWMutexRLock); }
void semacquire_rw_writer(NativeFrame& frame) { acquire(frame, frame.arg<bool>(1), WaitReason::kSyncRWMutexLock); }

void semrelease(NativeFrame& frame) {
  const bool handoff = frame.arg<bool>(1);
  if (scheduler().semaphores().release(&worker(), frame.arg<std::uint32_t*>(0), handoff)) frame.yield();
}

void semrelease_plain(NativeFrame& frame) {
  scheduler().semaphores().release(&worker(), frame.arg<std::uint32_t*>(0), false);
}

void notify_list_add(NativeFrame& frame) {
  frame.result<std::uint32_t>(0, sched::notify_list_add(frame.arg<sched::NotifyList*>(0)));
}

void notify_list_wait(NativeFrame& frame) {
  auto* list = frame.arg<sched::NotifyList*>(0);
  if (!sched::notify_list_wait(*frame.goroutine(), list, frame.arg<std::uint32_t>(1))) frame.park(rt::OnWake::kReturn);
}

void notify_list_notify_all(NativeFrame& frame) {
  sched::notify_list_notify_all(worker(), frame.arg<sched::NotifyList*>(0));
}

void notify_list_notify_one(NativeFrame& frame) {
  sched::notify_list_notify_one(worker(), frame.arg<sched::NotifyList*>(0));
}

// sync's init tells the size of its notifyList.
void notify_list_check(NativeFrame& frame) {
  if (frame.arg<std::uint64_t>(0) != sizeof(sched::NotifyList)) frame.throw_error("bad notifyList size");
}

void can_spin(NativeFrame& frame) { frame.result<bool>(0, false); }
void nothing(NativeFrame&) {}
void nanotime(NativeFrame& frame) { frame.result<std::int64_t>(0, access(frame).monotonic_nanos()); }
// What sync.Mutex takes for time, to see who starves.
void choice_clock(NativeFrame& frame) { frame.result<std::int64_t>(0, scheduler().choice_clock()); }
void throw_error(NativeFrame& frame) { frame.throw_error(view(frame.arg<abi::String>(0))); }
void random(NativeFrame& frame) { frame.result<std::uint64_t>(0, worker().random()); }

void random_below(NativeFrame& frame) {
  const auto n = frame.arg<std::uint32_t>(0);
  frame.result<std::uint32_t>(0, static_cast<std::uint32_t>((worker().random() >> 32) * n >> 32));
}

// A pinned goroutine stays on its worker and lets no collection begin; see rt::pin_goroutine. The worker's number is
// below GOMAXPROCS: sync.Pool has that many slots.
void proc_pin(NativeFrame& frame) {
  if (worker().retired.load(std::memory_order_relaxed) && rt::state_of(*frame.goroutine()).pins == 0) return frame.repeat();
  rt::pin_goroutine(*frame.goroutine());
  frame.result<std::int64_t>(0, worker().id);
}
void proc_unpin(NativeFrame& frame) { rt::unpin_goroutine(*frame.goroutine()); }

void register_pool_cleanup(NativeFrame& frame) { frame.runtime().set_pool_cleanup(frame.arg<void*>(0)); }

void load_acquire(NativeFrame& frame) {
  frame.result<std::uint64_t>(0, __atomic_load_n(frame.arg<std::uint64_t*>(0), __ATOMIC_ACQUIRE));
}
void store_release(NativeFrame& frame) {
  __atomic_store_n(frame.arg<std::uint64_t*>(0), frame.arg<std::uint64_t>(1), __ATOMIC_RELEASE);
}

constexpr Native kSync[] = {
    {"func runtime_Semacquire(s *uint32)", semacquire},
    {"func runtime_SemacquireWaitGroup(s *uint32)", semacquire_wait_group},
    {"func runtime_SemacquireRWMutexR(s *uint32, lifo bool, skipframes int)", semacquire_rw_reader},
    {"func runtime_SemacquireRWMutex(s *uint32, lifo bool, skipframes int)", semacquire_rw_writer},
    {"func runtime_Semrelease(s *uint32, handoff bool, skipframes int)", semrelease},
    {"func runtime_notifyListAdd(l *notifyList) uint32", notify_list_add},
    {"func runtime_notifyListWait(l *notifyList, t uint32)", notify_list_wait},
    {"func runtime_notifyListNotifyAll(l *notifyList)", notify_list_notify_all},
    {"func runtime_notifyListNotifyOne(l *notifyList)", notify_list_notify_one},
    {"func runtime_notifyListCheck(size uintptr)", notify_list_check},
    {"func runtime_registerPoolCleanup(cleanup func())", register_pool_cleanup},
    {"func runtime_procPin() int", proc_pin},
    {"func runtime_procUnpin()", proc_unpin},
    {"func throw(string)", throw_error},
    {"func fatal(string)", throw_error},
};

constexpr Native kInternalSync[] = {
    {"func runtime_SemacquireMutex(s *uint32, lifo bool, skipframes int)", semacquire_mutex},
    {"func runtime_Semrelease(s *uint32, handoff bool, skipframes int)", semrelease},
    {"func runtime_canSpin(i int) bool", can_spin},
    {"func runtime_doSpin()", nothing},
    {"func runtime_nanotime() int64", choice_clock},
    {"func throw(string)", throw_error},
    {"func fatal(string)", throw_error},
};

constexpr Native kAtomic[] = {
    {"func runtime_procPin() int", proc_pin},
    {"func runtime_procUnpin()", proc_unpin},
};

constexpr Native kPoll[] = {
    {"func runtime_Semacquire(sema *uint32)", semacquire},
    {"func runtime_Semrelease(sema *uint32)", semrelease_plain},
};

// What std pulls from runtime by linkname.
constexpr Native kRuntime[] = {
    {"func rand() uint64", random},
    {"func randn(n uint32) uint32", random_below},
    {"func nanotime() int64", nanotime},
};

constexpr Native kRuntimeAtomic[] = {
    {"func LoadAcquintptr(ptr *uintptr) uintptr", load_acquire},
    {"func StoreReluintptr(ptr *uintptr, val uintptr) uintptr", store_release},
};

constexpr NativeTable kTables[] = {
    {"sync", kSync},       {"internal/sync", kInternalSync}, {"sync/atomic", kAtomic},
    {"internal/poll", kPoll}, {"runtime", kRuntime},          {"internal/runtime/atomic", kRuntimeAtomic},
};

}  // namespace

void register_sync(rt::NativeRegistry& registry) {
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
