#include "vm/runtime/core_natives.h"

#include <algorithm>

#include "base/memory.h"
#include "scheduler/scheduler.h"
#include "vm/runtime/gc_types.h"
#include "vm/runtime/maps.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/slices.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {

namespace {

// ---- runtime: panics

void native_panic_nil(NativeFrame& frame) {
  const Slot nothing[2] = {};
  frame.call_code(frame.runtime().gopanic(), nullptr, nothing, 1);
}
void native_panic_count(NativeFrame& frame) { frame.result<std::int64_t>(0, panic_count(*frame.goroutine())); }

void native_panic_at(NativeFrame& frame) {
  const PanicRecord* p = panic_at(*frame.goroutine(), frame.arg<std::int32_t>(0));
  if (p == nullptr) return;
  frame.result(0, p->value());
  frame.result<bool>(2, p->recovered != 0);
  frame.result<bool>(3, p->goexit != 0);
}

void native_die_from_panic(NativeFrame& frame) {
  Runtime& rt = frame.runtime();
  sched::Goroutine& g = *frame.goroutine();
  std::string out;
  if (state_of(g).faulted != 0) {
    out = "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x0]\n";
  }
  // The trace begins at the panic, not at what prints it: below the newest gopanic frame.
  const void* pc = g.pc;
  std::uint64_t* fp = g.fp;
  PanicRecord* p = state_of(g).panics;
  if (p != nullptr) {
    g.fp = reinterpret_cast<std::uint64_t*>(p->frame);
    g.pc = nullptr;
  }
  out += "\n" + traceback(rt, g, true);
  g.pc = pc;
  g.fp = fp;
  rt.print(out);
  if (rt.contains_failures()) return frame.goroutine_done();
  rt.request_exit(2, End::kPanic);
  frame.exit(2);
}

// ---- runtime: where code is

struct FrameInfo {
  abi::String function, file;
  std::int64_t line, start_line;
  std::uint64_t entry;
  bool inlined;
};

void native_frame_info(NativeFrame& frame) {
  CodePosition position;
  bool found = position_of(frame.runtime(), frame.arg<std::uint64_t>(0), &position);
  frame.result<bool>(0, found);
  if (!found) return;
  StaticData& statics = frame.runtime().statics();
  auto* out = frame.arg<FrameInfo*>(1);
  out->function = statics.string(position.name);
  out->file = statics.string(position.file);
  out->line = position.line;
  out->start_line = position.start_line;
  out->entry = reinterpret_cast<std::uint64_t>(position.function);
  out->inlined = position.inlined;
}

// func callers(skip int, pcs []uintptr) int: skip 0 is the caller of the Go function that calls this.
void native_callers(NativeFrame& frame) {
  std::vector<std::uint64_t> pcs;
  caller_pcs(frame.runtime(), *frame.goroutine(), &pcs);
  // This native is runtime-internal, so not among them: first comes the Go function that called it.
  std::int64_t skip = std::max<std::int64_t>(frame.arg<std::int64_t>(0), -1) + 1;
  auto out = frame.arg<abi::Slice>(1);
  std::int64_t n = 0;
  for (auto i = static_cast<std::size_t>(skip); i < pcs.size() && n < out.len; i++) {
    static_cast<std::uint64_t*>(out.data)[n++] = pcs[i];
  }
  frame.result<std::int64_t>(0, n);
}

void native_stack_trace(NativeFrame& frame) {
  auto out = frame.arg<abi::Slice>(0);
  std::string text;
  if (frame.arg<bool>(3)) {
    frame.runtime().scheduler().stop();
    text = traceback_all(frame.runtime(), frame.goroutine());
    frame.runtime().scheduler().start();
  } else {
    text = traceback(frame.runtime(), *frame.goroutine(), true);
  }
  std::size_t n = std::min(text.size(), static_cast<std::size_t>(out.len));
  copy_bytes(out.data, text.data(), n);
  frame.result<std::int64_t>(0, static_cast<std::int64_t>(n));
}

// ---- internal/runtime/maps and reflect

MapContext context(NativeFrame& frame) { return {frame.worker(), frame.runtime().gc_types(), {}}; }

// True: an error was requested.
bool failed(NativeFrame& frame, const MapError& error) {
  switch (error.fault) {
    case MapFault::kNone: return false;
    case MapFault::kUnhashable:
      frame.panic_entry(PanicEntry::kUnhashable, {Slot{.p = const_cast<abi::Type*>(error.type)}});
      return true;
    case MapFault::kNilMap: frame.panic_entry(PanicEntry::kNilMap); return true;
    case MapFault::kOutOfMemory: frame.throw_error("runtime: out of memory"); return true;
    default: frame.throw_error(map_fault_text(error.fault)); return true;
  }
}

using MapTypePtr = const abi::MapType*;

void native_map_len(NativeFrame& frame) { frame.result<std::int64_t>(0, map_len(frame.arg<Map*>(0))); }
void native_map_iter_init(NativeFrame& frame) {
  MapContext cx = context(frame);
  auto* it = frame.arg<MapIter*>(2);
  clear_words(frame.runtime().heap(), it, sizeof(MapIter));
  map_iter_init(cx, frame.arg<MapTypePtr>(0), frame.arg<Map*>(1), it);
  failed(frame, cx.error);
}
void native_map_iter_next(NativeFrame& frame) {
  MapContext cx = context(frame);
  auto* it = frame.arg<MapIter*>(0);
  map_iter_next(cx, it);
  if (failed(frame, cx.error)) return;
  frame.result<void*>(0, it->key);
  frame.result<void*>(1, it->elem);
}
void native_make_map(NativeFrame& frame) {
  MapContext cx = context(frame);
  frame.result<void*>(0, map_make(cx, frame.arg<MapTypePtr>(0), frame.arg<std::int64_t>(1)));
  failed(frame, cx.error);
}
void native_map_access(NativeFrame& frame) {
  MapContext cx = context(frame);
  void* elem = map_find(cx, frame.arg<MapTypePtr>(0), frame.arg<Map*>(1), frame.arg<void*>(2));
  if (!failed(frame, cx.error)) frame.result<void*>(0, elem);
}
void native_map_access_string(NativeFrame& frame) {
  MapContext cx = context(frame);
  auto key = frame.arg<abi::String>(2);
  void* elem = map_find(cx, frame.arg<MapTypePtr>(0), frame.arg<Map*>(1), &key);
  if (!failed(frame, cx.error)) frame.result<void*>(0, elem);
}
void assign(NativeFrame& frame, const void* key, const void* value) {
  MapContext cx = context(frame);
  auto type = frame.arg<MapTypePtr>(0);
  void* elem = map_assign(cx, type, frame.arg<Map*>(1), key);
  if (!failed(frame, cx.error)) frame.store_typed(elem, value, type->elem);
}
void native_map_assign(NativeFrame& frame) { assign(frame, frame.arg<void*>(2), frame.arg<void*>(3)); }
void native_map_assign_string(NativeFrame& frame) { assign(frame, frame.args() + 2, frame.arg<void*>(4)); }
void native_map_delete(NativeFrame& frame) {
  MapContext cx = context(frame);
  map_delete(cx, frame.arg<MapTypePtr>(0), frame.arg<Map*>(1), frame.arg<void*>(2));
  failed(frame, cx.error);
}
void native_map_delete_string(NativeFrame& frame) {
  MapContext cx = context(frame);
  map_delete(cx, frame.arg<MapTypePtr>(0), frame.arg<Map*>(1), frame.args() + 2);
  failed(frame, cx.error);
}
void native_map_clear(NativeFrame& frame) {
  MapContext cx = context(frame);
  map_clear(cx, frame.arg<MapTypePtr>(0), frame.arg<Map*>(1));
  failed(frame, cx.error);
}
void native_map_len_reflect(NativeFrame& frame) { native_map_len(frame); }

constexpr Native kRuntime[] = {
    {"func govm_panicCount() int", native_panic_count},
    {"func govm_panicNil()", native_panic_nil},
    {"func govm_panicAt(i int) (v any, recovered, goexit bool)", native_panic_at},
    {"func govm_dieFromPanic()", native_die_from_panic},
    {"func frameInfoOf(pc uintptr, info *frameInfo) bool", native_frame_info},
    {"func callers(skip int, pcs []uintptr) int", native_callers},
    {"func stackTrace(buf []byte, all bool) int", native_stack_trace},
};
constexpr Native kMaps[] = {
    {"func mapLen(m *Map) int", native_map_len},
    {"func iterInit(typ *abi.SwissMapType, m *Map, state *[16]unsafe.Pointer)", native_map_iter_init},
    {"func iterNext(state *[16]unsafe.Pointer) (key, elem unsafe.Pointer)", native_map_iter_next},
};
constexpr Native kReflect[] = {
    {"func makemap(t *abi.Type, cap int) (m unsafe.Pointer)", native_make_map},
    {"func mapaccess(t *abi.Type, m unsafe.Pointer, key unsafe.Pointer) (val unsafe.Pointer)", native_map_access},
    {"func mapaccess_faststr(t *abi.Type, m unsafe.Pointer, key string) (val unsafe.Pointer)", native_map_access_string},
    {"func mapassign0(t *abi.Type, m unsafe.Pointer, key, val unsafe.Pointer)", native_map_assign},
    {"func mapassign_faststr0(t *abi.Type, m unsafe.Pointer, key string, val unsafe.Pointer)", native_map_assign_string},
    {"func mapdelete(t *abi.Type, m unsafe.Pointer, key unsafe.Pointer)", native_map_delete},
    {"func mapdelete_faststr(t *abi.Type, m unsafe.Pointer, key string)", native_map_delete_string},
    {"func mapclear(t *abi.Type, m unsafe.Pointer)", native_map_clear},
    {"func maplen(m unsafe.Pointer) int", native_map_len_reflect},
};
constexpr Native kReflectLite[] = {
    {"func maplen(m unsafe.Pointer) int", native_map_len_reflect},
};

}  // namespace

const NativeRegistry& core_natives() {
  static const NativeRegistry* const registry = [] {
    auto* out = new NativeRegistry;  // never destroyed: Vms may outlive static destructors
    out->add({"runtime", kRuntime});
    out->add({"internal/runtime/maps", kMaps});
    out->add({"reflect", kReflect});
    out->add({"internal/reflectlite", kReflectLite});
    return out;
  }();
  return *registry;
}

}  // namespace govm::rt
