// Symbol: an interned string, compared by address. Symbols of one Interner may be compared; they live as long as it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "base/arena.h"

namespace govm {

class Symbol {
 public:
  Symbol() = default;  // the empty symbol: false in a boolean context, str() is ""
  std::string_view str() const { return entry_ ? entry_->text : std::string_view(); }
  bool empty() const { return entry_ == nullptr; }
  explicit operator bool() const { return entry_ != nullptr; }
  bool operator==(const Symbol&) const = default;
  bool is_blank() const { return str() == "_"; }
  // Starts with an upper-case letter (Unicode class Lu), as Go's exported identifiers.
  bool exported() const { return entry_ && entry_->exported; }
  std::uint64_t hash() const { return entry_ ? entry_->hash : 0; }

 private:
  friend class Interner;
  struct Entry {
    std::string_view text;
    std::uint64_t hash;
    bool exported;
  };
  explicit Symbol(const Entry* entry) : entry_(entry) {}
  const Entry* entry_ = nullptr;
};

// Owns the text of its symbols. Not thread safe: one per compiler session, used under its lock.
class Interner {
 public:
  Interner();
  ~Interner();
  Symbol intern(std::string_view text);

 private:
  struct Table;
  Arena arena_;
  std::unique_ptr<Table> table_;
};

}  // namespace govm

template <>
struct std::hash<govm::Symbol> {
  std::size_t operator()(govm::Symbol s) const noexcept { return s.hash(); }
};
