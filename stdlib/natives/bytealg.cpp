// internal/bytealg: searching, counting and comparing bytes.
#include <algorithm>
#include <cstring>

#include "base/memory.h"
#include "gc/heap.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::natives {
namespace {

// Strings and slices both begin with { data, len }, so one native serves the two forms; `next` is the slot behind.
template <int kNext, const void* (*kFind)(const void*, int, std::size_t)>
void index_byte(NativeFrame& frame) {
  const auto s = frame.arg<abi::String>(0);
  const auto c = frame.arg<std::uint8_t>(kNext);
  const void* found = s.len == 0 ? nullptr : kFind(s.data, c, static_cast<std::size_t>(s.len));
  frame.result<std::int64_t>(0, found ? static_cast<const std::uint8_t*>(found) - s.data : -1);
}

const void* find_first(const void* p, int c, std::size_t n) { return std::memchr(p, c, n); }
const void* find_last(const void* p, int c, std::size_t n) { return ::memrchr(p, c, n); }

template <int kNext>
void count(NativeFrame& frame) {
  const auto s = frame.arg<abi::String>(0);
  frame.result<std::int64_t>(0, std::count(s.data, s.data + s.len, frame.arg<std::uint8_t>(kNext)));
}

template <int kNext>
void compare(NativeFrame& frame) {
  const auto a = frame.arg<abi::String>(0);
  const auto b = frame.arg<abi::String>(kNext);
  const auto common = static_cast<std::size_t>(std::min(a.len, b.len));
  int order = compare_bytes(a.data, b.data, common);
  if (order == 0) order = a.len < b.len ? -1 : a.len > b.len;
  frame.result<std::int64_t>(0, order < 0 ? -1 : order > 0);
}

void make_no_zero(NativeFrame& frame) {
  const auto n = frame.arg<std::int64_t>(0);
  if (n < 0 || n > (std::int64_t{1} << 47)) return frame.panic_error("makeslice: len out of range");
  if (n == 0) return frame.result<abi::Slice>(0, {frame.allocate(0, nullptr), 0, 0});
  const std::size_t cap = gc::Heap::size_class_bytes(static_cast<std::size_t>(n), true);
  frame.result<abi::Slice>(0, {frame.allocate_bytes(cap), n, static_cast<std::int64_t>(cap)});
}

void memequal(NativeFrame& frame) {
  frame.result<bool>(0, compare_bytes(frame.arg<void*>(0), frame.arg<void*>(1), frame.arg<std::uint64_t>(2)) == 0);
}

template <int kNext>
void index(NativeFrame& frame) {
  const auto s = frame.arg<abi::String>(0);
  const auto part = frame.arg<abi::String>(kNext);
  const void* found = ::memmem(s.data, static_cast<std::size_t>(s.len), part.data, static_cast<std::size_t>(part.len));
  frame.result<std::int64_t>(0, found ? static_cast<const std::uint8_t*>(found) - s.data : -1);
}

constexpr Native kNatives[] = {
    {"func Index(a, b []byte) int", index<3>},
    {"func IndexString(a, b string) int", index<2>},
    {"func IndexByte(b []byte, c byte) int", index_byte<3, find_first>},
    {"func IndexByteString(s string, c byte) int", index_byte<2, find_first>},
    {"func LastIndexByte(s []byte, c byte) int", index_byte<3, find_last>},
    {"func LastIndexByteString(s string, c byte) int", index_byte<2, find_last>},
    {"func Count(b []byte, c byte) int", count<3>},
    {"func CountString(s string, c byte) int", count<2>},
    {"func Compare(a, b []byte) int", compare<3>},
    {"func CompareString(a, b string) int", compare<2>},
    {"func MakeNoZero(n int) []byte", make_no_zero},
};
constexpr Native kRuntime[] = {{"func memequal(a, b unsafe.Pointer, size uintptr) bool", memequal}};

}  // namespace

void register_bytealg(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"internal/bytealg", kNatives}, {"runtime", kRuntime}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
