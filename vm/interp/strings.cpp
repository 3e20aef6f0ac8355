// Strings: comparison, concatenation, conversions.
#include "base/memory.h"
#include "vm/interp/support.h"
#include "vm/runtime/slices.h"
#include "vm/runtime/strings.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::interp {

namespace {

abi::String string_at(const Slot* slot) { return {static_cast<const std::uint8_t*>(slot[0].p), slot[1].i}; }

void set_string(Slot* slot, const void* data, std::int64_t len) {
  slot[0].p = const_cast<void*>(data);
  slot[1].i = len;
}
void set_slice(Slot* slot, void* data, std::int64_t len, std::int64_t cap) {
  slot[0].p = data;
  slot[1].i = len;
  slot[2].i = cap;
}

// In `room`, slots of the frame, if there are any and they are enough.
void* new_bytes(sched::Worker* w, std::int64_t n, Slot* room = nullptr) {
  if (room != nullptr && n <= bc::kTextBytes) return room;
  return w->heap->allocate_noscan_dirty(*w->cache, static_cast<std::size_t>(n));
}
std::int64_t rounded(std::int64_t bytes) {
  return static_cast<std::int64_t>(gc::Heap::size_class_bytes(static_cast<std::size_t>(bytes), true));
}

// Helpers return false when memory is over; sources stay in the frame until the result is written.

[[gnu::noinline]] bool concat(sched::Worker* w, Slot* to, const Slot* strings, int count, Slot* room = nullptr) {
  std::int64_t total = 0;
  int filled = 0;
  abi::String only{};
  for (int i = 0; i < count; i++) {
    abi::String s = string_at(strings + 2 * i);
    if (s.len == 0) continue;
    total += s.len;
    only = s;
    filled++;
  }
  if (filled <= 1) {
    set_string(to, only.data, total);
    return true;
  }
  auto* data = static_cast<std::uint8_t*>(new_bytes(w, total, room));
  if (data == nullptr) return false;
  std::uint8_t* p = data;
  for (int i = 0; i < count; i++) {
    abi::String s = string_at(strings + 2 * i);
    if (s.len == 0) continue;
    copy_bytes(p, s.data, static_cast<std::size_t>(s.len));
    p += s.len;
  }
  set_string(to, data, total);
  return true;
}

[[gnu::noinline]] bool from_rune(sched::Worker* w, Slot* to, std::int64_t rune, Slot* room = nullptr) {
  std::uint8_t bytes[4];
  int n = rt::encode_rune(bytes, rune);
  void* data = new_bytes(w, n, room);
  if (data == nullptr) return false;
  copy_bytes(data, bytes, static_cast<std::size_t>(n));
  set_string(to, data, n);
  return true;
}

[[gnu::noinline]] bool copy_string(sched::Worker* w, const Slot* from, void** data, Slot* room = nullptr) {
  std::int64_t n = from[1].i;
  *data = new_bytes(w, n, room);
  if (*data == nullptr) return false;
  copy_bytes(*data, from[0].p, static_cast<std::size_t>(n));
  return true;
}

[[gnu::noinline]] bool from_runes(sched::Worker* w, Slot* to, const Slot* from, Slot* room = nullptr) {
  std::int64_t n = from[1].i, bytes = 0;
  std::uint8_t scratch[4];
  for (std::int64_t i = 0; i < n; i++) bytes += rt::encode_rune(scratch, static_cast<std::int32_t*>(from[0].p)[i]);
  if (bytes == 0) {
    set_string(to, nullptr, 0);
    return true;
  }
  auto* data = static_cast<std::uint8_t*>(new_bytes(w, bytes, room));
  if (data == nullptr) return false;
  std::uint8_t* p = data;
  for (std::int64_t i = 0; i < n; i++) {
    int width = rt::encode_rune(scratch, static_cast<std::int32_t*>(from[0].p)[i]);
    std::memcpy(p, scratch, static_cast<std::size_t>(width));
    p += width;
  }
  set_string(to, data, bytes);
  return true;
}

[[gnu::noinline]] bool to_bytes(sched::Worker* w, Slot* to, const Slot* from) {
  std::int64_t n = from[1].i;
  if (n == 0) {
    void* zero = w->heap->allocate(*w->cache, 0, nullptr);
    set_slice(to, zero, 0, 0);
    return zero != nullptr;
  }
  std::int64_t cap = rounded(n);
  auto* data = static_cast<char*>(new_bytes(w, cap));
  if (data == nullptr) return false;
  copy_bytes(data, from[0].p, static_cast<std::size_t>(n));
  std::memset(data + n, 0, static_cast<std::size_t>(cap - n));
  set_slice(to, data, n, cap);
  return true;
}

// Sets all of the room, as its capacity is all of it.
bool to_bytes_in(sched::Worker* w, Slot* to, const Slot* from, Slot* room) {
  const std::int64_t n = from[1].i;
  if (n > bc::kTextBytes) return to_bytes(w, to, from);
  const void* data = from[0].p;
  std::memset(room, 0, bc::kTextBytes);
  copy_bytes(room, data, static_cast<std::size_t>(n));
  set_slice(to, room, n, bc::kTextBytes);
  return true;
}

[[gnu::noinline]] bool to_runes(sched::Worker* w, Slot* to, const Slot* from) {
  std::int64_t n = rt::count_runes(string_at(from));
  std::int64_t bytes = rounded(n * 4);
  if (n == 0) bytes = 0;
  auto* data = static_cast<std::int32_t*>(bytes == 0 ? w->heap->allocate(*w->cache, 0, nullptr) : new_bytes(w, bytes));
  if (data == nullptr) return false;
  abi::String s = string_at(from);
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < n; i++) at += rt::decode_rune(s.data + at, static_cast<std::size_t>(s.len - at), &data[i]);
  std::memset(data + n, 0, static_cast<std::size_t>(bytes - n * 4));
  set_slice(to, data, n, bytes / 4);
  return true;
}

bool to_runes_in(sched::Worker* w, Slot* to, const Slot* from, Slot* room) {
  const abi::String s = string_at(from);
  const std::int64_t n = s.len <= 4 * bc::kTextRunes ? rt::count_runes(s) : s.len;
  if (n > bc::kTextRunes) return to_runes(w, to, from);
  std::memset(room, 0, bc::kTextRunes * 4);
  auto* data = reinterpret_cast<std::int32_t*>(room);
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < n; i++) at += rt::decode_rune(s.data + at, static_cast<std::size_t>(s.len - at), &data[i]);
  set_slice(to, room, n, bc::kTextRunes);
  return true;
}

}  // namespace

HANDLER(SetEqStr) {
  RA.u = rt::equal_strings(string_at(&RB), string_at(&RC));
  NEXT(1);
}
HANDLER(SetLtStr) {
  RA.u = rt::compare_strings(string_at(&RB), string_at(&RC)) < 0;
  NEXT(1);
}
HANDLER(SetLeStr) {
  RA.u = rt::compare_strings(string_at(&RB), string_at(&RC)) <= 0;
  NEXT(1);
}
HANDLER(DecodeRune) {
  abi::String s = string_at(&RB);
  std::int64_t i = RC.i;
  std::int32_t rune = s.data[i];
  int width = rune < 0x80 ? 1 : rt::decode_rune(s.data + i, static_cast<std::size_t>(s.len - i), &rune);
  fp[pc->a].i = rune;
  fp[pc->a + 1].i = i + width;
  NEXT(1);
}

#define ALLOCATING(name, call)                               \
  HANDLER(name) {                                            \
    save(w, pc, fp);                                         \
    if (!(call)) [[unlikely]] TAIL(slow_out_of_memory);      \
    NEXT(1);                                                 \
  }
ALLOCATING(Concat, concat(w, &RA, &RB, pc->c))
ALLOCATING(StrFromRune, from_rune(w, &RA, RB.i))
HANDLER(StrFromBytes) {
  save(w, pc, fp);
  std::int64_t n = fp[pc->b + 1].i;
  void* data = nullptr;
  if (n == 1) data = const_cast<std::uint64_t*>(rt::small_values() + *static_cast<const std::uint8_t*>(RB.p));
  else if (n != 0 && !copy_string(w, &RB, &data)) [[unlikely]] TAIL(slow_out_of_memory);
  set_string(&RA, data, n);
  NEXT(1);
}
#define ROOM (fp + pc->word(1))
#define ALLOCATING_IN_ROOM(name, call)                       \
  HANDLER(name) {                                            \
    save(w, pc, fp);                                         \
    if (!(call)) [[unlikely]] TAIL(slow_out_of_memory);      \
    NEXT(2);                                                 \
  }
ALLOCATING_IN_ROOM(ConcatTmp, concat(w, &RA, &RB, pc->c, ROOM))
ALLOCATING_IN_ROOM(StrFromRuneTmp, from_rune(w, &RA, RB.i, ROOM))
HANDLER(StrFromBytesTmp) {
  save(w, pc, fp);
  std::int64_t n = fp[pc->b + 1].i;
  void* data = nullptr;
  if (n != 0 && !copy_string(w, &RB, &data, ROOM)) [[unlikely]] TAIL(slow_out_of_memory);
  set_string(&RA, data, n);
  NEXT(2);
}
ALLOCATING_IN_ROOM(StrFromRunesTmp, from_runes(w, &RA, &RB, ROOM))
ALLOCATING_IN_ROOM(BytesFromStrTmp, to_bytes_in(w, &RA, &RB, ROOM))
ALLOCATING_IN_ROOM(RunesFromStrTmp, to_runes_in(w, &RA, &RB, ROOM))
ALLOCATING(StrFromRunes, from_runes(w, &RA, &RB))
ALLOCATING(BytesFromStr, to_bytes(w, &RA, &RB))
ALLOCATING(RunesFromStr, to_runes(w, &RA, &RB))

}  // namespace govm::interp
