// Structural hash of types: identical types have equal hashes. Never forces lazy types, so it may be coarse.
#pragma once

#include "compiler/types/type.h"

namespace govm::types {

std::uint64_t type_hash(Type* t);

inline std::uint64_t mix_hash(std::uint64_t h, std::uint64_t x) {
  h ^= x + 0x9E3779B97F4A7C15ull + (h << 6) + (h >> 2);
  return h * 0xff51afd7ed558ccdull;
}

}  // namespace govm::types
