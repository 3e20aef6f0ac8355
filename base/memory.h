// memcpy, memmove and memcmp for lengths that may be 0: then the pointers may be null, as those of Go's empty slices and
// strings and of std::string_view{} are. The standard functions forbid that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace govm {

inline void copy_bytes(void* to, const void* from, std::size_t n) {
  if (n != 0) std::memcpy(to, from, n);
}
inline void move_bytes(void* to, const void* from, std::size_t n) {
  if (n != 0) std::memmove(to, from, n);
}
// As move_bytes, for memory with pointers: aligned to 8, n a multiple of 8. Each word is read and written as a whole, so that
// a pointer which another thread writes is seen as it was or as it will be; memmove does not promise that.
inline void move_words(void* to, const void* from, std::size_t n) {
  auto* t = static_cast<std::uint64_t*>(to);
  const auto* f = static_cast<const std::uint64_t*>(from);
  std::size_t words = n / 8;
  const auto move = [](std::uint64_t* one, const std::uint64_t* other) {
    __atomic_store_n(one, __atomic_load_n(other, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
  };
  if (static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(t) - reinterpret_cast<std::uintptr_t>(f)) >= n) {
    if (words >= 64) asm volatile("rep movsq" : "+D"(t), "+S"(f), "+c"(words) : : "memory");
    for (std::size_t i = 0; i < words; ++i) move(t + i, f + i);
  } else {
    while (words-- > 0) move(t + words, f + words);
  }
}
inline int compare_bytes(const void* a, const void* b, std::size_t n) { return n == 0 ? 0 : std::memcmp(a, b, n); }

}  // namespace govm
