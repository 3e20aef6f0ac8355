// A worker: the right to run goroutines (Go's P), held by one thread at a time, with its run queue and allocation cache.
#pragma once

#include <atomic>
#include <cstdint>

#include "scheduler/goroutine.h"
#include "scheduler/run_queue.h"

namespace govm::gc {
class Cache;
class Heap;
}  // namespace govm::gc

namespace govm::sched {

class Scheduler;

enum PollReason : std::uint32_t {
  kPollPreempt = 1,   // time slice is over
  kPollStop = 2,      // the world stops
  kPollKill = 4,      // the Vm ends
  kPollTurn = 8,      // the collector asks for a turn
};

enum class WorkerStatus : std::uint32_t { kIdle, kRunning, kBlocking, kStopped };

struct alignas(64) Worker {
  // ---- read by the interpreter at every call and back-edge. Both are polls: a call compares its frame's end with
  // stack_limit, which is 0 while poll != 0; loops test poll. When hit, save state and return Outcome::kYielded:
  // the scheduler does the rest and resumes the goroutine.
  std::atomic<std::uintptr_t> stack_limit{0};
  std::atomic<std::uint32_t> poll{0};
  std::uint32_t id = 0;
  std::int64_t fuel = 0;             // the executor's: what may be executed before it must ask for more
  Goroutine* current = nullptr;
  gc::Heap* heap = nullptr;
  gc::Cache* cache = nullptr;
  Scheduler* scheduler = nullptr;
  void* vm = nullptr;                // the executor's own data of this worker

  // Makes `limit` the stack limit unless a poll is requested. After every change of the current chunk.
  void set_stack_limit(const std::uint64_t* limit) {
    stack_limit.store(reinterpret_cast<std::uintptr_t>(limit), std::memory_order_seq_cst);
    if (poll.load(std::memory_order_seq_cst) != 0) stack_limit.store(0, std::memory_order_seq_cst);
  }
  // From any thread.
  void request_poll(PollReason reason) {
    poll.fetch_or(reason, std::memory_order_seq_cst);
    stack_limit.store(0, std::memory_order_seq_cst);
  }

  std::uint64_t random();            // fast, seeded from the scheduler's seed
  // Deterministic mode: instructions that the current goroutine may still execute; at 0 the interpreter returns kYielded,
  // wherever it is.
  std::uint64_t budget = 0;
  const void* const* counted_table = nullptr;  // the interpreter's
  bool counted = false;

  // ---- the scheduler's
  std::atomic<WorkerStatus> status{WorkerStatus::kIdle};
  RunQueue queue;
  Goroutine* handoff = nullptr;      // runs next, directly (coroutines)
  Goroutine* free_goroutines = nullptr;
  std::uint32_t free_count = 0;
  std::uint32_t tick = 0;            // scheduling rounds
  std::uint64_t next_id = 0, end_id = 0;
  std::uint64_t rng = 0;
  std::atomic<std::uint64_t> run_count{0};  // goroutine switches; the monitor compares
  std::uint64_t seen_run_count = 0;  // the monitor's
  std::int64_t seen_since = 0;
  void* scratch_root = nullptr;      // keeps an object alive between two allocations
  Worker* idle_link = nullptr;
  std::atomic<bool> retired{false};  // beyond the current GOMAXPROCS
  bool taken = false;                // by a stop, from a thread in a blocking native
};

}  // namespace govm::sched
