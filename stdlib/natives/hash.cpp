// Block functions of crypto/md5, sha1, sha256, sha512, sha3 and hash/crc32, adler32: by libcrypto and zlib, which use what
// the processor has for them.
#define OPENSSL_SUPPRESS_DEPRECATED  // the functions that work on a state of the caller's
#include <nmmintrin.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <zlib.h>

#include <bit>
#include <cstring>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

// func block(dig *Digest, p []byte): Digest and Context begin with the state.
template <typename Context, std::size_t kStateBytes, int (*kUpdate)(Context*, const void*, std::size_t)>
void block(NativeFrame& frame) {
  void* state = frame.arg<void*>(0);
  in_parts(frame, frame.arg<abi::Slice>(1), [&](const std::uint8_t* bytes, std::size_t size) {
    Context context{};  // nothing buffered
    std::memcpy(&context, state, kStateBytes);
    kUpdate(&context, bytes, size);
    std::memcpy(state, &context, kStateBytes);
  });
}

// FIPS 202, 3.2: the 24 rounds of Keccak-f[1600]; lane (x, y) is a[x + 5*y].
void keccak(std::uint64_t (&a)[25]) {
  static constexpr std::uint64_t kRounds[24] = {
      0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
      0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
      0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
      0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
  // Rho and pi walk along one cycle through all lanes but the first: where it goes, and how far each is rotated.
  static constexpr int kNext[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};
  static constexpr int kRotate[24] = {1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44};
  for (const std::uint64_t constant : kRounds) {
    std::uint64_t column[5];
    for (int x = 0; x < 5; ++x) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; ++x) {
      const std::uint64_t d = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
    std::uint64_t moving = a[1];
    for (int i = 0; i < 24; ++i) std::swap(moving, a[kNext[i]]), a[kNext[i]] = std::rotl(a[kNext[i]], kRotate[i]);
    for (int y = 0; y < 25; y += 5) {
      std::uint64_t row[5];
      std::memcpy(row, a + y, sizeof row);
      for (int x = 0; x < 5; ++x) a[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

void keccak_f1600(NativeFrame& frame) {
  void* lanes = frame.arg<void*>(0);
  std::uint64_t a[25];
  std::memcpy(a, lanes, sizeof a);
  keccak(a);
  std::memcpy(lanes, a, sizeof a);
}

// func(value uint32, p []byte) uint32, where the value so far replaces the argument.
template <std::uint32_t (*kUpdate)(std::uint32_t, const std::uint8_t*, std::size_t)>
void update_checksum(NativeFrame& frame) {
  in_parts(frame, frame.arg<abi::Slice>(1), [&](const std::uint8_t* bytes, std::size_t size) {
    const std::uint32_t value = kUpdate(frame.arg<std::uint32_t>(0), bytes, size);
    frame.args()[0].u = value;
    frame.result<std::uint32_t>(0, value);
  });
}

// By a function of zlib's, for which no address means the value to begin with.
template <uLong (*kUpdate)(uLong, const Bytef*, z_size_t)>
std::uint32_t zlib(std::uint32_t value, const std::uint8_t* bytes, std::size_t size) {
  return size == 0 ? value : static_cast<std::uint32_t>(kUpdate(value, bytes, size));
}

std::uint32_t castagnoli(std::uint32_t value, const std::uint8_t* bytes, std::size_t size) {
  std::uint64_t crc = ~value;
  for (; size >= 8; size -= 8, bytes += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (; size > 0; --size) rest = _mm_crc32_u8(rest, *bytes++);
  return ~rest;
}

constexpr Native kMd5[] = {{"func block(dig *digest, p []byte)", block<MD5_CTX, 16, MD5_Update>}};
constexpr Native kSha1[] = {{"func block(dig *digest, p []byte)", block<SHA_CTX, 20, SHA1_Update>}};
constexpr Native kSha256[] = {{"func block(dig *Digest, p []byte)", block<SHA256_CTX, 32, SHA256_Update>}};
constexpr Native kSha512[] = {{"func block(dig *Digest, p []byte)", block<SHA512_CTX, 64, SHA512_Update>}};
constexpr Native kSha3[] = {{"func keccakF1600(a *[200]byte)", keccak_f1600}};
constexpr Native kCrc32[] = {
    {"func archUpdateIEEE(crc uint32, p []byte) uint32", update_checksum<zlib<::crc32_z>>},
    {"func archUpdateCastagnoli(crc uint32, p []byte) uint32", update_checksum<castagnoli>},
};
constexpr Native kAdler32[] = {{"func update(d digest, p []byte) digest", update_checksum<zlib<::adler32_z>>}};

}  // namespace

void register_hash(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"crypto/md5", kMd5},
      {"crypto/sha1", kSha1},
      {"crypto/internal/fips140/sha256", kSha256},
      {"crypto/internal/fips140/sha512", kSha512},
      {"crypto/internal/fips140/sha3", kSha3},
      {"hash/crc32", kCrc32},
      {"hash/adler32", kAdler32},
  };
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
