// reflect's calls: Value.Call (call), MakeFunc and method values (the stubs). Frames have the shape reflect computes
// (overlay reflect/types.go: each parameter and result on a slot of its own), so calling is copying; only integers
// narrower than a slot must be extended on the way, since the VM keeps them so.
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
    std::vector<Slot> arguments(result_offset / sizeof(Slot));
    copy_bytes(arguments.data(), memory, result_offset);
    extend_all(arguments.data() + (layout->receiver ? 1 : 0), TypeTable::func_in(layout->fn));
    return frame.call(frame.arg<void*>(1), arguments, 1);
  }
  const Slot* results = frame.call_results();
  char* to = memory + result_offset;
  for (const abi::Type* type : TypeTable::func_out(layout->fn)) {
    frame.store_typed(to, results, type);
    results += rt::slots_of(type);
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
     "uint32, regArgs *abi.RegArgs)", call},
};

}  // namespace

void register_reflect_call(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"reflect", kReflect}, {"runtime", kRuntime}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
