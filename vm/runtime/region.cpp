#include "vm/runtime/region.h"

#include <sys/mman.h>

#include <cstring>
#include <new>

namespace govm::rt {

Region::Region() {
  constexpr std::size_t kLeast = 16 << 20;
  void* const kHint = reinterpret_cast<void*>(0xb000000000);  // types are keys of maps: see gc's page heap
  void* p = MAP_FAILED;
  for (size_ = kSize; p == MAP_FAILED && size_ >= kLeast; size_ /= 2) {
    p = mmap(kHint, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p != MAP_FAILED) break;
  }
  if (p == MAP_FAILED) throw std::bad_alloc();
  base_ = static_cast<char*>(p);
}

Region::~Region() { munmap(base_, size_); }

void* Region::allocate(std::size_t size, std::size_t align) {
  std::lock_guard guard(lock_);
  std::size_t at = (used_ + align - 1) & ~(align - 1);
  if (at > size_ || size > size_ - at) throw std::bad_alloc();
  used_ = at + size;
  return base_ + at;
}

std::string_view Region::copy(std::string_view text) {
  char* p = static_cast<char*>(allocate(text.size() + 1, 1));
  text.copy(p, text.size());
  return {p, text.size()};
}

}  // namespace govm::rt
