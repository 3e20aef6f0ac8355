// What must be known of a whole function before it is built: which variables are assigned again after their
// declaration, have their address taken or are used by function literals; which bodies defer, recover or have labels.
// One Facts per declared function or package-level initialiser, shared by all its instances.
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "compiler/types/checker.h"

namespace govm::ir {

struct BodyFacts {
  bool has_defer = false;
  bool has_recover = false;
  bool has_label = false;  // some statement may run again without a loop around it
};

class Facts {
 public:
  explicit Facts(const syntax::Node* root);  // a FuncDecl, or the expression of an initialiser
  bool reassigned(const types::Var* v) const { return reassigned_.contains(v); }
  bool addressed(const types::Var* v) const { return addressed_.contains(v); }
  bool captured(const types::Var* v) const { return captured_.contains(v); }
  const BodyFacts& body(const syntax::Node* function) const;  // FuncDecl, FuncLit or the root

 private:
  friend class FactFinder;
  std::unordered_set<const types::Var*> reassigned_;
  std::unordered_set<const types::Var*> addressed_;
  std::unordered_set<const types::Var*> captured_;
  std::unordered_map<const syntax::Node*, BodyFacts> bodies_;
};

// Does evaluating e call a function or receive from a channel (so that it may change other variables)?
bool has_call(const syntax::Expr* e);

}  // namespace govm::ir
