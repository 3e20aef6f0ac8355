#include "base/symbol.h"

#include <string>
#include <unordered_map>

#include "base/utf8.h"

namespace govm {

struct Interner::Table {
  std::unordered_map<std::string_view, const Symbol::Entry*> entries;
};

Interner::Interner() : table_(std::make_unique<Table>()) {}
Interner::~Interner() = default;

Symbol Interner::intern(std::string_view text) {
  if (text.empty()) return {};
  if (auto found = table_->entries.find(text); found != table_->entries.end()) return Symbol(found->second);
  const std::string_view kept = arena_.copy(text);
  const bool exported = utf8::is_upper(utf8::decode(kept).rune);
  const auto* entry = arena_.make<Symbol::Entry>(kept, std::hash<std::string_view>{}(kept), exported);
  table_->entries.emplace(kept, entry);
  return Symbol(entry);
}

}  // namespace govm
