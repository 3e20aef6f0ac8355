// Slot allocation: live intervals of values, coalescing of phis, slots, frame variables and the places where calls are
// set up. There are plenty of slots, so what matters is to avoid moves and to keep frames short.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/codegen/bitset.h"
#include "compiler/codegen/select.h"
#include "vm/bytecode/function.h"

namespace govm::codegen {

class Frame {
 public:
  Frame(Function& fn, const Selection& selection, const std::vector<Block*>& order);

  bool too_large() const { return top_ > 60000; }
  std::uint32_t slot(const Value* root) const { return slot_[root->id]; }   // of a value with Fold::kSlot
  std::uint32_t variable(const Value* alloc) const { return variables_.at(alloc); }  // frame variable's first slot
  std::uint32_t call_base(const Value* call) const { return calls_.at(call); }
  std::uint32_t param(std::size_t i) const { return params_[i]; }
  std::uint32_t result(std::size_t i) const { return results_[i]; }
  std::uint32_t param_slots() const { return param_slots_; }
  std::uint32_t result_slots() const { return result_slots_; }
  std::uint32_t top() const { return top_; }        // slots from here on are never live
  const std::vector<std::uint8_t>& pointer_map() const { return pointer_map_; }
  std::vector<bc::FrameVariable> variable_list() const;
  // Addresses are stored as numbers there (for a call with variadic uintptr parameters): it counts as pointers.
  bool holds_numbers(const Value* alloc) const { return alloc->op == ir::Op::kAlloc && holds_numbers_.contains(alloc); }
  // The words of closure v that are pointers, the first capture at bit `at`.
  void closure_bits(const Value* v, std::uint32_t at, std::vector<std::uint8_t>& bits) const;

  // ---- liveness of pointers. Values are numbered in steps of two: operands are read at a value's position, its result
  // is there from position + 1 on.
  static constexpr std::uint32_t kEnd = ~0u - 1;
  std::uint32_t position(const Value* v) const { return position_[v->id]; }
  std::uint32_t block_position(const Block* b) const { return block_from_[b->id]; }
  // Sets the bits of slots with pointers that are needed behind position `low` and were there at position `high`.
  void live(std::uint32_t low, std::uint32_t high, std::vector<std::uint8_t>& bits) const;

  // Values whose code writes the result before all operands are read.
  static bool clobbers_early(const Value* v, const Selection& selection);
  static bool is_call(const Value* v);

 private:
  struct Segment {
    std::uint32_t from, to;   // half open
  };
  static constexpr std::uint32_t kNone = ~0u;
  struct Class {
    std::vector<Segment> segments;    // ascending, disjoint
    std::vector<const Value*> values;
    std::uint32_t slots = 0;
    std::uint32_t fixed = kNone;
    bool hinted = false;              // wants a place in the area of call hint_call
    const Value* hint_call = nullptr;
    std::uint32_t hint_offset = 0;
    const Value* result_of = nullptr; // begins as the result of this call
  };

  void place_parameters();
  void place_variables();
  std::uint32_t variable_slots(const Value* v) const;
  void number();
  void liveness();
  BitSet live_out(const Block* b) const;
  bool emitted(const Value* v) const;
  void build_intervals();
  void add_segment(std::uint32_t index, std::uint32_t from, std::uint32_t to);
  void coalesce();
  std::uint32_t find(std::uint32_t index);
  bool merge(std::uint32_t a, std::uint32_t b);
  void hint_arguments();
  bool crosses(const Class& c, std::uint32_t position) const;
  bool crosses_call(const Class& c) const;
  void assign();
  std::uint32_t base_of(const Value* call);
  bool free_at(const Class& c, std::uint32_t slot) const;
  void occupy(std::uint32_t index, std::uint32_t slot);
  std::uint32_t first_fit(const Class& c) const;
  void find_numbers();
  std::unordered_map<const Value*, std::vector<std::uint32_t>> numbers_as_addresses() const;
  void map_pointers();
  void map_variable(const Value* v, std::uint32_t slot, const std::vector<Segment>& segments);
  void touched(const Value* v, const std::function<void(const Value*)>& use) const;
  void variable_segments();
  void add_pointers(const std::vector<std::uint8_t>& bits, const std::vector<Segment>& segments);
  bool address_as_number(const Value* v, int depth = 4) const;
  bool passes_as_number(const Value* call, const Value* root) const;
  std::uint32_t argument_slots(const Value* call) const;
  std::uint32_t call_slots(const Value* call) const;

  Function& fn_;
  const Selection& selection_;
  Shapes& shapes_;
  const std::vector<Block*>& order_;
  std::vector<std::uint32_t> slot_;               // by value id
  std::unordered_map<const Value*, std::uint32_t> variables_;
  std::unordered_map<const Value*, std::uint32_t> calls_;
  std::vector<std::uint32_t> params_, results_;
  std::unordered_set<const Value*> holds_numbers_;
  std::uint32_t param_slots_ = 0, result_slots_ = 0, first_free_ = 0, top_ = 0;
  std::vector<std::uint8_t> pointer_map_;         // of variables
  std::vector<std::vector<Segment>> pointers_;    // by slot: where it holds a live pointer

  std::vector<std::uint32_t> index_;              // value id -> dense index, or kNone
  std::vector<const Value*> values_;              // dense
  std::vector<std::uint32_t> position_;           // value id -> 2 * number
  std::vector<std::uint32_t> block_from_, block_to_;  // by block id
  std::vector<BitSet> live_in_;                   // by block id
  std::vector<std::uint32_t> parent_;             // union-find over dense indices
  std::vector<Class> classes_;                    // by representative
  std::vector<const Value*> call_list_;           // ascending position
  std::vector<std::vector<Segment>> busy_;        // by slot
  std::vector<std::pair<std::uint32_t, std::uint32_t>> placed_;  // class, slot
};

}  // namespace govm::codegen
