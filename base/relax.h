// A hint to the processor that this thread only waits for a value to change.
#pragma once

namespace govm {

inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace govm
