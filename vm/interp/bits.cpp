// Shifts, rotations, bit counts, double-width arithmetic.
#include <algorithm>
#include <bit>

#include "vm/interp/handler.h"

namespace govm::interp {

HANDLER(ShlI64) {
  const std::uint64_t n = RC.u;
  RA.u = n < 64 ? RB.u << n : 0;
  NEXT(1);
}
HANDLER(ShlI32) {
  const std::uint64_t n = RC.u;
  RA.i = n < 32 ? static_cast<std::int32_t>(RB.u << n) : 0;
  NEXT(1);
}
HANDLER(ShlU32) {
  const std::uint64_t n = RC.u;
  RA.u = n < 32 ? static_cast<std::uint32_t>(RB.u << n) : 0;
  NEXT(1);
}
HANDLER(ShrI64) {
  RA.i = RB.i >> std::min<std::uint64_t>(RC.u, 63);
  NEXT(1);
}
HANDLER(ShrU64) {
  const std::uint64_t n = RC.u;
  RA.u = n < 64 ? RB.u >> n : 0;
  NEXT(1);
}
HANDLER(ShlKI64) {
  RA.u = RB.u << (pc->c & 63);
  NEXT(1);
}
HANDLER(ShlKI32) {
  RA.i = static_cast<std::int32_t>(RB.u << (pc->c & 63));
  NEXT(1);
}
HANDLER(ShlKU32) {
  RA.u = static_cast<std::uint32_t>(RB.u << (pc->c & 63));
  NEXT(1);
}
HANDLER(ShrKI64) {
  RA.i = RB.i >> (pc->c & 63);
  NEXT(1);
}
HANDLER(ShrKU64) {
  RA.u = RB.u >> (pc->c & 63);
  NEXT(1);
}
HANDLER(CheckShift) {
  if (RA.i < 0) [[unlikely]] RAISE(kShift, 0, 0);
  NEXT(1);
}

HANDLER(Clz) {
  RA.u = pc->c - (64 - static_cast<unsigned>(std::countl_zero(RB.u)));
  NEXT(1);
}
HANDLER(Ctz) {
  const std::uint64_t x = RB.u;
  RA.u = x == 0 ? pc->c : static_cast<unsigned>(std::countr_zero(x));
  NEXT(1);
}
HANDLER(PopCount) {
  RA.u = static_cast<unsigned>(std::popcount(RB.u));
  NEXT(1);
}
HANDLER(BitLen) {
  RA.u = 64 - static_cast<unsigned>(std::countl_zero(RB.u));
  NEXT(1);
}
HANDLER(Bswap) {
  RA.u = __builtin_bswap64(RB.u) >> (64 - pc->c);
  NEXT(1);
}
HANDLER(BitReverse) {
  RA.u = __builtin_bitreverse64(RB.u) >> (64 - pc->c);
  NEXT(1);
}

#define ROTATE(name, T)                                                                        \
  HANDLER(name) {                                                                              \
    RA.u = std::rotl(static_cast<T>(RB.u), static_cast<int>(RC.u % (8 * sizeof(T))));          \
    NEXT(1);                                                                                   \
  }
ROTATE(RotL64, std::uint64_t)
ROTATE(RotL32, std::uint32_t)
ROTATE(RotL16, std::uint16_t)
ROTATE(RotL8, std::uint8_t)

HANDLER(Mul128) {
  const unsigned __int128 product = static_cast<unsigned __int128>(RB.u) * RC.u;
  (&RA)[0].u = static_cast<std::uint64_t>(product >> 64);
  (&RA)[1].u = static_cast<std::uint64_t>(product);
  NEXT(1);
}
HANDLER(AddC64) {
  const unsigned __int128 sum = static_cast<unsigned __int128>(RB.u) + RC.u + fp[pc->word(1)].u;
  (&RA)[0].u = static_cast<std::uint64_t>(sum);
  (&RA)[1].u = static_cast<std::uint64_t>(sum >> 64);
  NEXT(2);
}
HANDLER(SubB64) {
  const unsigned __int128 difference = static_cast<unsigned __int128>(RB.u) - RC.u - fp[pc->word(1)].u;
  (&RA)[0].u = static_cast<std::uint64_t>(difference);
  (&RA)[1].u = static_cast<std::uint64_t>(difference >> 64) & 1;
  NEXT(2);
}

}  // namespace govm::interp
