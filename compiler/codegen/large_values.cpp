// Values too large for a frame stay in memory: what was loaded to be stored is copied to a temporary on the heap.
#include "compiler/codegen/large_values.h"

#include <unordered_map>

#include "compiler/opt/edit.h"

namespace govm::codegen {
namespace {

using ir::Op;
using ir::Value;

constexpr std::uint32_t kManySlots = 2048;

// Loads of large values that no phi takes part in.
std::unordered_map<Value*, Value*> large_loads(ir::Function& fn, Shapes& shapes) {
  std::unordered_map<Value*, Value*> out;
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) {
      if (v->op == Op::kLoad && shapes.of(v->type).slots > kManySlots) out.emplace(v, nullptr);
    }
  }
  for (auto& b : fn.blocks) {
    for (Value* v : b->values) {
      if (v->op != Op::kPhi) continue;
      for (Value* arg : v->args) out.erase(arg);
    }
  }
  return out;
}

}  // namespace

bool keep_in_memory(ir::Function& fn, Shapes& shapes) {
  auto temporaries = large_loads(fn, shapes);
  if (temporaries.empty()) return false;
  for (auto& [load, temporary] : temporaries) {
    temporary = opt::make_like(load, Op::kAlloc, load->args[0]->type, {});
    temporary->aux_int = 1;
  }
  for (auto& b : fn.blocks) {
    std::vector<Value*> values;
    const auto add = [&](Value* v) {
      v->block = b.get();
      values.push_back(v);
    };
    for (Value* v : b->values) {
      if (const auto found = temporaries.find(v); found != temporaries.end()) {
        add(found->second);
        Value* move = opt::make_like(v, Op::kMove, nullptr, {found->second, v->args[0]});
        move->aux.type = v->type;
        add(move);
        continue;
      }
      for (std::size_t i = 0; i < v->args.size(); ++i) {
        const auto used = temporaries.find(v->args[i]);
        if (used == temporaries.end()) continue;
        if (v->op == Op::kStore && i == 1) {
          types::Type* type = v->args[i]->type;
          opt::become(v, Op::kMove, {v->args[0], used->second});
          v->aux.type = type;
        } else {
          Value* again = opt::make_like(v, Op::kLoad, v->args[i]->type, {used->second});
          add(again);
          v->args[i] = again;
        }
      }
      add(v);
    }
    b->values = std::move(values);
  }
  opt::recount_uses(fn);
  return true;
}

}  // namespace govm::codegen
