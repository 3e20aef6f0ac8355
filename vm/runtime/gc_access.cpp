#include "vm/runtime/gc_access.h"

namespace govm::rt {

void shade_values(gc::Heap& heap, const void* p, const abi::Type* type, std::size_t count) {
  const std::size_t words = type->ptr_bytes / 8;
  for (std::size_t n = 0; n < count; n++) {
    auto* value = reinterpret_cast<const void* const*>(static_cast<const char*>(p) + n * type->size);
    for (std::size_t i = 0; i < words; i++) {
      if (type->gc_data[i / 8] >> (i % 8) & 1) heap.shade(value[i]);
    }
  }
}

}  // namespace govm::rt
