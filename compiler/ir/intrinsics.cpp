// Functions of the standard library that are operations here: atomics, math, math/bits and a few of runtime's and
// internal/abi's. Calls of them become the operation; their own bodies too, for use as function values.
#include <unordered_map>

#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

namespace {

enum class Shape : std::uint8_t { kMath, kAtomic, kKeepAlive, kNothing, kFuncPc, kNoEscape, kOp };

struct Entry {
  Shape shape;
  std::uint8_t code;  // IntrinsicId or Op
};

constexpr Entry math(IntrinsicId id) { return {Shape::kMath, static_cast<std::uint8_t>(id)}; }
constexpr Entry atomic(Op op) { return {Shape::kAtomic, static_cast<std::uint8_t>(op)}; }
constexpr Entry plain(Op op) { return {Shape::kOp, static_cast<std::uint8_t>(op)}; }

using Table = std::unordered_map<std::string_view, Entry>;

const Table& math_table() {
  static const Table table{
      {"Sqrt", math(IntrinsicId::kSqrt)}, {"sqrt", math(IntrinsicId::kSqrt)}, {"Floor", math(IntrinsicId::kFloor)},
      {"Ceil", math(IntrinsicId::kCeil)}, {"Trunc", math(IntrinsicId::kTrunc)},
      {"RoundToEven", math(IntrinsicId::kRoundToEven)}, {"Abs", math(IntrinsicId::kAbs)},
      {"Copysign", math(IntrinsicId::kCopysign)}, {"FMA", math(IntrinsicId::kFma)},
      {"Float64bits", math(IntrinsicId::kFloat64Bits)}, {"Float64frombits", math(IntrinsicId::kFloat64FromBits)},
      {"Float32bits", math(IntrinsicId::kFloat32Bits)}, {"Float32frombits", math(IntrinsicId::kFloat32FromBits)},
  };
  return table;
}

const Table& bits_table() {
  static const Table table = [] {
    Table t;
    struct Family {
      std::array<std::string_view, 5> names;  // without size, 8, 16, 32, 64
      IntrinsicId id;
    };
    static constexpr Family kFamilies[] = {
        {{"LeadingZeros", "LeadingZeros8", "LeadingZeros16", "LeadingZeros32", "LeadingZeros64"}, IntrinsicId::kLeadingZeros},
        {{"TrailingZeros", "TrailingZeros8", "TrailingZeros16", "TrailingZeros32", "TrailingZeros64"}, IntrinsicId::kTrailingZeros},
        {{"OnesCount", "OnesCount8", "OnesCount16", "OnesCount32", "OnesCount64"}, IntrinsicId::kPopCount},
        {{"RotateLeft", "RotateLeft8", "RotateLeft16", "RotateLeft32", "RotateLeft64"}, IntrinsicId::kRotateLeft},
        {{"ReverseBytes", "", "ReverseBytes16", "ReverseBytes32", "ReverseBytes64"}, IntrinsicId::kReverseBytes},
        {{"Reverse", "Reverse8", "Reverse16", "Reverse32", "Reverse64"}, IntrinsicId::kReverse},
        {{"Len", "Len8", "Len16", "Len32", "Len64"}, IntrinsicId::kBitLen},
        {{"Mul", "Mul64", "", "", ""}, IntrinsicId::kMul64},
        {{"Add", "Add64", "", "", ""}, IntrinsicId::kAdd64},
        {{"Sub", "Sub64", "", "", ""}, IntrinsicId::kSub64},
    };
    for (const Family& f : kFamilies) {
      for (std::string_view n : f.names) {
        if (!n.empty()) t.emplace(n, math(f.id));
      }
    }
    return t;
  }();
  return table;
}

const Table& sys_table() {
  static const Table table{
      {"TrailingZeros8", math(IntrinsicId::kTrailingZeros)}, {"TrailingZeros32", math(IntrinsicId::kTrailingZeros)},
      {"TrailingZeros64", math(IntrinsicId::kTrailingZeros)}, {"LeadingZeros8", math(IntrinsicId::kLeadingZeros)},
      {"LeadingZeros64", math(IntrinsicId::kLeadingZeros)}, {"Len8", math(IntrinsicId::kBitLen)},
      {"Len64", math(IntrinsicId::kBitLen)}, {"OnesCount64", math(IntrinsicId::kPopCount)},
      {"Bswap32", math(IntrinsicId::kReverseBytes)}, {"Bswap64", math(IntrinsicId::kReverseBytes)},
      {"Prefetch", {Shape::kNothing, 0}}, {"PrefetchStreamed", {Shape::kNothing, 0}},
      {"GetCallerPC", plain(Op::kCallerPC)}, {"GetClosurePtr", plain(Op::kClosurePtr)},
  };
  return table;
}

// sync/atomic and internal/runtime/atomic: the operation is the name's beginning, the width the operand's.
const Entry* atomic_entry(std::string_view name) {
  static constexpr std::pair<std::string_view, Op> kPrefixes[] = {
      {"Load", Op::kAtomicLoad}, {"Store", Op::kAtomicStore}, {"Swap", Op::kAtomicSwap}, {"Xchg", Op::kAtomicSwap},
      {"Add", Op::kAtomicAdd}, {"Xadd", Op::kAtomicAdd}, {"CompareAndSwap", Op::kAtomicCas}, {"Cas", Op::kAtomicCas},
      {"And", Op::kAtomicAnd}, {"Or", Op::kAtomicOr},
  };
  static const auto entries = [] {
    std::unordered_map<std::string_view, Entry> t;
    for (auto& [prefix, op] : kPrefixes) t.emplace(prefix, atomic(op));
    return t;
  }();
  for (auto& [prefix, op] : kPrefixes) {
    if (name.starts_with(prefix)) return &entries.at(prefix);
  }
  return nullptr;
}

const Entry* find_in(const Table& table, std::string_view name) {
  auto it = table.find(name);
  return it == table.end() ? nullptr : &it->second;
}

const Entry* find_entry(types::Func* f) {
  if (!f->pkg || f->signature()->recv || f->signature()->tparams) return nullptr;
  std::string_view path = f->pkg->path.str();
  std::string_view name = f->name.str();
  static const Table runtime{{"KeepAlive", {Shape::kKeepAlive, 0}}, {"publicationBarrier", {Shape::kNothing, 0}}};
  static const Table abi{{"FuncPCABI0", {Shape::kFuncPc, 0}}, {"FuncPCABIInternal", {Shape::kFuncPc, 0}},
                         {"NoEscape", {Shape::kNoEscape, 0}}};
  static const Table runtime_math{{"Mul64", math(IntrinsicId::kMul64)}, {"Add64", math(IntrinsicId::kAdd64)}};
  if (path == "math") return find_in(math_table(), name);
  if (path == "math/bits") return find_in(bits_table(), name);
  if (path == "internal/runtime/sys") return find_in(sys_table(), name);
  if (path == "internal/runtime/math") return find_in(runtime_math, name);
  if (path == "runtime") return find_in(runtime, name);
  if (path == "internal/abi") return find_in(abi, name);
  if (path == "sync/atomic") {
    // Exported functions on addresses only; Value's helpers are ordinary code.
    return f->exported() ? atomic_entry(name) : nullptr;
  }
  if (path == "internal/runtime/atomic") return f->exported() ? atomic_entry(name) : nullptr;
  return nullptr;
}

}  // namespace

bool is_intrinsic(types::Func* f) { return find_entry(f) != nullptr; }

Value* Builder::intrinsic(types::Func* func, std::span<Value* const> args, types::Type* result, bool* done) {
  const Entry* e = find_entry(func);
  if (!e) return nullptr;
  *done = true;
  std::vector<Value*> operands(args.begin(), args.end());
  switch (e->shape) {
    case Shape::kMath: return emit_int(Op::kIntrinsic, result, e->code, std::move(operands));
    case Shape::kOp: return emit(static_cast<Op>(e->code), result, std::move(operands));
    case Shape::kKeepAlive: return emit(Op::kKeepAlive, nullptr, std::move(operands));
    case Shape::kNothing: return args.empty() ? const_int(0) : args[0];
    case Shape::kFuncPc: {  // the code pointer is a closure's first word
      Value* word = emit(Op::kIfaceData, pointer_, {args[0]});
      return load(emit(Op::kChangeType, program_.pointer_to(result), {word}));
    }
    case Shape::kNoEscape: {
      types::Type* number = program_.basic(types::BasicKind::kUintptr);
      Value* bits = emit(Op::kChangeType, number, {args[0]});
      return emit(Op::kChangeType, pointer_, {emit(Op::kXor, number, {bits, emit_int(Op::kConst, number, 0)})});
    }
    case Shape::kAtomic: break;
  }
  auto op = static_cast<Op>(e->code);
  nil_check(args[0]);
  types::Type* t = result;
  if (op == Op::kAtomicStore) t = nullptr;
  if (op == Op::kAtomicAnd || op == Op::kAtomicOr) t = operands[1]->type;  // internal/runtime/atomic drops the old value
  if (op == Op::kAtomicAdd) operands[1] = assign_convert(operands[1], result);
  if (op == Op::kAtomicCas) operands[2] = assign_convert(operands[2], operands[1]->type);
  return emit(op, t, std::move(operands));
}

}  // namespace govm::ir
