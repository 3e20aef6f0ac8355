// The root object of a Vm at run time: everything compiled code and natives reach. Owned by bindings; made before and
// destroyed after the scheduler ran its goroutines.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "gc/heap.h"
#include "scheduler/stack.h"
#include "vm/runtime/access.h"
#include "vm/runtime/limits.h"
#include "vm/runtime/native.h"
#include "vm/runtime/region.h"
#include "vm/runtime/static_data.h"
#include "vm/runtime/types.h"

namespace govm::sched {
class Scheduler;
}

namespace govm::rt {

class CodeMap;
class CpuProfile;
class ExecutionTrace;
class HeapProfile;
class WaitProfiles;
struct PanicEntries;
struct GcTypes;

// What bindings plug in: the compiler, or a loader of serialised programs.
class CodeSource {
 public:
  virtual ~CodeSource() = default;
  // Makes function.entry (and code, frame_slots...) valid; entry is written last, with release order. Called once at a
  // time, by the worker that calls the function first; must not allocate from the Go heap. false: it has no body and no native; error tells why.
  virtual bool compile(bc::Function& function, std::string& error) = 0;
  // A function by symbol name ("runtime.panicIndex"), or null.
  virtual bc::Function* find_function(std::string_view name) = 0;
  // The address of a package variable ("time.localLoc"), or null.
  virtual void* find_global(std::string_view) { return nullptr; }
};

class Runtime {
 public:
  explicit Runtime(Access& access);
  ~Runtime();
  Runtime(const Runtime&) = delete;

  // Once, before any goroutine: all borrowed, and outlive the runtime's use.
  void attach(gc::Heap& heap, sched::Scheduler& scheduler);
  void set_code_source(CodeSource* source) { source_ = source; }

  Access& access() { return access_; }
  gc::Heap& heap() { return *heap_; }
  sched::Scheduler& scheduler() { return *scheduler_; }
  Region& region() { return region_; }
  TypeTable& types() { return types_; }
  NativeRegistry& natives() { return natives_; }
  StaticData& statics() { return statics_; }       // globals and static data: roots of the collector
  CodeMap& code_map() { return *code_map_; }
  std::uint64_t hash_seed() const { return hash_seed_; }
  CodeSource* code_source() { return source_; }

  // Compiles function if that has not been done: the slow half of CompileLazily. Returns false and sets error when it
  // cannot; thread safe.
  bool ensure_compiled(bc::Function& function, std::string& error);
  // The Go function of a panic entry, or null when package runtime lacks it. Cached.
  const bc::Function* panic_function(PanicEntry entry);
  const bc::Function* gopanic() const { return gopanic_; }    // func(v any): the frame of a panic on the stack
  const bc::Function* goexit() const { return goexit_; }
  // Never called: what Go code sees at the bottom of the main goroutine's stack, and of every one.
  const bc::Function* main_frame() const { return main_frame_; }
  const bc::Function* goexit_frame() const { return goexit_frame_; }
  const GcTypes& gc_types() const { return *gc_types_; }

  // The program has ended: everything stops. First call wins. exit_code and end are valid when exited().
  void request_exit(int code, End end = End::kExit);
  End end() const { return end_; }
  bool exited() const { return exited_.load(std::memory_order_acquire); }
  const std::atomic<bool>& exited_flag() const { return exited_; }
  int exit_code() const { return exit_code_; }

  // Uncaught panics and fatal errors of one goroutine end that goroutine only (consoles). Before the first run.
  void contain_failures() { contained_ = true; }
  bool contains_failures() const { return contained_; }

  // A word outside of the heap that every collection sets to null (boring's caches).
  void add_cleared_pointer(void** word);

  // ---- finalizers and clean-ups. The finalizer goroutine runs runtime.runFinalizers, from the first use on.
  void start_finalizer_goroutine();
  bool finalizers_idle();                         // none queued, none running
  void park_finalizer(NativeFrame& frame);        // until there are finalizers to run, perhaps in vain
  const abi::Type* finalized_type(const void* object);
  void set_pool_cleanup(void* closure);           // closure is not called: before_mark does what it would
  void set_unique_cleanup(void* closure);         // run on a goroutine after each cycle
  void before_mark();                             // world stopped
  void after_mark() { cycle_ended_.store(unique_cleanup_ != nullptr, std::memory_order_relaxed); }
  bool cycle_ended() const { return cycle_ended_.load(std::memory_order_relaxed); }
  void spawn_cleanups(sched::Worker* worker);  // null: not on a worker's thread

  // ---- for channel timers: time's package variables
  std::int64_t timer_start();                     // time.startNano
  void* timer_location();                         // &time.localLoc

  // The stub of func values made by reflect for this type (MakeFunc, or a method value); init sets it up once.
  const bc::Function* reflect_stub(const abi::FuncType* type, bool is_method,
                                   const std::function<void(bc::Function&)>& init);

  // Hands the roots of this object to the collector: static data, globals. World stopped.
  void visit_roots(gc::Marker& marker);

  CpuProfile& cpu_profile() { return *cpu_profile_; }
  HeapProfile& heap_profile() { return *heap_profile_; }
  WaitProfiles& wait_profiles() { return *wait_profiles_; }
  ExecutionTrace& execution_trace() { return *execution_trace_; }

  // At least `size` zero bytes, for reads of absent map elements; never written.
  const void* zero_memory(std::size_t size);

  // Once the program is crashing, to the file for that, too.
  void print(std::string_view text);
  void begin_crash() { crashing_.store(true, std::memory_order_relaxed); }
  // Where it goes; -1: nowhere. Returns the previous.
  int set_crash_file(int fd) { return crash_file_.exchange(fd, std::memory_order_relaxed); }

  // The most a goroutine's stack may take (debug.SetMaxStack). Any thread.
  std::atomic<std::size_t>& max_stack_bytes() { return max_stack_bytes_; }
  // The most goroutines there may be at once; 0: any number.
  std::atomic<std::uint64_t>& max_goroutines() { return max_goroutines_; }
  Fuel& fuel() { return fuel_; }

 private:
  Access& access_;
  gc::Heap* heap_ = nullptr;
  sched::Scheduler* scheduler_ = nullptr;
  CodeSource* source_ = nullptr;
  Region region_;
  TypeTable types_;
  NativeRegistry natives_;
  StaticData statics_;
  std::unique_ptr<CodeMap> code_map_;
  std::unique_ptr<PanicEntries> panic_entries_;
  std::unique_ptr<GcTypes> gc_types_;
  std::unique_ptr<CpuProfile> cpu_profile_;
  std::unique_ptr<HeapProfile> heap_profile_;
  std::unique_ptr<WaitProfiles> wait_profiles_;
  std::unique_ptr<ExecutionTrace> execution_trace_;
  bc::Function* gopanic_ = nullptr;
  bc::Function* goexit_ = nullptr;
  bc::Function* main_frame_ = nullptr;
  bc::Function* goexit_frame_ = nullptr;
  std::uint64_t hash_seed_ = 0;
  std::mutex compile_lock_;
  std::mutex finalizer_lock_;
  bool finalizer_started_ = false, finalizer_pending_ = false;
  sched::Goroutine* finalizer_waiting_ = nullptr;
  std::vector<void**> cleared_pointers_;          // with the world running: under finalizer_lock_
  void* unique_cleanup_ = nullptr;
  std::atomic<std::size_t> max_stack_bytes_{sched::kMaxStackBytes};
  std::atomic<bool> cycle_ended_{false};
  struct PoolVars { abi::Slice* all; abi::Slice* old; };
  PoolVars pools_{};
  std::int64_t* timer_start_ = nullptr;
  void* timer_location_ = nullptr;
  std::mutex stub_lock_;
  std::map<std::pair<const void*, bool>, bc::Function*> stubs_;
  std::mutex zero_lock_;
  void* zero_ = nullptr;
  std::size_t zero_size_ = 0;
  bool contained_ = false;
  std::atomic<bool> exiting_{false}, exited_{false}, crashing_{false};
  std::atomic<int> crash_file_{-1};
  int exit_code_ = 0;
  End end_ = End::kNone;
  std::atomic<std::uint64_t> max_goroutines_{0};
  Fuel fuel_;
};

}  // namespace govm::rt
