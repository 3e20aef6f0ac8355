// Marking: from what is grey to everything reachable, with an explicit stack. Several marks may run at once, beside each
// other and beside the program; each is used by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "gc/heap.h"
#include "gc/mark_pool.h"
#include "gc/page_heap.h"

namespace govm::gc {

class MarkStack final : public Marker {
 public:
  MarkStack(PageHeap& pages, MarkPool& pool) : pages_(pages), pool_(pool) {}

  void mark_pointer(const void* p) override { mark(reinterpret_cast<std::uintptr_t>(p)); }
  void mark_range(const void* begin, std::size_t bytes) override;
  void mark_typed(const void* p, const abi::Type* type) override;

  // Scans until nothing grey is left here, or about `budget` objects; returns how many it scanned. While the pool has few it
  // shares: allocators can help only with what is there.
  std::size_t drain(std::size_t budget) { return drain(budget, true); }
  void drain_alone();                         // all of it, while nobody else marks
  bool empty() const { return grey_.empty(); }
  bool take() { return pool_.take(grey_); }    // a batch of the pool's; then pool.done()
  bool has_more() { return !empty() || pool_.take_more(grey_); }   // once it took a batch
  void give_back() { pool_.put(grey_); }       // all that is left, to the pool
  void take_shaded() { marked_bytes_ += pool_.take_shaded(grey_); }

  // Marks what the object refers to, but not the object itself (finalizers).
  void mark_fields(std::uintptr_t p);
  bool is_marked(std::uintptr_t p) const;     // of addresses outside the heap: true
  std::size_t take_marked_bytes() { return std::exchange(marked_bytes_, 0); }

 private:
  // Large arrays are scanned in pieces, so that the stack stays short and no piece takes long.
  static constexpr std::size_t kChunkBytes = 16 << 10;

  std::size_t drain(std::size_t budget, bool share);
  void mark(std::uintptr_t p);
  void scan(Span& span, std::uint32_t index);
  void scan_bits(Span& span, std::uintptr_t object);
  void scan_array(std::uintptr_t begin, std::size_t bytes, const abi::Type* type);
  void scan_element(std::uintptr_t p, const abi::Type* type);
  void push_chunk(std::uintptr_t begin, std::size_t bytes, const abi::Type* type);

  PageHeap& pages_;
  MarkPool& pool_;
  GreyList grey_;
  std::size_t marked_bytes_ = 0;
};

}  // namespace govm::gc
