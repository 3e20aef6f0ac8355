#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"

namespace govm::opt {

bool remove_dead(Function& fn) {
  std::vector<bool> live(fn.next_value_id);
  std::vector<Value*> work;
  auto mark = [&](Value* v) {
    if (live[v->id]) return;
    live[v->id] = true;
    work.push_back(v);
  };
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) {
      if (!removable(v) || v->op == Op::kParam) mark(v);
    }
  }
  for (Value* v : fn.result_allocs) mark(v);
  while (!work.empty()) {
    Value* v = work.back();
    work.pop_back();
    for (Value* arg : v->args) mark(arg);
  }
  bool changed = false;
  for (auto& b : fn.blocks) {
    changed |= std::erase_if(b->values, [&](const Value* v) { return !live[v->id]; }) != 0;
  }
  return changed;
}

}  // namespace govm::opt
