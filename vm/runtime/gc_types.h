// Descriptors of the VM's own heap objects.
#pragma once

#include "base/abi.h"
#include "vm/runtime/types.h"

namespace govm::rt {

struct GcTypes {
  explicit GcTypes(TypeTable& types);
  abi::Type* map;                 // maps.h Map
  abi::Type* map_table[40];       // maps.h Table with 1 << i slots
  abi::Type* pointer;             // one pointer
};

}  // namespace govm::rt
