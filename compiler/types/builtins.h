// One call of a predeclared function (builtins.cpp, unsafe.cpp).
#pragma once

#include <initializer_list>

#include "compiler/types/checker_impl.h"

namespace govm::types {

class BuiltinCall {
 public:
  BuiltinCall(Checker& check, Operand& x, syntax::CallExpr* call, BuiltinId id)
      : check_(check), x_(x), call_(call), id_(id), info_(builtin_info(id)) {}
  bool run();

 private:
  bool evaluate_arguments();
  bool dispatch();
  bool append();
  bool length();
  bool clear();
  bool close();
  bool complex();
  bool copy();
  bool delete_();
  bool part();
  bool make();
  bool min_max();
  bool new_();
  bool panic();
  bool print();
  bool unsafe_add();
  bool unsafe_alignof();
  bool unsafe_offsetof();
  bool unsafe_sizeof();
  bool unsafe_slice();
  bool unsafe_slice_data();
  bool unsafe_string();
  bool unsafe_string_data();
  bool assert_();
  bool trace();

  Mode length_mode(Type* u);
  void match_complex_parts(Operand& y);
  // What the function's name is recorded to be: its signature in this call.
  Signature* make_sig(Type* result, std::initializer_list<Type*> args);
  Signature* make_sig(Type* result, std::span<Type* const> args);
  void record_type(Type* result, std::initializer_list<Type*> args);
  bool value(Type* t);                        // the result is a value of type t
  bool no_value();
  bool int_constant(std::int64_t v, Type* t);

  Checker& check_;
  Operand& x_;
  syntax::CallExpr* call_;
  BuiltinId id_;
  const BuiltinInfo& info_;
  OperandList args_;
  int nargs_ = 0;
};

Type* array_ptr_deref(Type* t);  // *[n]T gives [n]T

}  // namespace govm::types
