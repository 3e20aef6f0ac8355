#include "gc/page_heap.h"

#include <sys/mman.h>

#include <new>

#include "base/assert.h"

namespace govm::gc {
namespace {

// Where gc's heaps begin, too; if it is free, addresses are the same in every run, and so is the order of maps with
// pointers as keys (deterministic schedules). There AddressSanitizer has its shadow.
#if __has_feature(address_sanitizer)
void* const kArenaHint = reinterpret_cast<void*>(0x300000000000);
#else
void* const kArenaHint = reinterpret_cast<void*>(0xc000000000);
#endif

void* reserve(std::size_t bytes, void* hint = nullptr) {
  void* p = mmap(hint, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

}  // namespace

PageHeap::PageHeap(std::size_t reserve_bytes) {
  std::size_t bytes = (reserve_bytes + kPageBytes - 1) & ~(kPageBytes - 1);
  void* arena = nullptr;
  while (bytes >= (std::size_t{1} << 20)) {
    arena = reserve(bytes + kPageBytes, kArenaHint);
    if (arena != nullptr) break;
    bytes /= 2;
  }
  if (arena == nullptr) throw std::bad_alloc();
  void* map = reserve((bytes >> kPageShift) * sizeof(std::atomic<Span*>));
  if (map == nullptr) throw std::bad_alloc();
  // mmap aligns to 4 KiB; the arena needs 8 KiB. The slack page is kept unmapped.
  auto start = reinterpret_cast<std::uintptr_t>(arena);
  base_ = (start + kPageBytes - 1) & ~(kPageBytes - 1);
  if (base_ != start) munmap(arena, base_ - start);
  std::uintptr_t end = start + bytes + kPageBytes;
  if (end != base_ + bytes) munmap(reinterpret_cast<void*>(base_ + bytes), end - (base_ + bytes));
  reserved_ = bytes;
  map_ = static_cast<std::atomic<Span*>*>(map);
}

PageHeap::~PageHeap() {
  for (Span& span : spans_) delete[] span.bit_memory;
  munmap(reinterpret_cast<void*>(base_), reserved_);
  munmap(static_cast<void*>(map_), (reserved_ >> kPageShift) * sizeof(std::atomic<Span*>));
}

Span* PageHeap::new_span_struct() {
  if (unused_ == nullptr) return &spans_.emplace_back();
  Span* span = unused_;
  unused_ = span->next;
  span->next = nullptr;
  return span;
}

void PageHeap::insert_free(Span* span) {
  if (!span->released) free_bytes_ += span->bytes();
  if (span->pages >= kExactLists) {
    large_.insert({span->pages, span});
    return;
  }
  Span*& head = lists_[span->pages];
  span->previous = nullptr;
  span->next = head;
  if (head != nullptr) head->previous = span;
  head = span;
}

void PageHeap::remove_free(Span* span) {
  if (!span->released) free_bytes_ -= span->bytes();
  if (span->pages >= kExactLists) {
    large_.erase({span->pages, span});
    return;
  }
  if (span->next != nullptr) span->next->previous = span->previous;
  (span->previous != nullptr ? span->previous->next : lists_[span->pages]) = span->next;
  span->next = span->previous = nullptr;
}

void PageHeap::set_entries(Span* span, Span* value) {
  std::atomic<Span*>* first = &entry(span->base);
  for (std::size_t i = 0; i < span->pages; i++) first[i].store(value, std::memory_order_release);
}

void PageHeap::set_boundary(Span* span, Span* value) {
  entry(span->base).store(value, std::memory_order_release);
  entry(span->base + span->bytes() - 1).store(value, std::memory_order_release);
}

Span* PageHeap::take_free(std::size_t pages) {
  for (std::size_t n = pages; n < kExactLists; n++) {
    if (lists_[n] != nullptr) {
      Span* span = lists_[n];
      remove_free(span);
      return span;
    }
  }
  auto it = large_.lower_bound({pages, nullptr});
  if (it == large_.end()) return nullptr;
  Span* span = it->second;
  remove_free(span);
  return span;
}

Span* PageHeap::allocate(std::size_t pages) {
  std::lock_guard lock(mutex_);
  Span* span = take_free(pages);
  if (span == nullptr) {
    std::size_t top = top_.load(std::memory_order_relaxed);
    if (pages > (reserved_ - top) >> kPageShift) return nullptr;
    span = new_span_struct();
    span->base = base_ + top;
    span->pages = pages;
    span->zeroed = true;
    span->released = true;
    top_.store(top + (pages << kPageShift), std::memory_order_relaxed);
  } else if (span->pages > pages) {
    Span* rest = new_span_struct();
    rest->base = span->base + (pages << kPageShift);
    rest->pages = span->pages - pages;
    rest->zeroed = span->zeroed;
    rest->released = span->released;
    rest->state.store(SpanState::kFree, std::memory_order_relaxed);
    set_boundary(rest, rest);
    insert_free(rest);
    span->pages = pages;
  }
  if (span->released) system_.fetch_add(span->bytes(), std::memory_order_relaxed);
  span->released = false;
  span->needs_zero = !span->zeroed;
  in_use_.fetch_add(span->bytes(), std::memory_order_relaxed);
  span->state.store(SpanState::kUnused, std::memory_order_release);
  set_entries(span, span);
  return span;
}

void PageHeap::free(Span* span) {
  if (span->bit_memory != nullptr) described_.fetch_sub(description_of(*span), std::memory_order_relaxed);
  delete[] span->bit_memory;
  span->bit_memory = span->alloc_bits = span->mark_bits = span->heap_bits = nullptr;
  std::lock_guard lock(mutex_);
  in_use_.fetch_sub(span->bytes(), std::memory_order_relaxed);
  span->state.store(SpanState::kFree, std::memory_order_release);
  span->zeroed = false;
  set_entries(span, nullptr);
  auto absorb = [&](Span* other) {
    remove_free(other);
    set_boundary(other, nullptr);
    // A run is released as a whole or not at all: mixed runs count as resident.
    if (other->released != span->released) {
      Span* gone = other->released ? other : span;
      system_.fetch_add(gone->bytes(), std::memory_order_relaxed);
      span->released = false;
    }
    span->zeroed = span->zeroed && other->zeroed;
    if (other->base < span->base) span->base = other->base;
    span->pages += other->pages;
    other->state.store(SpanState::kUnused, std::memory_order_release);
    other->pages = 0;
    other->next = unused_;
    unused_ = other;
  };
  if (span->base > base_) {
    Span* before = entry(span->base - 1).load(std::memory_order_relaxed);
    if (before != nullptr && before->state.load(std::memory_order_relaxed) == SpanState::kFree) absorb(before);
  }
  std::uintptr_t end = span->base + span->bytes();
  if (end < base_ + top_.load(std::memory_order_relaxed)) {
    Span* after = entry(end).load(std::memory_order_relaxed);
    if (after != nullptr && after->state.load(std::memory_order_relaxed) == SpanState::kFree) absorb(after);
  }
  set_boundary(span, span);
  insert_free(span);
}

std::size_t PageHeap::release(std::size_t keep_bytes, std::size_t at_most) {
  std::lock_guard lock(mutex_);
  if (free_bytes_ <= keep_bytes) return 0;
  std::size_t done = 0;
  auto give_back = [&](Span* span) {
    if (span->released || free_bytes_ <= keep_bytes || done >= at_most) return;
    madvise(reinterpret_cast<void*>(span->base), span->bytes(), MADV_DONTNEED);
    free_bytes_ -= span->bytes();
    span->released = true;
    span->zeroed = true;
    done += span->bytes();
  };
  for (auto it = large_.rbegin(); it != large_.rend(); ++it) give_back(it->second);
  for (std::size_t n = kExactLists; n-- > 1;) {
    for (Span* span = lists_[n]; span != nullptr; span = span->next) give_back(span);
  }
  system_.fetch_sub(done, std::memory_order_relaxed);
  return done;
}

}  // namespace govm::gc
