// reflect's calls: Value.Call (call), MakeFunc and method values (the stubs). Frames have the shape reflect computes
// (overlay reflect/types.go: each parameter and result on a slot of its own), so calling is copying; only integers
// narrower than a slot must be extended on the way, since the VM keeps them so.
#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/memory.h"
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

using rt::Slot;
using rt::TypeTable;

// reflect.frameType of the overlay: what funcLayout gives call as the frame's type.
struct FrameType {
  abi::Type type;
  const abi::FuncType* fn;
  const abi::Type* receiver;
};

void extend(Slot& slot, const abi::Type* type) {
  switch (type->base_kind()) {
    case abi::kBool: case abi::kUint8: slot.u = static_cast<std::uint8_t>(slot.u); break;
    case abi::kUint16: slot.u = static_cast<std::uint16_t>(slot.u); break;
    case abi::kUint32: case abi::kFloat32: slot.u = static_cast<std::uint32_t>(slot.u); break;
    case abi::kInt8: slot.i = static_cast<std::int8_t>(slot.u); break;
    case abi::kInt16: slot.i = static_cast<std::int16_t>(slot.u); break;
    case abi::kInt32: slot.i = static_cast<std::int32_t>(slot.u); break;
    default: break;
  }
}

// Passed as pointers to memory nobody writes (compiler/codegen/by_reference.h).
bool by_reference(const abi::Type* type) {
  const auto kind = type->base_kind();
  return (kind == abi::kStruct || kind == abi::kArray) && type->size > 64 << 10;
}

constexpr int kLargeArguments = 4;  // locals of call: they keep copies of arguments alive

// The arguments as the callee takes them, from memory in reflect's layout.
std::vector<Slot> arguments_of(NativeFrame& frame, const FrameType& layout, const char* memory) {
  std::vector<Slot> slots;
  const auto copy = [&](std::size_t n) {
    slots.resize(slots.size() + n);
    copy_bytes(slots.data() + slots.size() - n, memory, n * sizeof(Slot));
    memory += n * sizeof(Slot);
  };
  if (layout.receiver) copy(1);
  int large = 0;
  for (const abi::Type* type : TypeTable::func_in(layout.fn)) {
    if (!by_reference(type)) {
      const std::size_t at = slots.size();
      copy(rt::slots_of(type));
      if (type->size != 0) extend(slots[at], type);
      continue;
    }
    void* value = frame.allocate(type->size, type);
    frame.set_local(large++, value);
    frame.store_typed(value, memory, type);
    slots.emplace_back().p = value;
    memory += rt::slots_of(type) * sizeof(Slot);
  }
  return slots;
}

void extend_all(Slot* slots, std::span<abi::Type* const> types) {
  for (const abi::Type* type : types) {
    if (type->size != 0) extend(*slots, type);
    slots += rt::slots_of(type);
  }
}

// func call(stackArgsType *abi.Type, f, stackArgs unsafe.Pointer, stackArgsSize, stackRetOffset, frameSize uint32,
//           regArgs *abi.RegArgs): copies the arguments from stackArgs, calls closure f, copies the results back.
void call(NativeFrame& frame) {
  const auto* layout = frame.arg<const FrameType*>(0);
  auto* memory = frame.arg<char*>(2);
  const auto result_offset = frame.arg<std::uint32_t>(4);
  if (frame.phase() == 0) {
    const auto in = TypeTable::func_in(layout->fn);
    if (std::count_if(in.begin(), in.end(), by_reference) > kLargeArguments) {
      return frame.panic_plain("reflect: Call with too many arguments of more than 64 KB");
    }
    return frame.call(frame.arg<void*>(1), arguments_of(frame, *layout, memory), 1);
  }
  const Slot* results = frame.call_results();
  char* to = memory + result_offset;
  for (const abi::Type* type : TypeTable::func_out(layout->fn)) {
    frame.store_typed(to, by_reference(type) ? results->p : results, type);
    results += by_reference(type) ? 1 : rt::slots_of(type);
    to += rt::slots_of(type) * sizeof(Slot);
  }
}

// Both stubs: the frame is the caller's, laid out by the function type; `helper` is callReflect or callMethod:
//   func(ctxt *T, frame unsafe.Pointer, retValid *bool, regs *abi.RegArgs)
// Locals: 0 retValid, 1.. an empty RegArgs.
constexpr int kStubLocals = 4;

void stub(NativeFrame& frame, std::string_view helper) {
  if (frame.phase() == 0) {
    const bc::Function* function = frame.runtime().code_source()->find_function(helper);
    Slot arguments[4];
    arguments[0].p = frame.closure();
    arguments[1].p = frame.fp();
    arguments[2].p = frame.locals();
    arguments[3].p = frame.locals() + 1;
    return frame.call_code(function, nullptr, arguments, 1);
  }
  const auto* type = static_cast<const abi::FuncType*>(frame.function().compiler_data);
  extend_all(frame.results(), TypeTable::func_out(type));
}

void make_func_stub(NativeFrame& frame) { stub(frame, "reflect.callReflect"); }
void method_value_stub(NativeFrame& frame) { stub(frame, "reflect.callMethod"); }

// func vmFuncStub(t *funcType, method bool) uintptr: the code pointer of the stub for functions of type t.
void func_stub(NativeFrame& frame) {
  const auto* type = frame.arg<const abi::FuncType*>(0);
  const bool method = frame.arg<bool>(1);
  for (const auto& list : {TypeTable::func_in(type), TypeTable::func_out(type)}) {
    for (const abi::Type* t : list) {
      if (by_reference(t)) return frame.panic_plain("reflect: MakeFunc with parameters or results of more than 64 KB");
    }
  }
  frame.result<const void*>(0, frame.runtime().reflect_stub(type, method, [&](bc::Function& stub) {
    std::uint32_t params = 0, results = 0;
    for (const abi::Type* in : TypeTable::func_in(type)) params += rt::slots_of(in);
    for (const abi::Type* out : TypeTable::func_out(type)) results += rt::slots_of(out);
    stub.param_slots = static_cast<std::uint16_t>(params);
    stub.result_slots = static_cast<std::uint16_t>(results);
    stub.name = method ? "reflect.methodValueCall" : "reflect.makeFuncStub";
    stub.compiler_data = const_cast<abi::FuncType*>(type);
    stub.flags |= bc::kWrapper;
    frame.runtime().natives().bind(stub, stub.name);
  }));
}

constexpr Native kReflect[] = {
    {"func makeFuncStub()", make_func_stub, kStubLocals},
    {"func methodValueCall()", method_value_stub, kStubLocals},
    {"func vmFuncStub(t *funcType, method bool) uintptr", func_stub},
};
constexpr Native kRuntime[] = {
    {"func reflectcall(stackArgsType *abi.Type, f, stackArgs unsafe.Pointer, stackArgsSize, stackRetOffset, frameSize "
     "uint32, regArgs *abi.RegArgs)", call, kLargeArguments},
};

}  // namespace

void register_reflect_call(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"reflect", kReflect}, {"runtime", kRuntime}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
