#include "vm/runtime/slices.h"

#include <array>
#include <cstring>

#include "base/memory.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/gc_access.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::rt {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 47;

// Doubling up to 256 elements, then a smooth transition to a quarter more.
std::int64_t next_capacity(std::int64_t new_len, std::int64_t old_cap) {
  std::int64_t doubled = old_cap + old_cap;
  if (new_len > doubled) return new_len;
  constexpr std::int64_t kThreshold = 256;
  if (old_cap < kThreshold) return doubled;
  std::int64_t cap = old_cap;
  while (static_cast<std::uint64_t>(cap) < static_cast<std::uint64_t>(new_len)) cap += (cap + 3 * kThreshold) >> 2;
  return cap <= 0 ? new_len : cap;
}

}  // namespace

Grow grow_slice(sched::Worker& w, abi::Slice old, std::int64_t new_len, const abi::Type* elem, abi::Slice* out) {
  if (new_len < 0) return Grow::kTooLarge;
  if (elem->size == 0) {
    *out = {old.data != nullptr ? old.data : w.heap->allocate(*w.cache, 0, nullptr), new_len, new_len};
    return Grow::kOk;
  }
  auto cap = static_cast<std::uint64_t>(next_capacity(new_len, old.cap));
  std::uint64_t bytes;
  if (__builtin_mul_overflow(cap, elem->size, &bytes) || bytes > kMaxBytes) return Grow::kTooLarge;
  bool noscan = elem->ptr_bytes == 0;
  std::uint64_t rounded = gc::Heap::size_class_bytes(bytes, noscan);
  cap = rounded / elem->size;
  bytes = cap * elem->size;
  std::uint64_t used = static_cast<std::uint64_t>(old.len) * elem->size;
  void* data;
  if (noscan) {
    data = w.heap->allocate_noscan_dirty(*w.cache, rounded);
    if (data == nullptr) return Grow::kOutOfMemory;
    std::memset(static_cast<char*>(data) + used, 0, rounded - used);
  } else {
    data = allocate(w, bytes, elem);
    if (data == nullptr) return Grow::kOutOfMemory;
  }
  copy_bytes(data, old.data, used);
  *out = {data, new_len, static_cast<std::int64_t>(cap)};
  return Grow::kOk;
}

bool grow_slice(NativeFrame& frame, abi::Slice old, std::int64_t extra, const abi::Type* elem, abi::Slice* out) {
  std::int64_t len;
  if (extra < 0 || __builtin_add_overflow(old.len, extra, &len)) return false;
  if (len <= old.cap) {
    *out = {old.data, len, old.cap};
    return true;
  }
  switch (grow_slice(frame.worker(), old, len, elem, out)) {
    case Grow::kOk: return true;
    case Grow::kTooLarge: return false;
    case Grow::kOutOfMemory: out_of_memory(frame.runtime());
  }
  return false;
}

Grow make_array(sched::Worker& w, std::int64_t count, const abi::Type* elem, void** out) {
  std::uint64_t bytes;
  if (count < 0 || __builtin_mul_overflow(static_cast<std::uint64_t>(count), elem->size, &bytes) || bytes > kMaxBytes) {
    return Grow::kTooLarge;
  }
  *out = allocate(w, bytes, elem);
  return *out == nullptr ? Grow::kOutOfMemory : Grow::kOk;
}

void clear_typed(gc::Heap& heap, void* p, const abi::Type* type, std::uint64_t count) {
  if (type->ptr_bytes != 0 && heap.barrier_on.load(std::memory_order_relaxed)) shade_values(heap, p, type, count);
  std::memset(p, 0, type->size * count);
}

void clear_words(gc::Heap& heap, void* p, std::uint64_t bytes) {
  if (heap.barrier_on.load(std::memory_order_relaxed)) {
    for (std::uint64_t i = 0; i + 8 <= bytes; i += 8) {
      void* old;
      std::memcpy(&old, static_cast<char*>(p) + i, 8);
      heap.shade(old);
    }
  }
  std::memset(p, 0, bytes);
}

void move_typed(gc::Heap& heap, void* to, const void* from, const abi::Type* type, std::uint64_t count) {
  if (type->ptr_bytes == 0) return move_bytes(to, from, type->size * count);
  if (heap.barrier_on.load(std::memory_order_relaxed)) shade_values(heap, to, type, count);
  move_words(to, from, type->size * count);
}

const std::uint64_t* small_values() {
  static constexpr auto kValues = [] {
    std::array<std::uint64_t, 256> values{};
    for (std::size_t i = 0; i < values.size(); i++) values[i] = i;
    return values;
  }();
  return kValues.data();
}

}  // namespace govm::rt
