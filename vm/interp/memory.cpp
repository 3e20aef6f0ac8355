// Loads and stores at addresses, of globals, and of parts of the frame.
#include "vm/interp/barrier.h"
#include "vm/interp/handler.h"

namespace govm::interp {
namespace {

template <typename T>
std::uint64_t load_extended(const void* p) {
  const T value = load<T>(p);
  if constexpr (std::is_signed_v<T>) return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  else return value;
}

const abi::Type* type_word(const Instr* pc, int i) { return reinterpret_cast<const abi::Type*>(pc->word(i)); }

}  // namespace

// The address in a slot plus the constant offset; a nil base panics.
#define ADDRESS(slot)                          \
  char* address = static_cast<char*>(slot.p);  \
  if (!address) [[unlikely]] RAISE_NIL(IMM_C); \
  address += IMM_C

#define LOAD(name, T)                     \
  HANDLER(name) {                         \
    ADDRESS(RB);                          \
    RA.u = load_extended<T>(address);     \
    NEXT(1);                              \
  }
LOAD(Load8S, std::int8_t)
LOAD(Load8U, std::uint8_t)
LOAD(Load16S, std::int16_t)
LOAD(Load16U, std::uint16_t)
LOAD(Load32S, std::int32_t)
LOAD(Load32U, std::uint32_t)
LOAD(Load64, std::uint64_t)

HANDLER(Load128) {
  ADDRESS(RB);
  const auto first = load<Slot>(address), second = load<Slot>(address + 8);
  (&RA)[0] = first;
  (&RA)[1] = second;
  NEXT(1);
}
HANDLER(Load192) {
  ADDRESS(RB);
  const auto first = load<Slot>(address), second = load<Slot>(address + 8), third = load<Slot>(address + 16);
  (&RA)[0] = first;
  (&RA)[1] = second;
  (&RA)[2] = third;
  NEXT(1);
}
HANDLER(LoadN) {
  ADDRESS(RB);
  std::memmove(&RA, address, pc->word(1));
  NEXT(2);
}

#define STORE(name, T)                       \
  HANDLER(name) {                            \
    ADDRESS(RA);                             \
    store(address, static_cast<T>(RB.u));    \
    NEXT(1);                                 \
  }
STORE(Store8, std::uint8_t)
STORE(Store16, std::uint16_t)
STORE(Store32, std::uint32_t)
STORE(Store64, std::uint64_t)

HANDLER(Store128) {
  ADDRESS(RA);
  const Slot first = (&RB)[0], second = (&RB)[1];
  store(address, first);
  store(address + 8, second);
  NEXT(1);
}
HANDLER(StorePtr) {
  ADDRESS(RA);
  store_pointer(w, address, RB.p);
  NEXT(1);
}
HANDLER(StoreStr) {
  ADDRESS(RA);
  const Slot data = (&RB)[0], length = (&RB)[1];
  store_pointer(w, address, data.p);
  store(address + 8, length);
  NEXT(1);
}
HANDLER(StoreIface) {
  ADDRESS(RA);
  const Slot type = (&RB)[0], data = (&RB)[1];
  store(address, type);
  store_pointer(w, address + 8, data.p);
  NEXT(1);
}
HANDLER(StoreSlice) {
  ADDRESS(RA);
  const Slot data = (&RB)[0], length = (&RB)[1], capacity = (&RB)[2];
  store_pointer(w, address, data.p);
  store(address + 8, length);
  store(address + 16, capacity);
  NEXT(1);
}
HANDLER(StoreN) {
  ADDRESS(RA);
  std::memmove(address, &RB, pc->word(1));
  NEXT(2);
}
HANDLER(StoreT) {
  ADDRESS(RA);
  const abi::Type* type = type_word(pc, 1);
  if (barrier_on(w)) [[unlikely]] shade_typed(w, address, type);
  std::memmove(address, &RB, type->size);
  NEXT(2);
}
HANDLER(MemMove) {
  void* to = RA.p;
  const void* from = RB.p;
  if (!to || !from) [[unlikely]] RAISE_NIL(0);
  const abi::Type* type = type_word(pc, 1);
  if (barrier_on(w)) [[unlikely]] shade_typed(w, to, type);
  std::memmove(to, from, type->size);
  NEXT(2);
}
HANDLER(MemZero) {
  void* to = RA.p;
  if (!to) [[unlikely]] RAISE_NIL(0);
  const abi::Type* type = type_word(pc, 1);
  if (barrier_on(w)) [[unlikely]] shade_typed(w, to, type);
  std::memset(to, 0, type->size);
  NEXT(2);
}
HANDLER(NilCheck) {
  if (!RA.p) [[unlikely]] RAISE_NIL(0);
  NEXT(1);
}

// ---- globals

#define GLOBAL reinterpret_cast<char*>(pc->word(1))
#define LOAD_GLOBAL(name, T)              \
  HANDLER(name) {                         \
    RA.u = load_extended<T>(GLOBAL);      \
    NEXT(2);                              \
  }
LOAD_GLOBAL(LoadG8S, std::int8_t)
LOAD_GLOBAL(LoadG8U, std::uint8_t)
LOAD_GLOBAL(LoadG16S, std::int16_t)
LOAD_GLOBAL(LoadG16U, std::uint16_t)
LOAD_GLOBAL(LoadG32S, std::int32_t)
LOAD_GLOBAL(LoadG32U, std::uint32_t)
LOAD_GLOBAL(LoadG64, std::uint64_t)

HANDLER(LoadG128) {
  (&RA)[0] = load<Slot>(GLOBAL);
  (&RA)[1] = load<Slot>(GLOBAL + 8);
  NEXT(2);
}
HANDLER(LoadG192) {
  (&RA)[0] = load<Slot>(GLOBAL);
  (&RA)[1] = load<Slot>(GLOBAL + 8);
  (&RA)[2] = load<Slot>(GLOBAL + 16);
  NEXT(2);
}

#define STORE_GLOBAL(name, T)                  \
  HANDLER(name) {                              \
    store(GLOBAL, static_cast<T>(RA.u));       \
    NEXT(2);                                   \
  }
STORE_GLOBAL(StoreG8, std::uint8_t)
STORE_GLOBAL(StoreG16, std::uint16_t)
STORE_GLOBAL(StoreG32, std::uint32_t)
STORE_GLOBAL(StoreG64, std::uint64_t)
HANDLER(StoreGPtr) {
  store_pointer(w, GLOBAL, RA.p);
  NEXT(2);
}

// ---- parts of slots

#define GET(name, T)                                                         \
  HANDLER(name) {                                                            \
    RA.u = load_extended<T>(reinterpret_cast<char*>(&RB) + pc->c);           \
    NEXT(1);                                                                 \
  }
GET(Get8S, std::int8_t)
GET(Get8U, std::uint8_t)
GET(Get16S, std::int16_t)
GET(Get16U, std::uint16_t)
GET(Get32S, std::int32_t)
GET(Get32U, std::uint32_t)
GET(Get64, std::uint64_t)

#define PUT(name, T)                                                         \
  HANDLER(name) {                                                            \
    store(reinterpret_cast<char*>(&RA) + pc->c, static_cast<T>(RB.u));       \
    NEXT(1);                                                                 \
  }
PUT(Put8, std::uint8_t)
PUT(Put16, std::uint16_t)
PUT(Put32, std::uint32_t)
PUT(Put64, std::uint64_t)

HANDLER(GetN) {
  std::memmove(&RA, reinterpret_cast<char*>(&RB) + pc->c, pc->word(1));
  NEXT(2);
}
HANDLER(PutN) {
  std::memmove(reinterpret_cast<char*>(&RA) + pc->c, &RB, pc->word(1));
  NEXT(2);
}

}  // namespace govm::interp
