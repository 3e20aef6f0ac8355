// runtime/debug, runtime/pprof, runtime/trace, runtime/metrics, internal/godebug: knobs of the collector, the
// profiles, and hooks of what is off.
#include <algorithm>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"
#include "vm/runtime/cpu_profile.h"
#include "vm/runtime/execution_trace.h"
#include "vm/runtime/heap_dump.h"
#include "vm/runtime/heap_profile.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/traceback.h"
#include "vm/runtime/wait_profile.h"

namespace govm::natives {
namespace {

void set_gc_percent(NativeFrame& frame) {
  frame.result<std::int32_t>(0, frame.runtime().heap().set_gc_percent(frame.arg<std::int32_t>(0)));
}
void set_memory_limit(NativeFrame& frame) {
  frame.result<std::int64_t>(0, frame.runtime().heap().set_memory_limit(frame.arg<std::int64_t>(0)));
}
void free_os_memory(NativeFrame& frame) { frame.runtime().heap().free_os_memory(); }

// func readGCStats(*[]time.Duration): pauses and their ends, newest first, then last GC, number of GCs, total pause.
void read_gc_stats(NativeFrame& frame) {
  const gc::HeapStats s = frame.runtime().heap().stats();
  auto* list = frame.arg<abi::Slice*>(0);
  const std::uint64_t n = std::min<std::uint64_t>(s.num_gc, s.kPauses);
  if (list->cap < static_cast<std::int64_t>(2 * n + 3)) return frame.throw_error("short slice passed to readGCStats");
  auto* words = static_cast<std::int64_t*>(list->data);
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::uint64_t at = (s.num_gc - 1 - i) % s.kPauses;
    words[i] = static_cast<std::int64_t>(s.pause_ns[at]);
    words[n + i] = static_cast<std::int64_t>(s.pause_end_unix_ns[at]);
  }
  words += 2 * n;
  words[0] = static_cast<std::int64_t>(s.last_gc_unix_ns);
  words[1] = static_cast<std::int64_t>(s.num_gc);
  words[2] = static_cast<std::int64_t>(s.pause_total_ns);
  list->len = static_cast<std::int64_t>(2 * n + 3);
}

void set_max_stack(NativeFrame& frame) {
  const auto bytes = static_cast<std::size_t>(std::max<std::int64_t>(frame.arg<std::int64_t>(0), 0));
  frame.result<std::int64_t>(0, static_cast<std::int64_t>(frame.runtime().max_stack_bytes().exchange(bytes)));
}
// A limit that govm does not have: the old value is what Go starts with, and setting it changes nothing.
void set_max_threads(NativeFrame& frame) { frame.result<std::int64_t>(0, 10'000); }
void set_panic_on_fault(NativeFrame& frame) {
  std::uint64_t& enabled = rt::state_of(*frame.goroutine()).panic_on_fault;
  const bool before = enabled != 0;
  enabled = frame.arg<bool>(0);
  frame.result<bool>(0, before);
}
void nothing(NativeFrame&) {}
void empty_string(NativeFrame& frame) { frame.result<abi::String>(0, {}); }

void set_label(NativeFrame& frame) { frame.goroutine()->labels = frame.arg<void*>(0); }
void get_label(NativeFrame& frame) { frame.result<void*>(0, frame.goroutine()->labels); }

void write_heap_dump(NativeFrame& frame) {
  rt::write_heap_dump(frame.runtime(), *frame.goroutine(), static_cast<int>(frame.arg<std::uint64_t>(0)));
}

constexpr Native kDebug[] = {
    {"func setGCPercent(int32) int32", set_gc_percent},
    {"func setMemoryLimit(int64) int64", set_memory_limit},
    {"func freeOSMemory()", free_os_memory},
    {"func readGCStats(*[]time.Duration)", read_gc_stats},
    {"func setMaxStack(int) int", set_max_stack},
    {"func setMaxThreads(int) int", set_max_threads},
    {"func setPanicOnFault(bool) bool", set_panic_on_fault},
    {"func SetTraceback(level string)", nothing},
    {"func modinfo() string", empty_string},
    {"func WriteHeapDump(fd uintptr)", write_heap_dump},
};
// For runtime/metrics: the knobs as they are.
void gc_percent(NativeFrame& frame) {
  gc::Heap& heap = frame.runtime().heap();
  const int percent = heap.set_gc_percent(100);
  heap.set_gc_percent(percent);
  frame.result<std::int32_t>(0, percent);
}
void memory_limit(NativeFrame& frame) {
  frame.result(0, static_cast<std::uint64_t>(frame.runtime().heap().set_memory_limit(-1)));
}

// Then the finalizer goroutine is one of the program's.
bool runs_finalizer(sched::Goroutine& g) {
  const bc::Function* outermost = nullptr;
  bool others = false;
  rt::walk(g, [&](const bc::Function& f, bc::Slot*, const bc::Instr*) {
    outermost = &f;
    others |= !f.name.starts_with("runtime.");
    return true;
  });
  return others && outermost->name == "runtime.runfinq";
}

// func goroutineStacks(pcs []uintptr, labels []unsafe.Pointer) (goroutines, words int)
void goroutine_stacks(NativeFrame& frame) {
  std::vector<std::vector<std::uint64_t>> stacks(1);
  std::vector<void*> labels = {frame.goroutine()->labels};
  scheduler().stop();
  rt::caller_pcs(frame.runtime(), *frame.goroutine(), &stacks[0]);
  scheduler().for_each_goroutine([&](sched::Goroutine& g) {
    if (&g == frame.goroutine() || (g.system && !runs_finalizer(g))) return;
    rt::caller_pcs(frame.runtime(), g, &stacks.emplace_back());
    labels.push_back(g.labels);
  });
  scheduler().start();
  const auto pcs = frame.arg<abi::Slice>(0), out_labels = frame.arg<abi::Slice>(3);
  std::size_t words = 0;
  for (const auto& stack : stacks) words += stack.size() + 1;
  frame.result(0, static_cast<std::int64_t>(stacks.size()));
  frame.result(1, static_cast<std::int64_t>(words));
  if (words > static_cast<std::size_t>(pcs.len) || stacks.size() > static_cast<std::size_t>(out_labels.len)) return;
  auto* to = static_cast<std::uint64_t*>(pcs.data);
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    *to++ = stacks[i].size();
    to = std::copy(stacks[i].begin(), stacks[i].end(), to);
    frame.store_pointer(static_cast<void**>(out_labels.data) + i, labels[i]);
  }
}

// func startCPUProfile(hz int)
void start_cpu_profile(NativeFrame& frame) { frame.runtime().cpu_profile().start(static_cast<int>(frame.arg<std::int64_t>(0))); }
// func stopCPUProfile(): its thread may be waiting for the world to stop.
void stop_cpu_profile(NativeFrame& frame) {
  frame.blocking([runtime = &frame.runtime()] { runtime->cpu_profile().stop(); });
}

// func takeCPUSamples(data []uint64, tags []unsafe.Pointer) (words, records int)
void take_cpu_samples(NativeFrame& frame) {
  const auto data = frame.arg<abi::Slice>(0), tags = frame.arg<abi::Slice>(3);
  frame.runtime().cpu_profile().samples([&](const rt::CpuProfile::Samples& samples) {
    std::size_t words = 0;
    for (const auto& [stack, count] : samples) words += 3 + stack.pcs.size();
    frame.result(0, static_cast<std::int64_t>(words));
    frame.result(1, static_cast<std::int64_t>(samples.size()));
    if (words > static_cast<std::size_t>(data.len) || samples.size() > static_cast<std::size_t>(tags.len)) return false;
    auto* to = static_cast<std::uint64_t*>(data.data);
    auto* tag = static_cast<void**>(tags.data);
    for (const auto& [stack, count] : samples) {
      *to++ = 3 + stack.pcs.size();
      *to++ = 0;
      *to++ = count;
      to = std::copy(stack.pcs.begin(), stack.pcs.end(), to);
      frame.store_pointer(tag++, stack.labels);
    }
    return true;
  });
}

// func startHeapProfile(rate *int)
void start_heap_profile(NativeFrame& frame) { frame.runtime().heap_profile().start(frame.arg<const std::int64_t*>(0)); }

// func memProfileRateChanged()
void mem_profile_rate_changed(NativeFrame& frame) { frame.runtime().heap().observed_rate_changed(); }

// Records of words, each after its number of words; if they do not fit into `to`, only how many are needed.
std::int64_t write_records(const std::vector<std::vector<std::uint64_t>>& records, abi::Slice to) {
  std::size_t words = 0;
  for (const auto& record : records) words += record.size() + 1;
  if (words > static_cast<std::size_t>(to.len)) return static_cast<std::int64_t>(words);
  auto* at = static_cast<std::uint64_t*>(to.data);
  for (const auto& record : records) {
    *at++ = record.size();
    at = std::copy(record.begin(), record.end(), at);
  }
  return static_cast<std::int64_t>(words);
}

// func heapProfile(data []uint64) (words int): of each record the objects' size, how many were allocated and freed, pcs.
void heap_profile(NativeFrame& frame) {
  std::vector<std::vector<std::uint64_t>> records;
  for (const rt::HeapProfile::Record& r : frame.runtime().heap_profile().records()) {
    records.push_back({r.size, r.allocated, r.freed});
    records.back().insert(records.back().end(), r.pcs.begin(), r.pcs.end());
  }
  frame.result<std::int64_t>(0, write_records(records, frame.arg<abi::Slice>(0)));
}

// func waitProfile(mutexes bool, data []uint64) (words int): of each record how many, how long, pcs.
void wait_profile(NativeFrame& frame) {
  rt::WaitProfiles& profiles = frame.runtime().wait_profiles();
  std::vector<std::vector<std::uint64_t>> records;
  for (const auto& [stack, counts] : (frame.arg<bool>(0) ? profiles.mutex : profiles.block).table()) {
    records.push_back({static_cast<std::uint64_t>(counts.count), static_cast<std::uint64_t>(counts.ns)});
    records.back().insert(records.back().end(), stack.begin(), stack.end());
  }
  frame.result<std::int64_t>(0, write_records(records, frame.arg<abi::Slice>(1)));
}

void set_block_profile_rate(NativeFrame& frame) { frame.runtime().wait_profiles().set_block_rate(frame.arg<std::int64_t>(0)); }
void set_mutex_profile_fraction(NativeFrame& frame) {
  frame.result<std::int64_t>(0, frame.runtime().wait_profiles().set_mutex_fraction(frame.arg<std::int64_t>(0)));
}
// func blockevent(cycles int64, skip int): the caller's caller... is where it was blocked.
void block_event(NativeFrame& frame) {
  const auto skip = static_cast<std::size_t>(std::max<std::int64_t>(frame.arg<std::int64_t>(1) - 1, 0));
  frame.runtime().wait_profiles().blocked(worker(), *frame.goroutine(), skip, frame.arg<std::int64_t>(0));
}

// ---- runtime/trace. `data` of takeTrace is filled; 0: that was all.
void start_trace(NativeFrame& frame) { frame.runtime().execution_trace().start(); }
void stop_trace(NativeFrame& frame) { frame.runtime().execution_trace().stop(); }
void take_trace(NativeFrame& frame) {
  const auto data = frame.arg<abi::Slice>(0);
  const std::string part = frame.runtime().execution_trace().take(static_cast<std::size_t>(data.len));
  std::copy(part.begin(), part.end(), static_cast<char*>(data.data));
  frame.result<std::int64_t>(0, static_cast<std::int64_t>(part.size()));
}
void user_task_create(NativeFrame& frame) {
  frame.runtime().execution_trace().task_begins(worker(), frame.arg<std::uint64_t>(0), frame.arg<std::uint64_t>(1), view(frame.arg<abi::String>(2)));
}
void user_task_end(NativeFrame& frame) { frame.runtime().execution_trace().task_ends(worker(), frame.arg<std::uint64_t>(0)); }
void user_region(NativeFrame& frame) {
  const bool begins = frame.arg<std::uint64_t>(1) == 0;
  frame.runtime().execution_trace().region(worker(), frame.arg<std::uint64_t>(0), begins, view(frame.arg<abi::String>(2)));
}
void user_log(NativeFrame& frame) {
  frame.runtime().execution_trace().log(worker(), frame.arg<std::uint64_t>(0), view(frame.arg<abi::String>(1)), view(frame.arg<abi::String>(3)));
}

// func setCrashFD(fd uintptr) uintptr
void set_crash_file(NativeFrame& frame) {
  const int before = frame.runtime().set_crash_file(static_cast<int>(frame.arg<std::uint64_t>(0)));
  frame.result<std::uint64_t>(0, static_cast<std::uint64_t>(std::int64_t{before}));
}
void begin_crash(NativeFrame& frame) {
  if (!frame.runtime().contains_failures()) frame.runtime().begin_crash();
}

constexpr Native kRuntime[] = {
    {"func setCrashFD(fd uintptr) uintptr", set_crash_file},
    {"func beginCrash()", begin_crash},
    {"func startTrace()", start_trace},
    {"func stopTrace()", stop_trace},
    {"func takeTrace(data []byte) int", take_trace},
    {"func startHeapProfile(rate *int)", start_heap_profile},
    {"func memProfileRateChanged()", mem_profile_rate_changed},
    {"func heapProfile(data []uint64) (words int)", heap_profile},
    {"func waitProfile(mutexes bool, data []uint64) (words int)", wait_profile},
    {"func SetBlockProfileRate(rate int)", set_block_profile_rate},
    {"func SetMutexProfileFraction(rate int) int", set_mutex_profile_fraction},
    {"func blockevent(cycles int64, skip int)", block_event},
    {"func startCPUProfile(hz int)", start_cpu_profile},
    {"func stopCPUProfile()", stop_cpu_profile},
    {"func takeCPUSamples(data []uint64, tags []unsafe.Pointer) (words, records int)", take_cpu_samples},
    {"func goroutineStacks(pcs []uintptr, labels []unsafe.Pointer) (goroutines, words int)", goroutine_stacks},
    {"func currentGCPercent() int32", gc_percent},
    {"func currentMemoryLimit() uint64", memory_limit},
};
constexpr Native kGodebug[] = {
    {"func setNewIncNonDefault(newIncNonDefault func(string) func())", nothing},
};
constexpr Native kPprof[] = {
    {"func runtime_setProfLabel(labels unsafe.Pointer)", set_label},
    {"func runtime_getProfLabel() unsafe.Pointer", get_label},
};
constexpr Native kTrace[] = {
    {"func userTaskCreate(id, parentID uint64, taskType string)", user_task_create},
    {"func userTaskEnd(id uint64)", user_task_end},
    {"func userRegion(id, mode uint64, regionType string)", user_region},
    {"func userLog(id uint64, category, message string)", user_log},
};

}  // namespace

void register_debug(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"runtime/debug", kDebug}, {"runtime", kRuntime}, {"internal/godebug", kGodebug}, {"runtime/pprof", kPprof}, {"runtime/trace", kTrace}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
