// runtime (overlay runtime/*.go): scheduling, collection, finalizers, statistics.
#include <algorithm>
#include <iterator>

#include "scheduler/semaphore.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

void gomaxprocs(NativeFrame& frame) {
  frame.result<std::int64_t>(0, scheduler().set_worker_count(static_cast<int>(frame.arg<std::int64_t>(0))));
}
void num_cpu(NativeFrame& frame) { frame.result<std::int64_t>(0, sched::available_processors()); }
void num_goroutine(NativeFrame& frame) {
  frame.result<std::int64_t>(0, static_cast<std::int64_t>(scheduler().goroutine_count()));
}
void gosched(NativeFrame& frame) { frame.yield(); }
void goexit(NativeFrame& frame) { frame.goexit(); }
// The scheduler sees it when the goroutine has yielded.
void lock_thread(NativeFrame& frame) {
  if (++frame.goroutine()->thread_locks == 1) frame.yield();
}
void unlock_thread(NativeFrame& frame) {
  if (frame.goroutine()->thread_locks > 0) --frame.goroutine()->thread_locks;
}
// func GC(): as in gc, finalizers of what died have usually run when it returns. Local 0: until when it waits for them.
void collect(NativeFrame& frame) {
  constexpr std::int64_t kPatience = 2'000'000;
  const auto now = [] { return scheduler().choice_clock(); };
  if (frame.phase() == 0) {
    sched::Goroutine* g = frame.goroutine();
    sched::Scheduler& s = frame.runtime().scheduler();
    sched::Scheduler::prepare_park(*g, sched::WaitReason::kCollection);
    frame.runtime().heap().collect_and_tell(true, [g, &s] { s.ready(sched::Scheduler::current_worker(), g); });
    return frame.park(rt::OnWake::kRepeat, 1);
  }
  if (frame.local<std::int64_t>(0) == 0) frame.set_local(0, now() + kPatience);
  if (!frame.runtime().finalizers_idle() && now() < frame.local<std::int64_t>(0)) frame.repeat(1);
}
void throw_error(NativeFrame& frame) { frame.throw_error(view(frame.arg<abi::String>(0))); }

// func gogetenv(key string) string
void get_environment(NativeFrame& frame) {
  const std::string_view key = view(frame.arg<abi::String>(0));
  for (const std::string& entry : access(frame).environment()) {
    if (entry.size() > key.size() && entry[key.size()] == '=' && std::string_view(entry).starts_with(key)) {
      return frame.result(0, frame.new_string(std::string_view(entry).substr(key.size() + 1)));
    }
  }
  frame.result<abi::String>(0, {});
}

void type_string(NativeFrame& frame) {
  frame.result(0, frame.new_string(frame.runtime().types().type_string(frame.arg<const abi::Type*>(0))));
}
void type_pkg_path(NativeFrame& frame) {
  frame.result(0, frame.new_string(frame.runtime().types().pkg_path(frame.arg<const abi::Type*>(0))));
}
void implements(NativeFrame& frame) {
  frame.result<bool>(0, frame.runtime().types().itab(frame.arg<const abi::InterfaceType*>(1),
                                                     frame.arg<const abi::Type*>(0)) != nullptr);
}
void itab_for(NativeFrame& frame) {
  frame.result<void*>(0, frame.runtime().types().itab(frame.arg<const abi::InterfaceType*>(0),
                                                      frame.arg<const abi::Type*>(1)));
}

// ---- finalizers

void set_finalizer(NativeFrame& frame) {
  frame.runtime().start_finalizer_goroutine();
  frame.result<bool>(0, frame.runtime().heap().set_finalizer(frame.arg<void*>(0), frame.arg<void*>(1),
                                                             frame.arg<const abi::Type*>(2)));
}
void add_cleanup(NativeFrame& frame) {
  frame.runtime().start_finalizer_goroutine();
  frame.result<std::uint64_t>(0, frame.runtime().heap().add_cleanup(frame.arg<void*>(0), frame.arg<void*>(1), nullptr));
}
void remove_cleanup(NativeFrame& frame) {
  frame.runtime().heap().remove_cleanup(frame.arg<void*>(0), frame.arg<std::uint64_t>(1));
}

// runtime.readyFinalizer
struct ReadyFinalizer {
  void* object;
  void* fn;
  const abi::Type* arg_type;
  bool is_cleanup;
};

// func nextFinalizer(r *readyFinalizer): parks the finalizer goroutine until there is one.
void next_finalizer(NativeFrame& frame) {
  gc::Heap::Ready ready;
  if (!frame.runtime().heap().take_ready(ready)) return frame.runtime().park_finalizer(frame);
  auto* out = frame.arg<ReadyFinalizer*>(0);
  frame.store_pointer(&out->object, ready.object);
  frame.store_pointer(&out->fn, ready.fn);
  out->arg_type = ready.arg_type;
  out->is_cleanup = ready.is_cleanup;
}

void finalizers_idle(NativeFrame& frame) { frame.result<bool>(0, frame.runtime().finalizers_idle()); }

// The pointer type a finalized object was given as: the finalizer takes an interface, so the object's own type is known
// only to the heap: argType of an interface finalizer is followed by it.
void object_type(NativeFrame& frame) {
  frame.result<const void*>(0, frame.runtime().finalized_type(frame.arg<ReadyFinalizer*>(0)->object));
}

// ---- statistics: the leading words of runtime.MemStats
struct MemStats {
  std::uint64_t alloc, total_alloc, sys, lookups, mallocs, frees, heap_alloc, heap_sys, heap_idle, heap_inuse,
      heap_released, heap_objects, stack_inuse, stack_sys, mspan_inuse, mspan_sys, mcache_inuse, mcache_sys,
      buck_hash_sys, gc_sys, other_sys, next_gc, last_gc, pause_total_ns, pause_ns[256], pause_end[256];
  std::uint32_t num_gc, num_forced_gc;
  double gc_cpu_fraction;
  bool enable_gc, debug_gc;
  struct { std::uint32_t size; std::uint64_t mallocs, frees; } by_size[61];
};

void read_mem_stats(NativeFrame& frame) {
  const gc::HeapStats s = frame.runtime().heap().stats();
  auto* m = frame.arg<MemStats*>(0);
  *m = {};
  m->alloc = m->heap_alloc = s.heap_alloc;
  m->total_alloc = s.total_alloc;
  m->sys = m->heap_sys = s.sys + s.released;
  m->mallocs = s.mallocs;
  m->frees = s.frees;
  m->heap_inuse = s.in_use;
  m->heap_idle = m->heap_sys - s.in_use;
  m->heap_released = s.released;
  m->heap_objects = s.heap_objects;
  m->next_gc = s.next_gc;
  m->last_gc = s.last_gc_unix_ns;
  m->pause_total_ns = s.pause_total_ns;
  std::copy(std::begin(s.pause_ns), std::end(s.pause_ns), m->pause_ns);
  std::copy(std::begin(s.pause_end_unix_ns), std::end(s.pause_end_unix_ns), m->pause_end);
  m->num_gc = static_cast<std::uint32_t>(s.num_gc);
  m->num_forced_gc = static_cast<std::uint32_t>(s.num_forced_gc);
  m->enable_gc = true;
  for (std::size_t i = 0; i < std::size(m->by_size); i++) {
    m->by_size[i] = {static_cast<std::uint32_t>(s.class_bytes[i]), i == 0 ? 0 : s.class_mallocs[i], i == 0 ? 0 : s.class_frees[i]};
  }
}

template <std::size_t N>
void copy_counts(const std::uint64_t (&from)[N], abi::Slice to) {
  std::copy_n(from, std::min(N, static_cast<std::size_t>(to.len)), static_cast<std::uint64_t*>(to.data));
}
// func gcPauses(counts []uint64): how many took less than 64 ns, 128 ns...
void gc_pauses(NativeFrame& frame) { copy_counts(frame.runtime().heap().stats().pause_counts, frame.arg<abi::Slice>(0)); }
// func sizeClasses(sizes, mallocs, frees []uint64): the objects of each size class; large ones come first, with size 0.
void size_classes(NativeFrame& frame) {
  const gc::HeapStats s = frame.runtime().heap().stats();
  copy_counts(s.class_bytes, frame.arg<abi::Slice>(0));
  copy_counts(s.class_mallocs, frame.arg<abi::Slice>(3));
  copy_counts(s.class_frees, frame.arg<abi::Slice>(6));
}

// ---- metrics of the scheduler
void sched_latencies(NativeFrame& frame) {
  const auto counts = frame.arg<abi::Slice>(0);
  scheduler().latencies({static_cast<std::uint64_t*>(counts.data), static_cast<std::size_t>(counts.len)});
}
void mutex_wait(NativeFrame& frame) { frame.result<std::int64_t>(0, scheduler().semaphores().mutex_wait()); }

constexpr Native kRuntime[] = {
    {"func schedLatencies(counts []uint64)", sched_latencies},
    {"func mutexWait() int64", mutex_wait},
    {"func gcPauses(counts []uint64)", gc_pauses},
    {"func sizeClasses(sizes, mallocs, frees []uint64)", size_classes},
    {"func GOMAXPROCS(n int) int", gomaxprocs},
    {"func NumCPU() int", num_cpu},
    {"func NumGoroutine() int", num_goroutine},
    {"func Gosched()", gosched},
    {"func Goexit()", goexit},
    {"func LockOSThread()", lock_thread},
    {"func UnlockOSThread()", unlock_thread},
    {"func GC()", collect, 1},
    {"func throw(s string)", throw_error},
    {"func fatal(s string)", throw_error},
    {"func gogetenv(key string) string", get_environment},
    {"func typeString(t *abi.Type) string", type_string},
    {"func typePkgPath(t *abi.Type) string", type_pkg_path},
    {"func implements(t, iface *abi.Type) bool", implements},
    {"func itabFor(iface, t *abi.Type) unsafe.Pointer", itab_for},
    {"func setFinalizer(obj, fn unsafe.Pointer, argType *abi.Type) bool", set_finalizer},
    {"func addCleanup(p, fn unsafe.Pointer) uint64", add_cleanup},
    {"func removeCleanup(p uintptr, id uint64)", remove_cleanup},
    {"func nextFinalizer(r *readyFinalizer)", next_finalizer},
    {"func finalizersIdle() bool", finalizers_idle},
    {"func objectType(r *readyFinalizer) *abi.Type", object_type},
    {"func readMemStats(m *MemStats)", read_mem_stats},
};

}  // namespace

void register_runtime(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"runtime", kRuntime};
  registry.add(kTable);
}

}  // namespace govm::natives
