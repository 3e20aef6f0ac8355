#include "gc/heap.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
constexpr std::size_t kReserveBytes = std::size_t{8} << 30;
#else
constexpr std::size_t kReserveBytes = std::size_t{128} << 30;
#endif
#else
constexpr std::size_t kReserveBytes = std::size_t{128} << 30;
#endif

// Half of the address space the process may still take (RLIMIT_AS): the rest is for code, stacks and the compiler.
std::size_t address_space() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kReserveBytes;
  std::size_t pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%zu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  const std::size_t taken = pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > taken ? (limit.rlim_cur - taken) / 2 : 0;
}

std::size_t reserve_for(HeapLimits limits) {
  const std::size_t most = std::min(kReserveBytes, std::max(address_space(), std::size_t{1} << 20));
  // Room for fragmentation beyond the limit.
  if (limits.hard_bytes == 0) return most;
  return std::min(most, std::max(limits.hard_bytes * 4, std::size_t{256} << 20));
}

}  // namespace

Heap::Impl::Impl(Heap& owner, World& w, HeapLimits l)
    : heap(owner), world(w), limits(l), pages(reserve_for(l)),
      collector(w, [this](bool forced) { collect_beside_program(forced); }, [this] { sweep_in_background(); }) {
  set_pace();
  if constexpr (kStress) {
    const char* interval = std::getenv("GOVM_GC_STRESS");
    if (interval != nullptr) stress_interval = std::max(std::strtoull(interval, nullptr, 10), 1ULL);
  }
}

Heap::Heap(World& world, HeapLimits limits) : impl_(std::make_unique<Impl>(*this, world, limits)) {}
Heap::~Heap() = default;

Cache* Heap::new_cache() {
  std::lock_guard lock(impl_->caches_mutex);
  return impl_->caches.emplace_back(std::make_unique<Cache>(&impl_->empty_span, impl_->caches.size())).get();
}

void Heap::free_cache(Cache* cache) {
  std::lock_guard lock(impl_->caches_mutex);
  impl_->flush(*cache);
  std::erase_if(impl_->caches, [&](const auto& c) { return c.get() == cache; });
}

std::size_t Heap::size_class_bytes(std::size_t size, bool noscan) {
  if (size == 0) return 0;
  if (size <= kMaxHeaderObject) {
    std::size_t header = !noscan && size > kMaxBitmapBytes ? kHeaderBytes : 0;
    return kClassBytes[size_class(size + header)] - header;
  }
  if (size > SIZE_MAX - kPageBytes) return size;
  return (size + kPageBytes - 1) & ~(kPageBytes - 1);
}

void* Heap::find_object(const void* p, std::size_t* size) const {
  auto address = reinterpret_cast<std::uintptr_t>(p);
  Span* span = impl_->pages.find(address);
  if (span == nullptr) return nullptr;
  std::uintptr_t base = span->base;
  std::size_t bytes = span->bytes();
  if (!span->large()) {
    std::uint32_t index = span->index_of(address);
    if (index >= span->count) return nullptr;
    base = span->slot(index);
    bytes = span->element_bytes;
    if (!span->noscan && bytes > kMaxBitmapBytes) {
      base += kHeaderBytes;
      bytes -= kHeaderBytes;
    }
  }
  if (size != nullptr) *size = bytes;
  return reinterpret_cast<void*>(base);
}

int Heap::set_gc_percent(int percent) {
  std::lock_guard lock(impl_->pacer_mutex);
  int previous = impl_->pacer.set_percent(percent);
  impl_->set_pace();
  return previous;
}

std::int64_t Heap::set_memory_limit(std::int64_t bytes) {
  std::lock_guard lock(impl_->pacer_mutex);
  std::int64_t previous = impl_->pacer.set_limit(bytes);
  impl_->count_beside();
  impl_->set_pace();
  return previous;
}

HeapStats Heap::stats() const {
  Impl& h = *impl_;
  h.world.stop();
  for (auto& cache : h.caches) h.flush(*cache);
  HeapStats s{};
  s.heap_live = h.live.load();
  s.total_alloc = h.total_bytes.load();
  s.heap_alloc = s.total_alloc - h.freed_bytes.load();
  s.mallocs = h.mallocs.load();
  s.frees = h.frees.load();
  s.heap_objects = s.mallocs - s.frees;
  s.sys = h.pages.system_bytes();
  s.next_gc = h.goal.load();
  std::lock_guard lock(h.history_mutex);
  s.num_gc = h.cycles.load();
  s.num_forced_gc = h.forced_cycles;
  s.pause_total_ns = h.pause_ns;
  s.last_gc_unix_ns = h.last_gc_unix_ns;
  std::copy(h.pause_counts.begin(), h.pause_counts.end(), s.pause_counts);
  static_assert(HeapStats::kClasses == kSizeClasses);
  for (std::size_t i = 0; i < kSizeClasses; i++) {
    s.class_bytes[i] = kClassBytes[i];
    s.class_mallocs[i] = h.class_mallocs[i].load(std::memory_order_relaxed);
    s.class_frees[i] = h.class_frees[i].load(std::memory_order_relaxed);
  }
  s.in_use = h.pages.in_use_bytes();
  s.released = h.pages.peak_bytes() - std::min(h.pages.peak_bytes(), h.pages.system_bytes());
  std::copy(h.pauses.begin(), h.pauses.end(), s.pause_ns);
  std::copy(h.pause_ends.begin(), h.pause_ends.end(), s.pause_end_unix_ns);
  h.world.start();
  return s;
}

bool Heap::set_finalizer(void* object, void* fn_closure, const abi::Type* arg_type) {
  void* base = find_object(object);
  if (base == nullptr) return true;  // lives forever
  return impl_->specials.set_finalizer(reinterpret_cast<std::uintptr_t>(base), object, fn_closure, arg_type);
}

std::uint64_t Heap::add_cleanup(void* object, void* fn_closure, void* arg) {
  void* base = find_object(object);
  if (base == nullptr) return 0;
  return impl_->specials.add_cleanup(reinterpret_cast<std::uintptr_t>(base), fn_closure, arg);
}

void Heap::remove_cleanup(void* object, std::uint64_t id) {
  void* base = find_object(object);
  if (base != nullptr) impl_->specials.remove_cleanup(reinterpret_cast<std::uintptr_t>(base), id);
}

bool Heap::take_ready(Ready& out) {
  if (!impl_->specials.take_ready(out)) return false;
  if (barrier_on.load(std::memory_order_relaxed)) {  // the queue was their root
    for (const void* p : {out.object, out.fn, out.arg}) shade(p);
  }
  return true;
}

void* Heap::weak_handle(Cache& cache, void* object) {
  auto base = reinterpret_cast<std::uintptr_t>(find_object(object));
  if (base == 0) base = reinterpret_cast<std::uintptr_t>(object);  // never dies; the special still makes handles equal
  if (void** handle = impl_->specials.find_weak(base, object)) return handle;
  // 16 bytes: no tiny block, whose other objects would be kept alive by it.
  void** handle = static_cast<void**>(allocate(cache, kTinyBytes, nullptr));
  if (handle == nullptr) return nullptr;
  *handle = object;
  return impl_->specials.add_weak(base, object, handle);
}

// While marking, nothing else may refer to the object: then it would be found dead.
void* Heap::weak_to_strong(void* handle) {
  if (handle == nullptr) return nullptr;
  void* object = *static_cast<void**>(handle);
  if (barrier_on.load(std::memory_order_relaxed)) shade(object);
  return object;
}

}  // namespace govm::gc
