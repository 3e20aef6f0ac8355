// Emission: the instructions of one function, from selection and frame. One method per family of IR operations, spread
// over emit_*.cpp.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/frame.h"
#include "compiler/codegen/live.h"
#include "compiler/codegen/target.h"
#include "vm/bytecode/builder.h"

namespace govm::codegen {

class Lines;

using Slot = std::uint16_t;

class Emitter {
 public:
  Emitter(Function& fn, const Selection& selection, const Frame& frame, const std::vector<Block*>& order, Target& target,
          bool long_branches);
  ~Emitter();
  // False: a branch was too long; emit again with long_branches. The code is not whole if the target has given it up.
  bool run();
  bc::Code take_code();
  std::uint32_t frame_slots() const { return frame_.top() + scratch_max_; }

 private:
  using BOp = bc::Op;
  struct Test {             // a condition as a branch can take it
    enum class Kind : std::uint8_t { kBool, kInt, kFloat } kind = Kind::kBool;
    enum class Cmp : std::uint8_t { kEq, kNe, kLt, kLe, kGt, kGe } cmp = Cmp::kNe;
    bool is_unsigned = false, float32 = false, has_imm = false;
    Slot x = 0, y = 0;
    std::int64_t imm = 0;
    bool negate = false;    // floats: branch if the comparison does not hold
  };
  struct Move {
    Slot dst, src;
  };

  // ---- operands
  const Shape shape(const Value* v) const { return shapes_.of(v->type); }
  Slot src(Value* v);                     // its slots; constants are made in scratch slots
  Slot dst(const Value* v);               // where its result goes; scratch slots if nobody wants it
  Slot scratch(std::uint32_t slots = 1);
  void put(Slot to, Value* v);            // v's value into slots from `to` on
  void make(Slot to, Value* constant);    // of a constant operation
  void make_iface(Slot to, Value* v);     // static MakeIface
  void move(Slot to, Slot from, std::uint32_t slots = 1);
  void zero(Slot to, std::uint32_t slots);
  void constant(Slot to, std::int64_t bits);
  void address_constant(Slot to, const void* address);
  void parallel(std::vector<Move> moves, std::vector<std::pair<Slot, Value*>> constants);
  void add_move(std::vector<Move>& moves, std::vector<std::pair<Slot, Value*>>& constants, Slot to, Value* v);
  Slot gather(std::span<Value* const> values, std::uint32_t* slots = nullptr);   // consecutive slots
  bool in_slots(Value* v) const;

  // ---- control (emit_control.cpp)
  void block(Block* b, Block* next);
  void value(Value* v);
  void emit_value(Value* v, Fold f);
  const Value* place_of(const Value* v) const;
  std::uint8_t unsigned_operands(const Value* v) const;
  void terminator(Value* t, Block* next);
  void jump(Block* from, Block* to, Block* next);
  bool rotate(Block* from, Block* header, Block* next);
  void phi_moves(Block* from, std::size_t succ_index);
  bool edge_has_moves(Block* from, std::size_t succ_index) const;
  bc::Label edge(Block* from, std::size_t succ_index);   // the successor's label, or that of a stub with its moves
  void flush_stubs();
  void conditional(Value* t, Block* next);
  Test test(Value* condition);
  static Test inverted(Test t);
  static Test::Cmp comparison(ir::Op op);
  void branch(const Test& t, bc::Label to, bool backward);
  void switch_on(Value* t, Block* next);
  void return_values(Value* t);
  void recover_entry();
  void run_defers(std::uint32_t base);
  bool backward(const Block* to) const { return emitted_[to->id]; }
  std::size_t succ_index(const Block* from, const Block* to) const;

  // ---- families
  bool arithmetic(Value* v);              // emit_arith.cpp
  bool multiply_add(Value* v);
  void add_sub(Value* v);
  void multiply(Value* v);
  void divide(Value* v);
  void bitwise(Value* v);
  void shift(Value* v);
  void unary(Value* v);
  void min_max(Value* v);
  void check_length(Slot len, std::int64_t cap, Slot to, types::Type* elem);
  void extend(Slot to, Slot from, Rep rep);
  void convert(Value* v);                 // emit_convert.cpp
  void complex_arith(Value* v);
  void complex_convert(Value* v);
  Slot complex128(Value* v);              // parts as float64
  void complex_result(Value* v, Slot parts);
  void intrinsic(Value* v);
  bool compare(Value* v);                 // emit_compare.cpp
  void compare_values(Value* v);
  void set(const Test& t, Slot to);
  bool memory(Value* v);                  // emit_memory.cpp
  void load(Value* v);
  void load_from(Slot to, Slot base, std::int64_t offset, types::Type* t);
  void load_frame(Slot to, std::uint32_t byte, types::Type* t);
  void load_global(Slot to, const void* address, types::Type* t);
  void load_element(Value* v, Value* index);
  void store(Value* v);
  void store_to(Slot base, std::int64_t offset, Value* x, types::Type* t);
  void store_frame(std::uint32_t byte, Value* x, types::Type* t);
  void store_element(Value* v, Value* index, Value* x);
  bool pointer_store(types::Type* t) const;
  Slot base_slot(const Address& a);       // a.base in a slot
  void alloc(Value* v);
  void field_addr(Value* v);
  void index_addr(Value* v);
  void part(Value* v);                    // FieldVal, IndexVal (emit_aggregate.cpp)
  bool aggregate(Value* v);
  void get_part(Slot to, Slot from, std::int64_t byte, types::Type* t);
  void put_part(Slot to, std::int64_t byte, Value* x, types::Type* t);
  bool call(Value* v);                    // emit_call.cpp
  void call_function(Value* v);
  void select(Value* v);
  void print(Value* v);
  bool slices(Value* v);                  // emit_slice.cpp
  void append(Value* v);
  void slice(Value* v);
  bool interfaces(Value* v);              // emit_iface.cpp
  void make_interface(Value* v);
  void type_assert(Value* v);
  const void* tab(types::Type* iface, types::Type* concrete);
  bool maps(Value* v);                    // emit_map.cpp
  BOp map_op(BOp generic32, types::Type* map) const;
  bool atomics(Value* v);

  void emit(BOp op, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0,
            std::initializer_list<std::uint64_t> words = {}) {
    builder_.emit(op, static_cast<Slot>(a), static_cast<Slot>(b), static_cast<Slot>(c), words);
  }
  static std::uint64_t word(const void* p) { return reinterpret_cast<std::uint64_t>(p); }
  std::uint64_t type_word(types::Type* t) { return word(target_.type(t)); }
  [[noreturn]] void unsupported(const Value* v);

  Function& fn_;
  const Selection& selection_;
  const Frame& frame_;
  const std::vector<Block*>& order_;
  Target& target_;
  Shapes& shapes_;
  bc::Builder builder_;
  std::unique_ptr<Lines> lines_;
  LiveMarks live_;
  std::vector<bc::Label> labels_;         // by block id
  std::vector<bool> emitted_;             // by block id: bound already
  std::vector<std::uint32_t> place_;      // by block id: its number in the layout
  struct Stub {
    bc::Label label;
    Block* from;
    std::size_t succ;
  };
  std::vector<Stub> stubs_;
  std::uint32_t scratch_ = 0, scratch_max_ = 0;
  bc::Code code_;
};

}  // namespace govm::codegen
