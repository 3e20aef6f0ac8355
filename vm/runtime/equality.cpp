#include "vm/runtime/equality.h"

#include <cmath>
#include <cstring>

#include "base/memory.h"
#include "vm/runtime/native.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/types.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::rt {

namespace {

template <typename T>
T load(const void* p) {
  T value;
  std::memcpy(&value, p, sizeof(T));
  return value;
}

const char* at(const void* p, std::uint64_t offset) { return static_cast<const char*>(p) + offset; }

template <typename F>
bool equal_floats(const void* p, const void* q, int n) {
  for (int i = 0; i < n; i++) {
    if (load<F>(at(p, i * sizeof(F))) != load<F>(at(q, i * sizeof(F)))) return false;
  }
  return true;
}

abi::Eface load_interface(const abi::Type* type, const void* p) {
  auto eface = load<abi::Eface>(p);
  if (reinterpret_cast<const abi::InterfaceType*>(type)->method_count != 0 && eface.type != nullptr) {
    eface.type = reinterpret_cast<abi::Itab*>(eface.type)->type;
  }
  return eface;
}

// As gc: contents of strings are compared after what costs less, but before what may panic and comes behind them.
bool equal_struct(const abi::StructType* type, const void* p, const void* q, Uncomparable* error) {
  std::int64_t strings = 0;   // fields from here to the current one may be strings with contents to be compared
  auto equal_strings = [&](std::int64_t end) {
    for (; strings < end; strings++) {
      const abi::StructField& f = type->fields[strings];
      if (f.type->base_kind() != abi::kString || TypeTable::name_of(f.name.bytes) == "_") continue;
      if (!equal_values(f.type, at(p, f.offset), at(q, f.offset), error)) return false;
    }
    return true;
  };
  for (std::int64_t i = 0; i < type->field_count; i++) {
    const abi::StructField& f = type->fields[i];
    if (TypeTable::name_of(f.name.bytes) == "_") continue;
    const char *x = at(p, f.offset), *y = at(q, f.offset);
    const abi::Kind kind = f.type->base_kind();
    if (kind == abi::kString) {
      if (load<abi::String>(x).len != load<abi::String>(y).len) return false;
      continue;
    }
    const bool may_panic = kind == abi::kInterface || kind == abi::kStruct || kind == abi::kArray;
    if (may_panic && !equal_strings(i)) return false;
    if (!equal_values(f.type, x, y, error)) return false;
  }
  return equal_strings(type->field_count);
}

bool equal_array(const abi::ArrayType* type, const void* p, const void* q, Uncomparable* error) {
  for (std::uint64_t i = 0; i < type->len; i++) {
    std::uint64_t offset = i * type->elem->size;
    if (!equal_values(type->elem, at(p, offset), at(q, offset), error)) return false;
  }
  return true;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// +0 and -0 are equal; NaN is equal to nothing: as in gc each gets another hash, or chains would grow long.
std::uint64_t hash_float(double value, std::uint64_t seed) {
  thread_local std::uint64_t nans = 0;
  if (value == 0) return hash_word(0, seed);
  if (std::isnan(value)) return hash_word(++nans, seed + 1);
  return hash_word(load<std::uint64_t>(&value), seed);
}

}  // namespace

bool equal_values(const abi::Type* type, const void* p, const void* q, Uncomparable* error) {
  if (type->tflag & abi::kTFlagRegularMemory) return compare_bytes(p, q, type->size) == 0;
  switch (type->base_kind()) {
    case abi::kFloat32: return equal_floats<float>(p, q, 1);
    case abi::kFloat64: return equal_floats<double>(p, q, 1);
    case abi::kComplex64: return equal_floats<float>(p, q, 2);
    case abi::kComplex128: return equal_floats<double>(p, q, 2);
    case abi::kString: {
      auto a = load<abi::String>(p), b = load<abi::String>(q);
      return a.len == b.len && (a.data == b.data || compare_bytes(a.data, b.data, static_cast<std::size_t>(a.len)) == 0);
    }
    case abi::kInterface: return equal_efaces(load_interface(type, p), load_interface(type, q), error);
    case abi::kStruct: return equal_struct(reinterpret_cast<const abi::StructType*>(type), p, q, error);
    case abi::kArray: return equal_array(reinterpret_cast<const abi::ArrayType*>(type), p, q, error);
    default: error->type = type; return false;
  }
}

bool equal_efaces(abi::Eface a, abi::Eface b, Uncomparable* error) {
  if (a.type != b.type) return false;
  if (a.type == nullptr) return true;
  if (a.type->equal == nullptr) {
    error->type = a.type;
    return false;
  }
  if (a.type->direct_iface()) return a.data == b.data;
  return a.data == b.data && is_reflexive(a.type) ? true : equal_values(a.type, a.data, b.data, error);
}

bool is_reflexive(const abi::Type* type) {
  switch (type->base_kind()) {
    case abi::kFloat32: case abi::kFloat64: case abi::kComplex64: case abi::kComplex128: case abi::kInterface:
      return false;
    case abi::kArray: return is_reflexive(reinterpret_cast<const abi::ArrayType*>(type)->elem);
    case abi::kStruct: {
      auto* st = reinterpret_cast<const abi::StructType*>(type);
      for (std::int64_t i = 0; i < st->field_count; i++) {
        if (!is_reflexive(st->fields[i].type)) return false;
      }
      return true;
    }
    default: return true;
  }
}

std::uint64_t hash_bytes(const void* p, std::size_t size, std::uint64_t seed) {
  constexpr std::uint64_t k0 = 0xa0761d6478bd642f, k1 = 0xe7037ed1a0b428db, k2 = 0x8ebc6af09c88c6e3;
  const auto* bytes = static_cast<const unsigned char*>(p);
  std::uint64_t h = seed ^ k0, a = 0, b = 0;
  std::size_t left = size;
  while (left > 16) {
    h = mix(load<std::uint64_t>(bytes) ^ k1, load<std::uint64_t>(bytes + 8) ^ h);
    bytes += 16, left -= 16;
  }
  if (left >= 8) {
    a = load<std::uint64_t>(bytes), b = load<std::uint64_t>(bytes + left - 8);
  } else if (left >= 4) {
    a = load<std::uint32_t>(bytes), b = load<std::uint32_t>(bytes + left - 4);
  } else if (left > 0) {
    a = static_cast<std::uint64_t>(bytes[0]) << 16 | static_cast<std::uint64_t>(bytes[left >> 1]) << 8 | bytes[left - 1];
  }
  return mix(k2 ^ size, mix(a ^ k1, b ^ h));
}

std::uint64_t hash_value(const abi::Type* type, const void* p, std::uint64_t seed, Uncomparable* error) {
  if (type->tflag & abi::kTFlagRegularMemory) {
    if (type->size == 8) return hash_word(load<std::uint64_t>(p), seed);
    if (type->size == 4) return hash_word(load<std::uint32_t>(p), seed);
    return hash_bytes(p, type->size, seed);
  }
  switch (type->base_kind()) {
    case abi::kFloat32: return hash_float(load<float>(p), seed);
    case abi::kFloat64: return hash_float(load<double>(p), seed);
    case abi::kComplex64: return hash_float(load<float>(at(p, 4)), hash_float(load<float>(p), seed));
    case abi::kComplex128: return hash_float(load<double>(at(p, 8)), hash_float(load<double>(p), seed));
    case abi::kString: {
      auto s = load<abi::String>(p);
      return hash_bytes(s.data, static_cast<std::size_t>(s.len), seed);
    }
    case abi::kInterface: {
      abi::Eface e = load_interface(type, p);
      if (e.type == nullptr) return hash_word(0, seed);
      if (e.type->equal == nullptr) {
        error->type = e.type;
        return 0;
      }
      const void* value = e.type->direct_iface() ? static_cast<const void*>(&e.data) : e.data;
      return hash_value(e.type, value, seed, error);
    }
    case abi::kStruct: {
      auto* st = reinterpret_cast<const abi::StructType*>(type);
      for (std::int64_t i = 0; i < st->field_count; i++) {
        const abi::StructField& f = st->fields[i];
        if (TypeTable::name_of(f.name.bytes) != "_") seed = hash_value(f.type, at(p, f.offset), seed, error);
      }
      return seed;
    }
    case abi::kArray: {
      auto* array = reinterpret_cast<const abi::ArrayType*>(type);
      for (std::uint64_t i = 0; i < array->len; i++) {
        seed = hash_value(array->elem, at(p, i * array->elem->size), seed, error);
      }
      return seed;
    }
    default: error->type = type; return 0;
  }
}

void native_type_equal(bc::NativeFrame& frame) {
  auto* type = static_cast<const abi::Type* const*>(frame.closure())[1];
  Uncomparable error;
  bool equal = equal_values(type, frame.arg<const void*>(0), frame.arg<const void*>(1), &error);
  if (error.type != nullptr) return frame.panic_entry(PanicEntry::kUncomparable, {{Slot{.p = const_cast<abi::Type*>(error.type)}}});
  frame.result<bool>(0, equal);
}

void native_type_hash(bc::NativeFrame& frame) {
  auto* type = static_cast<const abi::Type* const*>(frame.closure())[1];
  Uncomparable error;
  std::uint64_t hash = hash_value(type, frame.arg<const void*>(0), frame.arg<std::uint64_t>(1), &error);
  if (error.type != nullptr) return frame.panic_entry(PanicEntry::kUnhashable, {{Slot{.p = const_cast<abi::Type*>(error.type)}}});
  frame.result<std::uint64_t>(0, hash);
}

}  // namespace govm::rt
