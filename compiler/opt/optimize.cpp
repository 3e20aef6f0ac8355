#include "compiler/opt/opt.h"

#include "base/assert.h"
#include "compiler/opt/context.h"

namespace govm::opt {
namespace {

class Pipeline {
 public:
  Pipeline(Context& context, Function& fn) : context_(context), fn_(fn) {}

  void run() {
    step("clean_cfg", clean_cfg(fn_));
    to_ssa();
    // Callees are known best now; their bodies bring new variables and new constants.
    for (int round = 0; round < 3; ++round) {
      const bool resolved = step("resolve_calls", resolve_calls(fn_));
      const bool inlined = step("inline_calls", inline_calls(context_, fn_, round > 0));
      if (given_up() || (!inlined && !resolved)) break;
      step("clean_cfg", clean_cfg(fn_));
      remove_dead(fn_);
      to_ssa();
    }
    if (given_up()) return;
    memory();
    if (given_up()) return;
    step("borrow_bytes", borrow_bytes(fn_));
    decide_allocations(context_, fn_);
    if (given_up()) return;
    step("prove_bounds", prove_bounds(fn_));
    step("hoist_invariants", hoist_invariants(fn_));
    step("sink_operands", sink_operands(fn_));
    step("remove_dead", remove_dead(fn_));
    step("clean_cfg", clean_cfg(fn_));
    order_blocks(fn_);
    recount_uses(fn_);
  }

 private:
  bool given_up() const { return context_.options.is_given_up(); }

  void to_ssa() {
    step("split_aggregates", split_aggregates(fn_));
    step("promote_allocs", promote_allocs(fn_));
    fold();
  }

  void fold() {
    for (int round = 0; round < 3; ++round) {
      const bool changed = step("simplify", simplify(fn_));
      const bool dead = step("remove_dead", remove_dead(fn_));
      const bool branches = step("clean_cfg", clean_cfg(fn_));
      if (!branches && !(changed && dead && round == 0)) break;
    }
  }

  void memory() {
    const bool narrowed = step("narrow_memory", narrow_memory(fn_));
    const bool forwarded = step("forward_memory", forward_memory(fn_));
    if (!narrowed && !forwarded) return;
    remove_dead(fn_);
    // Stores that went may have been all that kept a variable in memory.
    if (forwarded) step("promote_allocs", promote_allocs(fn_));
    fold();
  }

  bool step(const char* pass, bool changed) {
    if (changed && context_.options.verify) check(pass);
    return changed;
  }

  void check(const char* pass) {
    const std::string violation = ir::verify(fn_);
    if (violation.empty()) return;
    const std::string what = std::string("after ") + pass + ": " + violation + "\n" + ir::to_string(fn_);
    assert_failed(what.c_str(), fn_.name.c_str(), 0);
  }

  Context& context_;
  Function& fn_;
};

}  // namespace

void run_pipeline(Context& context, Function& fn) {
  context.active.push_back(&fn);
  Pipeline(context, fn).run();
  context.active.pop_back();
}

void optimize(ir::Function& fn, const Options& options) {
  if (fn.optimized) return;
  if (!fn.built) fn.program->build(&fn);
  fn.optimized = true;
  if (fn.blocks.empty()) return;
  Context context{options};
  run_pipeline(context, fn);
}

}  // namespace govm::opt
