// Growing slices and typed memory.
#pragma once

#include <cstdint>

#include "base/abi.h"
#include "gc/heap.h"
#include "scheduler/worker.h"
#include "vm/runtime/native.h"

namespace govm::rt {

enum class Grow { kOk, kTooLarge, kOutOfMemory };

// *out: `old` with length new_len and a capacity by Go's formula, rounded to the size class; contents copied. new_len is
// beyond old.cap. May collect: `old` must be in the frame.
Grow grow_slice(sched::Worker& w, abi::Slice old, std::int64_t new_len, const abi::Type* elem, abi::Slice* out);
// For natives: room for `extra` more; length old.len + extra. False: too large.
bool grow_slice(NativeFrame& frame, abi::Slice old, std::int64_t extra, const abi::Type* elem, abi::Slice* out);

// A new array of count elements; kTooLarge: the size overflows the address space.
Grow make_array(sched::Worker& w, std::int64_t count, const abi::Type* elem, void** out);

// With write barriers.
void clear_typed(gc::Heap& heap, void* p, const abi::Type* type, std::uint64_t count);
void clear_words(gc::Heap& heap, void* p, std::uint64_t bytes);   // every word may be a pointer
void move_typed(gc::Heap& heap, void* to, const void* from, const abi::Type* type, std::uint64_t count);

// 256 words 0, 1, ... 255: what small integers in interfaces point at.
const std::uint64_t* small_values();

}  // namespace govm::rt
