// Local rewrite rules, used by simplify's walk.
#pragma once

#include "compiler/opt/edit.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {

// Where rules put values they need in front of the one they rewrite.
class Rewriter {
 public:
  explicit Rewriter(Function& fn) : fn_(fn) {}
  // Rewrites v (whose arguments are resolved) in place as far as rules apply; new values go to emitted(). True if v
  // changed.
  bool apply(Value* v);
  std::vector<Value*>& emitted() { return emitted_; }

 private:
  bool apply_once(Value* v);
  bool binary(Value* v);          // rewrite_arith.cpp
  bool binary_int(Value* v, Shape s);
  bool with_const(Value* v, Shape s, std::int64_t c);
  bool reassociate(Value* v, Shape s, std::int64_t c);
  bool divide_by(Value* v, Shape s, std::int64_t c);
  bool shift(Value* v);
  bool compare(Value* v);
  bool compare_each(Value* v, Shape s);
  bool compare_equal(Value* v);
  bool unary(Value* v);
  bool convert(Value* v);
  bool change_type(Value* v);     // rewrite_aggregate.cpp
  bool extract(Value* v);
  bool part_of_aggregate(Value* v);
  bool header_part(Value* v);     // Len, Cap, DataPtr
  bool interface_part(Value* v);
  bool type_assert(Value* v);
  bool string_concat(Value* v);
  bool index(Value* v);
  bool check(Value* v);
  bool phi(Value* v);
  bool select(Value* v);

  Value* constant(Value* like, types::Type* type, std::int64_t bits);
  Value* emit(Value* like, Op op, types::Type* type, std::initializer_list<Value*> args);
  bool to_copy(Value* v, Value* of);

  Function& fn_;
  std::vector<Value*> emitted_;
};

}  // namespace govm::opt
