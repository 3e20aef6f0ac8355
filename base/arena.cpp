#include "base/arena.h"

#include <algorithm>
#include <cstdint>

#include "base/memory.h"

namespace govm {
namespace {
constexpr std::size_t kBlockSize = 64 << 10;
}

Arena::~Arena() {
  for (const Destructor* d = destructors_; d != nullptr; d = d->next) d->run(d->object);
}

void* Arena::allocate(std::size_t size, std::size_t align) {
  auto address = (reinterpret_cast<std::uintptr_t>(next_) + align - 1) & ~(align - 1);
  if (next_ == nullptr || address + size > reinterpret_cast<std::uintptr_t>(end_)) {
    const std::size_t block_size = std::max(kBlockSize, size + align);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block_size));
    next_ = blocks_.back().get();
    end_ = next_ + block_size;
    address = (reinterpret_cast<std::uintptr_t>(next_) + align - 1) & ~(align - 1);
  }
  next_ = reinterpret_cast<std::byte*>(address + size);
  bytes_used_ += size;
  return reinterpret_cast<void*>(address);
}

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {};
  char* out = static_cast<char*>(allocate(text.size(), 1));
  copy_bytes(out, text.data(), text.size());
  return {out, text.size()};
}

}  // namespace govm
