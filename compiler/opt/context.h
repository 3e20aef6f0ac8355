// What one outermost optimize() call shares with the optimisation of the callees it causes.
#pragma once

#include <algorithm>
#include <span>

#include "compiler/opt/opt.h"
#include "compiler/opt/passes.h"

namespace govm::opt {

// How far what a pointer leads to gets: for the heap and each of the first results, the least number of loads after
// which the pointer flows there (0: it itself); kNever: not at all.
struct Leak {
  static constexpr std::uint8_t kNever = 255;
  static constexpr std::uint8_t kMaxLoads = 4;  // deeper flows are treated as this deep
  static constexpr std::size_t kResults = 7;    // later results count as the heap
  std::uint8_t heap = kNever;
  std::uint8_t results[kResults] = {kNever, kNever, kNever, kNever, kNever, kNever, kNever};
};

// Function::escape_summary: what the optimiser remembers of a function, in the program's arena.
struct FunctionInfo {
  enum class Inline : std::uint8_t { kUnknown, kNever, kPossible };
  Inline inlining = Inline::kUnknown;
  std::uint32_t cost = 0;            // if kPossible
  bool safe_in_wrapper = false;      // calls nothing that might recover
  bool summarizing = false;
  bool summarized = false;
  bool looked_up = false;            // in Options::library
  std::uint8_t library_cost = 0;     // as that says; 255: never inlined, 0: perhaps not known
  std::span<Leak> params, captures;  // if summarized
};

inline FunctionInfo& info(Function& fn) {
  if (fn.escape_summary == nullptr) fn.escape_summary = fn.program->arena.make<FunctionInfo>();
  return *static_cast<FunctionInfo*>(fn.escape_summary);
}

struct Context {
  static constexpr std::size_t kMaxDepth = 8;
  const Options& options;
  std::vector<Function*> active = {};  // being optimised, outermost first
  int builds_left = 64;                // callees that may still be built, so that little is built that never runs

  bool is_active(const Function* fn) const { return std::find(active.begin(), active.end(), fn) != active.end(); }
  // Makes callee's optimised body available if that is cheap: source text of at most max_bytes, within the budget.
  bool ensure_optimized(Function* callee, std::uint32_t max_bytes);
};

// Runs all passes over fn, which is built and has blocks.
void run_pipeline(Context& context, Function& fn);

// Calls whose function is known become static ones; small callees are copied in.
bool resolve_calls(Function& fn);
// closures_only: calls of func literals, as came to light by inlining.
bool inline_calls(Context& context, Function& fn, bool closures_only);
bool may_inline(Function& fn);   // optimised: it is small enough to be, at any call
// Decides what may live in the frame.
void decide_allocations(Context& context, Function& fn);
// What fn's parameters and captures leak; null if it is not known (everything may leak).
const FunctionInfo* leak_summary(Context& context, Function* fn);
// fn was summarised: does it once more, with what is known of its callees now. As true as before, and maybe more is known.
void summarize_again(Context& context, Function& fn);
// What Options::library knows is filled in.
FunctionInfo& library_info(Context& context, Function& fn);

}  // namespace govm::opt
