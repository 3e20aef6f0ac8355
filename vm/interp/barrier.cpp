#include "vm/interp/barrier.h"

namespace govm::interp {

void shade_typed(sched::Worker* w, const void* p, const abi::Type* type) {
  for (std::uint64_t word = 0; word < type->ptr_bytes / 8; ++word) {
    if ((type->gc_data[word / 8] >> (word % 8) & 1) != 0) w->heap->shade(load<void*>(static_cast<void* const*>(p) + word));
  }
}

}  // namespace govm::interp
