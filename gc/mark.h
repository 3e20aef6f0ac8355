// Marking: from the roots to everything reachable, with an explicit stack. World stopped, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gc/heap.h"
#include "gc/page_heap.h"

namespace govm::gc {

class MarkStack final : public Marker {
 public:
  explicit MarkStack(PageHeap& pages) : pages_(pages) {}

  void mark_pointer(const void* p) override { mark(reinterpret_cast<std::uintptr_t>(p)); }
  void mark_range(const void* begin, std::size_t bytes) override;
  void mark_typed(const void* p, const abi::Type* type) override;

  void drain();
  // Marks what the object refers to, but not the object itself (finalizers).
  void mark_fields(std::uintptr_t p);
  bool is_marked(std::uintptr_t p) const;     // of addresses outside the heap: true
  std::size_t marked_bytes() const { return marked_bytes_; }
  void reset() { marked_bytes_ = 0; }

 private:
  struct Item { Span* span; std::uint32_t index; };
  struct Chunk { std::uintptr_t begin; std::size_t bytes; const abi::Type* type; };
  // Large arrays are scanned in pieces, so that the stack stays short.
  static constexpr std::size_t kChunkBytes = 128 << 10;

  void mark(std::uintptr_t p);
  void scan(Span& span, std::uint32_t index);
  void scan_bits(Span& span, std::uintptr_t object);
  void scan_array(std::uintptr_t begin, std::size_t bytes, const abi::Type* type);
  void scan_element(std::uintptr_t p, const abi::Type* type);
  void push_chunk(std::uintptr_t begin, std::size_t bytes, const abi::Type* type);

  PageHeap& pages_;
  std::vector<Item> stack_;
  std::vector<Chunk> chunks_;
  std::size_t marked_bytes_ = 0;
};

}  // namespace govm::gc
