#include "vm/runtime/code_map.h"

#include <mutex>

namespace govm::rt {

void CodeMap::add(const bc::Function& function) {
  auto begin = reinterpret_cast<std::uintptr_t>(function.code->words.data());
  std::unique_lock guard(lock_);
  ranges_[begin] = {begin + function.code->words.size() * 8, &function};
}

const bc::Function* CodeMap::find(const void* pc) const {
  auto p = reinterpret_cast<std::uintptr_t>(pc);
  std::shared_lock guard(lock_);
  auto it = ranges_.upper_bound(p);
  if (it == ranges_.begin()) return nullptr;
  --it;
  // One past the end is still this function: a return address behind a call that does not return.
  return p <= it->second.end ? it->second.function : nullptr;
}

}  // namespace govm::rt
