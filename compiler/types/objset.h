// A set of objects by their id (name, and package where unexported), to find duplicate declarations.
#pragma once

#include <unordered_map>
#include <vector>

#include "compiler/types/predicates.h"

namespace govm::types {

class ObjSet {
 public:
  // The object of the same id already in the set, else null and obj is in it.
  Object* insert(Object* obj) {
    if (list_.size() < kLinear) {
      for (Object* o : list_)
        if (same_id(o, obj->pkg, obj->name, false)) return o;
    } else {
      if (map_.empty())
        for (Object* o : list_) map_.emplace(o->name, o);
      auto [first, last] = map_.equal_range(obj->name);
      for (; first != last; ++first)
        if (same_id(first->second, obj->pkg, obj->name, false)) return first->second;
      map_.emplace(obj->name, obj);
    }
    list_.push_back(obj);
    return nullptr;
  }

 private:
  static constexpr std::size_t kLinear = 12;
  std::vector<Object*> list_;
  std::unordered_multimap<Symbol, Object*> map_;
};

}  // namespace govm::types
