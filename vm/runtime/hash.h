// Hashing for natives; see equality.h.
#pragma once

#include "vm/runtime/equality.h"

namespace govm::rt {

class Runtime;

// False: *bad is the unhashable type met.
inline bool hash_value(Runtime&, const abi::Type* type, const void* p, std::uint64_t seed, std::uint64_t* hash,
                       const abi::Type** bad) {
  Uncomparable error;
  *hash = hash_value(type, p, seed, &error);
  *bad = error.type;
  return error.type == nullptr;
}

}  // namespace govm::rt
