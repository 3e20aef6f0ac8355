// Elements of slices, strings and arrays, with their bounds checks.
#include "vm/interp/barrier.h"
#include "vm/interp/handler.h"

namespace govm::interp {
namespace {

template <typename T>
std::uint64_t element(const void* base, std::uint64_t index) {
  const T value = load<T>(static_cast<const char*>(base) + index * sizeof(T));
  if constexpr (std::is_signed_v<T>) return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  else return value;
}

template <typename T>
void set_element(void* base, std::uint64_t index, std::uint64_t value) {
  store(static_cast<char*>(base) + index * sizeof(T), static_cast<T>(value));
}

}  // namespace

#define CHECK(index, length) \
  if ((index) >= (length)) [[unlikely]] RAISE(kIndex, index, length)

#define LOAD_ELEMENT(suffix, T)                         \
  HANDLER(LoadElem##suffix) {                           \
    const std::uint64_t index = RC.u, length = (&RB)[1].u; \
    CHECK(index, length);                               \
    RA.u = element<T>(RB.p, index);                     \
    NEXT(1);                                            \
  }                                                     \
  HANDLER(LoadElemK##suffix) {                          \
    const std::uint64_t index = pc->c, length = (&RB)[1].u; \
    CHECK(index, length);                               \
    RA.u = element<T>(RB.p, index);                     \
    NEXT(1);                                            \
  }                                                     \
  HANDLER(LoadIdx##suffix) {                            \
    RA.u = element<T>(RB.p, RC.u);                      \
    NEXT(1);                                            \
  }                                                     \
  HANDLER(LoadArr##suffix) {                            \
    const std::uint64_t index = RC.u, length = pc->word(1); \
    const void* base = RB.p;                            \
    if (!base) [[unlikely]] RAISE_NIL(0);               \
    CHECK(index, length);                               \
    RA.u = element<T>(base, index);                     \
    NEXT(2);                                            \
  }
LOAD_ELEMENT(8S, std::int8_t)
LOAD_ELEMENT(8U, std::uint8_t)
LOAD_ELEMENT(16S, std::int16_t)
LOAD_ELEMENT(16U, std::uint16_t)
LOAD_ELEMENT(32S, std::int32_t)
LOAD_ELEMENT(32U, std::uint32_t)
LOAD_ELEMENT(64, std::uint64_t)

HANDLER(LoadElem128) {
  const std::uint64_t index = RC.u, length = (&RB)[1].u;
  CHECK(index, length);
  const Slot* from = static_cast<const Slot*>(RB.p) + 2 * index;
  const Slot first = from[0], second = from[1];
  (&RA)[0] = first;
  (&RA)[1] = second;
  NEXT(1);
}
HANDLER(LoadElem192) {
  const std::uint64_t index = RC.u, length = (&RB)[1].u;
  CHECK(index, length);
  const Slot* from = static_cast<const Slot*>(RB.p) + 3 * index;
  const Slot first = from[0], second = from[1], third = from[2];
  (&RA)[0] = first;
  (&RA)[1] = second;
  (&RA)[2] = third;
  NEXT(1);
}

// set: a statement that stores RC at element `index` of `base`.
#define STORE_ELEMENT(suffix, set)                      \
  HANDLER(StoreElem##suffix) {                          \
    const std::uint64_t index = RB.u, length = (&RA)[1].u; \
    CHECK(index, length);                               \
    void* base = RA.p;                                  \
    set;                                                \
    NEXT(1);                                            \
  }                                                     \
  HANDLER(StoreElemK##suffix) {                         \
    const std::uint64_t index = pc->b, length = (&RA)[1].u; \
    CHECK(index, length);                               \
    void* base = RA.p;                                  \
    set;                                                \
    NEXT(1);                                            \
  }                                                     \
  HANDLER(StoreIdx##suffix) {                           \
    const std::uint64_t index = RB.u;                   \
    void* base = RA.p;                                  \
    set;                                                \
    NEXT(1);                                            \
  }                                                     \
  HANDLER(StoreArr##suffix) {                           \
    const std::uint64_t index = RB.u, length = pc->word(1); \
    void* base = RA.p;                                  \
    if (!base) [[unlikely]] RAISE_NIL(0);               \
    CHECK(index, length);                               \
    set;                                                \
    NEXT(2);                                            \
  }
STORE_ELEMENT(8, set_element<std::uint8_t>(base, index, RC.u))
STORE_ELEMENT(16, set_element<std::uint16_t>(base, index, RC.u))
STORE_ELEMENT(32, set_element<std::uint32_t>(base, index, RC.u))
STORE_ELEMENT(64, set_element<std::uint64_t>(base, index, RC.u))
STORE_ELEMENT(Ptr, store_pointer(w, static_cast<void**>(base) + index, RC.p))

HANDLER(ElemAddr) {
  const std::uint64_t index = RC.u, length = (&RB)[1].u;
  CHECK(index, length);
  RA.u = RB.u + index * pc->word(1);
  NEXT(2);
}
HANDLER(IdxAddr) {
  RA.u = RB.u + RC.u * pc->word(1);
  NEXT(2);
}
HANDLER(ArrAddr) {
  const std::uint64_t base = RB.u, index = RC.u, length = pc->word(2);
  if (base == 0) [[unlikely]] RAISE_NIL(0);
  CHECK(index, length);
  RA.u = base + index * pc->word(1);
  NEXT(3);
}
HANDLER(BoundsCheck) {
  const std::uint64_t index = RA.u, length = RB.u;
  CHECK(index, length);
  NEXT(1);
}
HANDLER(BoundsCheckK) {
  const std::uint64_t index = RA.u, length = pc->word(1);
  CHECK(index, length);
  NEXT(2);
}

}  // namespace govm::interp
