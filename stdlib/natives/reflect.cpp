// reflect and internal/reflectlite: types, memory, channels, maps.
#include <algorithm>

#include "base/memory.h"
#include "scheduler/channel.h"
#include "scheduler/select.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"
#include "vm/runtime/hash.h"
#include "vm/runtime/maps.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/slices.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::natives {
namespace {

using rt::PanicEntry;
using rt::Slot;

rt::TypeTable& types(NativeFrame& frame) { return frame.runtime().types(); }

// ---- descriptors

void resolve_name_off(NativeFrame& frame) {
  frame.result<const void*>(0, types(frame).resolve_name(frame.arg<std::int32_t>(1)));
}
void resolve_type_off(NativeFrame& frame) {
  frame.result<const void*>(0, types(frame).resolve_type(frame.arg<std::int32_t>(1)));
}
void resolve_text_off(NativeFrame& frame) {
  frame.result<const void*>(0, types(frame).resolve_text(frame.arg<std::int32_t>(1)));
}

// Go code that asks has a pointer of its own making; it is copied to where offsets reach it only if it is a name.
void add_reflect_off(NativeFrame& frame) {
  const auto* p = frame.arg<const std::uint8_t*>(0);
  if (!types(frame).region().contains(p)) {
    const std::string_view name = rt::TypeTable::name_of(p);
    p = types(frame).make_name(name, "", "", (*p & 1) != 0, (*p & 8) != 0);
  }
  frame.result<std::int32_t>(0, types(frame).region().offset_of(p));
}

void typelinks(NativeFrame& frame) {
  frame.result<abi::Slice>(0, {});
  frame.result<abi::Slice>(3, {});
}

void static_uint64s(NativeFrame& frame) { frame.result<const void*>(0, rt::small_values()); }

void ptr_to(NativeFrame& frame) { frame.result<void*>(0, types(frame).pointer_to(frame.arg<abi::Type*>(0))); }
void slice_of(NativeFrame& frame) { frame.result<void*>(0, types(frame).slice_of(frame.arg<abi::Type*>(0))); }
void array_of(NativeFrame& frame) {
  frame.result<void*>(0, types(frame).array_of(frame.arg<abi::Type*>(1), frame.arg<std::uint64_t>(0)));
}
void chan_of(NativeFrame& frame) {
  frame.result<void*>(0, types(frame).chan_of(frame.arg<abi::Type*>(1), static_cast<int>(frame.arg<std::int64_t>(0))));
}
void map_of(NativeFrame& frame) {
  frame.result<void*>(0, types(frame).map_of(frame.arg<abi::Type*>(0), frame.arg<abi::Type*>(1)));
}

std::span<abi::Type* const> type_list(abi::Slice list) {
  return {static_cast<abi::Type* const*>(list.data), static_cast<std::size_t>(list.len)};
}
void func_of(NativeFrame& frame) {
  frame.result<void*>(0, types(frame).func_of(type_list(frame.arg<abi::Slice>(0)), type_list(frame.arg<abi::Slice>(3)),
                                              frame.arg<bool>(6)));
}

// reflect.vmField of the overlay.
struct Field {
  abi::String name, pkg_path, tag;
  abi::Type* type;
  bool embedded;
};
void struct_of(NativeFrame& frame) {
  const auto list = frame.arg<abi::Slice>(0);
  std::vector<rt::FieldSpec> fields;
  for (std::int64_t i = 0; i < list.len; ++i) {
    const Field& f = static_cast<const Field*>(list.data)[i];
    fields.push_back({view(f.name), f.type, view(f.tag), view(f.pkg_path), f.embedded});
  }
  std::span<const rt::MethodSpec> methods, ptr_methods;
  if (!fields.empty() && fields[0].embedded && fields[0].type->base_kind() != abi::kInterface) {
    abi::Type* first = fields[0].type;
    methods = ptr_methods = types(frame).methods_of(first);
    if (first->base_kind() != abi::kPointer) ptr_methods = types(frame).methods_of(types(frame).pointer_to(first));
  }
  frame.result<void*>(0, types(frame).struct_of(fields, methods, ptr_methods));
}

// ---- memory

void unsafe_new(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::Type*>(0);
  frame.result<void*>(0, frame.allocate(type->size, type));
}

void unsafe_new_array(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::Type*>(0);
  const auto n = frame.arg<std::int64_t>(1);
  std::uint64_t size;
  if (n < 0 || __builtin_mul_overflow(static_cast<std::uint64_t>(n), type->size, &size) || size > (1ull << 47)) {
    return frame.panic_plain("reflect: unsafe_NewArray: negative or too large length");
  }
  frame.result<void*>(0, frame.allocate(size, type));
}

void memory_move(NativeFrame& frame) {
  move_bytes(frame.arg<void*>(0), frame.arg<void*>(1), frame.arg<std::uint64_t>(2));
}
void typed_memory_move(NativeFrame& frame) {
  frame.store_typed(frame.arg<void*>(1), frame.arg<void*>(2), frame.arg<const abi::Type*>(0));
}
void typed_memory_clear(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::Type*>(0);
  rt::clear_typed(frame.runtime().heap(), frame.arg<void*>(1), type, 1);
}
void typed_memory_clear_partial(NativeFrame& frame) {
  rt::clear_words(frame.runtime().heap(), frame.arg<void*>(1), frame.arg<std::uint64_t>(3));
}
void typed_array_clear(NativeFrame& frame) {
  rt::clear_typed(frame.runtime().heap(), frame.arg<void*>(1), frame.arg<const abi::Type*>(0), frame.arg<std::uint64_t>(2));
}
void typed_slice_copy(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::Type*>(0);
  const auto to = frame.arg<abi::Slice>(1);
  const auto from = frame.arg<abi::Slice>(4);
  const std::int64_t n = std::min(to.len, from.len);
  rt::move_typed(frame.runtime().heap(), to.data, from.data, type, static_cast<std::uint64_t>(n));
  frame.result<std::int64_t>(0, n);
}
void true_result(NativeFrame& frame) { frame.result<bool>(0, true); }

// func ifaceE2I(t *abi.Type, src any, dst unsafe.Pointer): src, known to implement interface t, into *dst.
void eface_to_iface(NativeFrame& frame) {
  const auto* inter = frame.arg<const abi::InterfaceType*>(0);
  const auto src = frame.arg<abi::Eface>(1);
  auto* dst = frame.arg<abi::Iface*>(3);
  std::string missing;
  abi::Itab* tab = types(frame).itab(inter, src.type, &missing);
  if (!tab) {
    const abi::String name = frame.new_string(missing);
    Slot arguments[5];
    arguments[0].p = src.type;
    arguments[1].p = const_cast<abi::InterfaceType*>(inter);
    arguments[2].p = nullptr;
    arguments[3].p = const_cast<std::uint8_t*>(name.data);
    arguments[4].i = name.len;
    return frame.panic_entry(PanicEntry::kTypeAssert, arguments);
  }
  frame.store_pointer(&dst->tab, tab);
  frame.store_pointer(&dst->data, src.data);
}

void type_hash(NativeFrame& frame) {
  std::uint64_t hash = 0;
  const auto* type = frame.arg<const abi::Type*>(0);
  const abi::Type* bad = nullptr;
  if (!rt::hash_value(frame.runtime(), type, frame.arg<void*>(1), frame.arg<std::uint64_t>(2), &hash, &bad)) {
    Slot argument;
    argument.p = const_cast<abi::Type*>(bad);
    return frame.panic_entry(PanicEntry::kUnhashable, {&argument, 1});
  }
  frame.result(0, hash);
}

// func growslice(t *abi.Type, old unsafeheader.Slice, num int) unsafeheader.Slice: room for num more; length unchanged.
void grow_slice(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::Type*>(0);
  auto old = frame.arg<abi::Slice>(1);
  abi::Slice grown;
  if (!rt::grow_slice(frame, old, frame.arg<std::int64_t>(4), type, &grown)) {
    return frame.panic_entry(PanicEntry::kGrowSlice, {});
  }
  grown.len = old.len;
  frame.result(0, grown);
}

void unsafe_slice(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::Type*>(0);
  const auto n = frame.arg<std::int64_t>(2);
  const auto at = frame.arg<std::uint64_t>(1);
  std::uint64_t size = 0;
  const bool overflow = __builtin_mul_overflow(static_cast<std::uint64_t>(n), type->size, &size);
  if (n < 0) return frame.panic_entry(PanicEntry::kUnsafeSliceLen, {});
  if (overflow || size > -at) {
    frame.panic_entry(at == 0 && (overflow || size > 0) ? PanicEntry::kUnsafeSliceNil : PanicEntry::kUnsafeSliceLen, {});
  }
}

// ---- channels

void chan_len(NativeFrame& frame) { frame.result<std::int64_t>(0, sched::chan_len(worker(), frame.arg<sched::Channel*>(0))); }
void chan_cap(NativeFrame& frame) { frame.result<std::int64_t>(0, sched::chan_cap(frame.arg<sched::Channel*>(0))); }

void chan_close(NativeFrame& frame) {
  switch (sched::chan_close(worker(), frame.arg<sched::Channel*>(0))) {
    case sched::ChanResult::kNil: return frame.panic_entry(PanicEntry::kCloseNil, {});
    case sched::ChanResult::kClosed: return frame.panic_entry(PanicEntry::kCloseClosed, {});
    default: return;
  }
}

void make_chan(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::ChanType*>(0);
  const auto size = frame.arg<std::int64_t>(1);
  if (!sched::channel_size_ok(type->elem, size)) return frame.panic_entry(PanicEntry::kMakeChan, {});
  frame.result<void*>(0, sched::make_channel(frame.runtime().heap(), frame.cache(), type, size));
}

// Did the wait end because the channel was closed under a sender? Then the panic was requested.
bool woken_by_close(NativeFrame& frame) {
  if (frame.goroutine()->wake_error != sched::WakeError::kSendOnClosed) return false;
  frame.goroutine()->wake_error = sched::WakeError::kNone;
  frame.panic_entry(PanicEntry::kSendClosed, {});
  return true;
}

// func chansend0(ch, val unsafe.Pointer, nb bool) bool
void chan_send(NativeFrame& frame) {
  if (frame.phase() == 1) {
    if (!woken_by_close(frame)) frame.result<bool>(0, true);
    return;
  }
  const bool block = !frame.arg<bool>(2);
  switch (sched::chan_send(worker(), *frame.goroutine(), frame.arg<sched::Channel*>(0), frame.arg<void*>(1), block)) {
    case sched::ChanResult::kDone: return frame.result<bool>(0, true);
    case sched::ChanResult::kWouldBlock: return frame.result<bool>(0, false);
    case sched::ChanResult::kParked: return frame.park(rt::OnWake::kRepeat, 1);
    case sched::ChanResult::kOutside: return frame.panic_plain("send on synctest channel from outside bubble");
    default: return frame.panic_entry(PanicEntry::kSendClosed, {});
  }
}

// func chanrecv(ch unsafe.Pointer, nb bool, val unsafe.Pointer) (selected, received bool)
void chan_receive(NativeFrame& frame) {
  const bool block = !frame.arg<bool>(1);
  auto* received = &frame.results()[1].u;
  const auto outcome = sched::chan_receive(worker(), *frame.goroutine(), frame.arg<sched::Channel*>(0),
                                           {frame.arg<void*>(2), false}, received, block);
  if (outcome == sched::ChanResult::kOutside) {
    return frame.panic_plain("receive on synctest channel from outside bubble");
  }
  frame.result<bool>(0, outcome != sched::ChanResult::kWouldBlock);
  if (outcome == sched::ChanResult::kWouldBlock) frame.result<bool>(1, false);
  if (outcome == sched::ChanResult::kParked) frame.park(rt::OnWake::kReturn);
}

// reflect.runtimeSelect
struct SelectCase {
  std::int64_t direction;  // 1 send, 2 receive, 3 default
  abi::Type* type;
  sched::Channel* channel;
  void* value;
};

// func rselect([]runtimeSelect) (chosen int, recvOK bool). Locals: 0 index among the cases that are not the default.
void reflect_select(NativeFrame& frame) {
  const auto list = frame.arg<abi::Slice>(0);
  const auto* cases = static_cast<const SelectCase*>(list.data);
  auto* ok = &frame.results()[1].u;
  std::int64_t default_at = -1;
  for (std::int64_t i = 0; i < list.len; ++i) {
    if (cases[i].direction == 3) default_at = i;
  }
  auto finish = [&] {
    if (woken_by_close(frame)) return;
    std::int64_t index = frame.local<std::int64_t>(0);
    if (index < 0) index = default_at;
    else if (default_at >= 0 && index >= default_at) ++index;
    frame.result<std::int64_t>(0, index);
    if (index == default_at || cases[index].direction != 2) *ok = 0;
  };
  if (frame.phase() == 1) return finish();
  std::vector<sched::SelectCase> wanted;
  for (std::int64_t i = 0; i < list.len; ++i) {
    if (i == default_at) continue;
    const bool send = cases[i].direction == 1;
    wanted.push_back({cases[i].channel, cases[i].value, send ? nullptr : ok, send, false});
  }
  switch (sched::select_go(worker(), *frame.goroutine(), wanted.data(), static_cast<int>(wanted.size()), default_at >= 0,
                           &frame.locals()[0].i)) {
    case sched::ChanResult::kParked: return frame.park(rt::OnWake::kRepeat, 1);
    case sched::ChanResult::kClosed: return frame.panic_entry(PanicEntry::kSendClosed, {});
    case sched::ChanResult::kOutside: return frame.panic_plain("select on synctest channel from outside bubble");
    default: return finish();
  }
}

constexpr Native kReflect[] = {
    {"func resolveNameOff(ptrInModule unsafe.Pointer, off int32) unsafe.Pointer", resolve_name_off},
    {"func resolveTypeOff(rtype unsafe.Pointer, off int32) unsafe.Pointer", resolve_type_off},
    {"func resolveTextOff(rtype unsafe.Pointer, off int32) unsafe.Pointer", resolve_text_off},
    {"func addReflectOff(ptr unsafe.Pointer) int32", add_reflect_off},
    {"func typelinks() (sections []unsafe.Pointer, offset [][]int32)", typelinks},
    {"func vmPtrTo(t *abi.Type) *abi.Type", ptr_to},
    {"func vmSliceOf(t *abi.Type) *abi.Type", slice_of},
    {"func vmArrayOf(length int, t *abi.Type) *abi.Type", array_of},
    {"func vmChanOf(dir int, t *abi.Type) *abi.Type", chan_of},
    {"func vmMapOf(key, elem *abi.Type) *abi.Type", map_of},
    {"func vmFuncOf(in, out []*abi.Type, variadic bool) *abi.Type", func_of},
    {"func vmStructOf(fields []vmField) *abi.Type", struct_of},
    {"func unsafe_New(*abi.Type) unsafe.Pointer", unsafe_new},
    {"func unsafe_NewArray(*abi.Type, int) unsafe.Pointer", unsafe_new_array},
    {"func memmove(dst, src unsafe.Pointer, size uintptr)", memory_move},
    {"func typedmemmove(t *abi.Type, dst, src unsafe.Pointer)", typed_memory_move},
    {"func typedmemclr(t *abi.Type, ptr unsafe.Pointer)", typed_memory_clear},
    {"func typedmemclrpartial(t *abi.Type, ptr unsafe.Pointer, off, size uintptr)", typed_memory_clear_partial},
    {"func typedarrayclear(elemType *abi.Type, ptr unsafe.Pointer, len int)", typed_array_clear},
    {"func typedslicecopy(t *abi.Type, dst, src unsafeheader.Slice) int", typed_slice_copy},
    {"func verifyNotInHeapPtr(p uintptr) bool", true_result},
    {"func ifaceE2I(t *abi.Type, src any, dst unsafe.Pointer)", eface_to_iface},
    {"func typehash(t *abi.Type, p unsafe.Pointer, h uintptr) uintptr", type_hash},
    {"func growslice(t *abi.Type, old unsafeheader.Slice, num int) unsafeheader.Slice", grow_slice},
    {"func unsafeslice(t *abi.Type, ptr unsafe.Pointer, len int)", unsafe_slice},
    {"func chanlen(ch unsafe.Pointer) int", chan_len},
    {"func chancap(ch unsafe.Pointer) int", chan_cap},
    {"func chanclose(ch unsafe.Pointer)", chan_close},
    {"func makechan(typ *abi.Type, size int) (ch unsafe.Pointer)", make_chan},
    {"func chansend0(ch unsafe.Pointer, val unsafe.Pointer, nb bool) bool", chan_send},
    {"func chanrecv(ch unsafe.Pointer, nb bool, val unsafe.Pointer) (selected, received bool)", chan_receive},
    {"func rselect([]runtimeSelect) (chosen int, recvOK bool)", reflect_select, 1},
};

constexpr Native kReflectLite[] = {
    {"func resolveNameOff(ptrInModule unsafe.Pointer, off int32) unsafe.Pointer", resolve_name_off},
    {"func resolveTypeOff(rtype unsafe.Pointer, off int32) unsafe.Pointer", resolve_type_off},
    {"func chanlen(unsafe.Pointer) int", chan_len},
    {"func unsafe_New(*abi.Type) unsafe.Pointer", unsafe_new},
    {"func ifaceE2I(t *abi.Type, src any, dst unsafe.Pointer)", eface_to_iface},
    {"func typedmemmove(t *abi.Type, dst, src unsafe.Pointer)", typed_memory_move},
};

constexpr Native kRuntime[] = {{"func getStaticuint64s() *[256]uint64", static_uint64s}};

}  // namespace

void register_reflect(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"reflect", kReflect}, {"internal/reflectlite", kReflectLite}, {"runtime", kRuntime}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
