// memcpy, memmove and memcmp for lengths that may be 0: then the pointers may be null, as those of Go's empty slices and
// strings and of std::string_view{} are. The standard functions forbid that.
#pragma once

#include <cstddef>
#include <cstring>

namespace govm {

inline void copy_bytes(void* to, const void* from, std::size_t n) {
  if (n != 0) std::memcpy(to, from, n);
}
inline void move_bytes(void* to, const void* from, std::size_t n) {
  if (n != 0) std::memmove(to, from, n);
}
inline int compare_bytes(const void* a, const void* b, std::size_t n) { return n == 0 ? 0 : std::memcmp(a, b, n); }

}  // namespace govm
