// Which addresses may name the same memory.
#pragma once

#include "compiler/opt/edit.h"

namespace govm::opt {

// Allocs whose address goes nowhere but into loads and stores: no call or store elsewhere touches them.
class PrivateAllocs {
 public:
  explicit PrivateAllocs(const Function& fn);
  bool contains(const Value* base) const {
    return base->op == Op::kAlloc && !shared_[base->id];
  }
  bool any() const { return any_; }

 private:
  void visit(const Value* v);
  std::vector<bool> shared_;  // by value id: an address derived from it goes elsewhere
  bool any_ = false;
};

// False only if the two addresses certainly lie in different variables, or in different fields of one.
bool may_alias(Value* a, Value* b, const PrivateAllocs& privates);

}  // namespace govm::opt
