// Escape analysis on SSA, after Go's: what every value leads to is summed up as a Leak, found by propagating backwards
// from uses to operands until nothing changes. Storing through an address that is not one of the function's own
// allocations counts as the heap.
#pragma once

#include <unordered_map>

#include "compiler/opt/context.h"

namespace govm::opt {

// An allocation that may stay in the frame: Alloc, MakeSlice, MakeClosure, MakeIface of what does not fit in a word, and
// what makes strings or slices of their bytes or runes.
bool is_allocation(const Value* v);
// As was decided.
bool on_heap(const Value* allocation);
// Type or operation carries addresses (uintptr arithmetic included, except ^, which hides them on purpose).
bool carries_pointer(const Value* v);
// Stores what lay in the same object, or a part of it: b.buf = b.buf[n:]. Nothing gets anywhere by that.
bool is_self_assignment(const Value* store);
// The allocation whose memory address is an address in; null if it may be another's.
Value* allocation_of(Value* address);

class EscapeAnalysis {
 public:
  // with_params: what parameters and captures lead to is wanted too.
  EscapeAnalysis(Context& context, Function& fn, bool with_params);
  void solve();
  const Leak& leak(const Value* v) const { return leaks_[v->id]; }
  bool escapes(const Value* v) const { return leaks_[v->id].heap == 0; }
  void force_to_heap(Value* v) { flow(v, kToHeap); }

 private:
  static constexpr Leak kToHeap{.heap = 0};
  void mark_interesting();
  bool pass();
  void visit(Value* v);
  void visit_memory(Value* v);
  void visit_call(Value* v);
  void visit_static_call(Value* v);
  void visit_closure(Value* v);
  void visit_select(Value* v);
  void visit_return(Value* v);
  void flow(Value* v, const Leak& leak);
  void lower(Leak& to, const Leak& from);
  void flow_args(Value* v, const Leak& leak, std::size_t from = 0);
  Leak contents_of(Value* address);  // where what is stored at address goes
  Leak contents(const Value* allocation) const;
  void apply(Value* arg, const Leak& param, const Value* call);
  Leak& result_of(const Value* call, std::size_t i);  // where the call's i-th result goes

  Context& context_;
  Function& fn_;
  bool with_params_;
  std::vector<Block*> order_;
  std::vector<Leak> leaks_;        // by value id
  std::unordered_map<std::uint64_t, Leak> results_;  // of calls with several results, by call and index
  std::vector<bool> interesting_;  // may lead to something whose fate is wanted
  std::vector<Value*> params_;     // of fn_ itself, by index; for calls of itself
  bool changed_ = false;
};

}  // namespace govm::opt
