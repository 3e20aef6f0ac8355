// The enumeration of panic_entry.def.
#pragma once

namespace govm::rt {

enum class PanicEntry : int {
#define PANIC_ENTRY(name, function, signature) k##name,
#include "vm/runtime/panic_entry.def"
#undef PANIC_ENTRY
  kCount,
};

}  // namespace govm::rt
