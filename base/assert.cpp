#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace govm {
void assert_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "govm: internal error: %s at %s:%d\n", condition, file, line);
  std::abort();
}
}  // namespace govm
