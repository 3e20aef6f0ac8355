#include "vm/runtime/gc_access.h"

namespace govm::rt {

void shade_values(sched::Worker& w, void* to, const void* from, const abi::Type* type, std::size_t count) {
  std::size_t words = type->ptr_bytes / 8;
  for (std::size_t n = 0; n < count; n++) {
    auto* dst = reinterpret_cast<const void**>(static_cast<char*>(to) + n * type->size);
    auto* src = from == nullptr ? nullptr
                                : reinterpret_cast<const void* const*>(static_cast<const char*>(from) + n * type->size);
    for (std::size_t i = 0; i < words; i++) {
      if (type->gc_data[i / 8] >> (i % 8) & 1) w.heap->shade(dst[i], src == nullptr ? nullptr : src[i]);
    }
  }
}

}  // namespace govm::rt
