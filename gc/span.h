// A span: consecutive pages that hold objects of one size class, or one large object, or nothing (a free run).
//
// Who may touch a span: free runs: the page heap under its lock. In use and cached: the cache's thread. In use and in a
// central list: who holds the list's lock. With the world stopped: the collector. Beside all of them markers read the
// fixed fields and alloc_bits and set mark bits. Span structs are never freed before the heap, so a stale page-map entry is
// harmless: its range and state are checked.
//
// While a cycle marks, a slot is marked before it is handed out: a cache marks the free slots of each span it takes, and
// takes the marks of those it did not use back when it gives the span up. alloc_bits learns of them only then. So a
// marker looks at slots alone that were allocated when the cycle began: an unset allocation bit means free or marked.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/abi.h"
#include "gc/size_classes.h"

namespace govm::gc {

enum class SpanState : std::uint8_t { kUnused, kFree, kInUse };

// Index of (size class, noscan).
using SpanClass = std::uint8_t;
constexpr std::size_t kSpanClasses = kSizeClasses * 2;
inline SpanClass span_class(std::uint8_t size_class, bool noscan) {
  return static_cast<SpanClass>(size_class * 2 + (noscan ? 1 : 0));
}

struct Span {
  // ---- allocation, hot. free_word holds the not yet allocated slots of word free_index / 64 of the bitmap.
  std::uint64_t free_word = 0;
  std::uint32_t free_index = 0;      // multiple of 64; slots before it are allocated
  std::uint32_t count = 0;           // slots
  // Where allocation stops: words() * 64 and all bits, or before a slot that is to be sampled.
  std::uint32_t end_index = 0;
  std::uint32_t sampled_to = 0;      // slots that were in use when the way to the next sample was last measured
  std::uint64_t end_word = ~std::uint64_t{0};  // which slots of the last word it may take
  std::uintptr_t base = 0;
  std::uint32_t element_bytes = 0;   // small only
  std::uint32_t div_magic = 0;
  std::uint64_t* heap_bits = nullptr;   // 1 bit a word of the span: holds a pointer (scan, element <= kMaxBitmapBytes)
  bool needs_zero = false;
  bool noscan = false;
  std::uint8_t size_class = 0;       // 0: large
  std::atomic<SpanState> state{SpanState::kUnused};

  std::size_t pages = 0;
  std::uint64_t* alloc_bits = nullptr;  // one a slot, as of when no cache had it; bits beyond count are set
  std::uint64_t* mark_bits = nullptr;
  std::uint64_t* bit_memory = nullptr;  // of the three bitmaps
  std::uint32_t allocated_at_cache = 0; // slots in use when a cache took it
  const abi::Type* large_type = nullptr;
  std::size_t large_bytes = 0;
  bool zeroed = false;               // free run: all bytes are zero
  bool released = false;             // free run: given back to the system
  Span* next = nullptr;              // free lists
  Span* previous = nullptr;

  std::size_t bytes() const { return pages << kPageShift; }
  bool large() const { return size_class == 0; }
  std::size_t words() const { return (count + 63) / 64; }

  // Slot of an address inside the span; may be >= count (tail).
  std::uint32_t index_of(std::uintptr_t p) const {
    return static_cast<std::uint32_t>(((p - base) * std::uint64_t{div_magic}) >> 32);
  }
  std::uintptr_t slot(std::uint32_t index) const { return base + std::uintptr_t{index} * element_bytes; }

  // The next free slot, or null: then the span is full.
  void* take_slot() {
    while (free_word == 0) [[unlikely]] {
      if (!advance_word()) return nullptr;
    }
    auto bit = static_cast<std::uint32_t>(std::countr_zero(free_word));
    free_word &= free_word - 1;
    return reinterpret_cast<void*>(slot(free_index + bit));
  }
  bool advance_word() {
    if (free_index + 64 >= end_index) return false;
    free_index += 64;
    free_word = ~alloc_bits[free_index / 64];
    if (free_index + 64 == end_index) free_word &= end_word;
    return true;
  }
  void rewind() {                    // after a sweep: allocate from the first word again
    free_index = 0;
    free_word = ~alloc_bits[0];
    end_index = static_cast<std::uint32_t>(words() * 64);
  }
  // Lets `slots` more be taken, fewer than there are; whoever wants another finds the span full. What else looks at free
  // slots is to be called after uncut.
  void cut_after(std::uint64_t slots);
  bool cut() const { return end_word != ~std::uint64_t{0}; }
  void uncut();
  bool is_allocated(std::uint32_t index) const {
    if (index < free_index) return true;
    if (index < free_index + 64) return ((free_word >> (index - free_index)) & 1) == 0;
    return ((alloc_bits[index / 64] >> (index % 64)) & 1) != 0;
  }
  std::uint32_t allocated() const;
  // ---- by several threads at once
  using Bits = std::atomic_ref<std::uint64_t>;
  static bool bit_of(std::uint64_t* bits, std::uint32_t index) {
    return ((Bits(bits[index / 64]).load(std::memory_order_relaxed) >> (index % 64)) & 1) != 0;
  }
  bool marked(std::uint32_t index) const { return bit_of(mark_bits, index); }
  bool markable(std::uint32_t index) const { return bit_of(alloc_bits, index); }
  // Returns false if it was marked before.
  bool set_mark(std::uint32_t index) {
    const std::uint64_t bit = std::uint64_t{1} << (index % 64);
    Bits word(mark_bits[index / 64]);
    if ((word.load(std::memory_order_relaxed) & bit) != 0) return false;
    return (word.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
  }

  // ---- by the cache that has it
  void mark_free_slots();
  void unmark_free_slots();
  void publish_allocations();        // in alloc_bits
};

}  // namespace govm::gc
