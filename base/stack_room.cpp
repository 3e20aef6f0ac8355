#include "base/stack_room.h"

#include <pthread.h>

#include <cstddef>
#include <cstdint>

namespace govm {
namespace {

// The address in the middle of the calling thread's stack; 0 if the system does not tell.
std::uintptr_t middle_of_stack() noexcept {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* base = nullptr;
  std::size_t size = 0;
  const bool known = pthread_attr_getstack(&attributes, &base, &size) == 0;
  pthread_attr_destroy(&attributes);
  return known ? reinterpret_cast<std::uintptr_t>(base) + size / 2 : 0;
}

}  // namespace

bool stack_half_full() noexcept {
  thread_local const std::uintptr_t middle = middle_of_stack();
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < middle;
}

}  // namespace govm
