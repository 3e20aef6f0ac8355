// Execution traces (runtime/trace) in the format that Go 1.23 and 1.24 write and package internal/trace reads.
//
// A trace is one generation of batches, each with the events of one stream. A worker is a thread and a processor of the
// trace, which runs from its first event on; what happens outside of workers has a stream of its own. All is recorded under
// one lock, so what a goroutine was doing is always known: what an event needs before it is put there. (A goroutine that is
// found waiting when it starts was made ready unseen.)
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scheduler/executor.h"

namespace govm::rt {

class Runtime;

class ExecutionTrace {
 public:
  explicit ExecutionTrace(Runtime& runtime) : runtime_(runtime) {}

  // By a goroutine, at a safepoint: the world is stopped meanwhile. Not if one is being recorded.
  void start();
  void stop();                               // then the trace is there to be taken
  // The next part of what was recorded, at most `most` bytes; empty: that was all.
  std::string take(std::size_t most);

  void happened(sched::Executor::Event event, sched::Worker* worker, sched::Goroutine& g);
  // Of the running goroutine, by natives.
  void task_begins(sched::Worker& worker, std::uint64_t id, std::uint64_t parent, std::string_view name);
  void task_ends(sched::Worker& worker, std::uint64_t id);
  void region(sched::Worker& worker, std::uint64_t task, bool begins, std::string_view name);
  void log(sched::Worker& worker, std::uint64_t task, std::string_view category, std::string_view message);

 private:
  enum class Status { kUnknown, kRunnable = 1, kRunning = 2, kWaiting = 4 };   // the format's numbers
  struct Stream {
    std::uint64_t thread = 0;
    std::string batch;                       // events so far; complete batches are in output_
    std::int64_t batch_begin = 0, last = 0;
    std::uint64_t running = 0;               // goroutine, or 0
  };
  struct GoroutineState {
    Status status = Status::kUnknown;
    std::uint64_t sequence = 0;
    Stream* stream = nullptr;                // running there
  };
  using Arguments = std::initializer_list<std::uint64_t>;

  bool recording() const { return recording_; }
  Stream& stream_of(const sched::Worker* worker);
  void put(Stream& stream, std::uint8_t type, Arguments arguments);
  void end_batch(Stream& stream);
  void write_batch(std::uint64_t thread, std::int64_t time, std::string_view data);
  void write_tables();
  void write_section(std::uint8_t kind, const std::vector<std::string>& entries);

  Stream& running_on(sched::Worker& worker, sched::Goroutine& g);
  void started(Stream& stream, std::uint64_t id);
  void left(Stream& stream, std::uint64_t id, Status status, std::uint8_t type, Arguments arguments);
  void found(Stream& stream, std::uint64_t id, Status status);
  std::uint64_t string_id(std::string_view text);
  std::uint64_t stack_id(std::vector<std::uint64_t> pcs);
  std::uint64_t stack_of(sched::Goroutine& g);
  std::uint64_t stack_of_creation(sched::Goroutine& g);
  template <typename Write>
  void user_event(sched::Worker& worker, Write write);

  Runtime& runtime_;
  std::mutex lock_;
  bool recording_ = false;
  std::map<const sched::Worker*, Stream> streams_;
  std::unordered_map<std::uint64_t, GoroutineState> goroutines_;
  std::map<std::string, std::uint64_t, std::less<>> strings_;
  std::map<std::vector<std::uint64_t>, std::uint64_t> stacks_;
  std::string output_;
  std::size_t taken_ = 0;
};

}  // namespace govm::rt
