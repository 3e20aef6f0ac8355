// Broken invariants stop the process with their place; never used for errors of the Go program or the host.
#pragma once

namespace govm {
[[noreturn]] void assert_failed(const char* condition, const char* file, int line) noexcept;
}

#define GOVM_ASSERT(cond) \
  ((cond) ? static_cast<void>(0) : ::govm::assert_failed(#cond, __FILE__, __LINE__))
#ifdef NDEBUG
#define GOVM_DEBUG_ASSERT(cond) static_cast<void>(sizeof(!(cond)))
#else
#define GOVM_DEBUG_ASSERT(cond) GOVM_ASSERT(cond)
#endif
#define GOVM_UNREACHABLE() ::govm::assert_failed("unreachable", __FILE__, __LINE__)
