// Maps.
#include "vm/interp/support.h"
#include "vm/runtime/maps.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::interp {

namespace {

using rt::Map;
using rt::MapContext;
using rt::MapError;
using rt::MapFault;

const abi::MapType* map_type(const Instr* pc) { return reinterpret_cast<const abi::MapType*>(pc->word(1)); }
Map* map_at(const Slot& slot) { return static_cast<Map*>(slot.p); }
abi::String string_at(const Slot* slot) { return {static_cast<const std::uint8_t*>(slot[0].p), slot[1].i}; }

struct Found { void* elem; MapError error; };

// Each operation out of line, results by value: the handler keeps its registers.
[[gnu::noinline]] Found find_32(Map* m, const abi::MapType* type, std::uint32_t key) {
  Found f{};
  f.elem = rt::map_find_32(m, type, key, &f.error);
  return f;
}
[[gnu::noinline]] Found find_64(Map* m, const abi::MapType* type, std::uint64_t key) {
  Found f{};
  f.elem = rt::map_find_64(m, type, key, &f.error);
  return f;
}
[[gnu::noinline]] Found find_string(Map* m, const abi::MapType* type, const Slot* key) {
  Found f{};
  f.elem = rt::map_find_string(m, type, string_at(key), &f.error);
  return f;
}

template <typename Operation>
[[gnu::always_inline]] inline Found with_context(sched::Worker* w, Operation operation) {
  MapContext cx{*w, runtime_of(w).gc_types(), {}};
  Found f{};
  f.elem = operation(cx);
  f.error = cx.error;
  return f;
}
[[gnu::noinline]] Found find_any(sched::Worker* w, Map* m, const abi::MapType* type, const Slot* key) {
  return with_context(w, [&](MapContext& cx) { return rt::map_find(cx, type, m, key); });
}
[[gnu::noinline]] Found assign_32(sched::Worker* w, Map* m, const abi::MapType* type, const Slot* key) {
  return with_context(w, [&](MapContext& cx) { return rt::map_assign_32(cx, type, m, static_cast<std::uint32_t>(key->u)); });
}
[[gnu::noinline]] Found assign_64(sched::Worker* w, Map* m, const abi::MapType* type, const Slot* key) {
  return with_context(w, [&](MapContext& cx) { return rt::map_assign_64(cx, type, m, key->u); });
}
[[gnu::noinline]] Found assign_string(sched::Worker* w, Map* m, const abi::MapType* type, const Slot* key) {
  return with_context(w, [&](MapContext& cx) { return rt::map_assign_string(cx, type, m, string_at(key)); });
}
[[gnu::noinline]] Found assign_any(sched::Worker* w, Map* m, const abi::MapType* type, const Slot* key) {
  return with_context(w, [&](MapContext& cx) { return rt::map_assign(cx, type, m, key); });
}
[[gnu::noinline]] Found erase(sched::Worker* w, Map* m, const abi::MapType* type, const void* key) {
  return with_context(w, [&](MapContext& cx) { return rt::map_delete(cx, type, m, key), nullptr; });
}
[[gnu::noinline]] Found clear(sched::Worker* w, Map* m, const abi::MapType* type) {
  return with_context(w, [&](MapContext& cx) { return rt::map_clear(cx, type, m), nullptr; });
}
[[gnu::noinline]] Found make(sched::Worker* w, const abi::MapType* type, std::int64_t hint) {
  return with_context(w, [&](MapContext& cx) -> void* { return rt::map_make(cx, type, hint); });
}
[[gnu::noinline]] Found iter_init(sched::Worker* w, const abi::MapType* type, Map* m, rt::MapIter* it) {
  return with_context(w, [&](MapContext& cx) { return rt::map_iter_init(cx, type, m, it), nullptr; });
}
[[gnu::noinline]] Found iter_next(sched::Worker* w, rt::MapIter* it) {
  return with_context(w, [&](MapContext& cx) -> void* { return rt::map_iter_next(cx, it) ? it : nullptr; });
}

// What went wrong is staged for the slow path.
void stage(sched::Worker* w, const MapError& error) {
  rt::Thread& thread = thread_of(w);
  thread.raise_args[0] = reinterpret_cast<std::uint64_t>(error.type);
  thread.raise_args[1] = static_cast<std::uint64_t>(error.fault);
}

}  // namespace

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_map_error(GOVM_HANDLER_ARGS) {
  rt::Thread& thread = thread_of(w);
  switch (static_cast<MapFault>(thread.raise_args[1])) {
    case MapFault::kUnhashable: RAISE(kUnhashable, thread.raise_args[0], 0);
    case MapFault::kNilMap: RAISE(kNilMap, 0, 0);
    case MapFault::kOutOfMemory: TAIL(slow_out_of_memory);
    default: break;
  }
  THROW(rt::map_fault_text(static_cast<MapFault>(thread.raise_args[1])));
}
#define CHECK(found)                                           \
  if ((found).error.fault != MapFault::kNone) [[unlikely]] {   \
    stage(w, (found).error);                                   \
    TAIL(slow_map_error);                                      \
  }

#define ACCESS(suffix, call)                                                                              \
  HANDLER(MapAccess##suffix) {                                                                            \
    const Found found = (call);                                                                           \
    CHECK(found);                                                                                         \
    const void* elem = found.elem;                                                                        \
    if (elem == nullptr) elem = runtime_of(w).zero_memory(map_type(pc)->elem->size);                      \
    RA.p = const_cast<void*>(elem);                                                                       \
    NEXT(2);                                                                                              \
  }                                                                                                       \
  HANDLER(MapAccessOk##suffix) {                                                                          \
    const Found found = (call);                                                                           \
    CHECK(found);                                                                                         \
    const void* elem = found.elem;                                                                        \
    const bool present = elem != nullptr;                                                                 \
    if (!present) elem = runtime_of(w).zero_memory(map_type(pc)->elem->size);                             \
    fp[pc->a].p = const_cast<void*>(elem);                                                                \
    fp[pc->a + 1].u = present;                                                                            \
    NEXT(2);                                                                                              \
  }
ACCESS(32, find_32(map_at(RB), map_type(pc), static_cast<std::uint32_t>(RC.u)))
ACCESS(64, find_64(map_at(RB), map_type(pc), RC.u))
ACCESS(Str, find_string(map_at(RB), map_type(pc), &RC))
ACCESS(, find_any(w, map_at(RB), map_type(pc), &RC))

#define ASSIGN(suffix, function)                                       \
  HANDLER(MapAssign##suffix) {                                         \
    save(w, pc, fp);                                                   \
    const Found found = function(w, map_at(RB), map_type(pc), &RC);    \
    CHECK(found);                                                      \
    RA.p = found.elem;                                                 \
    NEXT(2);                                                           \
  }
ASSIGN(32, assign_32)
ASSIGN(64, assign_64)
ASSIGN(Str, assign_string)
ASSIGN(, assign_any)

#define DELETE(suffix)                                                 \
  HANDLER(MapDelete##suffix) {                                         \
    const Found found = erase(w, map_at(RA), map_type(pc), &RB);       \
    CHECK(found);                                                      \
    NEXT(2);                                                           \
  }
DELETE(32)
DELETE(64)
DELETE(Str)
DELETE()

HANDLER(MakeMap) {
  save(w, pc, fp);
  const Found found = make(w, map_type(pc), RB.i);
  CHECK(found);
  RA.p = found.elem;
  NEXT(2);
}
HANDLER(MapClear) {
  const Found found = clear(w, map_at(RA), map_type(pc));
  CHECK(found);
  NEXT(2);
}
HANDLER(MapLen) {
  RA.i = rt::map_len(map_at(RB));
  NEXT(1);
}
HANDLER(MapIterInit) {
  const Found found = iter_init(w, map_type(pc), map_at(RB), static_cast<rt::MapIter*>(RA.p));
  CHECK(found);
  NEXT(2);
}
HANDLER(MapIterNext) {
  const Found found = iter_next(w, static_cast<rt::MapIter*>(RB.p));
  CHECK(found);
  RA.u = found.elem != nullptr;
  NEXT(1);
}

}  // namespace govm::interp
