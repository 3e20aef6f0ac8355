// Instruction words. An instruction is one 64-bit word { op, a, b, c }, 16 bits each, little endian, followed by the
// number of further 64-bit words its row in ops.def says (immediates: integers, doubles, pointers to functions, type
// descriptors, itabs...). a, b, c are slot indices of the frame, small immediates or branch offsets, as the row says.
// Branch offsets count words from the branch's own first word, signed 16 bits; or a 32-bit form in b and c together.
#pragma once

#include <cstdint>

namespace govm::bc {

struct Instr {
  std::uint16_t op;
  std::uint16_t a;
  std::uint16_t b;
  std::uint16_t c;
  std::int32_t imm32() const { return static_cast<std::int32_t>(b | (static_cast<std::uint32_t>(c) << 16)); }
  std::int16_t imm16() const { return static_cast<std::int16_t>(c); }
  std::uint64_t word(int i) const { return reinterpret_cast<const std::uint64_t*>(this)[i]; }  // i >= 1: following words
};
static_assert(sizeof(Instr) == 8);

// A frame slot. Integers narrower than 64 bits are kept sign- or zero-extended, bool as 0 or 1, float32 in the low
// half with the upper half zero. Aggregates occupy consecutive slots in Go's memory layout.
union Slot {
  std::uint64_t u;
  std::int64_t i;
  double f64;
  float f32;
  void* p;
};
static_assert(sizeof(Slot) == 8);

// Frame: fp points at slot 0. Below it the header:
//   fp[-1] Function* of this frame     fp[-2] return address: Instr* in the caller (null: goroutine entry)
//   fp[-3] caller's fp                 fp[-4] closure object of the running function, or null
// Slot 0 on: parameters (receiver first), each starting on a slot; then results, each starting on a slot; then locals
// and temporaries; then the area where calls are set up. `Call a` makes callee_fp = fp + a: the caller has written the
// arguments there and finds the results there, behind them; fp[a-4..a-1] is the callee's header.
constexpr int kHeaderSlots = 4;
constexpr int kFrameFunction = -1, kFrameReturn = -2, kFrameCaller = -3, kFrameClosure = -4;


// Text that does not leave the frame lies there if it has no more bytes; []rune, if no more runes.
constexpr std::uint32_t kTextBytes = 32, kTextRunes = 32;

}  // namespace govm::bc
