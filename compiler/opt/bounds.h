// What is known of the order of integers at a place: facts x - y <= c, from dominating conditions and checks, and what
// operations imply by themselves. After ABCD (Bodik, Gupta, Sarkar) and gc's prove pass, with a small search.
#pragma once

#include "compiler/opt/cfg.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {

class Facts {
 public:
  Facts(const Function& fn, const Dominators& dominators);

  // A place in the dominator tree: facts added after mark() are taken back by undo().
  std::size_t mark() const { return facts_.size(); }
  void undo(std::size_t mark);

  void add_condition(const Value* cond, bool truth);
  // index was found to be in range of what `indexed` is.
  void add_index(Value* indexed, Value* index);
  void add_slice(Value* v);

  bool index_in_range(Value* indexed, Value* index);

 private:
  // node 0 is the number 0; a value's node stands for it, another for the length of a slice or string value.
  using Node = std::uint32_t;
  struct Term { Node node; std::int64_t offset; };
  struct Fact { Node from, to; std::int64_t weight; std::int32_t next_out, next_in; };  // from - to <= weight

  Term term(Value* v) const;
  Term length(Value* v) const;
  Term length_of_indexed(Value* v) const;
  Value* value_of(Node n) const { return n >= 2 && n % 2 == 0 ? values_[(n - 2) / 2] : nullptr; }
  void add(Term x, Term y, std::int64_t weight);
  void add_relation(Op op, Value* x, Value* y);
  bool prove(Node a, Node b, std::int64_t c, int depth);      // a - b <= c
  bool prove_by_operation(Value* v, Node b, std::int64_t c, int depth);
  bool at_least(Node n, std::int64_t k, int depth, bool use_facts);
  bool value_at_least(Value* v, std::int64_t k, int depth, bool use_facts);
  bool at_most(const Value* v, std::int64_t k) const;
  bool cannot_overflow(Value* u, std::int64_t step, int depth);
  // The phi's value from outside its loop and the step it counts by; null if it does not count.
  Value* induction_start(const Value* phi, std::int64_t& step) const;
  bool guarded(const Value* phi, const Value* next, std::int64_t step) const;

  const Dominators& dominators_;
  std::vector<Value*> values_;  // by id
  std::vector<Fact> facts_;
  int budget_ = 0;
  std::vector<std::int32_t> out_, in_;  // by node: latest fact, -1 none
};

}  // namespace govm::opt
