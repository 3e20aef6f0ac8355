// A goroutine as the scheduler sees it. The block of a goroutine (this struct and its first stack chunk) is 1 KiB; blocks
// are pooled and reused under new ids, and live until the scheduler is destroyed.
//
// Parking. An operation that must wait registers the goroutine somewhere (a channel's queue, a timer...), releases its
// locks and tells the interpreter to return Outcome::kParked. Whoever wakes it calls Scheduler::ready, exactly once
// per park and perhaps before the interpreter has returned: then status is kRunningWoken and the scheduler resumes it at
// once. So no wake-up is lost and no lock is held while the interpreter saves its state.
#pragma once

#include <atomic>
#include <cstdint>

#include "scheduler/stack.h"

namespace govm::sched {

class Bubble;
struct Channel;
struct Goroutine;
struct Worker;
struct SelectWait;

enum class Status : std::uint32_t {
  kDead,          // free block
  kRunnable,      // in a queue
  kRunning,
  kRunningWoken,  // running on its way to park, already woken
  kWaiting,
  kBlocking,      // in a blocking native; counts as stopped
};

enum class WaitReason : std::uint8_t {
  kNone, kChanReceive, kChanReceiveNil, kChanSend, kChanSendNil, kSelect, kSelectNoCases, kSleep, kSemacquire,
  kSyncCondWait, kSyncMutexLock, kSyncRWMutexRLock, kSyncRWMutexLock, kSyncWaitGroupWait, kIOWait, kCoroutine,
  kFinalizerWait, kPreempted, kSyscall, kHostWait, kCollection, kSynctestRun, kSynctestWait, kSynctestChanReceive,
  kSynctestChanSend, kSynctestSelect,
};
const char* wait_reason_text(WaitReason reason);  // gc's words: "chan receive", "sync.Mutex.Lock"...

enum class WakeError : std::uint8_t { kNone, kSendOnClosed };

// One goroutine waiting on one channel, semaphore or condition. Not a GC object: `element` points into the goroutine's
// frame (or heap), which its stack keeps alive.
struct Sudog {
  Goroutine* g = nullptr;
  Sudog* next = nullptr;
  Sudog* previous = nullptr;
  void* element = nullptr;           // value to send, or where to receive; may be null
  std::uint64_t* ok = nullptr;       // receive: 1 for a value, 0 when closed; may be null
  Channel* channel = nullptr;
  const void* address = nullptr;     // semaphores
  std::uint32_t ticket = 0;
  std::uint16_t case_index = 0;
  bool is_select = false;
  bool is_send = false;              // selects
  bool to_slot = false;              // extend a received narrow integer to the whole slot
  bool queued = false;
};

constexpr int kGoroutineVmWords = 12;

struct Goroutine {
  // ---- the interpreter's
  const void* pc = nullptr;          // where it goes on
  std::uint64_t* fp = nullptr;       // frame it goes on in; null: not started, begins with `closure`
  Stack stack;
  void* closure = nullptr;           // func() to run first (a root until it exits)
  std::uint64_t vm[kGoroutineVmWords] = {};  // owned by the executor; zero at start
  // Set by the waker, to be looked at (and cleared) when run() resumes: kSendOnClosed: panic at what parked.
  WakeError wake_error = WakeError::kNone;
  bool goexit = false;               // set by the executor before kExited when runtime.Goexit ended it
  bool system = false;               // not counted, hidden in tracebacks
  bool contained = false;            // awaited: a Goexit ends the run, too
  std::atomic<bool> interrupted{false};  // by interrupt_runs: the executor ends it as Goexit does
  bool between = false;              // stopped where code has no safepoint (deterministic mode): its frame is not mapped
  std::uint8_t thread_locks = 0;     // LockOSThread depth
  WaitReason wait_reason = WaitReason::kNone;
  std::int64_t charged_since = 0;    // of its wait for a semaphore, what was not yet counted against who held it; under its lock
  Bubble* bubble = nullptr;          // of testing/synctest; inherited by children
  void* labels = nullptr;            // pprof labels (a root), inherited by children

  // ---- the scheduler's
  std::atomic<Status> status{Status::kDead};
  std::atomic<std::uint32_t> select_done{0};  // the first waker of a select wins
  // The number of the last marking its stack was visited for, or kBeingVisited.
  std::atomic<std::uint32_t> visited{0};
  std::uint64_t id = 0;
  std::uint64_t parent_id = 0;
  const void* creation_pc = nullptr; // the go statement
  std::int64_t wait_since = 0;       // monotonic ns
  std::int64_t ready_since = 0;      // of some, for statistics
  Goroutine* link = nullptr;         // of the queue it is in
  // Runs on the worker before the goroutine resumes from a park; returns false if it had to park again.
  bool (*on_resume)(Worker&, Goroutine&) = nullptr;
  SelectWait* select = nullptr;
  // A blocking native: called by the scheduler, outside of the interpreter, when run() returned kBlocking.
  void (*blocking)(Goroutine&, void*) = nullptr;
  void* blocking_context = nullptr;
  bool awaited = false;              // by Scheduler::run...
  bool seat = false;                 // of a Seat: not freed when it ends
  void* awaited_by = nullptr;        // ...on this Thread; under the scheduler's mutex
  Sudog sudog;                       // for all waits but select
};

// Goroutines in no other queue, linked through `link`.
struct GoroutineList {
  Goroutine* head = nullptr;
  Goroutine* tail = nullptr;
  bool empty() const { return head == nullptr; }
  void push(Goroutine* g) {
    g->link = nullptr;
    (tail != nullptr ? tail->link : head) = g;
    tail = g;
  }
  Goroutine* pop() {
    Goroutine* g = head;
    if (g == nullptr) return nullptr;
    head = g->link;
    if (head == nullptr) tail = nullptr;
    g->link = nullptr;
    return g;
  }
};

}  // namespace govm::sched
