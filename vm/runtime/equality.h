// Equality and hashing of Go values by type descriptor. Nothing here allocates, parks or calls Go.
#pragma once

#include <cstdint>

#include "base/abi.h"
#include "vm/bytecode/function.h"

namespace govm::rt {

// What went wrong: an interface held a value of this type, which is not comparable / hashable.
struct Uncomparable { const abi::Type* type = nullptr; };

// Values of `type` at p and q are ==. On an uncomparable dynamic type sets error->type and returns false.
bool equal_values(const abi::Type* type, const void* p, const void* q, Uncomparable* error);
bool equal_efaces(abi::Eface a, abi::Eface b, Uncomparable* error);
// Interfaces with methods.
inline bool equal_ifaces(abi::Iface a, abi::Iface b, Uncomparable* error) {
  return equal_efaces({a.tab ? a.tab->type : nullptr, a.data}, {b.tab ? b.tab->type : nullptr, b.data}, error);
}

std::uint64_t hash_value(const abi::Type* type, const void* p, std::uint64_t seed, Uncomparable* error);
std::uint64_t hash_bytes(const void* p, std::size_t size, std::uint64_t seed);
inline std::uint64_t hash_word(std::uint64_t value, std::uint64_t seed) {
  auto product = static_cast<unsigned __int128>(value ^ seed ^ 0xa0761d6478bd642f) *
                 (0xe7037ed1a0b428db ^ (seed << 1 | 1));
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
bool is_reflexive(const abi::Type* type);  // x == x always: no floats, complex or interfaces inside

// Func values of descriptors: func(p, q unsafe.Pointer) bool and func(p unsafe.Pointer, seed uintptr) uintptr.
void native_type_equal(bc::NativeFrame& frame);
void native_type_hash(bc::NativeFrame& frame);

}  // namespace govm::rt
