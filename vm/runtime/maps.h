// Go maps: open addressing with a control byte a slot, searched 16 at a time.
//
// Map -> Table { slots, mask, ... control bytes } -> slots: array of entries, laid out as MapType::group (key, element).
// Control byte: 0x80 empty, 0xfe deleted, else 7 bits of the hash. Capacity is a power of two, at least 8; a table of 8
// may be full, larger ones up to 7/8. Tables are replaced, never rehashed in place: an iterator keeps the table it
// began with, and once that is not the map's any more takes from it only the keys and looks them up (entries deleted
// since are not found; NaN keys, which are never found, stand for themselves unless the map was cleared).
// Rejected: incremental growth (two tables to search in every operation), insertion-ordered dense entries (one more
// cache miss a lookup).
//
// Functions taking a Worker may collect: the goroutine's pc and fp are saved. Keys are passed by address.
// The writing flag finds unsynchronised use, as gc does; `race` in MapError.
#pragma once

#include <cstdint>

#include "base/abi.h"
#include "scheduler/worker.h"
#include "vm/runtime/equality.h"
#include "vm/runtime/gc_types.h"

namespace govm::rt {

struct MapTable {
  char* slots;
  std::uint64_t mask;         // capacity - 1
  std::uint64_t growth_left;  // inserts into empty slots until it must grow
  std::uint64_t unused;
  std::uint8_t* control() { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

struct Map {
  std::uint64_t count;        // first, as len() reads it
  MapTable* table;            // null: never had an entry
  std::uint64_t seed;
  std::uint32_t writing;
  std::uint32_t clears;
};

struct MapIter {              // 16 words of Go memory
  void* key;                  // null: at the end
  void* elem;
  const abi::MapType* type;
  Map* map;
  MapTable* table;
  std::uint64_t offset;
  std::uint64_t index;
  std::uint64_t clears;
  std::uint64_t unused[8];
};
static_assert(sizeof(MapIter) == 128);

enum class MapFault : std::uint8_t { kNone, kWrites, kReadWrite, kIterWrite, kUnhashable, kNilMap, kOutOfMemory };
struct MapError {
  MapFault fault = MapFault::kNone;
  const abi::Type* type = nullptr;   // kUnhashable
};
const char* map_fault_text(MapFault fault);  // of fatal errors: "concurrent map writes"

struct MapContext {
  sched::Worker& worker;
  const GcTypes& types;
  MapError error;
};

Map* map_make(MapContext& cx, const abi::MapType* type, std::int64_t hint);

class StaticData;

// A map in static memory with these entries (arrays of keys, each once, and elements). Keys are plain values.
struct MapEntries {
  std::int64_t count;
  const void* keys;
  const void* elems;
};
Map* static_map(StaticData& statics, const abi::MapType* type, std::uint64_t seed, MapEntries entries);

// Address of the element, or null. m may be null.
void* map_find(MapContext& cx, const abi::MapType* type, Map* m, const void* key);
void* map_find_32(Map* m, const abi::MapType* type, std::uint32_t key, MapError* error);
void* map_find_64(Map* m, const abi::MapType* type, std::uint64_t key, MapError* error);
void* map_find_string(Map* m, const abi::MapType* type, abi::String key, MapError* error);
// Address of the element, inserted as zero if absent; null: see error.
void* map_assign(MapContext& cx, const abi::MapType* type, Map* m, const void* key);
void* map_assign_32(MapContext& cx, const abi::MapType* type, Map* m, std::uint32_t key);
void* map_assign_64(MapContext& cx, const abi::MapType* type, Map* m, std::uint64_t key);
void* map_assign_string(MapContext& cx, const abi::MapType* type, Map* m, abi::String key);
void map_delete(MapContext& cx, const abi::MapType* type, Map* m, const void* key);
void map_clear(MapContext& cx, const abi::MapType* type, Map* m);
inline std::int64_t map_len(const Map* m) { return m == nullptr ? 0 : static_cast<std::int64_t>(m->count); }
Map* map_clone(MapContext& cx, const abi::MapType* type, Map* m);

// it is zeroed Go memory in a frame or the heap. next: false at the end.
void map_iter_init(MapContext& cx, const abi::MapType* type, Map* m, MapIter* it);
bool map_iter_next(MapContext& cx, MapIter* it);

}  // namespace govm::rt
