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
  freed_bytes.fetch_add(std::uint64_t{before - after} * span->element_bytes, std::memory_order_relaxed);
  span->needs_zero = true;
  if (after != 0) return true;
  pages.free(span);
  return false;
}

void Heap::Impl::reclaim(std::size_t wanted) {
  std::size_t budget = wanted * 2 + 4, freed = 0, empty_lists = 0;
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
  for (Central& central : centrals) {
    while (Span* span = central.take_unswept()) {
      if (sweep(span)) central.add(span, span->allocated() == span->count);
    }
  }
  unswept.store(false, std::memory_order_relaxed);
}

void Heap::Impl::sweep_large() {
  std::erase_if(large_spans, [&](Span* span) {
    if (span->mark_bits[0] != 0) {
      span->mark_bits[0] = 0;
      return false;
    }
    if constexpr (kStress) std::memset(reinterpret_cast<void*>(span->base), kPoison, span->bytes());
    frees.fetch_add(1, std::memory_order_relaxed);
    freed_bytes.fetch_add(span->bytes(), std::memory_order_relaxed);
    pages.free(span);
    return true;
  });
}

}  // namespace govm::gc
