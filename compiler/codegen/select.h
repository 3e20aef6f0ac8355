// Instruction selection: which values get slots, which vanish into their users (constants, addresses, conditions of
// branches, parts of aggregates), and what each emitted value reads from slots. Decided before slots are allocated.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "compiler/codegen/shape.h"
#include "compiler/opt/cfg.h"

namespace govm::codegen {

using ir::Block;
using ir::Function;
using ir::Value;

enum class Fold : std::uint8_t {
  kUnused,   // no result wanted: emitted only for its effect, if it has one
  kSlot,     // its result is in slots of its own
  kAlias,    // part of another value's slots
  kConst,    // made where it is used
  kFolded,   // emitted as part of its users
};

// Where a memory access goes.
struct Address {
  enum class Kind : std::uint8_t {
    kRegister,  // base + offset
    kFrame,     // variable `base` (an Alloc in the frame) + offset
    kGlobal,    // aux.global of `base` + offset
    kElement,   // element of `base`, a folded IndexAddr
  };
  Kind kind = Kind::kRegister;
  Value* base = nullptr;
  std::int64_t offset = 0;
};

class Selection {
 public:
  Selection(Function& fn, Shapes& shapes, const opt::Loops& loops);

  Fold fold(const Value* v) const { return fold_[v->id]; }
  bool wanted(const Value* v) const { return wanted_[v->id]; }

  struct Part {
    Value* root;           // not an alias
    std::uint32_t slot;    // first slot within it
  };
  Part resolve(Value* v) const;
  Address address(Value* pointer) const;
  // Every slot value v's code reads, folded operands included.
  void uses(const Value* v, const std::function<void(Value*)>& use) const;

  // Operand i of v, if it is an integer constant (through conversions that change nothing).
  static bool constant(const Value* v, std::int64_t* out);
  // The operand as a 16-bit immediate of v's instruction, if v has such a form. `out` is the immediate.
  bool immediate(const Value* v, std::size_t i, std::int64_t* out) const;
  // A NilCheck done by a later memory access.
  bool nil_check_folded(const Value* v) const { return nil_folded_[v->id]; }
  // The first access through folded IndexAddr `index` is v: it checks the bounds.
  bool checks_bounds(const Value* index, const Value* v) const;
  // Frame variables (Alloc, MakeSlice, MakeClosure without the heap bit) that fit the frame.
  static bool in_frame(const Value* v, Shapes& shapes);
  bool in_frame(const Value* v) const { return in_frame(v, shapes_); }
  bool static_iface(const Value* v) const;   // MakeIface of something known before the program runs

  static bool constant_element(const Value* index);
  // v is emitted even if nobody wants its result.
  bool effect(const Value* v) const;

  Shapes& shapes() const { return shapes_; }

 private:
  enum class Use : std::uint8_t { kNone, kAny, kSlot, kAddress };
  Use use_kind(const Value* v, std::size_t i) const;
  Value* alias(const Value* v, std::uint32_t* slot) const;
  bool is_constant_op(const Value* v) const;
  void collect_users();
  void fold_conditions();
  void fold_products();
  void fold_elements();
  bool can_fold_element(Value* index);
  bool reaches(const Value* from, const Value* to, bool pass_panics) const;
  void fold_nil_checks();
  bool nil_check_reaches(const Block* b, std::size_t at) const;
  void pin_frame_addresses();
  void hoist_constants();
  Value* hoisted(Value* constant, const Block* user);
  Block* hoist_block(const Block* user) const;
  void grow();
  void mark_wanted();
  void decide();

  Function& fn_;
  Shapes& shapes_;
  const opt::Loops& loops_;
  std::vector<Fold> fold_;
  std::vector<bool> wanted_, folded_, nil_folded_, pinned_;
  std::vector<std::vector<Value*>> users_;
  std::unordered_map<const Value*, const Value*> first_access_;   // folded IndexAddr -> its checking user
  struct HoistKey {
    const Block* block;
    ir::Op op;
    types::Type* type;
    types::Type* boxed;   // of a constant interface: its value's type, and bits and aux are the value's
    std::int64_t bits;
    const void* aux;
    bool operator==(const HoistKey&) const = default;
  };
  struct HoistHash {
    std::size_t operator()(const HoistKey& k) const {
      return std::hash<const void*>()(k.aux) * 31 + std::hash<std::int64_t>()(k.bits) * 17 +
             std::hash<const void*>()(k.block) + static_cast<std::size_t>(k.op) + std::hash<const void*>()(k.type) * 7;
    }
  };
  std::unordered_map<HoistKey, Value*, HoistHash> hoisted_;
};

types::Type* pointee(types::Type* pointer);

}  // namespace govm::codegen
