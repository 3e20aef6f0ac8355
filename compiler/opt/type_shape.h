// What passes ask about a type, looked up once: kind and width of scalars, and integer arithmetic in that width.
#pragma once

#include "compiler/types/checker.h"

namespace govm::opt {

struct Shape {
  enum Kind : std::uint8_t {
    kNone,  // no type, or a tuple
    kBool, kInt, kFloat, kComplex, kString, kPointer /* also unsafe.Pointer, map, chan, func */, kSlice, kInterface,
    kStruct, kArray,
  };
  Kind kind = kNone;
  std::uint8_t bits = 0;      // of integers, floats, complex
  bool is_signed = false;
  bool is_uintptr = false;

  bool is_int() const { return kind == kInt; }
};

Shape shape_of(types::Type* t);

// Wraps to the width of an integer shape and extends to 64 bits as Const holds it.
std::int64_t wrap(std::int64_t bits, Shape s);
std::int64_t min_value(Shape s);   // of a signed or narrow unsigned integer
std::uint64_t max_value(Shape s);  // as unsigned 64 bits

// == on values of t may panic: it holds an interface somewhere.
bool comparison_may_panic(types::Type* t);
// The type a pointer type points to; null for others.
types::Type* pointee(types::Type* t);

}  // namespace govm::opt
