// How a type's values live in slots: which kind of scalar or aggregate, how many slots and bytes.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "compiler/ir/ir.h"

namespace govm::codegen {

enum class Rep : std::uint8_t {
  kVoid,                                        // no value
  kI8, kI16, kI32, kI64, kU8, kU16, kU32, kU64, // bool is kU8
  kF32, kF64,
  kPtr,                                         // pointers, maps, channels, funcs, unsafe.Pointer
  kString, kSlice, kEface, kIface,
  kC64, kC128,
  kMem,                                         // structs and arrays, in Go layout
  kTuple,                                       // each element on its own slots
};

struct Shape {
  Rep rep = Rep::kVoid;
  std::uint32_t slots = 0;
  std::int64_t size = 0;                        // bytes (of tuples: of the slots)
  bool pointers = false;

  bool is_int() const { return rep >= Rep::kI8 && rep <= Rep::kU64; }
  bool is_signed() const { return rep >= Rep::kI8 && rep <= Rep::kI64; }
  bool is_float() const { return rep == Rep::kF32 || rep == Rep::kF64; }
  bool one_word() const { return rep >= Rep::kI8 && rep <= Rep::kPtr; }
  int bits() const { return static_cast<int>(size * 8); }
};

// Shapes of canonical types, computed once.
class Shapes {
 public:
  Shape of(types::Type* t);
  // First slot of element i within a value of tuple type t.
  static std::uint32_t tuple_offset(Shapes& shapes, types::Type* t, std::size_t i);
  std::uint32_t tuple_offset(types::Type* t, std::size_t i) { return tuple_offset(*this, t, i); }

 private:
  std::unordered_map<types::Type*, Shape> cache_;
};

constexpr std::uint32_t slots_of(std::int64_t bytes) { return static_cast<std::uint32_t>((bytes + 7) / 8); }

// Sets bit (first + w) of bits for each word w of a t in memory that may hold a pointer.
void mark_pointers(types::Type* t, std::int64_t first_word, std::vector<std::uint8_t>& bits);

}  // namespace govm::codegen
