#include "vm/runtime/maps.h"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/memory.h"
#include "vm/runtime/gc_access.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/static_data.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::rt {

namespace {

constexpr std::uint8_t kEmpty = 0x80, kDeleted = 0xfe;
constexpr std::uint64_t kGroup = 16;

// ---- what differs between kinds of keys

struct AnyKey {
  const abi::Type* type;
  const void* key;
  Uncomparable* error;
  std::uint64_t hash(std::uint64_t seed) const { return hash_value(type, key, seed, error); }
  bool equals(const char* slot) const { return equal_values(type, key, slot, error); }
};
struct Key32 {
  std::uint32_t key;
  std::uint64_t hash(std::uint64_t seed) const { return hash_word(key, seed); }
  bool equals(const char* slot) const { std::uint32_t k; std::memcpy(&k, slot, 4); return k == key; }
};
struct Key64 {
  std::uint64_t key;
  std::uint64_t hash(std::uint64_t seed) const { return hash_word(key, seed); }
  bool equals(const char* slot) const { std::uint64_t k; std::memcpy(&k, slot, 8); return k == key; }
};
struct KeyString {
  abi::String key;
  std::uint64_t hash(std::uint64_t seed) const { return hash_bytes(key.data, static_cast<std::size_t>(key.len), seed); }
  bool equals(const char* slot) const {
    abi::String k;
    std::memcpy(&k, slot, sizeof(k));
    return k.len == key.len && (k.data == key.data || compare_bytes(k.data, key.data, static_cast<std::size_t>(k.len)) == 0);
  }
};

std::uint8_t tag(std::uint64_t hash) { return hash >> 57; }

struct Group {
  __m128i bytes;
  explicit Group(const std::uint8_t* control) : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(control))) {}
  unsigned match(std::uint8_t byte) const {
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(static_cast<char>(byte)))));
  }
};

// Groups in triangular order: every group once.
struct Probe {
  std::uint64_t groups, at, step = 0;
  Probe(const MapTable* t, std::uint64_t hash) : groups(t->mask / kGroup + 1), at(hash & (groups - 1)) {}
  bool next() { return step++, at = (at + step) & (groups - 1), step < groups; }
};

template <typename Key>
char* find_slot(const abi::MapType* type, MapTable* t, const Key& key, std::uint64_t hash, std::uint64_t* index) {
  std::uint8_t* control = t->control();
  Probe probe(t, hash);
  do {
    Group group(control + probe.at * kGroup);
    for (unsigned m = group.match(tag(hash)); m != 0; m &= m - 1) {
      std::uint64_t i = probe.at * kGroup + static_cast<unsigned>(std::countr_zero(m));
      char* slot = t->slots + i * type->slot_size;
      if (key.equals(slot)) {
        if (index != nullptr) *index = i;
        return slot;
      }
    }
    if (group.match(kEmpty) != 0) return nullptr;
  } while (probe.next());
  return nullptr;
}

bool is_writing(const Map* m) { return __atomic_load_n(&m->writing, __ATOMIC_RELAXED) != 0; }

template <typename Key>
void* find(const abi::MapType* type, Map* m, const Key& key, MapError* error) {
  if (m == nullptr || m->table == nullptr || m->count == 0) return nullptr;
  if (is_writing(m)) [[unlikely]] {
    error->fault = MapFault::kReadWrite;
    return nullptr;
  }
  char* slot = find_slot(type, m->table, key, key.hash(m->seed), nullptr);
  return slot == nullptr ? nullptr : slot + type->elem_off;
}

class Writing {
 public:
  Writing(Map* m, MapError* error) : map_(m) {
    if (__atomic_exchange_n(&m->writing, 1u, __ATOMIC_RELAXED) != 0) error->fault = MapFault::kWrites, map_ = nullptr;
  }
  ~Writing() { if (map_ != nullptr) __atomic_store_n(&map_->writing, 0u, __ATOMIC_RELAXED); }

 private:
  Map* map_;
};

std::uint64_t control_bytes(std::uint64_t capacity) { return capacity < kGroup ? kGroup : capacity; }

void clear_table(MapTable* t, std::uint64_t capacity) {
  t->mask = capacity - 1;
  t->growth_left = capacity <= 8 ? capacity : capacity / 8 * 7;
  std::memset(t->control(), kEmpty, control_bytes(capacity));
  for (std::uint64_t i = capacity; i < kGroup; i++) t->control()[i] = kDeleted;
}

// A table of `capacity` slots, all empty, without the slots yet.
MapTable* new_table(MapContext& cx, std::uint64_t capacity) {
  int log = std::bit_width(capacity) - 1;
  auto* t = static_cast<MapTable*>(
      allocate(cx.worker, sizeof(MapTable) + control_bytes(capacity), cx.types.map_table[log]));
  if (t != nullptr) clear_table(t, capacity);
  return t;
}

bool add_slots(MapContext& cx, const abi::MapType* type, MapTable* t) {
  auto* slots = static_cast<char*>(allocate(cx.worker, (t->mask + 1) * type->slot_size, type->group));
  if (slots == nullptr) return false;
  store_pointer(cx.worker, &t->slots, slots);
  return true;
}

// First empty slot of the probe sequence; the table has one.
std::uint64_t empty_slot(MapTable* t, std::uint64_t hash) {
  Probe probe(t, hash);
  for (;;) {
    unsigned m = Group(t->control() + probe.at * kGroup).match(kEmpty);
    if (m != 0) return probe.at * kGroup + static_cast<unsigned>(std::countr_zero(m));
    probe.next();
  }
}

std::uint64_t capacity_for(std::uint64_t count) {
  if (count <= 8) return 8;
  return std::bit_ceil(count + count / 7 + 1);
}

// Keeps an object alive through the next allocation: a word of the goroutine that is a root.
class Keep {
 public:
  Keep(sched::Worker& w, void* object) : state_(w.current != nullptr ? &state_of(*w.current) : nullptr) {
    if (state_ != nullptr) state_->keep = object;
  }
  ~Keep() { if (state_ != nullptr) state_->keep = nullptr; }

 private:
  GoroutineState* state_;
};

MapTable* table_with_slots(MapContext& cx, const abi::MapType* type, std::uint64_t capacity) {
  MapTable* t = new_table(cx, capacity);
  if (t == nullptr) return nullptr;
  Keep keep(cx.worker, t);
  return add_slots(cx, type, t) ? t : nullptr;
}

// Replaces the table.
bool grow(MapContext& cx, const abi::MapType* type, Map* m, std::uint64_t capacity) {
  MapTable* old = m->table;
  MapTable* t = table_with_slots(cx, type, capacity);
  if (t == nullptr) return false;
  if (old != nullptr) {
    for (std::uint64_t i = 0; i <= old->mask; i++) {
      if (old->control()[i] >= 0x80) continue;
      const char* from = old->slots + i * type->slot_size;
      Uncomparable none;
      std::uint64_t hash = hash_value(type->key, from, m->seed, &none);
      std::uint64_t to = empty_slot(t, hash);
      t->control()[to] = tag(hash);
      t->growth_left--;
      std::memcpy(t->slots + to * type->slot_size, from, type->slot_size);
    }
  }
  store_pointer(cx.worker, &m->table, t);
  return true;
}

bool make_room(MapContext& cx, const abi::MapType* type, Map* m) {
  if (m->table != nullptr && m->table->growth_left > 0) return true;
  std::uint64_t capacity = 8;
  if (m->table != nullptr) {
    capacity = m->table->mask + 1;
    // Many deleted slots: the same size again suffices.
    bool full = m->count >= (capacity <= 8 ? capacity : capacity / 8 * 7 - capacity / 4);
    if (full) capacity *= 2;
  }
  if (grow(cx, type, m, capacity)) return true;
  cx.error.fault = MapFault::kOutOfMemory;
  return false;
}

template <typename Key, typename WriteKey>
void* assign(MapContext& cx, const abi::MapType* type, Map* m, const Key& key, WriteKey write_key) {
  if (m == nullptr) {
    cx.error.fault = MapFault::kNilMap;
    return nullptr;
  }
  Writing writing(m, &cx.error);
  if (cx.error.fault != MapFault::kNone) return nullptr;
  std::uint64_t hash = key.hash(m->seed);
  if (m->table != nullptr) {
    char* slot = find_slot(type, m->table, key, hash, nullptr);
    if (slot != nullptr) return slot + type->elem_off;
  }
  if (!make_room(cx, type, m)) return nullptr;
  hash = key.hash(m->seed);
  MapTable* t = m->table;
  std::uint64_t i = empty_slot(t, hash);
  t->control()[i] = tag(hash);
  t->growth_left--;
  m->count++;
  char* slot = t->slots + i * type->slot_size;
  write_key(slot);
  return slot + type->elem_off;
}

// Keys with +0 and -0, interfaces or strings: the key as last assigned is kept.
bool needs_key_update(const abi::Type* key) {
  if (!is_reflexive(key)) return true;
  switch (key->base_kind()) {
    case abi::kString: return true;
    case abi::kArray: return needs_key_update(reinterpret_cast<const abi::ArrayType*>(key)->elem);
    case abi::kStruct: {
      const auto* st = reinterpret_cast<const abi::StructType*>(key);
      return std::any_of(st->fields, st->fields + st->field_count,
                         [](const abi::StructField& f) { return needs_key_update(f.type); });
    }
    default: return false;
  }
}

template <typename Key>
void erase(MapContext& cx, const abi::MapType* type, Map* m, const Key& key) {
  if (m == nullptr || m->table == nullptr || m->count == 0) return;
  Writing writing(m, &cx.error);
  if (cx.error.fault != MapFault::kNone) return;
  std::uint64_t i;
  MapTable* t = m->table;
  std::uint64_t hash = key.hash(m->seed);
  char* slot = find_slot(type, t, key, hash, &i);
  if (slot == nullptr) return;
  zero_values(cx.worker, slot, type->group);
  std::uint8_t* group = t->control() + i / kGroup * kGroup;
  // A group that has an empty slot ends every search anyway, so the slot may become empty again.
  bool empty = Group(group).match(kEmpty) != 0 || t->mask < kGroup;
  t->control()[i] = empty ? kEmpty : kDeleted;
  if (empty) t->growth_left++;
  if (--m->count == 0) m->seed = hash_word(m->seed, 0x5bd1e995) | 1;
}

}  // namespace

const char* map_fault_text(MapFault fault) {
  switch (fault) {
    case MapFault::kReadWrite: return "concurrent map read and map write";
    case MapFault::kIterWrite: return "concurrent map iteration and map write";
    default: return "concurrent map writes";
  }
}

Map* map_make(MapContext& cx, const abi::MapType* type, std::int64_t hint) {
  MapTable* t = nullptr;
  // gc ignores hints whose memory would overflow; so do we.
  if (hint > 8 && static_cast<std::uint64_t>(hint) < (std::uint64_t{1} << 36) / type->slot_size) {
    t = table_with_slots(cx, type, capacity_for(static_cast<std::uint64_t>(hint)));
    if (t == nullptr) cx.error.fault = MapFault::kOutOfMemory;
  }
  Keep keep(cx.worker, t);
  auto* m = static_cast<Map*>(allocate(cx.worker, sizeof(Map), cx.types.map));
  if (m == nullptr) {
    cx.error.fault = MapFault::kOutOfMemory;
    return nullptr;
  }
  m->seed = cx.worker.random() | 1;
  store_pointer(cx.worker, &m->table, t);
  return m;
}

// What of it grows or is replaced later is ordinary memory; these parts are roots for good.
Map* static_map(StaticData& statics, const abi::MapType* type, std::uint64_t seed, MapEntries entries) {
  auto* m = static_cast<Map*>(statics.scanned(sizeof(Map)));
  m->seed = seed | 1;
  if (entries.count == 0) return m;
  const std::uint64_t capacity = capacity_for(static_cast<std::uint64_t>(entries.count));
  auto* t = static_cast<MapTable*>(statics.bytes(sizeof(MapTable) + control_bytes(capacity)));
  clear_table(t, capacity);
  const std::uint64_t size = capacity * type->slot_size;
  t->slots = static_cast<char*>(type->group->ptr_bytes != 0 ? statics.scanned(size) : statics.bytes(size));
  m->table = t;
  const auto* key = static_cast<const char*>(entries.keys);
  const auto* elem = static_cast<const char*>(entries.elems);
  for (std::int64_t n = 0; n < entries.count; ++n, key += type->key->size, elem += type->elem->size) {
    Uncomparable none;
    const std::uint64_t hash = hash_value(type->key, key, m->seed, &none);
    const std::uint64_t i = empty_slot(t, hash);
    t->control()[i] = tag(hash);
    t->growth_left--;
    m->count++;
    char* slot = t->slots + i * type->slot_size;
    std::memcpy(slot, key, type->key->size);
    std::memcpy(slot + type->elem_off, elem, type->elem->size);
  }
  return m;
}

void* map_find(MapContext& cx, const abi::MapType* type, Map* m, const void* key) {
  Uncomparable error;
  AnyKey any{type->key, key, &error};
  void* found = nullptr;
  if (m == nullptr || m->count == 0) {
    any.hash(0);  // panics for unhashable keys even so
  } else {
    found = find(type, m, any, &cx.error);
  }
  if (error.type != nullptr) cx.error = {MapFault::kUnhashable, error.type};
  return found;
}
void* map_find_32(Map* m, const abi::MapType* type, std::uint32_t key, MapError* error) { return find(type, m, Key32{key}, error); }
void* map_find_64(Map* m, const abi::MapType* type, std::uint64_t key, MapError* error) { return find(type, m, Key64{key}, error); }
void* map_find_string(Map* m, const abi::MapType* type, abi::String key, MapError* error) {
  return find(type, m, KeyString{key}, error);
}

void* map_assign(MapContext& cx, const abi::MapType* type, Map* m, const void* key) {
  Uncomparable error;
  AnyKey any{type->key, key, &error};
  any.hash(0);
  if (error.type != nullptr && m != nullptr) {
    cx.error = {MapFault::kUnhashable, error.type};
    return nullptr;
  }
  void* elem = assign(cx, type, m, any, [&](char* slot) { move_values(cx.worker, slot, key, type->key); });
  if (elem != nullptr && needs_key_update(type->key)) {
    move_values(cx.worker, static_cast<char*>(elem) - type->elem_off, key, type->key);
  }
  return elem;
}
void* map_assign_32(MapContext& cx, const abi::MapType* type, Map* m, std::uint32_t key) {
  return assign(cx, type, m, Key32{key}, [&](char* slot) { std::memcpy(slot, &key, 4); });
}
void* map_assign_64(MapContext& cx, const abi::MapType* type, Map* m, std::uint64_t key) {
  return assign(cx, type, m, Key64{key}, [&](char* slot) { move_values(cx.worker, slot, &key, type->key); });
}
void* map_assign_string(MapContext& cx, const abi::MapType* type, Map* m, abi::String key) {
  void* elem = assign(cx, type, m, KeyString{key}, [](char*) {});
  // Also where an equal key is: what its memory belongs to is not kept by the map any longer.
  if (elem != nullptr) move_values(cx.worker, static_cast<char*>(elem) - type->elem_off, &key, type->key);
  return elem;
}

void map_delete(MapContext& cx, const abi::MapType* type, Map* m, const void* key) {
  Uncomparable error;
  AnyKey any{type->key, key, &error};
  any.hash(0);
  if (error.type != nullptr) {
    cx.error = {MapFault::kUnhashable, error.type};
    return;
  }
  erase(cx, type, m, any);
}

void map_clear(MapContext& cx, const abi::MapType* type, Map* m) {
  if (m == nullptr || m->table == nullptr) return;
  Writing writing(m, &cx.error);
  if (cx.error.fault != MapFault::kNone) return;
  MapTable* t = m->table;
  std::uint64_t capacity = t->mask + 1;
  zero_values(cx.worker, t->slots, type->group, capacity);
  std::memset(t->control(), kEmpty, capacity);
  t->growth_left = capacity <= 8 ? capacity : capacity / 8 * 7;
  m->count = 0;
  m->clears++;
}

Map* map_clone(MapContext& cx, const abi::MapType* type, Map* m) {
  std::uint64_t count = m == nullptr ? 0 : m->count;
  Map* copy = map_make(cx, type, count == 0 ? 0 : static_cast<std::int64_t>(std::max<std::uint64_t>(count, 9)));
  if (copy == nullptr || count == 0 || cx.error.fault != MapFault::kNone) return copy;
  MapTable *from = m->table, *to = copy->table;
  for (std::uint64_t i = 0; i <= from->mask; i++) {
    if (from->control()[i] >= 0x80) continue;
    Uncomparable none;
    const char* slot = from->slots + i * type->slot_size;
    std::uint64_t hash = hash_value(type->key, slot, copy->seed, &none);
    std::uint64_t at = empty_slot(to, hash);
    to->control()[at] = tag(hash);
    to->growth_left--;
    move_values(cx.worker, to->slots + at * type->slot_size, slot, type->group);
    copy->count++;
  }
  return copy;
}

// ---- iteration

void map_iter_init(MapContext& cx, const abi::MapType* type, Map* m, MapIter* it) {
  it->type = type;
  if (m == nullptr || m->count == 0) return;
  if (is_writing(m)) cx.error.fault = MapFault::kIterWrite;
  store_pointer(cx.worker, &it->map, m);
  store_pointer(cx.worker, &it->table, m->table);
  it->offset = cx.worker.random();
  it->clears = m->clears;
}

bool map_iter_next(MapContext& cx, MapIter* it) {
  MapTable* t = it->table;
  if (t != nullptr) {
    Map* m = it->map;
    if (is_writing(m)) [[unlikely]] {
      cx.error.fault = MapFault::kIterWrite;
      return false;
    }
    const abi::MapType* type = it->type;
    while (it->index <= t->mask) {
      std::uint64_t i = (it->offset + it->index++) & t->mask;
      if (t->control()[i] >= 0x80) continue;
      char* slot = t->slots + i * type->slot_size;
      if (t != m->table) [[unlikely]] {
        Uncomparable none;
        AnyKey key{type->key, slot, &none};
        bool nan = !equal_values(type->key, slot, slot, &none);
        if (nan) {
          if (it->clears != m->clears) continue;
        } else {
          if (m->count == 0) continue;
          slot = find_slot(type, m->table, key, key.hash(m->seed), nullptr);
          if (slot == nullptr) continue;
        }
      }
      store_pointer(cx.worker, &it->key, slot);
      store_pointer(cx.worker, &it->elem, slot + type->elem_off);
      return true;
    }
  }
  store_pointer(cx.worker, &it->key, nullptr);
  store_pointer(cx.worker, &it->elem, nullptr);
  return false;
}

}  // namespace govm::rt
