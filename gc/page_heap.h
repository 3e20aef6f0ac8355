// Pages: one reserved address range, cut into spans; free runs are coalesced by their neighbours' page-map entries.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "gc/span.h"

namespace govm::gc {

class PageHeap {
 public:
  // Reserves up to `reserve_bytes` of address space (less if the system refuses). Nothing is committed.
  explicit PageHeap(std::size_t reserve_bytes);
  ~PageHeap();
  PageHeap(const PageHeap&) = delete;
  PageHeap& operator=(const PageHeap&) = delete;

  // A span of n pages with page-map entries for all of them; null when the range is exhausted. find does not see it before
  // publish: until then the caller sets it up.
  Span* allocate(std::size_t pages);
  void publish(Span* span) {
    described_.fetch_add(description_of(*span), std::memory_order_relaxed);
    span->state.store(SpanState::kInUse, std::memory_order_release);
  }
  void free(Span* span);
  // Gives free runs beyond `keep_bytes` back to the system, up to `at_most` or one run more; returns how much.
  std::size_t release(std::size_t keep_bytes, std::size_t at_most = SIZE_MAX);

  // The in-use span an address lies in, or null. No lock.
  Span* find(std::uintptr_t p) const {
    std::uintptr_t offset = p - base_;
    if (offset >= reserved_) return nullptr;
    Span* span = map_[offset >> kPageShift].load(std::memory_order_acquire);
    if (span == nullptr || span->state.load(std::memory_order_acquire) != SpanState::kInUse) return nullptr;
    return p - span->base < span->bytes() ? span : nullptr;
  }
  bool in_range(std::uintptr_t p) const { return p - base_ < reserved_; }

  std::size_t in_use_bytes() const { return in_use_.load(std::memory_order_relaxed); }
  std::size_t described_bytes() const { return described_.load(std::memory_order_relaxed); }  // by structs, bitmaps and page-map entries of those
  std::size_t system_bytes() const { return system_.load(std::memory_order_relaxed); }  // touched and not released
  std::size_t peak_bytes() const { return top_.load(std::memory_order_relaxed); }

  template <class F>
  void for_each_in_use(F&& visit) {
    for (Span& span : spans_) {
      if (span.state.load(std::memory_order_relaxed) == SpanState::kInUse) visit(span);
    }
  }

 private:
  static constexpr std::size_t kExactLists = 128;
  static std::size_t description_of(const Span& span) {
    constexpr std::size_t kOfAllocator = 16;     // about what malloc adds
    const std::size_t words = span.large() ? 2 : span.words() * 2 + (span.heap_bits != nullptr ? span.bytes() / 8 / 64 : 0);
    return sizeof(Span) + kOfAllocator + (words + span.pages) * 8;
  }
  Span* new_span_struct();
  Span* take_free(std::size_t pages);
  void insert_free(Span* span);
  void remove_free(Span* span);
  void set_entries(Span* span, Span* value);
  void set_boundary(Span* span, Span* value);
  std::atomic<Span*>& entry(std::uintptr_t p) { return map_[(p - base_) >> kPageShift]; }

  std::uintptr_t base_ = 0;
  std::size_t reserved_ = 0;
  std::atomic<Span*>* map_ = nullptr;
  std::atomic<std::size_t> top_{0};            // bytes of the range ever used
  std::atomic<std::size_t> in_use_{0}, system_{0}, described_{0};
  std::mutex mutex_;
  std::array<Span*, kExactLists> lists_{};     // free runs by page count
  std::set<std::pair<std::size_t, Span*>> large_;
  std::size_t free_bytes_ = 0;                 // of free runs not released
  std::deque<Span> spans_;                     // all structs
  Span* unused_ = nullptr;
};

}  // namespace govm::gc
