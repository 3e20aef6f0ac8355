#include "vm/runtime/region.h"

#include <sys/mman.h>

#include <cstring>

#include "base/assert.h"

namespace govm::rt {

Region::Region() {
  void* p = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  GOVM_ASSERT(p != MAP_FAILED);
  base_ = static_cast<char*>(p);
}

Region::~Region() { munmap(base_, kSize); }

void* Region::allocate(std::size_t size, std::size_t align) {
  std::lock_guard guard(lock_);
  std::size_t at = (used_ + align - 1) & ~(align - 1);
  GOVM_ASSERT(size <= kSize - at);
  used_ = at + size;
  return base_ + at;
}

std::string_view Region::copy(std::string_view text) {
  char* p = static_cast<char*>(allocate(text.size() + 1, 1));
  std::memcpy(p, text.data(), text.size());
  return {p, text.size()};
}

}  // namespace govm::rt
