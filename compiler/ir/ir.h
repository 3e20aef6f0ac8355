// Typed SSA. A Program holds functions, globals and static data of all packages; a Function is blocks of values.
//
// The builder (build_*.cpp) gives every Go variable an Alloc and reads and writes it with Load and Store; opt/ promotes
// those that never have their address taken to SSA values (mem2reg), splits structs (sroa) and decides which of the
// rest live in the frame (escape). Aggregates can be SSA values of any size; codegen gives a value ceil(size/8)
// consecutive slots, so a string is two slots, a slice three, an interface two.
//
// All types here are canonical (types/canonical.h) and free of type parameters: functions are monomorphised.
// Not thread safe: used under the compiler session's lock.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/types/checker.h"

namespace govm::ir {

struct Block;
struct Function;
struct Global;
struct Value;
class Program;

enum class Op : std::uint8_t {
#define IR_OP(name, flags) k##name,
#include "compiler/ir/ops.def"
#undef IR_OP
};

enum OpFlags : std::uint8_t { kPure = 1, kMayPanic = 2, kReads = 4, kWrites = 8, kCall = 16, kTerm = 32 };
OpFlags op_flags(Op op);
// Makes a string, or a slice of a string's bytes or runes.
constexpr bool makes_text(Op op) {
  switch (op) {
    case Op::kStringConcat: case Op::kStringFromRune: case Op::kStringFromBytes: case Op::kStringFromRunes:
    case Op::kBytesFromString: case Op::kRunesFromString: return true;
    default: return false;
  }
}
constexpr std::int64_t kZeroesOnly = 2;     // in aux_int of a MakeSlice that is only appended: it has no memory
constexpr std::int64_t kMayLieInFrame = 2;  // in aux_int of MakeIface and of what makes text
std::string_view op_name(Op op);

enum class IntrinsicId : std::uint8_t {
  // math (float64): exactly rounded, so the same on every machine
  kSqrt, kFloor, kCeil, kTrunc, kRoundToEven, kAbs, kCopysign, kFma,
  kFloat64Bits, kFloat64FromBits, kFloat32Bits, kFloat32FromBits,
  // math/bits: operand width by x->type
  kLeadingZeros, kTrailingZeros, kPopCount, kRotateLeft, kReverseBytes, kReverse, kBitLen,
  kMul64 /* (hi, lo) */, kAdd64 /* x,y,carry: (sum, carryOut) */, kSub64 /* (diff, borrowOut) */,
};

// Where an inlined value comes from: the call site, chained outwards. Null: not inlined.
struct InlineSite {
  Function* callee;        // function the value's pos lies in
  Pos call_pos;            // where it was called...
  const InlineSite* outer; // ...in this (inlined) caller; null: the function itself
};

struct SelectInfo {
  struct Case {
    bool send;
    int chan_arg;   // index into args
    int value_arg;  // send: index into args; else -1
    int result;     // receive with a used value: index in the result tuple, else -1
  };
  std::span<Case> cases;
  bool blocking;    // no default; index is -1 when the default is taken
};

enum ValueFlags : std::uint8_t { kNoBounds = 1 /* bounds proven */, kNonNil = 2 /* pointer known not nil */ };

struct Value {
  Op op;
  std::uint8_t flags = 0;
  std::uint32_t id = 0;
  std::uint32_t uses = 0;        // maintained by add_arg/replace and recounted by opt passes
  types::Type* type = nullptr;   // null: no value
  Block* block = nullptr;
  Pos pos;
  const InlineSite* inlined = nullptr;
  std::int64_t aux_int = 0;
  union Aux {
    void* none = nullptr;
    const std::string_view* string;
    Function* function;
    Global* global;
    types::Type* type;
    const SelectInfo* select;
    const std::vector<std::int64_t>* cases;
    types::Var* variable;        // Alloc: the Go variable, for -m and debug names; may be null
  } aux;
  std::vector<Value*> args;
};

// Owns the values of a function; they stay where they are.
class Values {
 public:
  Value& add();
  void clear();

 private:
  std::vector<std::unique_ptr<Value[]>> chunks_;
  std::size_t used_ = 0, capacity_ = 0;  // of the last chunk
};

struct Block {
  std::uint32_t id = 0;
  Function* function = nullptr;
  std::vector<Value*> values;    // phis first; the last is the terminator
  std::vector<Block*> preds;
  std::vector<Block*> succs;
  Value* terminator() const { return values.empty() ? nullptr : values.back(); }
};

struct Capture {
  types::Type* type;    // of the variable
  bool by_ref;          // the closure holds its address; else its value (never assigned after capture)
  types::Var* variable;
};

enum class FunctionKind : std::uint8_t {
  kDeclared,       // func or method with syntax (an instance, where targs are given)
  kLiteral,        // func literal
  kInit,           // package initialiser: variables, then init functions
  kMethodWrapper,  // promoted or pointer-receiver wrapper; receiver first
  kIfaceWrapper,   // itab entry: first parameter is the interface's data word
  kBoundMethod,    // x.M as func value: captures x
  kMethodExpr,     // T.M of an interface or promoted method
  kCallWrapper,    // go/defer of a call with arguments: captures them
  kEqual, kHash,   // of a type, called by maps, reflect and ==
  kNative,         // no body: bound to a native by name, at first call
};

// Substitution from type parameters to concrete types, for the body of a generic instance. Empty for others.
struct TypeEnv {
  std::vector<types::TypeParam*> params;
  std::vector<types::Type*> args;
};

struct Function {
  std::string name;              // gc's symbol name: "main.main", "main.(*T).M", "main.f.func1", "main.Map[...]"
  FunctionKind kind = FunctionKind::kDeclared;
  Program* program = nullptr;
  types::Package* package = nullptr;
  types::Func* object = nullptr;         // declared functions: the origin's object
  syntax::FuncDecl* decl = nullptr;
  syntax::FuncLit* literal = nullptr;
  Function* parent = nullptr;            // literals and wrappers made for one function
  TypeEnv env;
  std::vector<types::Type*> params;      // receiver first; a variadic parameter is its slice
  std::vector<types::Type*> results;
  std::vector<Capture> captures;
  bool variadic = false;
  bool has_defer = false;                // results live in memory (result_allocs), RunDefers before return
  bool has_recover = false;
  bool is_wrapper = false;               // hidden in tracebacks, transparent for recover
  bool no_inline = false;
  bool replaceable = false;              // a later version may take its place: callers may rely on nothing but its type
  bool built = false;
  Pos pos;
  Pos end_pos;
  std::vector<std::unique_ptr<Block>> blocks;  // blocks[0] is the entry
  std::vector<Value*> result_allocs;     // has_defer: the Allocs of the results, in order (frame or heap)
  Values values;
  std::uint32_t next_value_id = 0;
  std::uint32_t next_block_id = 0;
  std::uint32_t next_literal = 0;        // numbers func literals as gc does: func1, func2, ...
  std::uint32_t next_range_body = 0;     // f-range1, ...
  std::uint32_t next_call_wrapper = 0;   // f.gowrap1, f.deferwrap2, ...
  bool is_range_body = false;            // body of a range-over-func loop of its parent
  void* escape_summary = nullptr;        // opt/escape's
  bool optimized = false;
  void* code = nullptr;                  // codegen's: the VM's function descriptor

  Block* new_block();
  Value* new_value(Op op, types::Type* type, Pos pos, std::vector<Value*> args = {});  // not in a block yet
  void drop_body();                      // when code was generated and nobody will look at it any more
};

// Bytes with relocations: initial contents of a global or read-only data.
struct StaticData {
  struct Reloc {
    enum class Kind : std::uint8_t { kGlobal, kStatic, kString, kFunc, kTypeDesc, kItab };
    std::uint64_t offset;
    Kind kind;
    std::int64_t addend = 0;
    Global* global = nullptr;              // kGlobal: its address
    StaticData* data = nullptr;            // kStatic
    const std::string_view* string = nullptr;  // kString: pointer to its bytes
    Function* function = nullptr;          // kFunc: func value
    types::Type* type = nullptr;           // kTypeDesc, kItab (concrete type)
    types::Type* iface = nullptr;          // kItab
  };
  struct Map {                             // its entries; no key twice
    std::int64_t count;
    StaticData* keys;                      // arrays
    StaticData* elems;
  };
  types::Type* type;                       // for the collector: may be written later (globals)
  std::vector<std::uint8_t> bytes;
  std::vector<Reloc> relocs;
  const Map* map = nullptr;                // the data is what a variable of this map type points to; else null
};

struct Global {
  std::string name;                        // "pkg/path.name"
  types::Type* type = nullptr;
  types::Var* object = nullptr;
  types::Package* package = nullptr;
  StaticData* initial = nullptr;           // null: zero
  std::string linkname;                    // //go:linkname'd to another package's variable: that one is used
  void* address = nullptr;                 // codegen's: set when first referenced by code
};

// What the builder needs from the loader, without knowing it (load/ implements it).
class Environment {
 public:
  virtual ~Environment() = default;
  virtual void ensure_body_checked(types::Func* func) = 0;   // before its body is built
  virtual void ensure_initializer_read(types::Var*) {}       // before its initialiser is, if it was skipped
  // The function a //go:linkname makes `func` stand for (pull without body, or pushed here from elsewhere); else null.
  virtual types::Func* linked_function(types::Func* func) = 0;
  // The external name a bodyless function is bound by ("runtime.nanotime"), after linkname; default its full name.
  virtual std::string native_name(types::Func* func) = 0;
  virtual types::Var* linked_variable(types::Var* var) = 0;  // likewise for variables; null: itself
  // Whether a later version of the package may replace its functions.
  virtual bool replaceable(const types::Package*) { return false; }
  // Contents for a //go:embed variable; false: none.
  struct EmbeddedFile { std::string name; std::string data; };
  virtual bool embedded_files(types::Var* var, std::vector<EmbeddedFile>& out) = 0;
};

class Program {
 public:
  Program(types::Session& session, Environment& environment);
  ~Program();
  types::Session& session;
  Environment& environment;

  // The function of a declared function or method; targs concrete and canonical (receiver's for methods of generic
  // types). The same arguments give the same Function.
  Function* function(types::Func* func, std::span<types::Type* const> targs = {});
  Function* package_init(types::Package* package);           // "pkg.init"
  Global* global(types::Var* var);

  // A later version of a package (types/versions.h): fresh stands for the same variable as old; it is not initialised again.
  void keep(types::Var* fresh, types::Var* old);
  // fresh takes the place of old wherever that is asked for from now on. The functions made of old so far, each with what
  // takes its place.
  std::vector<std::pair<Function*, Function*>> replace(types::Func* old, types::Func* fresh);

  // The method of concrete type t with receiver as in a method expression t.m (wrapper where promoted).
  Function* method(types::Type* t, const types::MethodSetEntry& entry);
  // As stored in itabs and abi.Method.Ifn: first parameter is the interface's data word (unsafe.Pointer).
  Function* itab_method(types::Type* t, const types::MethodSetEntry& entry);
  // equal(p, q unsafe.Pointer) bool; null where plain memory comparison of size_of(t) bytes does.
  Function* equal_function(types::Type* t);

  // Makes fn's blocks if that was not done (checks its body first). A kNative function stays without blocks.
  void build(Function* fn);

  types::Type* map_iter_type();                              // [16]unsafe.Pointer: memory of a map iterator
  types::Type* canonical(types::Type* t);                    // types::canonical, cached
  types::Type* pointer_to(types::Type* t);                   // canonical, as the next two
  types::Type* slice_of(types::Type* t);
  types::Type* tuple_of(std::span<types::Type* const> list);
  types::Type* basic(types::BasicKind kind);
  const std::string_view* intern_string(std::string_view text);
  StaticData* new_static(types::Type* type);
  Arena arena;

  struct Impl;                                               // program_impl.h: for compiler/ir only
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Pointer-shaped: stored directly in an interface's data word (pointers, maps, chans, funcs, unsafe.Pointer, and
// structs and arrays of exactly one such).
bool is_direct_iface(types::Type* t);
bool has_pointers(types::Type* t);

// Checks the rules of SSA and of operand types; returns the first violation, or "" (verifier.cpp).
std::string verify(const Function& fn);
std::string to_string(const Function& fn);  // printer.cpp; `govm ir`

// t as gc's linker names it: "map[string]example.com/p.T[int]"; local types of one name differ by a number: "main.T·2".
std::string link_string(types::Type* t);

}  // namespace govm::ir
