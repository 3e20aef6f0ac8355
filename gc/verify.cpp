// Heap invariants, checked in tests and under GC stress.
#include <bit>

#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

// Collects the first thing that is wrong with one span and what its objects refer to.
class Checker final : public Marker {
 public:
  explicit Checker(PageHeap& pages) : pages_(pages) {}
  std::string_view why;

  void check(Span& span) {
    if (span.large()) {
      check_array(span.base, span.large_bytes, span.large_type);
      return;
    }
    if (span.div_magic != UINT32_MAX / span.element_bytes + 1) why = "span: wrong division constant";
    if (span.count % 64 != 0 && (span.alloc_bits[span.words() - 1] >> (span.count % 64)) != ~std::uint64_t{0} >> (span.count % 64)) {
      why = "span: bits beyond the last slot are clear";
    }
    for (std::uint32_t i = 0; i < span.count && why.empty(); i++) {
      if (span.is_allocated(i) && !span.noscan) check_object(span, span.slot(i));
    }
  }

  void mark_pointer(const void* pointer) override {
    auto p = reinterpret_cast<std::uintptr_t>(pointer);
    if (!pages_.in_range(p)) return;
    Span* span = pages_.find(p);
    if (span == nullptr) {
      why = "object refers to free pages";
    } else if (!span->large()) {
      std::uint32_t index = span->index_of(p);
      if (index < span->count && !span->is_allocated(index)) why = "object refers to a freed object";
    }
  }
  void mark_range(const void*, std::size_t) override {}
  void mark_typed(const void* p, const abi::Type* type) override {
    auto* words = static_cast<void* const*>(p);
    for (std::size_t w = 0; w < type->ptr_bytes / 8; w++) {
      if (((type->gc_data[w / 8] >> (w % 8)) & 1) != 0) mark_pointer(words[w]);
    }
  }

 private:
  void check_object(Span& span, std::uintptr_t object) {
    if (span.element_bytes > kMaxBitmapBytes) {
      check_array(object + kHeaderBytes, span.element_bytes - kHeaderBytes, *reinterpret_cast<const abi::Type**>(object));
      return;
    }
    std::size_t first = (object - span.base) / 8;
    for (std::size_t w = 0; w < span.element_bytes / 8; w++) {
      std::size_t bit = first + w;
      if (((span.heap_bits[bit / 64] >> (bit % 64)) & 1) != 0) mark_pointer(reinterpret_cast<void**>(object)[w]);
    }
  }
  void check_array(std::uintptr_t p, std::size_t bytes, const abi::Type* type) {
    if (type == nullptr) return;
    for (std::size_t o = 0; o + type->size <= bytes; o += type->size) mark_typed(reinterpret_cast<void*>(p + o), type);
  }
  PageHeap& pages_;
};

}  // namespace

bool Heap::verify(std::string_view* why) {
  impl_->world.stop();
  std::lock_guard lock(impl_->sweep_mutex);
  for (auto& cache : impl_->caches) impl_->flush(*cache);   // a span may be cut for a sample
  impl_->finish_sweep();
  Checker checker(impl_->pages);
  impl_->pages.for_each_in_use([&](Span& span) {
    if (checker.why.empty()) checker.check(span);
  });
  impl_->world.start();
  if (why != nullptr) *why = checker.why;
  return checker.why.empty();
}

}  // namespace govm::gc
