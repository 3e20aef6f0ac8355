// The instances of a session (types2/context.go). Owned by the session's Universe.
#pragma once

#include <deque>
#include <span>
#include <unordered_map>

#include "compiler/types/checker.h"

namespace govm::types {

class Context {
 public:
  static std::uint64_t hash(Type* orig, std::span<Type* const> targs);
  Type* lookup(std::uint64_t hash, Type* orig, std::span<Type* const> targs) const;  // null: none yet
  // targs must live as long as the session.
  void add(std::uint64_t hash, Type* orig, std::span<Type* const> targs, Type* instance);

 private:
  struct Entry {
    Type* orig;
    std::span<Type* const> targs;
    Type* instance;
    const Entry* next;  // of the same hash
  };
  std::deque<Entry> entries_;
  std::unordered_map<std::uint64_t, const Entry*> chains_;
};

}  // namespace govm::types
