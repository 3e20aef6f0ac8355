#include "base/symbol.h"

#include <cstring>
#include <vector>

#include "base/utf8.h"

namespace govm {
namespace {

// Multiplies and folds eight bytes at a time (the construction of wyhash); names are short.
std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kSeed = 0xa0761d6478bd642f;
  constexpr std::uint64_t kFactor = 0xe7037ed1a0b428db;
  std::uint64_t hash = kSeed ^ text.size();
  const char* p = text.data();
  std::size_t n = text.size();
  for (; n > 8; n -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    hash = mix(hash ^ word, kFactor);
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, p, n);
  return mix(hash ^ tail, kFactor);
}

}  // namespace

// Open addressing, at most half full, linear probing.
struct Interner::Table {
  std::vector<const Symbol::Entry*> slots = std::vector<const Symbol::Entry*>(1 << 12);
  std::size_t used = 0;

  void grow() {
    std::vector<const Symbol::Entry*> old(slots.size() * 2);
    old.swap(slots);
    for (const Symbol::Entry* e : old) {
      if (e) *free_slot(e->hash) = e;
    }
  }
  const Symbol::Entry** free_slot(std::uint64_t hash) {
    std::size_t i = hash & (slots.size() - 1);
    while (slots[i]) i = (i + 1) & (slots.size() - 1);
    return &slots[i];
  }
};

Interner::Interner() : table_(std::make_unique<Table>()) {}
Interner::~Interner() = default;

Symbol Interner::intern(std::string_view text) {
  if (text.empty()) return {};
  const std::uint64_t hash = hash_of(text);
  const std::size_t mask = table_->slots.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    const Symbol::Entry* e = table_->slots[i];
    if (!e) break;
    if (e->hash == hash && e->text == text) return Symbol(e);
  }
  const std::string_view kept = arena_.copy(text);
  const auto* entry = arena_.make<Symbol::Entry>(kept, hash, utf8::is_upper(utf8::decode(kept).rune));
  if (++table_->used * 2 > table_->slots.size()) table_->grow();
  *table_->free_slot(hash) = entry;
  return Symbol(entry);
}

}  // namespace govm
