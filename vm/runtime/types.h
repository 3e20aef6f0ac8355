// The run-time types of a Vm: abi descriptors, one per type identity, made on demand by the compiler and by reflect.
//
// Recursive types: named() gives the descriptor its address and its method tables, then the parts are made (they may
// refer to it, also by value inside further composite types), then set_underlying() completes it. Layout (sizes,
// offsets, pointer masks) is derived here, when everything a type consists of is complete.
//
// Methods are lazy: a method row holds a token of the compiler, resolved through TypeHooks when reflect or an itab needs
// its type or code. Such rows carry "lazy offsets" in abi::Method, which resolve_type/resolve_text understand.
//
// Thread safe. Hooks are called without locks held. Nothing here touches the Go heap.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/abi.h"
#include "vm/bytecode/function.h"
#include "vm/runtime/region.h"

namespace govm::rt {

class TypeHooks {
 public:
  virtual ~TypeHooks() = default;
  // The parts of a method, by the token its MethodSpec gave.
  virtual abi::Type* method_type(void* token) = 0;            // func type without receiver
  virtual const bc::Function* itab_method(void* token) = 0;   // receiver is the interface's data word
  virtual const bc::Function* direct_method(void* token) = 0; // receiver as declared (reflect's Tfn)
};

struct MethodSpec {
  std::string_view name;
  std::string_view pkg_path;   // of an unexported name, else empty
  void* token;
};
struct FieldSpec {
  std::string_view name;
  abi::Type* type;
  std::string_view tag;        // unquoted
  std::string_view pkg_path;   // of an unexported name, else empty
  bool embedded = false;
};
struct ImethodSpec {
  std::string_view name;
  std::string_view pkg_path;   // of an unexported name, else empty
  abi::Type* type;             // func type
};
struct NamedSpec {
  std::string_view key;        // identifies the type in this Vm: import path, name, arguments, scope number...
  std::string_view string;     // as reflect prints it: "pkg.T", "pkg.T[int]", "error"
  std::string_view pkg_path;   // "" for predeclared types
  abi::Kind kind;              // of the underlying type
  std::span<const MethodSpec> methods;      // of T, any order
  std::span<const MethodSpec> ptr_methods;  // of *T
  std::uint32_t func_parts = 0;             // kind func: number of parameters and results of the underlying type
};

class TypeTable {
 public:
  explicit TypeTable(Region& region);
  ~TypeTable();
  void set_hooks(TypeHooks* hooks) { hooks_ = hooks; }  // borrowed; before the first method is resolved

  // ---- get or create. Argument types may still be incomplete.
  abi::Type* basic(abi::Kind kind);                  // bool ... complex128, string, unsafe.Pointer
  abi::Type* pointer_to(abi::Type* elem);
  abi::Type* slice_of(abi::Type* elem);
  abi::Type* array_of(abi::Type* elem, std::uint64_t len);
  abi::Type* chan_of(abi::Type* elem, int dir);      // 1 receive-only, 2 send-only, 3 both
  abi::Type* map_of(abi::Type* key, abi::Type* elem);
  abi::Type* func_of(std::span<abi::Type* const> in, std::span<abi::Type* const> out, bool variadic);
  // methods: promoted ones, of the struct type and of pointers to it.
  abi::Type* struct_of(std::span<const FieldSpec> fields, std::span<const MethodSpec> methods = {},
                       std::span<const MethodSpec> ptr_methods = {});
  // What a struct promotes that has this named type, or pointer to one, as its first field.
  std::span<const MethodSpec> methods_of(const abi::Type* type);
  abi::Type* interface_of(std::span<const ImethodSpec> methods);
  // The named type of that key. is_new: the caller must make its underlying type and call set_underlying.
  abi::Type* named(const NamedSpec& spec, bool* is_new);
  void set_underlying(abi::Type* named, abi::Type* underlying);
  bool is_complete(const abi::Type* type) const;

  // A type only for the collector (closure objects, hmaps...): size, and the words that hold pointers. Not interned.
  abi::Type* layout_type(std::uint64_t size, std::span<const bool> pointer_words, std::string_view name);

  // ---- itabs. Null when type does not implement inter; then missing (if given) is the name of the first missing method.
  abi::Itab* itab(const abi::InterfaceType* inter, const abi::Type* type) {
    abi::Itab* tab = cached(inter, type).load(std::memory_order_acquire);
    if (tab == nullptr || tab->inter != inter || tab->type != type) return find_itab(inter, type, nullptr);
    return tab->fun[0] != nullptr ? tab : nullptr;
  }
  abi::Itab* itab(const abi::InterfaceType* inter, const abi::Type* type, std::string* missing) {
    return find_itab(inter, type, missing);
  }

  // ---- offsets: abi.NameOff, TypeOff, TextOff
  abi::Type* resolve_type(std::int32_t offset);      // null for 0 and -1 (unreachable method)
  const bc::Function* resolve_text(std::int32_t offset);
  const std::uint8_t* resolve_name(std::int32_t offset) const;
  Region& region() { return region_; }

  // ---- reading descriptors
  static std::string_view name_of(const std::uint8_t* name);       // of an abi.Name
  std::string_view type_string(const abi::Type* type) const;
  std::string_view pkg_path(const abi::Type* type) const;          // "" if it has none
  static const abi::UncommonType* uncommon(const abi::Type* type);
  static std::span<abi::Type* const> func_in(const abi::FuncType* type);
  static std::span<abi::Type* const> func_out(const abi::FuncType* type);
  // An abi.Name in the region.
  const std::uint8_t* make_name(std::string_view name, std::string_view tag, std::string_view pkg_path, bool exported,
                                bool embedded);
  std::vector<abi::Type*> types() const;             // complete ones, ascending by string (typelinks)

  // ---- function descriptors
  bc::Function* new_function();                      // in the region: entry is the lazy stub, self_closure set, text_off set

  struct Impl;

 private:
  void make_basics();
  abi::Itab* find_itab(const abi::InterfaceType* inter, const abi::Type* type, std::string* missing);
  // The last answer for such a pair; failures are itabs without functions.
  std::atomic<abi::Itab*>& cached(const void* inter, const void* type) {
    auto mixed = (reinterpret_cast<std::uintptr_t>(inter) >> 4) * 31 + (reinterpret_cast<std::uintptr_t>(type) >> 4);
    return cache_[(mixed ^ mixed >> 10) % kCached];
  }
  static constexpr std::size_t kCached = 1024;
  std::atomic<abi::Itab*> cache_[kCached] = {};
  Region& region_;
  TypeHooks* hooks_ = nullptr;
  std::unique_ptr<Impl> impl_;
};

// Number of frame slots a value takes.
inline std::uint32_t slots_of(const abi::Type* type) { return static_cast<std::uint32_t>((type->size + 7) / 8); }

}  // namespace govm::rt
