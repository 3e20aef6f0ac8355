// Assembles the code of one function: instructions, labels, line rows. Branch offsets are patched by finish(); if one
// does not fit 16 bits, finish() says so and the caller assembles again with long branches.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "vm/bytecode/function.h"
#include "vm/bytecode/opcode.h"

namespace govm::bc {

struct Label {
  std::uint32_t id;
};

class Builder {
 public:
  explicit Builder(bool long_branches = false) : long_branches_(long_branches) {}

  Label new_label();
  void bind(Label label);                 // here
  bool bound(Label label) const { return labels_[label.id] != kUnbound; }
  std::uint32_t position() const { return static_cast<std::uint32_t>(words_.size()); }

  void emit(Op op, std::uint16_t a = 0, std::uint16_t b = 0, std::uint16_t c = 0,
            std::initializer_list<std::uint64_t> words = {});
  void emit_imm32(Op op, std::uint16_t a, std::int32_t imm, std::initializer_list<std::uint64_t> words = {});
  // A branch whose row has an Off (16 bits in c) or an Off32 operand.
  void branch(Op op, std::uint16_t a, std::uint16_t b, Label target);
  void jump(Op op, std::uint16_t a, Label target, std::initializer_list<std::uint64_t> words = {});
  void jump_table(std::uint16_t a, SwitchTable& table, const std::vector<Label>& targets, Label otherwise);

  // The last instruction, if it is `op` and no label was bound behind it; null otherwise. May be rewritten in place.
  Instr* last(Op op);
  void drop_last();                       // removes what last() returned

  // Patches branches. False: an offset did not fit and long_branches was not set.
  bool finish();
  std::vector<std::uint64_t> take_words() { return std::move(words_); }

 private:
  struct Fixup {
    std::uint32_t at;                     // word of the instruction
    std::uint32_t label;
    bool wide;
  };
  struct TableFixup {
    std::uint32_t at;
    SwitchTable* table;
    std::vector<Label> targets;
    Label otherwise;
  };
  static constexpr std::uint32_t kUnbound = ~0u;
  Instr& instr(std::uint32_t at) { return reinterpret_cast<Instr&>(words_[at]); }

  bool long_branches_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> labels_;
  std::vector<Fixup> fixups_;
  std::vector<TableFixup> table_fixups_;
  std::uint32_t last_ = kUnbound;
};

}  // namespace govm::bc
