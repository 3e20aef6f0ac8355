// Allocation: the fast paths of small objects, and how a cache gets its next span.
#include <algorithm>
#include <cstring>
#include <mutex>

#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

alignas(16) char zero_size_object[16];

inline void clear(void* p, std::size_t bytes) {
  if (bytes <= 128) {
    auto* word = static_cast<std::uint64_t*>(p);
    for (std::size_t i = 0; i < bytes / 8; i++) word[i] = 0;
  } else {
    std::memset(p, 0, bytes);
  }
}

// The pointer bits of one element, at most 64 words.
inline std::uint64_t element_bits(const abi::Type* type) {
  std::size_t words = type->ptr_bytes / 8;
  std::uint64_t bits = type->gc_data[0];
  for (std::size_t i = 1; i < (words + 7) / 8; i++) bits |= std::uint64_t{type->gc_data[i]} << (i * 8);
  return words < 64 ? bits & ((std::uint64_t{1} << words) - 1) : bits;
}

inline std::uint64_t object_bits(std::size_t size, const abi::Type* type) {
  std::uint64_t bits = element_bits(type);
  std::size_t stride = type->size / 8;
  for (std::size_t filled = stride; filled < size / 8; filled *= 2) bits |= bits << filled;
  return bits;
}

inline void write_bits(Span& span, std::uintptr_t object, std::uint64_t bits) {
  std::size_t first = (object - span.base) / 8, shift = first % 64, words = span.element_bytes / 8;
  std::uint64_t mask = words < 64 ? (std::uint64_t{1} << words) - 1 : ~std::uint64_t{0};
  std::uint64_t* word = span.heap_bits + first / 64;
  bits &= mask;
  auto write = [](std::uint64_t& to, std::uint64_t clear, std::uint64_t set) {  // markers read the neighbours' bits
    Span::Bits(to).store((to & ~clear) | set, std::memory_order_relaxed);
  };
  write(word[0], mask << shift, bits << shift);
  if (shift + words > 64) write(word[1], mask >> (64 - shift), bits >> (64 - shift));
}

}  // namespace

void* Heap::allocate(Cache& cache, std::size_t size, const abi::Type* type) {
  if constexpr (kStress) impl_->collect_under_stress();
  if (type == nullptr || type->ptr_bytes == 0) return impl_->allocate_noscan(cache, size, true);
  return impl_->allocate_scan(cache, size, type);
}

void* Heap::allocate_noscan_dirty(Cache& cache, std::size_t size) {
  if constexpr (kStress) impl_->collect_under_stress();
  return impl_->allocate_noscan(cache, size, false);
}

void* Heap::Impl::allocate_scan(Cache& cache, std::size_t size, const abi::Type* type) {
  if (size <= kMaxBitmapBytes) [[likely]] {
    if (size == 0) return zero_size_object;
    SpanClass cls = span_class(size_class(size), false);
    void* p = take_slot(cache, cls);
    if (p == nullptr) [[unlikely]] return nullptr;
    Span& span = *cache.current[cls];
    if (span.needs_zero) clear(p, span.element_bytes);
    write_bits(span, reinterpret_cast<std::uintptr_t>(p), object_bits(size, type));
    return p;
  }
  if (size > kMaxHeaderObject) return allocate_large(cache, size, type, true);
  SpanClass cls = span_class(size_class(size + kHeaderBytes), false);
  void* p = take_slot(cache, cls);
  if (p == nullptr) return nullptr;
  Span& span = *cache.current[cls];
  if (span.needs_zero) clear(p, span.element_bytes);
  *static_cast<const abi::Type**>(p) = type;
  return static_cast<char*>(p) + kHeaderBytes;
}

void* Heap::Impl::allocate_noscan(Cache& cache, std::size_t size, bool zero) {
  if (size < kTinyBytes) {
    if (size == 0) return zero_size_object;
    return allocate_tiny(cache, size);
  }
  if (size > kMaxHeaderObject) return allocate_large(cache, size, nullptr, zero);
  SpanClass cls = span_class(size_class(size), true);
  void* p = take_slot(cache, cls);
  if (p == nullptr) [[unlikely]] return nullptr;
  Span& span = *cache.current[cls];
  if (zero && span.needs_zero) clear(p, span.element_bytes);
  return p;
}

// Small objects without pointers share blocks of 16 bytes; a block is freed when none of them is reachable.
void* Heap::Impl::allocate_tiny(Cache& cache, std::size_t size) {
  std::uintptr_t align = (size & 7) == 0 ? 8 : (size & 3) == 0 ? 4 : (size & 1) == 0 ? 2 : 1;
  std::uintptr_t p = (cache.tiny + align - 1) & ~(align - 1);
  if (cache.tiny != 0 && p + size <= cache.tiny_end) {
    cache.tiny = p + size;
    cache.tiny_objects++;
    return reinterpret_cast<void*>(p);
  }
  SpanClass cls = span_class(size_class(kTinyBytes), true);
  void* block = take_slot(cache, cls);
  if (block == nullptr) [[unlikely]] return nullptr;
  clear(block, kTinyBytes);
  auto start = reinterpret_cast<std::uintptr_t>(block);
  // Keep whichever block has more room.
  if (cache.tiny == 0 || start + size < cache.tiny + (start + kTinyBytes - cache.tiny_end)) {
    cache.tiny = start + size;
    cache.tiny_end = start + kTinyBytes;
  }
  return block;
}

void* Heap::Impl::allocate_large(Cache& cache, std::size_t size, const abi::Type* type, bool zero) {
  if (size > SIZE_MAX - kPageBytes) return nullptr;
  std::size_t count = (size + kPageBytes - 1) >> kPageShift;
  collect_if_due();
  Span* span = allocate_pages(count);
  if (span == nullptr) return nullptr;
  span->size_class = 0;
  span->noscan = type == nullptr;
  span->count = 1;
  span->element_bytes = 0;
  span->div_magic = 0;
  span->large_type = type;
  span->large_bytes = size;
  span->bit_memory = new std::uint64_t[2]{~std::uint64_t{0}, 0};
  span->alloc_bits = span->bit_memory;
  span->mark_bits = span->bit_memory + 1;
  span->free_index = 0;
  span->free_word = 0;
  if (heap.barrier_on.load(std::memory_order_relaxed)) span->set_mark(0);
  if (span->needs_zero && (zero || type != nullptr)) std::memset(reinterpret_cast<void*>(span->base), 0, span->bytes());
  live.fetch_add(span->bytes(), std::memory_order_relaxed);
  mallocs.fetch_add(1, std::memory_order_relaxed);
  class_mallocs[0].fetch_add(1, std::memory_order_relaxed);
  total_bytes.fetch_add(span->bytes(), std::memory_order_relaxed);
  pages.publish(span);
  {
    std::lock_guard lock(large_mutex);
    large_spans.push_back(span);
  }
  sample_large(cache, reinterpret_cast<void*>(span->base), span->bytes());
  if (heap.barrier_on.load(std::memory_order_relaxed)) assist(span->bytes());
  return reinterpret_cast<void*>(span->base);
}

void Heap::Impl::collect_if_due() {
  if (errand.offered()) [[unlikely]] errand.serve();
  if (live.load(std::memory_order_relaxed) < trigger.load(std::memory_order_relaxed)) return;
  if (!world.concurrent()) {
    collect_stopped(false);
  } else if (!heap.barrier_on.load(std::memory_order_relaxed)) {
    collector.request();
  }
}

void* Heap::Impl::refill(Cache& cache, SpanClass cls) {
  follow_rate(cache);
  if (void* p = cache.current[cls]->take_slot()) return p;   // was cut for another rate
  if (void* p = take_sampled(cache, cls)) return p;
  collect_if_due();
  while (true) {
    Span* old = cache.current[cls];
    if (old != &empty_span) {
      cache.current[cls] = &empty_span;
      release_span(cache, old);
    }
    Span* span = find_span(cls);
    if (span == nullptr) return nullptr;
    span->allocated_at_cache = span->allocated();
    live.fetch_add((span->count - span->allocated_at_cache) * std::size_t{span->element_bytes},
                   std::memory_order_relaxed);
    if (cache.current[cls] != &empty_span) release_span(cache, cache.current[cls]);
    cache.current[cls] = span;
    const bool marking = heap.barrier_on.load(std::memory_order_relaxed);  // no stop from here on
    if (marking) span->mark_free_slots();
    aim(cache, cls, span->allocated_at_cache);
    void* p = span->take_slot();
    if (p == nullptr) p = take_sampled(cache, cls);
    if (marking) assist((span->count - span->allocated_at_cache) * std::size_t{span->element_bytes});
    if (p != nullptr) return p;
  }
}

Span* Heap::Impl::find_span(SpanClass cls) {
  Central& central = centrals[cls];
  if (Span* span = central.take_partial()) return span;
  while (Span* span = central.take_unswept()) {
    if (!sweep(span)) continue;
    if (span->allocated() < span->count) return span;
    central.add(span, true);
  }
  return new_span(cls);
}

Span* Heap::Impl::new_span(SpanClass cls) {
  std::uint8_t size_cls = cls / 2;
  Span* span = allocate_pages(kClassPages[size_cls]);
  if (span == nullptr) return nullptr;
  span->size_class = size_cls;
  span->noscan = (cls & 1) != 0;
  span->element_bytes = kClassBytes[size_cls];
  span->count = static_cast<std::uint32_t>(span->bytes() / span->element_bytes);
  span->div_magic = UINT32_MAX / span->element_bytes + 1;
  span->large_type = nullptr;
  std::size_t words = span->words();
  bool bitmap = !span->noscan && span->element_bytes <= kMaxBitmapBytes;
  std::size_t heap_words = bitmap ? span->bytes() / 8 / 64 : 0;
  span->bit_memory = new std::uint64_t[words * 2 + heap_words]();
  span->alloc_bits = span->bit_memory;
  span->mark_bits = span->bit_memory + words;
  span->heap_bits = bitmap ? span->bit_memory + words * 2 : nullptr;
  if (span->count % 64 != 0) span->alloc_bits[words - 1] = ~std::uint64_t{0} << (span->count % 64);
  span->rewind();
  pages.publish(span);
  return span;
}

Span* Heap::Impl::allocate_pages(std::size_t count) {
  if (unswept.load(std::memory_order_relaxed)) reclaim(count);
  // With what describes spans, which is much of it where objects are small.
  const auto committed_by = [&](std::size_t bytes) { return bytes + pages.described_bytes() + (count << kPageShift); };
  auto over = [&] { return limits.hard_bytes != 0 && committed_by(pages.in_use_bytes()) > limits.hard_bytes; };
  if (over()) {
    finish_sweep();
    if (over()) {
      collect(false);
      finish_sweep();
      if (over()) return nullptr;
    }
  }
  if (pages.system_bytes() >= count_beside_at.load(std::memory_order_relaxed)) {
    std::lock_guard lock(pacer_mutex);
    count_beside();
    set_pace();
  }
  // Free pages that were touched count as well: what is given out now may come from untouched ones.
  const std::size_t most = std::min(limits.hard_bytes != 0 ? limits.hard_bytes : SIZE_MAX, soft_limit.load(std::memory_order_relaxed));
  if (const std::size_t after = committed_by(pages.system_bytes()); after > most) pages.release(0, after - most);
  Span* span = pages.allocate(count);
  if (span == nullptr) {
    collect(false);
    finish_sweep();
    span = pages.allocate(count);
  }
  return span;
}

void Heap::Impl::release_span(Cache& cache, Span* span) {
  span->uncut();
  std::uint32_t used = span->allocated();
  if (heap.barrier_on.load(std::memory_order_relaxed)) span->unmark_free_slots();
  span->publish_allocations();
  std::uint64_t added = used - span->allocated_at_cache;
  mallocs.fetch_add(added, std::memory_order_relaxed);
  class_mallocs[span->size_class].fetch_add(added, std::memory_order_relaxed);
  total_bytes.fetch_add(added * span->element_bytes, std::memory_order_relaxed);
  live.fetch_sub((span->count - used) * std::size_t{span->element_bytes}, std::memory_order_relaxed);
  const SpanClass cls = span_class(span->size_class, span->noscan);
  cache.until_sample[cls] -= (used - span->sampled_to) * std::int64_t{span->element_bytes};
  centrals[cls].add(span, used == span->count);
}

void Heap::Impl::flush(Cache& cache) {
  for (Span*& span : cache.current) {
    if (span == &empty_span) continue;
    release_span(cache, span);
    span = &empty_span;
  }
  cache.tiny = cache.tiny_end = 0;
  mallocs.fetch_add(cache.tiny_objects, std::memory_order_relaxed);
  frees.fetch_add(cache.tiny_objects, std::memory_order_relaxed);
  cache.tiny_objects = 0;
}

}  // namespace govm::gc
