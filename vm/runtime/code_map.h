// From an instruction's address to the function it belongs to. Thread safe.
#pragma once

#include <cstdint>
#include <map>
#include <shared_mutex>

#include "vm/bytecode/function.h"

namespace govm::rt {

class CodeMap {
 public:
  void add(const bc::Function& function);            // once it has code; also when compiled anew
  const bc::Function* find(const void* pc) const;    // null: not code

 private:
  struct Range { std::uintptr_t end; const bc::Function* function; };
  mutable std::shared_mutex lock_;
  std::map<std::uintptr_t, Range> ranges_;
};

}  // namespace govm::rt
