// Sweeping: a span's mark bits become its allocation bits. Lazily: when a class needs a span, when pages are needed,
// and what is left before the next cycle.
#include <algorithm>
#include <cstring>
#include <utility>

#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

[[maybe_unused]] void poison_freed(Span& span) {
  for (std::uint32_t i = 0; i < span.count; i++) {
    if (!span.marked(i)) std::memset(reinterpret_cast<void*>(span.slot(i)), kPoison, span.element_bytes);
  }
}

}  // namespace

bool Heap::Impl::sweep(Span* span) {
  std::uint32_t before = span->allocated();
  std::size_t words = span->words();
  if constexpr (kStress) poison_freed(*span);
  std::swap(span->alloc_bits, span->mark_bits);
  std::memset(span->mark_bits, 0, words * 8);
  if (span->count % 64 != 0) span->alloc_bits[words - 1] |= ~std::uint64_t{0} << (span->count % 64);
  span->rewind();
  std::uint32_t after = span->allocated();
  frees.fetch_add(before - after, std::memory_order_relaxed);
  class_frees[span->size_class].fetch_add(before - after, std::memory_order_relaxed);
  freed_bytes.fetch_add(std::uint64_t{before - after} * span->element_bytes, std::memory_order_relaxed);
  span->needs_zero = true;
  if (after != 0) return true;
  pages.free(span);
  return false;
}

void Heap::Impl::reclaim(std::size_t wanted) {
  std::size_t budget = wanted * 2 + 4, freed = 0, empty_lists = 0;
  for (; budget != 0 && freed < wanted && sweep_one_large(&freed); budget--) {}
  while (budget != 0 && freed < wanted && empty_lists < kSpanClasses) {
    std::size_t cls = reclaim_class.load(std::memory_order_relaxed) % kSpanClasses;
    Span* span = centrals[cls].take_unswept();
    if (span == nullptr) {
      reclaim_class.store(cls + 1, std::memory_order_relaxed);
      empty_lists++;
      continue;
    }
    empty_lists = 0;
    budget--;
    std::size_t count = span->pages;
    if (sweep(span)) {
      centrals[cls].add(span, span->allocated() == span->count);
    } else {
      freed += count;
    }
  }
  if (empty_lists == kSpanClasses) unswept.store(false, std::memory_order_relaxed);
}

void Heap::Impl::finish_sweep() {
  sweep_large();
  for (Central& central : centrals) {
    while (Span* span = central.take_unswept()) {
      if (sweep(span)) central.add(span, span->allocated() == span->count);
    }
  }
  unswept.store(false, std::memory_order_relaxed);
}

void Heap::Impl::sweep_large() {
  std::size_t freed = 0;
  while (sweep_one_large(&freed)) {}
}

bool Heap::Impl::sweep_one_large(std::size_t* freed) {
  Span* span;
  {
    std::lock_guard lock(large_mutex);
    if (unswept_large.empty()) return false;
    span = unswept_large.back();
    unswept_large.pop_back();
    if (span->marked(0)) {
      span->mark_bits[0] = 0;
      large_spans.push_back(span);
      return true;
    }
  }
  if constexpr (kStress) std::memset(reinterpret_cast<void*>(span->base), kPoison, span->bytes());
  frees.fetch_add(1, std::memory_order_relaxed);
  class_frees[0].fetch_add(1, std::memory_order_relaxed);
  freed_bytes.fetch_add(span->bytes(), std::memory_order_relaxed);
  *freed += span->pages;
  pages.free(span);
  return true;
}

// Free pages beyond what the program will need before the next cycle go back to the system.
void Heap::Impl::release_pages() {
  constexpr std::size_t kAtOnce = 2 << 20;     // others wait for pages meanwhile
  const std::size_t next = goal.load(std::memory_order_relaxed), alive = marked.load(std::memory_order_relaxed);
  const std::size_t keep = next == SIZE_MAX ? alive : next - std::min(next, alive);
  while (pages.release(keep, kAtOnce) >= kAtOnce && !collector.ending()) {}
}

}  // namespace govm::gc
