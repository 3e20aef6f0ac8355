#include "vm/interp/barrier.h"

namespace govm::interp {

void shade_typed(sched::Worker* w, const void* to, const void* from, const abi::Type* type) {
  for (std::uint64_t word = 0; word < type->ptr_bytes / 8; ++word) {
    if (!(type->gc_data[word / 8] >> (word % 8) & 1)) continue;
    const auto* old_value = static_cast<void* const*>(to) + word;
    w->heap->shade(*old_value, from ? static_cast<void* const*>(from)[word] : nullptr);
  }
}

}  // namespace govm::interp
