// Random numbers for math/rand, hash/maphash, os and others; entropy and the ChaCha8 block for crypto and rand/v2.
#include <cstring>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"
#include "vm/runtime/hash.h"

namespace govm::natives {
namespace {

// func memhash(p unsafe.Pointer, seed, s uintptr) uintptr
void memhash(NativeFrame& frame) {
  frame.result<std::uint64_t>(0, rt::hash_bytes(frame.arg<void*>(0), frame.arg<std::uint64_t>(2), frame.arg<std::uint64_t>(1)));
}

// ChaCha8, four blocks at once in the interleaved layout that internal/chacha8rand's generic code defines: counter and
// key words of block i lie in lane i. func block(seed *[4]uint64, blocks *[32]uint64, counter uint32)
void chacha8_block(NativeFrame& frame) {
  std::uint32_t key[8];
  std::memcpy(key, frame.arg<void*>(0), sizeof key);
  const auto counter = frame.arg<std::uint32_t>(2);
  constexpr std::uint32_t kConstants[4] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  std::uint32_t out[16][4];
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    std::uint32_t x[16];
    for (int i = 0; i < 4; ++i) x[i] = kConstants[i];
    for (int i = 0; i < 8; ++i) x[4 + i] = key[i];
    x[12] = counter + lane;
    x[13] = x[14] = x[15] = 0;
    auto rotate = [](std::uint32_t v, int n) { return v << n | v >> (32 - n); };
    auto quarter = [&](int a, int b, int c, int d) {
      x[a] += x[b]; x[d] = rotate(x[d] ^ x[a], 16);
      x[c] += x[d]; x[b] = rotate(x[b] ^ x[c], 12);
      x[a] += x[b]; x[d] = rotate(x[d] ^ x[a], 8);
      x[c] += x[d]; x[b] = rotate(x[b] ^ x[c], 7);
    };
    for (int round = 0; round < 4; ++round) {
      quarter(0, 4, 8, 12); quarter(1, 5, 9, 13); quarter(2, 6, 10, 14); quarter(3, 7, 11, 15);
      quarter(0, 5, 10, 15); quarter(1, 6, 11, 12); quarter(2, 7, 8, 13); quarter(3, 4, 9, 14);
    }
    // Only the key words are added back (chacha8rand leaves out the constants, counter and nonce).
    for (int i = 0; i < 8; ++i) x[4 + i] += key[i];
    for (int i = 0; i < 16; ++i) out[i][lane] = x[i];
  }
  std::memcpy(frame.arg<void*>(1), out, sizeof out);
}

constexpr Native kChacha[] = {{"func block(seed *[4]uint64, blocks *[32]uint64, counter uint32)", chacha8_block}};
constexpr Native kRuntime[] = {{"func memhash(p unsafe.Pointer, seed, s uintptr) uintptr", memhash}};

}  // namespace

void register_rand(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"internal/chacha8rand", kChacha}, {"runtime", kRuntime}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
