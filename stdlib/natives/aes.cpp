// AES and GHASH by the processor's instructions (the Go code asks whether it has those for AES), and XOR of bytes.
#include <immintrin.h>

#include <cstring>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

// The round keys as the instructions want them: Go keeps them as big-endian words. FIPS 197, 5.2.
struct RoundKeys {
  __m128i key[15];
  std::int64_t rounds;

  __attribute__((target("ssse3"))) RoundKeys(const void* words, std::int64_t n) : rounds(n) {
    const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    for (std::int64_t i = 0; i <= rounds; ++i) {
      key[i] = _mm_shuffle_epi8(_mm_loadu_si128(static_cast<const __m128i*>(words) + i), swap);
    }
  }
  __attribute__((target("aes"))) __m128i encrypt(__m128i block) const {
    block = _mm_xor_si128(block, key[0]);
    for (std::int64_t i = 1; i < rounds; ++i) block = _mm_aesenc_si128(block, key[i]);
    return _mm_aesenclast_si128(block, key[rounds]);
  }
  // With the keys of the equivalent inverse cipher (5.3.5).
  __attribute__((target("aes"))) __m128i decrypt(__m128i block) const {
    block = _mm_xor_si128(block, key[0]);
    for (std::int64_t i = 1; i < rounds; ++i) block = _mm_aesdec_si128(block, key[i]);
    return _mm_aesdeclast_si128(block, key[rounds]);
  }
};

__m128i load(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
void store(void* p, __m128i v) { _mm_storeu_si128(static_cast<__m128i*>(p), v); }

__attribute__((target("aes"))) void encrypt(NativeFrame& frame) {
  const RoundKeys keys(frame.arg<void*>(1), frame.arg<std::int64_t>(0));
  store(frame.arg<void*>(2), keys.encrypt(load(frame.arg<void*>(3))));
}

__attribute__((target("aes"))) void decrypt(NativeFrame& frame) {
  const RoundKeys keys(frame.arg<void*>(1), frame.arg<std::int64_t>(0));
  store(frame.arg<void*>(2), keys.decrypt(load(frame.arg<void*>(3))));
}

// SP 800-38A, 6.5: block i is XORed with the encrypted counter iv + i, a 128-bit big-endian number.
__attribute__((target("aes"))) void ctr(NativeFrame& frame) {
  const RoundKeys keys(frame.arg<void*>(1), frame.arg<std::int64_t>(0));
  const auto dst = frame.arg<abi::Slice>(2);
  const auto src = frame.arg<abi::Slice>(5);
  auto low = frame.arg<std::uint64_t>(8), high = frame.arg<std::uint64_t>(9);
  for (std::int64_t i = 0; i + 16 <= src.len; i += 16) {
    const __m128i counter = _mm_set_epi64x(static_cast<long long>(__builtin_bswap64(low)),
                                           static_cast<long long>(__builtin_bswap64(high)));
    const __m128i block = load(static_cast<const char*>(src.data) + i);
    store(static_cast<char*>(dst.data) + i, _mm_xor_si128(block, keys.encrypt(counter)));
    if (++low == 0) ++high;
  }
}

// An element of GF(2^128) as GCM writes it (SP 800-38D, 6.3): the coefficient of x^0 is the top bit of `first`.
struct Element {
  std::uint64_t first, second;
};

// The product of two polynomials of degree 63, top bit first: their 127 coefficients, from the second bit of `high`.
struct Wide {
  std::uint64_t high, low;
};

__attribute__((target("pclmul"))) Wide multiply_fast(std::uint64_t a, std::uint64_t b) {
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(a)),
                                               _mm_cvtsi64_si128(static_cast<long long>(b)), 0);
  return {static_cast<std::uint64_t>(_mm_extract_epi64(product, 1)), static_cast<std::uint64_t>(_mm_cvtsi128_si64(product))};
}

Wide multiply_slow(std::uint64_t a, std::uint64_t b) {
  unsigned __int128 product = 0;
  for (int i = 0; i < 64; ++i) product ^= (b >> i & 1) != 0 ? static_cast<unsigned __int128>(a) << i : 0;
  return {static_cast<std::uint64_t>(product >> 64), static_cast<std::uint64_t>(product)};
}

// a * b modulo 1 + x + x^2 + x^7 + x^128.
template <Wide (*kMultiply)(std::uint64_t, std::uint64_t)>
Element multiply(Element a, Element b) {
  // Schoolbook, of which a shift by one bit makes coefficient x^0 the top one: words 0 to 3, from x^0 on.
  const Wide top = kMultiply(a.first, b.first), bottom = kMultiply(a.second, b.second);
  const Wide cross1 = kMultiply(a.first, b.second), cross2 = kMultiply(a.second, b.first);
  const std::uint64_t w0 = top.high, w1 = top.low ^ cross1.high ^ cross2.high;
  const std::uint64_t w2 = bottom.high ^ cross1.low ^ cross2.low, w3 = bottom.low;
  Element low = {w0 << 1 | w1 >> 63, w1 << 1 | w2 >> 63};
  Element high = {w2 << 1 | w3 >> 63, w3 << 1};
  // x^128 is 1 + x + x^2 + x^7. What that shifts beyond x^255 comes back by the same rule.
  high.first ^= high.second << 63 ^ high.second << 62 ^ high.second << 57;
  for (const int n : {1, 2, 7}) {
    low.first ^= high.first >> n;
    low.second ^= high.second >> n | high.first << (64 - n);
  }
  return {low.first ^ high.first, low.second ^ high.second};
}

// For each block: y = (y + block) * h. Of Go's table, whose index is a polynomial of degree 3, top bit first, entry 8 is h.
template <Wide (*kMultiply)(std::uint64_t, std::uint64_t)>
void ghash(NativeFrame& frame) {
  Element h;
  std::memcpy(&h, frame.arg<Element*>(0) + 8, sizeof h);
  in_parts(frame, frame.arg<abi::Slice>(2), [&](const std::uint8_t* bytes, std::size_t size) {
    Element y;
    std::memcpy(&y, frame.arg<void*>(1), sizeof y);
    for (; size >= 16; size -= 16, bytes += 16) {
      std::uint64_t block[2];
      std::memcpy(block, bytes, sizeof block);
      y = multiply<kMultiply>({y.first ^ __builtin_bswap64(block[0]), y.second ^ __builtin_bswap64(block[1])}, h);
    }
    std::memcpy(frame.arg<void*>(1), &y, sizeof y);
  });
}

void ghash_update(NativeFrame& frame) {
  static const bool fast = __builtin_cpu_supports("pclmul");
  return fast ? ghash<multiply_fast>(frame) : ghash<multiply_slow>(frame);
}

void xor_bytes(NativeFrame& frame) {
  auto* dst = frame.arg<std::uint8_t*>(0);
  const auto *x = frame.arg<const std::uint8_t*>(1), *y = frame.arg<const std::uint8_t*>(2);
  const auto n = frame.arg<std::int64_t>(3);
  for (std::int64_t i = 0; i < n; ++i) dst[i] = x[i] ^ y[i];
}

constexpr Native kAes[] = {
    {"func encryptNative(rounds int, enc *[60]uint32, dst, src *[BlockSize]byte)", encrypt},
    {"func decryptNative(rounds int, dec *[60]uint32, dst, src *[BlockSize]byte)", decrypt},
    {"func ctrNative(rounds int, enc *[60]uint32, dst, src []byte, ivlo, ivhi uint64)", ctr},
};
constexpr Native kGcm[] = {{"func updateBlocks(productTable *[16]gcmFieldElement, y *gcmFieldElement, blocks []byte)", ghash_update}};
constexpr Native kSubtle[] = {{"func xorBytes(dstb, xb, yb *byte, n int)", xor_bytes}};

}  // namespace

void register_aes(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"crypto/internal/fips140/aes", kAes},
      {"crypto/internal/fips140/aes/gcm", kGcm},
      {"crypto/internal/fips140/subtle", kSubtle},
  };
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
