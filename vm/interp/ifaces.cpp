// Interfaces: boxing, assertions, comparison.
#include "vm/interp/support.h"
#include "vm/runtime/equality.h"
#include "vm/runtime/slices.h"

// A fault in here is one of the Go program (vm/interp/faults.h).
#pragma clang section text = "govm_touch"

namespace govm::interp {

namespace {

// Scalars are kept extended in a slot; everything else is its bytes.
void load_value(Slot* to, const abi::Type* type, const void* from) {
  switch (type->base_kind()) {
    case abi::kBool: case abi::kUint8: to->u = load<std::uint8_t>(from); break;
    case abi::kInt8: to->i = load<std::int8_t>(from); break;
    case abi::kInt16: to->i = load<std::int16_t>(from); break;
    case abi::kUint16: to->u = load<std::uint16_t>(from); break;
    case abi::kInt32: to->i = load<std::int32_t>(from); break;
    case abi::kUint32: case abi::kFloat32: to->u = load<std::uint32_t>(from); break;
    default: std::memcpy(static_cast<void*>(to), from, type->size); break;
  }
}

bool is_small_integer(const abi::Type* type) {
  return type->base_kind() >= abi::kBool && type->base_kind() <= abi::kUintptr;
}

abi::Eface eface_at(const Slot* s) { return {static_cast<abi::Type*>(s[0].p), s[1].p}; }
abi::Type* type_of_tab(const void* tab) { return tab == nullptr ? nullptr : static_cast<const abi::Itab*>(tab)->type; }
abi::Eface from_iface(const Slot* s) { return {type_of_tab(s[0].p), s[1].p}; }

[[gnu::noinline]] bool box(sched::Worker* w, Slot* to, const Slot* from, const abi::Type* type, std::uint64_t tab) {
  void* data = rt::allocate(*w, type->size, type);
  if (data == nullptr) return false;
  std::memcpy(data, static_cast<const void*>(from), type->size);
  to[0].u = tab;
  to[1].p = data;
  return true;
}

}  // namespace

HANDLER(MakeIface) {
  const abi::Type* type = type_at(pc, 2);
  if (type->size <= 8 && is_small_integer(type) && RB.u < 256) {
    const void* shared = rt::small_values() + RB.u;
    fp[pc->a].u = pc->word(1);
    fp[pc->a + 1].p = const_cast<void*>(shared);
    NEXT(3);
  }
  save(w, pc, fp);
  if (!box(w, &RA, &RB, type, pc->word(1))) [[unlikely]] TAIL(slow_out_of_memory);
  NEXT(3);
}

// word2: wanted type, word3: static interface type. have: the dynamic type, from a type or an itab.
GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_assert(GOVM_HANDLER_ARGS) {
  const auto* iface = reinterpret_cast<const abi::InterfaceType*>(pc->word(3));
  const abi::Type* have = iface->method_count == 0 ? static_cast<abi::Type*>(RB.p) : type_of_tab(RB.p);
  RAISE_MORE(kTypeAssert, reinterpret_cast<std::uint64_t>(have), pc->word(2), pc->word(3), 0, 0);
}
HANDLER(AssertDirect) {
  if (RB.u != pc->word(1)) [[unlikely]] TAIL(slow_assert);
  RA = fp[pc->b + 1];
  NEXT(4);
}
HANDLER(Assert) {
  if (RB.u != pc->word(1)) [[unlikely]] TAIL(slow_assert);
  load_value(&RA, type_at(pc, 2), fp[pc->b + 1].p);
  NEXT(4);
}
HANDLER(AssertDirectOk) {
  const bool ok = RB.u == pc->word(1);
  const std::uint64_t data = ok ? fp[pc->b + 1].u : 0;
  RC.u = ok;
  RA.u = data;
  NEXT(2);
}
HANDLER(AssertOk) {
  const abi::Type* type = type_at(pc, 2);
  const bool ok = RB.u == pc->word(1);
  const void* data = fp[pc->b + 1].p;
  if (ok) load_value(&RA, type, data);
  else std::memset(static_cast<void*>(&RA), 0, (type->size + 7) / 8 * 8);
  RC.u = ok;
  NEXT(3);
}

namespace {

struct Asserted { bool ok; std::uint64_t word, data; };

// c bit 0: the source is an iface, bit 1: so is the target.
[[gnu::noinline]] Asserted assert_iface(sched::Worker* w, const Instr* pc, const Slot* fp, std::string* missing) {
  const auto* target = reinterpret_cast<const abi::InterfaceType*>(pc->word(1));
  const Slot* from = &RB;
  const abi::Type* type = (pc->c & 1) != 0 ? type_of_tab(from[0].p) : static_cast<abi::Type*>(from[0].p);
  if (type == nullptr) return {false, 0, 0};
  if (target->method_count == 0) return {true, reinterpret_cast<std::uint64_t>(type), from[1].u};
  const abi::Itab* tab = runtime_of(w).types().itab(target, type, missing);
  return {tab != nullptr, reinterpret_cast<std::uint64_t>(tab), from[1].u};
}

}  // namespace

GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_assert_iface(GOVM_HANDLER_ARGS) {
  const abi::Type* have = (pc->c & 1) != 0 ? type_of_tab(RB.p) : static_cast<abi::Type*>(RB.p);
  abi::String name{};
  {
    std::string missing;
    if (have != nullptr) runtime_of(w).types().itab(reinterpret_cast<const abi::InterfaceType*>(pc->word(1)), have, &missing);
    name = runtime_of(w).statics().string(missing);
  }
  RAISE_MORE(kTypeAssert, reinterpret_cast<std::uint64_t>(have), pc->word(1), 0,  // as gc: without the static type
             reinterpret_cast<std::uint64_t>(name.data), static_cast<std::uint64_t>(name.len));
}
HANDLER(AssertIface) {
  save(w, pc, fp);
  const Asserted asserted = assert_iface(w, pc, fp, nullptr);
  if (!asserted.ok) [[unlikely]] TAIL(slow_assert_iface);
  fp[pc->a].u = asserted.word;
  fp[pc->a + 1].u = asserted.data;
  NEXT(3);
}
HANDLER(AssertIfaceOk) {
  save(w, pc, fp);
  const Asserted asserted = assert_iface(w, pc, fp, nullptr);
  fp[pc->a].u = asserted.ok ? asserted.word : 0;
  fp[pc->a + 1].u = asserted.ok ? asserted.data : 0;
  fp[pc->a + 2].u = asserted.ok;
  NEXT(3);
}
HANDLER(ChangeIface) {
  const Slot tab = fp[pc->b], data = fp[pc->b + 1];
  save(w, pc, fp);
  fp[pc->a].p = tab.p == nullptr ? nullptr
                                 : runtime_of(w).types().itab(reinterpret_cast<const abi::InterfaceType*>(pc->word(1)),
                                                              type_of_tab(tab.p));
  fp[pc->a + 1] = data;
  NEXT(2);
}
HANDLER(IfaceToEface) {
  const Slot tab = fp[pc->b], data = fp[pc->b + 1];
  fp[pc->a].p = type_of_tab(tab.p);
  fp[pc->a + 1] = data;
  NEXT(1);
}
HANDLER(IfaceType) {
  RA.p = type_of_tab(RB.p);
  NEXT(1);
}

// ---- comparison

namespace {
struct Compared { bool equal; const abi::Type* bad; };
[[gnu::noinline]] Compared compare(abi::Eface a, abi::Eface b) {
  rt::Uncomparable error;
  const bool equal = rt::equal_efaces(a, b, &error);
  return {equal, error.type};
}
[[gnu::noinline]] Compared compare(const abi::Type* type, const void* a, const void* b) {
  rt::Uncomparable error;
  const bool equal = rt::equal_values(type, a, b, &error);
  return {equal, error.type};
}
}  // namespace
#define COMPARE(name, words, call)                                                                           \
  HANDLER(name) {                                                                                            \
    const Compared compared = (call);                                                                        \
    if (compared.bad != nullptr) [[unlikely]] RAISE(kUncomparable, reinterpret_cast<std::uint64_t>(compared.bad), 0); \
    RA.u = compared.equal;                                                                                   \
    NEXT(words);                                                                                             \
  }
COMPARE(SetEqEface, 1, compare(eface_at(&RB), eface_at(&RC)))
COMPARE(SetEqIface, 1, compare(from_iface(&RB), from_iface(&RC)))
COMPARE(SetEqVal, 2, compare(type_at(pc, 1), &RB, &RC))
HANDLER(SetEqMem) {
  if (RB.p == nullptr || RC.p == nullptr) [[unlikely]] RAISE_NIL(0);
  const Compared compared = compare(type_at(pc, 1), RB.p, RC.p);
  if (compared.bad != nullptr) [[unlikely]] RAISE(kUncomparable, reinterpret_cast<std::uint64_t>(compared.bad), 0);
  RA.u = compared.equal;
  NEXT(2);
}

}  // namespace govm::interp
