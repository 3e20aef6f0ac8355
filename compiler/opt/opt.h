// The optimiser: one small pass a file, over the SSA of ir/ir.h.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "compiler/ir/ir.h"

namespace govm::opt {

class LibraryFacts;

struct Options {
  bool inline_calls = true;
  const LibraryFacts* library = nullptr;  // what is known of std without building it; null: nothing
  bool thorough = false;                  // callees are built without limits
  // Set from elsewhere once the result is not wanted any more: passes that have not begun are left out. Null: never.
  const std::atomic<bool>* given_up = nullptr;
  bool is_given_up() const { return given_up && given_up->load(std::memory_order_relaxed); }
  bool verify = false;  // check the function after each pass; a violation is a broken invariant and stops the process
};

// Optimises fn in place; builds it first if need be, and may build and optimise some of its callees (small ones, to
// inline them and to know what their parameters leak). Does nothing if fn.optimized, or without a body.
void optimize(ir::Function& fn, const Options& options = {});

// Whether no caller will ever want to look at the body of fn, which is optimised.
bool is_done_with(ir::Function& fn, const Options& options);

// What was decided about one variable or allocation, in the words of `go build -gcflags=-m`.
struct Decision {
  Pos pos;
  std::string text;  // "moved to heap: x", "new(T) escapes to heap", "x does not escape", "inlining call to f"
};
// Of a function and the literals in it, in source order. Optimises them.
std::vector<Decision> decisions(ir::Function& fn, const Options& options);

}  // namespace govm::opt
