// Run-time type descriptors, byte for byte those of Go 1.24's internal/abi (amd64), so that reflect's own source works
// on them. Names, types and functions are referred to by 32-bit offsets into the VM's descriptor region.
// Descriptors are immutable once published (except Type::ptr_to_this), never freed before the VM, never moved.
#pragma once

#include <cstddef>
#include <cstdint>

namespace govm::abi {

enum Kind : std::uint8_t {
  kInvalid, kBool, kInt, kInt8, kInt16, kInt32, kInt64, kUint, kUint8, kUint16, kUint32, kUint64, kUintptr,
  kFloat32, kFloat64, kComplex64, kComplex128, kArray, kChan, kFunc, kInterface, kMap, kPointer, kSlice, kString,
  kStruct, kUnsafePointer,
  kDirectIface = 1 << 5,
  kKindMask = (1 << 5) - 1,
};

enum TFlag : std::uint8_t {
  kTFlagUncommon = 1, kTFlagExtraStar = 2, kTFlagNamed = 4, kTFlagRegularMemory = 8, kTFlagGCMaskOnDemand = 16,
};

struct Type {
  std::uint64_t size;
  std::uint64_t ptr_bytes;     // prefix of the object that can hold pointers
  std::uint32_t hash;
  std::uint8_t tflag;
  std::uint8_t align;
  std::uint8_t field_align;
  std::uint8_t kind;           // Kind | kDirectIface
  const void* equal;           // func value (unsafe.Pointer, unsafe.Pointer) bool; null: not comparable
  const std::uint8_t* gc_data; // 1 bit a word of ptr_bytes, lowest bit first; always present when ptr_bytes != 0
  std::int32_t str;            // NameOff
  std::int32_t ptr_to_this;    // TypeOff, may be 0
  Kind base_kind() const { return static_cast<Kind>(kind & kKindMask); }
  bool direct_iface() const { return (kind & kDirectIface) != 0; }
  bool has_pointers() const { return ptr_bytes != 0; }
};
static_assert(sizeof(Type) == 48);

struct ArrayType { Type t; Type* elem; Type* slice; std::uint64_t len; };
struct ChanType { Type t; Type* elem; std::int64_t dir; };  // dir: 1 recv, 2 send, 3 both
struct FuncType { Type t; std::uint16_t in_count; std::uint16_t out_count; };  // out_count bit 15: variadic; types follow (after UncommonType)
struct Imethod { std::int32_t name; std::int32_t type; };
struct Name { const std::uint8_t* bytes; };
struct InterfaceType { Type t; Name pkg_path; Imethod* methods; std::int64_t method_count; std::int64_t method_cap; };
struct PtrType { Type t; Type* elem; };
struct SliceType { Type t; Type* elem; };
struct StructField { Name name; Type* type; std::uint64_t offset; };
struct StructType { Type t; Name pkg_path; StructField* fields; std::int64_t field_count; std::int64_t field_cap; };
// abi.SwissMapType. Our map does not use group, but reflect's map_swiss.go reads key, elem, hasher and flags.
struct MapType {
  Type t; Type* key; Type* elem; Type* group; const void* hasher;
  std::uint64_t group_size; std::uint64_t slot_size; std::uint64_t elem_off; std::uint32_t flags;
};
struct Method { std::int32_t name; std::int32_t mtyp; std::int32_t ifn; std::int32_t tfn; };
struct UncommonType { std::int32_t pkg_path; std::uint16_t mcount; std::uint16_t xcount; std::uint32_t moff; std::uint32_t unused; };

struct Itab {
  InterfaceType* inter;
  Type* type;
  std::uint32_t hash;
  const void* fun[1];  // code pointers (function descriptors), one a method; fun[0] == null: does not implement
};

// Values.
struct String { const std::uint8_t* data; std::int64_t len; };
struct Slice { void* data; std::int64_t len; std::int64_t cap; };
struct Eface { Type* type; void* data; };
struct Iface { Itab* tab; void* data; };

}  // namespace govm::abi
