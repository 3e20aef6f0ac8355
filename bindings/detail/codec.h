// Values between C++ and Go's memory. Part of govm.hpp.
#pragma once

#include <cstring>

#include "bindings/detail/shape.h"

namespace govm {
namespace detail {

class Engine;
struct Root;            // keeps a Go value alive
struct Callee;          // a Go function resolved once
struct HostFunction;    // a C++ function that Go can call

// Where values are converted: a thread that is in the Vm. Errors are collected.
struct Env {
  Engine* engine;
  void* worker;
  std::uint64_t* scratch;         // slots the collector sees
  int scratch_used = 0;
  std::string error;
};
inline constexpr int kScratchSlots = 6;

struct GoString { const char* data; std::int64_t size; };
struct GoSlice { void* data; std::int64_t size, capacity; };

void store_string(Env& env, void* memory, std::string_view text);                  // a copy
void* store_slice(Env& env, void* memory, const Plan& plan, std::size_t count);    // zeroed elements
void store_pointer(Env& env, void* memory, const void* pointer);
void* store_map(Env& env, void* memory, const Plan& plan, std::size_t count);
void* map_key(Env& env, const Plan& plan);                                         // zeroed memory for one key
void* map_insert(Env& env, const Plan& plan, void* map, const void* key);          // where its element goes
void map_key_done(Env& env);
void for_each_in_map(Env& env, const Plan& plan, void* map, const std::function<void(const void*, const void*)>& visit);
std::size_t map_size(const void* map);
void store_value(Env& env, void* memory, const Plan& plan, const Value& value);
Value load_value(Env& env, const Plan& plan, const void* memory);
void store_handle(Env& env, void* memory, const Plan& plan, const Handle& handle);
Handle load_handle(Env& env, const Plan& plan, const void* memory);
void store_function(Env& env, void* memory, const Plan& plan, const Shape& shape, std::unique_ptr<HostFunction> function);
std::shared_ptr<const Callee> load_function(Env& env, const Plan& plan, const Shape& shape, const void* memory);
void store_callee(Env& env, void* memory, const Callee& callee);

template <typename T>
T load_raw(const void* memory) {
  T value;
  std::memcpy(&value, memory, sizeof(T));
  return value;
}

// to_go writes to zeroed Go memory; from_go reads. Both within the Vm.
template <typename T>
struct Codec {
  static void to_go(Env&, const Plan&, void* memory, const T& v) {
    static_assert(is_flat<T>);
    std::memcpy(memory, &v, sizeof(T));
  }
  static T from_go(Env&, const Plan&, const void* memory) { return load_raw<T>(memory); }
};

template <>
struct Codec<std::string_view> {
  static void to_go(Env& env, const Plan&, void* memory, std::string_view v) { store_string(env, memory, v); }
  static std::string_view from_go(Env&, const Plan&, const void* memory) {   // valid during a call from Go only
    const auto s = load_raw<GoString>(memory);
    return {s.data, static_cast<std::size_t>(s.size)};
  }
};
template <>
struct Codec<std::string> {
  static void to_go(Env& env, const Plan&, void* memory, const std::string& v) { store_string(env, memory, v); }
  static std::string from_go(Env& env, const Plan& plan, const void* memory) {
    return std::string(Codec<std::string_view>::from_go(env, plan, memory));
  }
};
template <>
struct Codec<const char*> {
  static void to_go(Env& env, const Plan&, void* memory, const char* v) { store_string(env, memory, v); }
};
template <>
struct Codec<Borrowed<std::string_view>> {
  static void to_go(Env&, const Plan&, void* memory, const Borrowed<std::string_view>& v) {
    const GoString s{v.view.data(), static_cast<std::int64_t>(v.view.size())};
    std::memcpy(memory, &s, sizeof(s));
  }
};
template <typename T>
struct Codec<Borrowed<std::span<T>>> {
  static_assert(is_flat<std::remove_const_t<T>>);
  static void to_go(Env&, const Plan&, void* memory, const Borrowed<std::span<T>>& v) {
    const auto n = static_cast<std::int64_t>(v.view.size());
    const GoSlice s{const_cast<std::remove_const_t<T>*>(v.view.data()), n, n};
    std::memcpy(memory, &s, sizeof(s));
  }
};

template <typename T>
struct ElementsCodec {
  using Element = std::remove_const_t<T>;
  template <typename Sequence>
  static void put(Env& env, const Plan& plan, void* memory, const Sequence& v) {
    if (v.empty()) return;
    auto* data = static_cast<std::byte*>(store_slice(env, memory, plan, v.size()));
    if (data == nullptr) return;                    // no memory: env has the error
    if constexpr ((is_flat<Element> || std::is_same_v<Element, std::byte>) && !std::is_same_v<Element, bool>) {
      std::memcpy(data, v.data(), v.size() * sizeof(Element));
    } else {
      const std::size_t size = plan.parts[0].size;
      for (const auto& e : v) {
        Codec<Element>::to_go(env, plan.parts[0], data, e);
        data += size;
      }
    }
  }
  static std::vector<Element> take(Env& env, const Plan& plan, const void* memory) {
    const auto s = load_raw<GoSlice>(memory);
    std::vector<Element> out;
    if (s.size == 0) return out;
    if constexpr ((is_flat<Element> || std::is_same_v<Element, std::byte>) && !std::is_same_v<Element, bool>) {
      out.resize(static_cast<std::size_t>(s.size));
      std::memcpy(out.data(), s.data, out.size() * sizeof(Element));
    } else {
      out.reserve(static_cast<std::size_t>(s.size));
      const auto* data = static_cast<const std::byte*>(s.data);
      for (std::int64_t i = 0; i < s.size; i++, data += plan.parts[0].size) {
        out.push_back(Codec<Element>::from_go(env, plan.parts[0], data));
      }
    }
    return out;
  }
};
template <typename T>
struct Codec<std::vector<T>> {
  static void to_go(Env& env, const Plan& plan, void* memory, const std::vector<T>& v) {
    ElementsCodec<T>::put(env, plan, memory, v);
  }
  static std::vector<T> from_go(Env& env, const Plan& plan, const void* memory) {
    return ElementsCodec<T>::take(env, plan, memory);
  }
};
template <typename T>
struct Codec<std::span<T>> {
  static void to_go(Env& env, const Plan& plan, void* memory, std::span<T> v) { ElementsCodec<T>::put(env, plan, memory, v); }
  static std::span<T> from_go(Env&, const Plan&, const void* memory) {       // valid during a call from Go only
    static_assert(is_flat<std::remove_const_t<T>> || std::is_same_v<std::remove_const_t<T>, std::byte>);
    const auto s = load_raw<GoSlice>(memory);
    return {static_cast<T*>(s.data), static_cast<std::size_t>(s.size)};
  }
};
template <typename T, std::size_t N>
struct Codec<std::array<T, N>> {
  static void to_go(Env& env, const Plan& plan, void* memory, const std::array<T, N>& v) {
    for (std::size_t i = 0; i < N; i++) {
      Codec<T>::to_go(env, plan.parts[0], static_cast<std::byte*>(memory) + i * plan.parts[0].size, v[i]);
    }
  }
  static std::array<T, N> from_go(Env& env, const Plan& plan, const void* memory) {
    std::array<T, N> out{};
    for (std::size_t i = 0; i < N; i++) {
      out[i] = Codec<T>::from_go(env, plan.parts[0], static_cast<const std::byte*>(memory) + i * plan.parts[0].size);
    }
    return out;
  }
};

template <typename Map>
struct MapCodec {
  using K = typename Map::key_type;
  using V = typename Map::mapped_type;
  static void to_go(Env& env, const Plan& plan, void* memory, const Map& v) {
    void* map = store_map(env, memory, plan, v.size());
    if (map == nullptr) return;
    for (const auto& [key, value] : v) {
      void* k = map_key(env, plan);
      if (k == nullptr) return;
      Codec<K>::to_go(env, plan.parts[0], k, key);
      void* element = map_insert(env, plan, map, k);
      map_key_done(env);
      if (element == nullptr) return;
      std::memset(element, 0, plan.parts[1].size);
      Codec<V>::to_go(env, plan.parts[1], element, value);
    }
  }
  static Map from_go(Env& env, const Plan& plan, const void* memory) {
    Map out;
    for_each_in_map(env, plan, load_raw<void*>(memory), [&](const void* key, const void* element) {
      out.emplace(Codec<K>::from_go(env, plan.parts[0], key), Codec<V>::from_go(env, plan.parts[1], element));
    });
    return out;
  }
};
template <typename K, typename V, typename C, typename A> struct Codec<std::map<K, V, C, A>> : MapCodec<std::map<K, V, C, A>> {};
template <typename K, typename V, typename H, typename E, typename A>
struct Codec<std::unordered_map<K, V, H, E, A>> : MapCodec<std::unordered_map<K, V, H, E, A>> {};

template <typename T>
struct Codec<T*> {
  static void to_go(Env& env, const Plan&, void* memory, T* v) { store_pointer(env, memory, v); }
  static T* from_go(Env&, const Plan&, const void* memory) { return load_raw<T*>(memory); }
};

// Arguments and results lie in slots of 8 bytes; numbers and bools are extended to a whole one.
template <typename T>
std::uint32_t slots_of(const Plan& plan) {
  if constexpr (is_flat<T>) return (sizeof(T) + 7) / 8;
  else return (plan.size + 7) / 8;
}
template <typename T>
void put_slots(Env& env, const Plan& plan, std::uint64_t* at, const T& v) {
  if constexpr (std::is_enum_v<T>) {
    put_slots(env, plan, at, static_cast<std::underlying_type_t<T>>(v));
  } else if constexpr (std::is_integral_v<T>) {
    if constexpr (std::is_signed_v<T>) *at = static_cast<std::uint64_t>(static_cast<std::int64_t>(v));
    else *at = v;
  } else {
    std::memset(at, 0, slots_of<T>(plan) * 8);
    Codec<T>::to_go(env, plan, at, v);
  }
}

}  // namespace detail
}  // namespace govm
