#include "vm/runtime/execution_trace.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "scheduler/scheduler.h"
#include "vm/runtime/code_map.h"
#include "vm/runtime/heap_profile.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {
namespace {

// Types of events; go122 in internal/trace/event has them all.
enum Type : std::uint8_t {
  kEventBatch = 1, kStacks = 2, kStack = 3, kStrings = 4, kString = 5, kFrequency = 8, kProcStatus = 13, kGoCreate = 14,
  kGoStart = 16, kGoDestroy = 17, kGoStop = 19, kGoBlock = 20, kGoUnblock = 21, kGoStatus = 25, kUserTaskBegin = 40,
  kUserTaskEnd = 41, kUserRegionBegin = 42, kUserRegionEnd = 43, kUserLog = 44,
};

constexpr std::uint64_t kNoThread = ~std::uint64_t{0};
constexpr std::uint64_t kProcRunning = 1;
constexpr std::size_t kMostInBatch = 60 << 10;       // the format allows 64 KiB
constexpr std::size_t kLongestString = 1 << 10;

void append_number(std::string& to, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) to.push_back(static_cast<char>(n | 0x80));
  to.push_back(static_cast<char>(n));
}

}  // namespace

void ExecutionTrace::start() {
  sched::Scheduler& scheduler = runtime_.scheduler();
  scheduler.stop();
  {
    std::lock_guard guard(lock_);
    streams_.clear();
    goroutines_.clear();
    strings_.clear();
    stacks_.clear();
    output_.assign("go 1.23 trace\0\0\0", 16);
    taken_ = 0;
    recording_ = true;
    Stream& outside = stream_of(nullptr);
    scheduler.for_each_goroutine([&](sched::Goroutine& g) {  // who runs shows with its first event
      switch (g.status.load(std::memory_order_relaxed)) {
        case sched::Status::kRunnable: return found(outside, g.id, Status::kRunnable);
        case sched::Status::kWaiting: case sched::Status::kBlocking: return found(outside, g.id, Status::kWaiting);
        default: return;
      }
    });
  }
  scheduler.tell_of_events(true);
  scheduler.start();
}

void ExecutionTrace::stop() {
  sched::Scheduler& scheduler = runtime_.scheduler();
  scheduler.stop();
  scheduler.tell_of_events(false);
  {
    std::lock_guard guard(lock_);
    recording_ = false;
    for (auto& [worker, stream] : streams_) end_batch(stream);
    write_tables();
  }
  scheduler.start();
}

std::string ExecutionTrace::take(std::size_t most) {
  std::lock_guard guard(lock_);
  std::string out = output_.substr(taken_, most);
  taken_ += out.size();
  if (out.empty()) output_ = {}, taken_ = 0;
  return out;
}

// ---- what happens to goroutines

void ExecutionTrace::happened(sched::Executor::Event event, sched::Worker* worker, sched::Goroutine& g) {
  using Event = sched::Executor::Event;
  std::lock_guard guard(lock_);
  if (!recording()) return;
  switch (event) {
    case Event::kCreated:
      if (worker == nullptr) return found(stream_of(nullptr), g.id, Status::kRunnable);
      put(worker->current != nullptr ? running_on(*worker, *worker->current) : stream_of(worker), kGoCreate,
          {g.id, stack_of(g), stack_of_creation(g)});
      goroutines_[g.id] = {Status::kRunnable, 0, nullptr};
      return;
    case Event::kReady: {
      GoroutineState& state = goroutines_[g.id];
      if (state.status != Status::kWaiting) return;
      put(stream_of(worker), kGoUnblock, {g.id, ++state.sequence, 0});
      state.status = Status::kRunnable;
      return;
    }
    case Event::kStarted: return started(stream_of(worker), g.id);
    case Event::kYielded: {
      Stream& stream = running_on(*worker, g);
      return left(stream, g.id, Status::kRunnable, kGoStop, {string_id("preempted"), stack_of(g)});
    }
    case Event::kParked: case Event::kBlocked: {
      Stream& stream = running_on(*worker, g);
      const char* reason = event == Event::kBlocked ? "syscall" : sched::wait_reason_text(g.wait_reason);
      return left(stream, g.id, Status::kWaiting, kGoBlock, {string_id(reason), stack_of(g)});
    }
    case Event::kEnded:
      left(running_on(*worker, g), g.id, Status::kUnknown, kGoDestroy, {});
      goroutines_.erase(g.id);
      return;
  }
}

// The worker's stream, in which g runs.
ExecutionTrace::Stream& ExecutionTrace::running_on(sched::Worker& worker, sched::Goroutine& g) {
  Stream& stream = stream_of(&worker);
  if (stream.running != g.id) started(stream, g.id);
  return stream;
}

void ExecutionTrace::started(Stream& stream, std::uint64_t id) {
  if (stream.running == id) return;
  if (stream.running != 0) left(stream, stream.running, Status::kRunnable, kGoStop, {string_id("preempted"), 0});
  GoroutineState& state = goroutines_[id];
  if (state.status == Status::kUnknown) {
    found(stream, id, Status::kRunning);
  } else {
    if (state.status == Status::kRunning) left(*state.stream, id, Status::kRunnable, kGoStop, {string_id("preempted"), 0});
    if (state.status == Status::kWaiting) put(stream, kGoUnblock, {id, ++state.sequence, 0});
    put(stream, kGoStart, {id, ++state.sequence});
  }
  state.status = Status::kRunning;
  state.stream = &stream;
  stream.running = id;
}

void ExecutionTrace::left(Stream& stream, std::uint64_t id, Status status, std::uint8_t type, Arguments arguments) {
  put(stream, type, arguments);
  stream.running = 0;
  goroutines_[id].status = status;
}

void ExecutionTrace::found(Stream& stream, std::uint64_t id, Status status) {
  put(stream, kGoStatus, {id, status == Status::kRunning ? stream.thread : kNoThread, static_cast<std::uint64_t>(status)});
  goroutines_[id] = {status, 0, nullptr};
}

// ---- tasks, regions, logs

template <typename Write>
void ExecutionTrace::user_event(sched::Worker& worker, Write write) {
  std::lock_guard guard(lock_);
  if (recording() && worker.current != nullptr) write(running_on(worker, *worker.current), stack_of(*worker.current));
}

void ExecutionTrace::task_begins(sched::Worker& worker, std::uint64_t id, std::uint64_t parent, std::string_view name) {
  user_event(worker, [&](Stream& s, std::uint64_t stack) { put(s, kUserTaskBegin, {id, parent, string_id(name), stack}); });
}
void ExecutionTrace::task_ends(sched::Worker& worker, std::uint64_t id) {
  user_event(worker, [&](Stream& s, std::uint64_t stack) { put(s, kUserTaskEnd, {id, stack}); });
}
void ExecutionTrace::region(sched::Worker& worker, std::uint64_t task, bool begins, std::string_view name) {
  const Type type = begins ? kUserRegionBegin : kUserRegionEnd;
  user_event(worker, [&](Stream& s, std::uint64_t stack) { put(s, type, {task, string_id(name), stack}); });
}
void ExecutionTrace::log(sched::Worker& worker, std::uint64_t task, std::string_view category, std::string_view message) {
  user_event(worker, [&](Stream& s, std::uint64_t stack) {
    put(s, kUserLog, {task, string_id(category), string_id(message), stack});
  });
}

// ---- streams

ExecutionTrace::Stream& ExecutionTrace::stream_of(const sched::Worker* worker) {
  const auto [it, is_new] = streams_.try_emplace(worker);
  Stream& stream = it->second;
  if (is_new) {
    stream.thread = worker == nullptr ? 1'000'000 : worker->id;
    if (worker != nullptr) put(stream, kProcStatus, {worker->id, kProcRunning});
  }
  return stream;
}

void ExecutionTrace::put(Stream& stream, std::uint8_t type, Arguments arguments) {
  const std::int64_t now = monotonic_nanos();
  if (stream.batch.size() > kMostInBatch) end_batch(stream);
  if (stream.batch.empty()) stream.batch_begin = stream.last = now;
  stream.batch.push_back(static_cast<char>(type));
  append_number(stream.batch, static_cast<std::uint64_t>(now - stream.last));
  stream.last = now;
  for (const std::uint64_t argument : arguments) append_number(stream.batch, argument);
}

void ExecutionTrace::end_batch(Stream& stream) {
  if (!stream.batch.empty()) write_batch(stream.thread, stream.batch_begin, stream.batch);
  stream.batch.clear();
}

void ExecutionTrace::write_batch(std::uint64_t thread, std::int64_t time, std::string_view data) {
  constexpr std::uint64_t kGeneration = 1;
  output_.push_back(static_cast<char>(kEventBatch));
  append_number(output_, kGeneration);
  append_number(output_, thread);
  append_number(output_, static_cast<std::uint64_t>(time));
  append_number(output_, data.size());
  output_ += data;
}

// ---- strings and stacks

std::uint64_t ExecutionTrace::string_id(std::string_view text) {
  text = text.substr(0, kLongestString);
  auto it = strings_.find(text);
  if (it == strings_.end()) it = strings_.emplace(std::string(text), strings_.size() + 1).first;
  return it->second;
}

std::uint64_t ExecutionTrace::stack_id(std::vector<std::uint64_t> pcs) {
  if (pcs.empty()) return 0;
  if (pcs.size() > kProfiledFrames) pcs.resize(kProfiledFrames);
  return stacks_.try_emplace(std::move(pcs), stacks_.size() + 1).first->second;
}

// Of one that has not begun, the function it will call.
std::uint64_t ExecutionTrace::stack_of(sched::Goroutine& g) {
  std::vector<std::uint64_t> pcs;
  if (g.fp != nullptr) {
    append_pcs(note_stack(runtime_, g, kProfiledFrames), &pcs);
  } else if (g.closure != nullptr) {
    pcs.push_back(pc_in(**static_cast<const bc::Function* const*>(g.closure)));
  }
  return stack_id(std::move(pcs));
}

// The go statement.
std::uint64_t ExecutionTrace::stack_of_creation(sched::Goroutine& g) {
  const bc::Function* f = g.creation_pc != nullptr ? runtime_.code_map().find(g.creation_pc) : nullptr;
  if (f == nullptr) return 0;
  std::vector<std::uint64_t> pcs;
  const NotedFrame frame{f, static_cast<const bc::Instr*>(g.creation_pc)};
  append_pcs({&frame, 1}, &pcs);
  return stack_id(std::move(pcs));
}

void ExecutionTrace::write_tables() {
  std::vector<std::string> entries;
  for (const auto& [pcs, id] : stacks_) {
    std::string& entry = entries.emplace_back(1, static_cast<char>(kStack));
    append_number(entry, id);
    append_number(entry, pcs.size());
    for (const std::uint64_t pc : pcs) {
      CodePosition position;
      position_of(runtime_, pc, &position);
      append_number(entry, pc);
      append_number(entry, string_id(position.name));
      append_number(entry, string_id(position.file));
      append_number(entry, position.line);
    }
  }
  write_section(kStacks, entries);
  entries.clear();
  for (const auto& [text, id] : strings_) {
    std::string& entry = entries.emplace_back(1, static_cast<char>(kString));
    append_number(entry, id);
    append_number(entry, text.size());
    entry += text;
  }
  write_section(kStrings, entries);
  std::string frequency(1, static_cast<char>(kFrequency));
  append_number(frequency, 1'000'000'000);
  write_batch(kNoThread, 0, frequency);
}

void ExecutionTrace::write_section(std::uint8_t kind, const std::vector<std::string>& entries) {
  std::string batch;
  const auto flush = [&] {
    if (!batch.empty()) write_batch(kNoThread, 0, batch);
    batch.clear();
  };
  for (const std::string& entry : entries) {
    if (batch.size() + entry.size() > kMostInBatch) flush();
    if (batch.empty()) batch.push_back(static_cast<char>(kind));
    batch += entry;
  }
  flush();
}

}  // namespace govm::rt
