// Constants as keys of hash tables, for finding duplicate cases and map keys. Equal numbers have equal keys, whatever
// their representation.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/types/constant.h"
#include "compiler/types/type.h"

namespace govm::types {

// Empty if the value is unknown.
std::string constant_key(constant::Factory& constants, const constant::Value* v);

// Keys seen, each with the types it was seen with.
class ConstantSet {
 public:
  struct Entry {
    Type* type;
    Pos pos;
  };
  // The earlier entry of that value and an identical type, or null; then (key, type) is added. Entries stay valid
  // until the next call.
  const Entry* insert(const std::string& key, Type* type, Pos pos);

 private:
  std::unordered_map<std::string, std::vector<Entry>> entries_;
};

}  // namespace govm::types
