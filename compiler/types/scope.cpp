// Scopes: few names are searched in a row, many through an open-addressing index.
#include <algorithm>

#include "base/assert.h"
#include "compiler/types/object.h"

namespace govm::types {

struct Scope::Table {
  static constexpr std::uint32_t kLinear = 8;  // up to so many names there is no index
  Object** items = nullptr;                    // in order of insertion
  std::uint32_t count = 0;
  std::uint32_t capacity = 0;
  std::uint32_t* index = nullptr;              // position in items + 1; 0: free
  std::uint32_t index_size = 0;                // a power of two

  Object* find(Symbol name) const {
    if (!index) {
      for (std::uint32_t i = 0; i < count; ++i)
        if (items[i]->name == name) return items[i];
      return nullptr;
    }
    for (std::size_t i = name.hash() & (index_size - 1);; i = (i + 1) & (index_size - 1)) {
      if (index[i] == 0) return nullptr;
      if (items[index[i] - 1]->name == name) return items[index[i] - 1];
    }
  }

  void add_to_index(std::uint32_t item) {
    std::size_t i = items[item]->name.hash() & (index_size - 1);
    while (index[i] != 0) i = (i + 1) & (index_size - 1);
    index[i] = item + 1;
  }

  void grow(Arena& arena) {
    const std::uint32_t bigger = capacity == 0 ? 4 : capacity * 2;
    auto** moved = static_cast<Object**>(arena.allocate(sizeof(Object*) * bigger, alignof(Object*)));
    std::copy_n(items, count, moved);
    items = moved;
    capacity = bigger;
    if (capacity <= kLinear) return;
    index_size = capacity * 2;
    index = static_cast<std::uint32_t*>(arena.allocate(sizeof(std::uint32_t) * index_size, alignof(std::uint32_t)));
    std::fill_n(index, index_size, 0u);
    for (std::uint32_t i = 0; i < count; ++i) add_to_index(i);
  }

  void add(Arena& arena, Object* obj) {
    if (count == capacity) grow(arena);
    items[count++] = obj;
    if (index) add_to_index(count - 1);
  }
};

Scope::Scope(Scope* parent_scope) : parent(parent_scope) {
  if (!parent) return;
  arena = parent->arena;
  if (!parent->parent) return;  // the universe does not know its packages
  if (parent->last_child) parent->last_child->next_sibling = this;
  else parent->first_child = this;
  parent->last_child = this;
}

Object* Scope::lookup(Symbol name) const { return table ? table->find(name) : nullptr; }

Object* Scope::lookup_parent(Symbol name, Pos pos, Scope** found_in) {
  for (Scope* s = this; s; s = s->parent) {
    Object* obj = s->lookup(name);
    if (!obj || (pos.known() && obj->scope_pos > pos)) continue;
    if (found_in) *found_in = s;
    return obj;
  }
  if (found_in) *found_in = nullptr;
  return nullptr;
}

Object* Scope::insert(Object* obj) {
  GOVM_ASSERT(arena);
  if (!table) table = arena->make<Table>();
  if (Object* other = table->find(obj->name)) return other;
  table->add(*arena, obj);
  if (!obj->parent) obj->parent = this;
  return nullptr;
}

std::vector<Object*> Scope::sorted() const {
  std::vector<Object*> list;
  if (table) list.assign(table->items, table->items + table->count);
  std::sort(list.begin(), list.end(), [](Object* a, Object* b) { return a->name.str() < b->name.str(); });
  return list;
}

std::size_t Scope::size() const { return table ? table->count : 0; }

}  // namespace govm::types
