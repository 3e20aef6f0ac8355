// The table of canonical types of a session.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "compiler/types/checker.h"
#include "compiler/types/ptr_map.h"

namespace govm::types {

class CanonicalTable {
 public:
  explicit CanonicalTable(Session& session) : session_(session) {}
  Type* get(Type* t);

 private:
  using Key = std::vector<std::uintptr_t>;  // kind, then parts
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  // The representative with that key; if there is none yet, original if its parts are canonical, else what make gives.
  Type* find(Key key, Type* original, bool same_parts, auto make);
  Type* build(Type* t);
  std::span<Var*> vars(std::span<Var*> in, bool& same);
  Type* structure(Struct* s);
  Type* tuple(Tuple* t);
  Type* signature(Signature* s);
  Type* interface(Interface* t);
  Type* named(Named* n);

  Session& session_;
  std::unordered_map<Key, Type*, KeyHash> types_;
  PtrMap<Type*, Type*> known_;
};

}  // namespace govm::types
