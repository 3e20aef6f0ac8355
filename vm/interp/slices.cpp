// Slices: slicing, make, append, copy, clear, unsafe.Slice.
#include "vm/interp/support.h"
#include "vm/runtime/slices.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::interp {

namespace {

// Bounds operands packed into a word; see ops.def.
struct Bounds {
  std::uint64_t word;
  bool has(int i) const { return (word >> (48 + i) & 1) != 0; }
  std::uint64_t value(const Slot* fp, int i, std::uint64_t absent) const {
    return has(i) ? fp[word >> (16 * i) & 0xffff].u : absent;
  }
};

// What a slicing expression comes to, or which panic with which values.
struct Sliced {
  bool ok;
  PanicEntry entry;
  std::uint64_t x, y;
  std::uint64_t lo, hi, max;
};

// len: of what is sliced, the default of hi; cap: what hi and max may reach. from_array: errors name the length.
Sliced check_bounds(Bounds bounds, const Slot* fp, std::uint64_t len, std::uint64_t cap, bool names_length) {
  std::uint64_t lo = bounds.value(fp, 0, 0), hi = bounds.value(fp, 1, len), max = bounds.value(fp, 2, cap);
  if (bounds.has(2)) {
    if (max > cap) return {false, names_length ? PanicEntry::kSlice3Alen : PanicEntry::kSlice3Acap, max, cap, 0, 0, 0};
    if (hi > max) return {false, PanicEntry::kSlice3B, hi, max, 0, 0, 0};
    if (lo > hi) return {false, PanicEntry::kSlice3C, lo, hi, 0, 0, 0};
  } else {
    if (hi > cap) return {false, names_length ? PanicEntry::kSliceAlen : PanicEntry::kSliceAcap, hi, cap, 0, 0, 0};
    if (lo > hi) return {false, PanicEntry::kSliceB, lo, hi, 0, 0, 0};
  }
  return {true, {}, 0, 0, lo, hi, max};
}

void set_slice(Slot* to, std::uint64_t data, std::uint64_t len, std::uint64_t cap) {
  to[0].u = data;
  to[1].u = len;
  to[2].u = cap;
}

}  // namespace

#define RAISE_BOUNDS(sliced)                                              \
  do {                                                                    \
    rt::Thread& raising = thread_of(w);                                   \
    raising.raise_entry = (sliced).entry;                                 \
    raising.raise_args[0] = (sliced).x;                                   \
    raising.raise_args[1] = (sliced).y;                                   \
    TAIL(slow_raise);                                                     \
  } while (false)

HANDLER(SliceStr) {
  const std::uint64_t len = fp[pc->b + 1].u;
  const Sliced s = check_bounds({pc->word(1)}, fp, len, len, true);
  if (!s.ok) [[unlikely]] RAISE_BOUNDS(s);
  const std::uint64_t data = RB.u;
  fp[pc->a].u = s.hi == s.lo ? data : data + s.lo;
  fp[pc->a + 1].u = s.hi - s.lo;
  NEXT(2);
}
HANDLER(SliceSlice) {
  const std::uint64_t data = RB.u;
  const Sliced s = check_bounds({pc->word(1)}, fp, fp[pc->b + 1].u, fp[pc->b + 2].u, false);
  if (!s.ok) [[unlikely]] RAISE_BOUNDS(s);
  // An empty rest does not point behind the object.
  set_slice(&RA, s.max == s.lo ? data : data + s.lo * pc->word(2), s.hi - s.lo, s.max - s.lo);
  NEXT(3);
}
HANDLER(SliceArr) {
  const std::uint64_t data = RB.u;
  if (data == 0) [[unlikely]] RAISE_NIL(0);
  const Sliced s = check_bounds({pc->word(1)}, fp, pc->word(3), pc->word(3), true);
  if (!s.ok) [[unlikely]] RAISE_BOUNDS(s);
  set_slice(&RA, s.max == s.lo ? data : data + s.lo * pc->word(2), s.hi - s.lo, s.max - s.lo);
  NEXT(4);
}

HANDLER(UnsafeSlice) {
  const std::uint64_t data = RB.u;
  const std::int64_t len = RC.i;
  std::uint64_t bytes;
  if (len < 0 || __builtin_mul_overflow(static_cast<std::uint64_t>(len), type_at(pc, 1)->size, &bytes) ||
      bytes > 0 - data) [[unlikely]] {
    if (data != 0 || len < 0) RAISE(kUnsafeSliceLen, 0, 0);
  }
  if (data == 0 && len != 0) [[unlikely]] RAISE(kUnsafeSliceNil, 0, 0);
  set_slice(&RA, data, static_cast<std::uint64_t>(len), static_cast<std::uint64_t>(len));
  NEXT(2);
}
HANDLER(UnsafeString) {
  const std::uint64_t data = RB.u;
  const std::int64_t len = RC.i;
  if (len < 0) [[unlikely]] RAISE(kUnsafeStringLen, 0, 0);
  if (data == 0 && len != 0) [[unlikely]] RAISE(kUnsafeStringNil, 0, 0);
  if (static_cast<std::uint64_t>(len) > 0 - data && data != 0) [[unlikely]] RAISE(kUnsafeStringLen, 0, 0);
  fp[pc->a].u = data;
  fp[pc->a + 1].i = len;
  NEXT(1);
}
HANDLER(SliceToArrayPtr) {
  if (fp[pc->b + 1].u < pc->word(1)) [[unlikely]] RAISE(kSliceConvert, fp[pc->b + 1].u, pc->word(1));
  RA = RB;
  NEXT(2);
}

HANDLER(MakeSlice) {
  const std::int64_t len = RB.i, cap = RC.i;
  const abi::Type* elem = type_at(pc, 1);
  save(w, pc, fp);
  if (len < 0) [[unlikely]] RAISE(kMakeSliceLen, 0, 0);
  void* data = nullptr;
  rt::Grow made = rt::Grow::kTooLarge;
  if (cap >= len) made = rt::make_array(*w, cap, elem, &data);
  if (made != rt::Grow::kOk) [[unlikely]] {
    if (made == rt::Grow::kOutOfMemory) TAIL(slow_out_of_memory);
    // As gc: the length is named if it alone is too large.
    std::uint64_t bytes;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(len), elem->size, &bytes) || bytes > std::uint64_t{1} << 47) {
      RAISE(kMakeSliceLen, 0, 0);
    }
    RAISE(kMakeSliceCap, 0, 0);
  }
  set_slice(&RA, reinterpret_cast<std::uint64_t>(data), static_cast<std::uint64_t>(len), static_cast<std::uint64_t>(cap));
  NEXT(2);
}

// ---- append

namespace {

// The slice at `from` with room for `extra` more and its length so increased.
[[gnu::noinline]] rt::Grow grow(sched::Worker* w, const Slot* from, std::uint64_t extra, const abi::Type* elem,
                                abi::Slice* out) {
  abi::Slice old{from[0].p, from[1].i, from[2].i};
  std::int64_t len;
  if (__builtin_add_overflow(old.len, static_cast<std::int64_t>(extra), &len)) return rt::Grow::kTooLarge;
  if (len <= old.cap) {
    *out = {old.data, len, old.cap};
    return rt::Grow::kOk;
  }
  return rt::grow_slice(*w, old, len, elem, out);
}

// The write of the element(s) is done by the handlers.
}  // namespace

#define GROW(count, elem)                                                    \
  abi::Slice grown;                                                          \
  {                                                                          \
    save(w, pc, fp);                                                         \
    const rt::Grow result = grow(w, &RB, (count), (elem), &grown);           \
    if (result == rt::Grow::kTooLarge) [[unlikely]] RAISE(kGrowSlice, 0, 0); \
    if (result != rt::Grow::kOk) [[unlikely]] TAIL(slow_out_of_memory);      \
  }

// One element of a fixed width: in place when it fits.
#define APPEND(name, T, write)                                                      \
  GOVM_PRESERVE_NONE __attribute__((noinline)) void slow_##name(GOVM_HANDLER_ARGS) { \
    GROW(1, type_at(pc, 1));                                                        \
    T* at = static_cast<T*>(grown.data) + grown.len - 1;                            \
    write(at, RC.u);                                                                \
    set_slice(&RA, reinterpret_cast<std::uint64_t>(grown.data), static_cast<std::uint64_t>(grown.len), \
              static_cast<std::uint64_t>(grown.cap));                               \
    NEXT(2);                                                                        \
  }                                                                                 \
  HANDLER(name) {                                                                   \
    const std::uint64_t data = RB.u, len = fp[pc->b + 1].u, cap = fp[pc->b + 2].u;   \
    if (len >= cap) [[unlikely]] TAIL(slow_##name);                                 \
    T* at = reinterpret_cast<T*>(data) + len;                                       \
    write(at, RC.u);                                                                \
    set_slice(&RA, data, len + 1, cap);                                             \
    NEXT(2);                                                                        \
  }
#define WRITE_PLAIN(at, value) store(at, static_cast<std::remove_reference_t<decltype(*at)>>(value))
#define WRITE_POINTER(at, value) rt::store_pointer(*w, at, reinterpret_cast<const void*>(value))
APPEND(Append8, std::uint8_t, WRITE_PLAIN)
APPEND(Append32, std::uint32_t, WRITE_PLAIN)
APPEND(Append64, std::uint64_t, WRITE_PLAIN)
APPEND(AppendPtr, std::uint64_t, WRITE_POINTER)

HANDLER(AppendN) {
  const abi::Type* elem = type_at(pc, 1);
  const std::uint64_t count = pc->word(2);
  GROW(count, elem);
  char* at = static_cast<char*>(grown.data) + (static_cast<std::uint64_t>(grown.len) - count) * elem->size;
  const Slot* from = &RC;
  for (std::uint64_t i = 0; i < count; i++) {
    rt::move_values(*w, at, from, elem);
    at += elem->size;
    from += (elem->size + 7) / 8;
  }
  set_slice(&RA, reinterpret_cast<std::uint64_t>(grown.data), static_cast<std::uint64_t>(grown.len),
            static_cast<std::uint64_t>(grown.cap));
  NEXT(3);
}
// A source without address stands for zeroes: the compiler leaves make out of append(x, make([]T, n)...).
HANDLER(AppendSlice) {
  const abi::Type* elem = type_at(pc, 1);
  const std::uint64_t count = fp[pc->c + 1].u;
  if (count == 0) {
    const Slot x = fp[pc->b], y = fp[pc->b + 1], z = fp[pc->b + 2];
    fp[pc->a] = x, fp[pc->a + 1] = y, fp[pc->a + 2] = z;
    NEXT(2);
  }
  if (static_cast<std::int64_t>(count) < 0) [[unlikely]] RAISE(kMakeSliceLen, 0, 0);
  GROW(count, elem);
  char* at = static_cast<char*>(grown.data) + (static_cast<std::uint64_t>(grown.len) - count) * elem->size;
  if (RC.p != nullptr) rt::move_values(*w, at, RC.p, elem, count);
  else rt::zero_values(*w, at, elem, count);
  set_slice(&RA, reinterpret_cast<std::uint64_t>(grown.data), static_cast<std::uint64_t>(grown.len),
            static_cast<std::uint64_t>(grown.cap));
  NEXT(2);
}
HANDLER(CopySlice) {
  const std::uint64_t to = fp[pc->b + 1].u, from = fp[pc->c + 1].u;
  const std::uint64_t n = to < from ? to : from;
  if (n != 0) rt::move_values(*w, RB.p, RC.p, type_at(pc, 1), n);
  RA.u = n;
  NEXT(2);
}
HANDLER(ClearSlice) {
  if (fp[pc->a + 1].u != 0) rt::zero_values(*w, RA.p, type_at(pc, 1), fp[pc->a + 1].u);
  NEXT(2);
}

}  // namespace govm::interp
