// Memory of globals and of static data (string bytes, composite literals that never change...). Lives as long as the Vm;
// the parts with pointers are roots of the collector. Thread safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/abi.h"
#include "gc/heap.h"

namespace govm::rt {

class StaticData {
 public:
  StaticData();
  ~StaticData();
  StaticData(const StaticData&) = delete;

  // Zeroed memory for a variable of this type; scanned precisely when it has pointers.
  void* global(const abi::Type* type);
  // Zeroed memory without pointers, or scanned conservatively word by word.
  void* bytes(std::size_t size, std::size_t align = 8);
  void* scanned(std::size_t size);
  // The same text gives the same pointer.
  abi::String string(std::string_view text);

  void visit_roots(gc::Marker& marker);

 private:
  struct Typed { void* address; const abi::Type* type; };
  struct Raw { void* address; std::size_t size; };
  void* carve(std::size_t size, std::size_t align);
  struct Strings;

  std::mutex lock_;
  std::vector<void*> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::vector<Typed> typed_;
  std::vector<Raw> raw_;
  Strings* strings_;
};

}  // namespace govm::rt
