// Internals of the type table, shared by types_*.cpp.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "vm/runtime/types.h"

namespace govm::rt {

// Identity of a composite type: kind and parts, as words (pointers, lengths, interned names).
struct TypeKey {
  std::vector<std::uint64_t> words;
  bool operator==(const TypeKey&) const = default;
};
struct TypeKeyHash {
  std::size_t operator()(const TypeKey& key) const {
    std::uint64_t h = 0x9e3779b97f4a7c15;
    for (std::uint64_t w : key.words) h = (h ^ w) * 0xff51afd7ed558ccd, h ^= h >> 32;
    return h;
  }
};

struct TypeTable::Impl {
  struct Info {
    bool laid_out = false;
    bool waiting = false;           // a named type whose underlying type is not set yet
    abi::Type* underlying = nullptr;
    std::span<const MethodSpec> methods;      // of a named type
    std::span<const MethodSpec> ptr_methods;  // of a named or struct type: methods of pointers to it
  };
  enum class LazyKind : std::uint8_t { kType, kItabText, kText };
  struct Lazy { LazyKind kind; void* token; const void* resolved; };

  explicit Impl(TypeTable& owner) : table(owner) {}
  TypeTable& table;
  mutable std::recursive_mutex lock;
  std::unordered_map<TypeKey, abi::Type*, TypeKeyHash> composite;
  std::unordered_map<std::string, abi::Type*> named;
  std::unordered_map<const abi::Type*, Info> infos;
  std::unordered_map<std::string, const std::uint8_t*> names;   // by encoded bytes
  std::unordered_map<std::string, std::uint64_t> atoms;         // strings in keys
  std::vector<abi::Type*> order;
  std::vector<abi::Type*> pending;                              // made while something was incomplete
  std::vector<abi::MapType*> pending_maps;                      // whose key or element is incomplete
  std::vector<Lazy> lazies;
  struct ItabKey {
    const void* inter; const void* type;
    bool operator==(const ItabKey&) const = default;
  };
  struct ItabKeyHash {
    std::size_t operator()(const ItabKey& k) const {
      return (reinterpret_cast<std::uintptr_t>(k.inter) * 0x9e3779b97f4a7c15) ^ (reinterpret_cast<std::uintptr_t>(k.type) >> 4);
    }
  };
  std::unordered_map<ItabKey, abi::Itab*, ItabKeyHash> itabs;   // failures included: fun[0] == null
  bc::Function* equal_function = nullptr;
  bc::Function* hash_function = nullptr;
  abi::Type* basics[abi::kUnsafePointer + 1] = {};

  Region& region() { return table.region_; }
  // A descriptor of `kind` with room for methods and `extra` bytes behind; fields common to all kinds are set.
  abi::Type* make(abi::Kind kind, std::string_view string, std::span<const MethodSpec> methods, bool uncommon,
                  std::string_view pkg_path, std::size_t extra = 0);
  void fill_methods(abi::UncommonType* u, std::span<const MethodSpec> methods);
  void publish(abi::Type* type);
  bool layout(abi::Type* type);       // false: still incomplete
  void layout_pending();
  void set_layout(abi::Type* type, std::uint64_t size, std::uint8_t align);
  void set_mask(abi::Type* type, std::vector<bool>& mask);
  void set_equality(abi::Type* type, bool comparable, bool regular);
  void layout_struct(abi::StructType* type);
  void layout_array(abi::ArrayType* type);
  void layout_map(abi::MapType* type);
  void copy_layout(abi::Type* to, const abi::Type* from);
  std::int32_t lazy(LazyKind kind, void* token);
  std::uint64_t atom(std::string_view text);
  std::string_view string_of(const abi::Type* type) const { return table.type_string(type); }
  std::span<const MethodSpec> keep(std::span<const MethodSpec> methods);
};

std::size_t descriptor_size(abi::Kind kind);
std::uint32_t hash_text(std::string_view text, std::uint32_t h = 2166136261u);
// The mask bits of a laid-out type, appended at byte offset `at`.
void add_mask(std::vector<bool>& mask, std::uint64_t at, const abi::Type* type);

}  // namespace govm::rt
