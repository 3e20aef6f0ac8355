// Open-addressing hash tables keyed by pointers: what the checker needs of a map, without an allocation per entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace govm::types {

template <typename K, typename V>
class PtrMap {
 public:
  struct Entry {
    K key{};
    V value{};
  };
  // The value of key, or null. Invalidated by insertion.
  V* find(K key) {
    if (entries_.empty()) return nullptr;
    Entry& e = slot(key);
    return e.key == key ? &e.value : nullptr;
  }
  bool contains(K key) { return find(key) != nullptr; }
  // The value of key, made if absent. Invalidated by insertion.
  V& operator[](K key) {
    if ((count_ + 1) * 4 > entries_.size() * 3) grow();
    Entry& e = slot(key);
    if (e.key != key) {
      e.key = key;
      ++count_;
    }
    return e.value;
  }
  // True if key was absent.
  bool insert(K key, V value = V{}) {
    const std::size_t before = count_;
    V& v = (*this)[key];
    if (count_ == before) return false;
    v = std::move(value);
    return true;
  }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  void clear() {
    entries_.clear();
    count_ = 0;
  }
  template <typename F>
  void for_each(F&& f) {  // in no particular order
    for (Entry& e : entries_)
      if (e.key != K{}) f(e.key, e.value);
  }

 private:
  static std::size_t hash(K key) {
    const auto bits = reinterpret_cast<std::uintptr_t>(key);
    return static_cast<std::size_t>((bits >> 4) * 0x9E3779B97F4A7C15ull >> 20);
  }
  Entry& slot(K key) {
    const std::size_t mask = entries_.size() - 1;
    std::size_t i = hash(key) & mask;
    while (entries_[i].key != key && entries_[i].key != K{}) i = (i + 1) & mask;
    return entries_[i];
  }
  void grow() {
    std::vector<Entry> old(entries_.empty() ? 8 : entries_.size() * 2);
    old.swap(entries_);
    for (Entry& e : old)
      if (e.key != K{}) slot(e.key) = std::move(e);
  }
  std::vector<Entry> entries_;
  std::size_t count_ = 0;
};

struct Nothing {};
template <typename K>
using PtrSet = PtrMap<K, Nothing>;

}  // namespace govm::types
