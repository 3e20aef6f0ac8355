// Arena: bump allocation for objects that live as long as their owner (AST, types, IR). Destructors run with the
// arena's, newest object first; they must not look at other objects of the arena. Not thread safe.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace govm {

class Arena {
 public:
  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Uninitialised memory; align is a power of two <= 16.
  void* allocate(std::size_t size, std::size_t align);

  template <typename T, typename... Args>
  T* make(Args&&... args) {
    T* made = ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
    if constexpr (!std::is_trivially_destructible_v<T>) {
      destructors_ = ::new (allocate(sizeof(Destructor), alignof(Destructor)))
          Destructor{destructors_, made, [](void* object) { static_cast<T*>(object)->~T(); }};
    }
    return made;
  }

  // A copy of the elements that lives as long as the arena.
  template <typename T>
  std::span<T> copy(const std::vector<T>& items) {
    return copy(std::span<const T>(items));
  }
  template <typename T>
  std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (items.empty()) return {};
    T* out = static_cast<T*>(allocate(sizeof(T) * items.size(), alignof(T)));
    std::uninitialized_copy(items.begin(), items.end(), out);
    return {out, items.size()};
  }
  std::string_view copy(std::string_view text);

  std::size_t bytes_used() const { return bytes_used_; }

 private:
  struct Destructor {
    Destructor* next;
    void* object;
    void (*run)(void* object);
  };
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  Destructor* destructors_ = nullptr;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::size_t bytes_used_ = 0;
};

}  // namespace govm
