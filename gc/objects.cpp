// Looking at all objects of the heap, for dumps.
#include "gc/heap_impl.h"

namespace govm::gc {
namespace {

using Visit = std::function<void(const void* object, std::size_t bytes, const std::vector<std::size_t>& pointers)>;

class ObjectVisitor {
 public:
  explicit ObjectVisitor(const Visit& visit) : visit_(visit) {}

  void span(Span& span) {
    if (span.large()) return array(span.base, span.bytes(), span.large_type);
    for (std::uint32_t i = 0; i < span.count; i++) {
      if (span.is_allocated(i)) small(span, span.slot(i));
    }
  }

 private:
  void small(Span& span, std::uintptr_t p) {
    if (span.noscan) return array(p, span.element_bytes, nullptr);
    if (span.element_bytes > kMaxBitmapBytes) {
      return array(p + kHeaderBytes, span.element_bytes - kHeaderBytes, *reinterpret_cast<const abi::Type**>(p));
    }
    pointers_.clear();
    const std::size_t first = (p - span.base) / 8;
    for (std::size_t w = 0; w < span.element_bytes / 8; w++) {
      if ((span.heap_bits[(first + w) / 64] >> ((first + w) % 64) & 1) != 0) pointers_.push_back(w * 8);
    }
    visit_(reinterpret_cast<void*>(p), span.element_bytes, pointers_);
  }

  void array(std::uintptr_t p, std::size_t bytes, const abi::Type* type) {
    pointers_.clear();
    for (std::size_t at = 0; type != nullptr && at + type->size <= bytes; at += type->size) {
      for (std::size_t w = 0; w < type->ptr_bytes / 8; w++) {
        if ((type->gc_data[w / 8] >> (w % 8) & 1) != 0) pointers_.push_back(at + w * 8);
      }
    }
    visit_(reinterpret_cast<void*>(p), bytes, pointers_);
  }

  const Visit& visit_;
  std::vector<std::size_t> pointers_;
};

}  // namespace

void Heap::for_each_object(const Visit& visit) {
  impl_->world.stop();
  {
    std::lock_guard lock(impl_->sweep_mutex);
    for (auto& cache : impl_->caches) impl_->flush(*cache);
    impl_->finish_sweep();
    ObjectVisitor visitor(visit);
    impl_->pages.for_each_in_use([&](Span& span) { visitor.span(span); });
  }
  impl_->world.start();
}

}  // namespace govm::gc
