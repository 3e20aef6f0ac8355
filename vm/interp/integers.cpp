// Integer arithmetic. Slots hold narrow integers extended, so each narrow operation extends its result.
#include "vm/interp/handler.h"

namespace govm::interp {
#define WRAPPING(name, T, expression)                       \
  HANDLER(name) {                                           \
    const std::uint64_t x = RB.u, y = RC.u;                 \
    RA.u = extended(static_cast<T>(expression));            \
    NEXT(1);                                                \
  }
#define WRAPPING_K(name, T, expression)                     \
  HANDLER(name) {                                           \
    const std::uint64_t x = RB.u;                           \
    const auto y = static_cast<std::uint64_t>(std::int64_t{IMM_C}); \
    RA.u = extended(static_cast<T>(expression));            \
    NEXT(1);                                                \
  }

WRAPPING(AddI64, std::int64_t, x + y)
WRAPPING(AddI32, std::int32_t, x + y)
WRAPPING(AddU32, std::uint32_t, x + y)
WRAPPING(AddI16, std::int16_t, x + y)
WRAPPING(AddU16, std::uint16_t, x + y)
WRAPPING(AddI8, std::int8_t, x + y)
WRAPPING(AddU8, std::uint8_t, x + y)
WRAPPING(SubI64, std::int64_t, x - y)
WRAPPING(SubI32, std::int32_t, x - y)
WRAPPING(SubU32, std::uint32_t, x - y)
WRAPPING(SubI16, std::int16_t, x - y)
WRAPPING(SubU16, std::uint16_t, x - y)
WRAPPING(SubI8, std::int8_t, x - y)
WRAPPING(SubU8, std::uint8_t, x - y)
WRAPPING(MulI64, std::int64_t, x * y)
WRAPPING(MulI32, std::int32_t, x * y)
WRAPPING(MulU32, std::uint32_t, x * y)
WRAPPING_K(AddKI64, std::int64_t, x + y)
WRAPPING_K(AddKI32, std::int32_t, x + y)
WRAPPING_K(AddKU32, std::uint32_t, x + y)
WRAPPING_K(AddKI16, std::int16_t, x + y)
WRAPPING_K(AddKU16, std::uint16_t, x + y)
WRAPPING_K(AddKI8, std::int8_t, x + y)
WRAPPING_K(AddKU8, std::uint8_t, x + y)
WRAPPING_K(MulKI64, std::int64_t, x * y)
WRAPPING_K(MulKI32, std::int32_t, x * y)
WRAPPING_K(MulKU32, std::uint32_t, x * y)
WRAPPING_K(RsubKI64, std::int64_t, y - x)
WRAPPING(And, std::uint64_t, x & y)
WRAPPING(Or, std::uint64_t, x | y)
WRAPPING(Xor, std::uint64_t, x ^ y)
WRAPPING(AndNot, std::uint64_t, x & ~y)
WRAPPING_K(AndK, std::uint64_t, x & y)
WRAPPING_K(OrK, std::uint64_t, x | y)
WRAPPING_K(XorK, std::uint64_t, x ^ y)

HANDLER(AndKU) {
  RA.u = RB.u & pc->c;
  NEXT(1);
}

// Division. The most negative number divided by -1 wraps to itself, with remainder 0.
#define DIVISION(name, T, on_minus_one, expression)          \
  HANDLER(name) {                                            \
    const T x = static_cast<T>(RB.u), y = static_cast<T>(RC.u); \
    if (y == 0) [[unlikely]] RAISE(kDivide, 0, 0);           \
    if (std::is_signed_v<T> && y == static_cast<T>(-1)) {    \
      RA.u = extended(static_cast<T>(on_minus_one));         \
    } else {                                                 \
      RA.u = extended(static_cast<T>(expression));           \
    }                                                        \
    NEXT(1);                                                 \
  }

DIVISION(DivI64, std::int64_t, 0 - static_cast<std::uint64_t>(x), x / y)
DIVISION(RemI64, std::int64_t, 0, x % y)
DIVISION(DivU64, std::uint64_t, 0, x / y)
DIVISION(RemU64, std::uint64_t, 0, x % y)
DIVISION(DivI32, std::int32_t, 0 - static_cast<std::uint32_t>(x), x / y)
DIVISION(RemI32, std::int32_t, 0, x % y)
DIVISION(DivU32, std::uint32_t, 0, x / y)
DIVISION(RemU32, std::uint32_t, 0, x % y)

HANDLER(DivKI64) {
  RA.i = RB.i / IMM_C;
  NEXT(1);
}
HANDLER(RemKI64) {
  RA.i = RB.i % IMM_C;
  NEXT(1);
}
HANDLER(DivKU64) {
  RA.u = RB.u / pc->c;
  NEXT(1);
}
HANDLER(RemKU64) {
  RA.u = RB.u % pc->c;
  NEXT(1);
}

HANDLER(NegI64) {
  RA.u = 0 - RB.u;
  NEXT(1);
}
HANDLER(ComI64) {
  RA.u = ~RB.u;
  NEXT(1);
}

#define EXTEND(name, T)                       \
  HANDLER(name) {                             \
    RA.u = extended(static_cast<T>(RB.u));    \
    NEXT(1);                                  \
  }
EXTEND(Sext8, std::int8_t)
EXTEND(Zext8, std::uint8_t)
EXTEND(Sext16, std::int16_t)
EXTEND(Zext16, std::uint16_t)
EXTEND(Sext32, std::int32_t)
EXTEND(Zext32, std::uint32_t)

#define PICK(name, field, compare)              \
  HANDLER(name) {                               \
    const Slot x = RB, y = RC;                  \
    RA = x.field compare y.field ? x : y;       \
    NEXT(1);                                    \
  }
PICK(MinI64, i, <)
PICK(MaxI64, i, >)
PICK(MinU64, u, <)
PICK(MaxU64, u, >)

}  // namespace govm::interp
