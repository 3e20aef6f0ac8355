// Functions that were replaced while the program runs: calls of the old one are sent on to the new one.
//
// The old function keeps its code, for frames that are still in it, but its entry becomes the stub of functions without
// code; CompileLazily then finds the new one (in native_data, which functions with Go code do not use) and goes on there.
#pragma once

#include "vm/bytecode/function.h"
#include "vm/runtime/stubs.h"

namespace govm::rt {

// Null: it was not replaced.
inline bc::Function* forwarded_to(const bc::Function& function) {
  // In this order: another thread may be binding it to a native, which sets native before native_data.
  void* fresh = __atomic_load_n(&function.native_data, __ATOMIC_ACQUIRE);
  return fresh == nullptr || function.native != nullptr ? nullptr : static_cast<bc::Function*>(fresh);
}

// Both have the same parameters and results. Under the lock of the compiler.
inline void forward(bc::Function& old, bc::Function& fresh) {
  __atomic_store_n(&old.native_data, static_cast<void*>(&fresh), __ATOMIC_RELEASE);
  __atomic_store_n(&old.entry, stub_compile_lazily(), __ATOMIC_RELEASE);
}

}  // namespace govm::rt
