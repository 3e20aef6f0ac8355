// One reserved range of addresses for type descriptors, names, itabs and function descriptors, so that abi's 32-bit
// offsets reach them. Memory is committed as it is used, zeroed, never moved, freed with the region. Thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace govm::rt {

class Region {
 public:
  static constexpr std::size_t kSize = std::size_t{1} << 30;  // offsets from here on are lazy references (types.h)
  Region();
  ~Region();
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  void* allocate(std::size_t size, std::size_t align = 8);
  template <typename T>
  T* make() { return static_cast<T*>(allocate(sizeof(T), alignof(T))); }
  std::string_view copy(std::string_view text);
  bool contains(const void* p) const {
    return static_cast<std::size_t>(static_cast<const char*>(p) - base_) < kSize;
  }
  std::int32_t offset_of(const void* p) const { return static_cast<std::int32_t>(static_cast<const char*>(p) - base_); }
  void* at(std::int32_t offset) const { return base_ + offset; }

 private:
  std::mutex lock_;
  char* base_;
  std::size_t size_ = kSize;  // less where address space is short
  std::size_t used_ = 64;  // offset 0 means "none"
};

}  // namespace govm::rt
