// What C++ types are in Go: the description that is compared with the Go program's types. Part of govm.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"

namespace govm {

template <typename Signature>
class Function;
template <typename T>
class Channel;
class Value;
class Handle;

// A string or span whose bytes Go shall use in place. They must not change nor go away as long as the program may hold
// them, which only the host can know.
template <typename T>
struct Borrowed {
  T view;
};
inline Borrowed<std::string_view> borrow(std::string_view text) { return {text}; }
template <typename T>
Borrowed<std::span<T>> borrow(std::span<T> elements) { return {elements}; }

// One field of a struct that C++ and Go share by layout.
template <typename Struct, typename Field>
struct FieldOf {
  const char* name;           // in Go
  Field Struct::*member;
};
template <typename Struct, typename Field>
constexpr FieldOf<Struct, Field> field(const char* name, Field Struct::*member) { return {name, member}; }
template <typename... Fields>
constexpr std::tuple<Fields...> fields(Fields... list) { return std::tuple<Fields...>(list...); }

namespace detail {
struct NoLayout {};
}

// Specialised by the host for each struct it shares, in the order of the Go struct's fields:
//   template <> inline constexpr auto govm::layout<Vec3> = govm::fields(govm::field("X", &Vec3::x), ...);
template <typename T>
inline constexpr auto layout = detail::NoLayout{};

namespace detail {

enum class Kind : std::uint8_t {
  kVoid, kBool, kSigned, kUnsigned, kFloat, kString, kSlice, kArray, kMap, kStruct, kPointer, kFunc, kChan, kValue, kHandle,
};

struct Shape {
  Kind kind = Kind::kVoid;
  std::uint32_t size = 0;                      // in memory, as Go has it
  std::uint32_t count = 0;                     // kArray: elements; kFunc: parameters, the other parts are results
  bool fails = false;                          // kFunc: it has a result of type error behind the others
  std::vector<const Shape*> parts;             // elements; key and element; fields; parameters and results
  std::vector<std::pair<std::string, std::size_t>> fields;   // kStruct: name and offset of each part
};

// A shape bound to Go's types: the run-time type of the whole, and of its parts.
struct Plan {
  const void* type = nullptr;
  bool is_interface = false;                   // kValue, kHandle
  bool is_empty_interface = false;
  std::uint32_t size = 0;                      // in Go's memory
  std::vector<Plan> parts;
};

template <typename T>
inline constexpr bool has_layout = !std::is_same_v<std::remove_cvref_t<decltype(layout<T>)>, NoLayout>;

template <typename T>
struct ShapeMaker;
// The one description of T; made at the first use, never freed.
template <typename T>
const Shape& shape_of() {
  static const Shape shape = ShapeMaker<T>::make();
  return shape;
}

// C++ values whose bytes are the Go values: copied as they are.
template <typename T>
inline constexpr bool is_flat = std::is_arithmetic_v<T> || std::is_enum_v<T> || has_layout<T>;
template <typename T, std::size_t N>
inline constexpr bool is_flat<std::array<T, N>> = is_flat<T>;

template <typename T>
constexpr Kind scalar_kind() {
  if constexpr (std::is_same_v<T, bool>) return Kind::kBool;
  else if constexpr (std::is_floating_point_v<T>) return Kind::kFloat;
  else if constexpr (std::is_signed_v<T>) return Kind::kSigned;
  else return Kind::kUnsigned;
}

template <typename T>
struct ShapeMaker {
  static Shape make() {
    Shape s;
    if constexpr (std::is_void_v<T>) {
      return s;
    } else if constexpr (std::is_enum_v<T>) {
      return shape_of<std::underlying_type_t<T>>();
    } else if constexpr (std::is_arithmetic_v<T>) {
      static_assert(sizeof(T) <= 8, "Go has no such number");
      s.kind = scalar_kind<T>();
      s.size = sizeof(T);
    } else if constexpr (has_layout<T>) {
      static_assert(std::is_trivially_copyable_v<T>, "a struct shared with Go must be trivially copyable");
      s.kind = Kind::kStruct;
      s.size = sizeof(T);
      std::apply([&](const auto&... f) { (add_field(s, f), ...); }, layout<T>);
    } else {
      static_assert(has_layout<T>, "Go has no such type: for structs, specialise govm::layout");
    }
    return s;
  }
  template <typename F>
  static void add_field(Shape& s, const FieldOf<T, F>& f) {
    static_assert(is_flat<F>, "a field shared with Go must be a number, bool, array or struct of such");
    alignas(T) static constexpr std::byte kMemory[sizeof(T)] = {};
    const auto* object = reinterpret_cast<const T*>(kMemory);
    const auto* member = reinterpret_cast<const std::byte*>(&(object->*f.member));
    s.fields.emplace_back(f.name, static_cast<std::size_t>(member - kMemory));
    s.parts.push_back(&shape_of<F>());
  }
};

inline Shape simple(Kind kind, std::uint32_t size, std::vector<const Shape*> parts = {}) {
  Shape s;
  s.kind = kind;
  s.size = size;
  s.parts = std::move(parts);
  return s;
}

struct StringShape { static Shape make() { return simple(Kind::kString, 16); } };
template <> struct ShapeMaker<std::string> : StringShape {};
template <> struct ShapeMaker<std::string_view> : StringShape {};
template <> struct ShapeMaker<const char*> : StringShape {};
template <> struct ShapeMaker<Borrowed<std::string_view>> : StringShape {};
template <typename T>
struct SliceShape { static Shape make() { return simple(Kind::kSlice, 24, {&shape_of<std::remove_const_t<T>>()}); } };
template <> struct ShapeMaker<std::span<const std::byte>> { static Shape make() { return simple(Kind::kSlice, 24, {&shape_of<std::uint8_t>()}); } };
template <> struct ShapeMaker<std::vector<std::byte>> : ShapeMaker<std::span<const std::byte>> {};
template <typename T> struct ShapeMaker<std::vector<T>> : SliceShape<T> {};
template <typename T> struct ShapeMaker<std::span<T>> : SliceShape<T> {};
template <typename T> struct ShapeMaker<Borrowed<std::span<T>>> : SliceShape<T> {};
template <typename T, std::size_t N>
struct ShapeMaker<std::array<T, N>> {
  static Shape make() {
    Shape s = simple(Kind::kArray, static_cast<std::uint32_t>(shape_of<T>().size * N), {&shape_of<T>()});
    s.count = N;
    return s;
  }
};
template <typename K, typename V>
struct MapShape { static Shape make() { return simple(Kind::kMap, 8, {&shape_of<K>(), &shape_of<V>()}); } };
template <typename K, typename V, typename C, typename A> struct ShapeMaker<std::map<K, V, C, A>> : MapShape<K, V> {};
template <typename K, typename V, typename H, typename E, typename A>
struct ShapeMaker<std::unordered_map<K, V, H, E, A>> : MapShape<K, V> {};
template <typename T>
struct ShapeMaker<T*> {
  static Shape make() {
    static_assert(is_flat<std::remove_const_t<T>>, "Go can share numbers, arrays, and structs with a govm::layout");
    return simple(Kind::kPointer, 8, {&shape_of<std::remove_const_t<T>>()});
  }
};
template <> struct ShapeMaker<Value> { static Shape make() { return simple(Kind::kValue, 8); } };
template <> struct ShapeMaker<Handle> { static Shape make() { return simple(Kind::kHandle, 16); } };
template <typename T> struct ShapeMaker<Channel<T>> { static Shape make() { return simple(Kind::kChan, 8, {&shape_of<T>()}); } };

// Results: R, std::tuple<R...>, void, and Result of one of those for a function that may fail.
template <typename R>
struct Results {
  static void add(Shape& s) { s.parts.push_back(&shape_of<R>()); }
};
template <> struct Results<void> { static void add(Shape&) {} };
template <typename... R>
struct Results<std::tuple<R...>> { static void add(Shape& s) { (s.parts.push_back(&shape_of<R>()), ...); } };
template <typename R>
struct Results<Result<R>> {
  static void add(Shape& s) {
    Results<R>::add(s);
    s.fails = true;
  }
};
template <typename R, typename... Args>
Shape function_shape() {
  Shape s = simple(Kind::kFunc, 8, {&shape_of<std::remove_cvref_t<Args>>()...});
  s.count = sizeof...(Args);
  Results<R>::add(s);
  return s;
}
template <typename R, typename... Args>
struct ShapeMaker<R(Args...)> { static Shape make() { return function_shape<R, Args...>(); } };
template <typename R, typename... Args> struct ShapeMaker<std::function<R(Args...)>> : ShapeMaker<R(Args...)> {};
template <typename R, typename... Args> struct ShapeMaker<Function<R(Args...)>> : ShapeMaker<R(Args...)> {};

}  // namespace detail
}  // namespace govm
