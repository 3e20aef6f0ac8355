#include "compiler/opt/opt.h"

#include "base/assert.h"
#include "compiler/opt/passes.h"

namespace govm::opt {
namespace {

class Pipeline {
 public:
  Pipeline(Function& fn, const Options& options) : fn_(fn), options_(options) {}

  void run() {
    clean_cfg(fn_);
    to_ssa();
    order_blocks(fn_);
  }

 private:
  void to_ssa() {
    split_aggregates(fn_);
    checkpoint("sroa");
    promote_allocs(fn_);
    checkpoint("mem2reg");
    for (int round = 0; round < 3; ++round) {
      const bool changed = simplify(fn_);
      checkpoint("simplify");
      remove_dead(fn_);
      const bool branches = clean_cfg(fn_);
      checkpoint("clean_cfg");
      if (!changed && !branches) break;
    }
  }

  void checkpoint(const char* pass) {
    if (!options_.verify) return;
    const std::string violation = ir::verify(fn_);
    if (violation.empty()) return;
    const std::string what = std::string("after ") + pass + ": " + violation + "\n" + ir::to_string(fn_);
    assert_failed(what.c_str(), fn_.name.c_str(), 0);
  }

  Function& fn_;
  const Options& options_;
};

}  // namespace

void optimize(ir::Function& fn, const Options& options) {
  if (fn.optimized) return;
  if (!fn.built) fn.program->build(&fn);
  fn.optimized = true;
  if (fn.blocks.empty()) return;
  Pipeline(fn, options).run();
}

}  // namespace govm::opt
