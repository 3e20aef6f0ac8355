// What -m prints, read off an optimised function.
#include "compiler/opt/escape.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

void describe(const Value* v, types::Package* package, std::vector<Decision>& out) {
  const bool heap = on_heap(v);
  std::string what;
  switch (v->op) {
    case Op::kAlloc:
      if (v->aux.variable != nullptr) {
        if (heap) out.push_back({v->aux.variable->pos, "moved to heap: " + std::string(v->aux.variable->name.str())});
        return;
      }
      what = "new(" + types::type_string(pointee(v->type), package, types::Qualify::kName) + ")";
      break;
    case Op::kMakeSlice: what = "make(" + types::type_string(v->type, package, types::Qualify::kName) + ")"; break;
    case Op::kMakeClosure: what = "func literal"; break;
    case Op::kMakeIface: what = types::type_string(v->args[0]->type, package, types::Qualify::kName) + " value"; break;
    default: return;
  }
  out.push_back({v->pos, what + (heap ? " escapes to heap" : " does not escape")});
}

}  // namespace

std::vector<Decision> decisions(const ir::Function& fn) {
  std::vector<Decision> out;
  if (!fn.optimized) return out;
  std::vector<const ir::InlineSite*> sites;
  for (auto& b : fn.blocks) {
    for (const Value* v : b->values) {
      if (v->inlined == nullptr) {
        if (is_allocation(v)) describe(v, fn.package, out);
        continue;
      }
      const ir::InlineSite* site = v->inlined;
      while (site->outer != nullptr) site = site->outer;
      if (std::find(sites.begin(), sites.end(), site) != sites.end()) continue;
      sites.push_back(site);
      out.push_back({site->call_pos, "inlining call to " + site->callee->name});
    }
  }
  std::sort(out.begin(), out.end(), [](const Decision& a, const Decision& b) {
    return a.pos != b.pos ? a.pos < b.pos : a.text < b.text;
  });
  out.erase(std::unique(out.begin(), out.end(),
                        [](const Decision& a, const Decision& b) { return a.pos == b.pos && a.text == b.text; }),
            out.end());
  return out;
}

}  // namespace govm::opt
