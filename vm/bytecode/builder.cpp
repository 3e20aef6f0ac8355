#include "vm/bytecode/builder.h"

#include <bit>

#include "base/assert.h"

namespace govm::bc {

Label Builder::new_label() {
  labels_.push_back(kUnbound);
  return Label{static_cast<std::uint32_t>(labels_.size() - 1)};
}

void Builder::bind(Label label) {
  GOVM_ASSERT(labels_[label.id] == kUnbound);
  labels_[label.id] = position();
  last_ = kUnbound;
}

void Builder::emit(Op op, std::uint16_t a, std::uint16_t b, std::uint16_t c,
                   std::initializer_list<std::uint64_t> words) {
  GOVM_ASSERT(1 + static_cast<int>(words.size()) == op_length(op));
  last_ = position();
  words_.push_back(std::bit_cast<std::uint64_t>(Instr{static_cast<std::uint16_t>(op), a, b, c}));
  words_.insert(words_.end(), words);
}

void Builder::emit_imm32(Op op, std::uint16_t a, std::int32_t imm, std::initializer_list<std::uint64_t> words) {
  const auto bits = static_cast<std::uint32_t>(imm);
  emit(op, a, static_cast<std::uint16_t>(bits), static_cast<std::uint16_t>(bits >> 16), words);
}

void Builder::branch(Op op, std::uint16_t a, std::uint16_t b, Label target) {
  if (!long_branches_) {
    fixups_.push_back({position(), target.id, false});
    emit(op, a, b, 0);
    return;
  }
  // Taken: to the wide jump two words on; else over it.
  const bool polls = (op_info(op).flags & kPolls) != 0;
  emit(op, a, b, 2);
  emit_imm32(Op::kJump, 0, 2);
  jump(polls ? Op::kLoop : Op::kJump, 0, target);
  last_ = kUnbound;
}

void Builder::jump(Op op, std::uint16_t a, Label target, std::initializer_list<std::uint64_t> words) {
  fixups_.push_back({position(), target.id, true});
  emit_imm32(op, a, 0, words);
}

void Builder::jump_table(std::uint16_t a, SwitchTable& table, const std::vector<Label>& targets, Label otherwise) {
  table_fixups_.push_back({position(), &table, targets, otherwise});
  emit(Op::kJumpTable, a, 0, 0, {reinterpret_cast<std::uint64_t>(&table)});
}

Instr* Builder::last(Op op) {
  if (last_ == kUnbound) return nullptr;
  Instr& i = instr(last_);
  return i.op == static_cast<std::uint16_t>(op) ? &i : nullptr;
}

void Builder::drop_last() {
  GOVM_ASSERT(last_ != kUnbound);
  if (!fixups_.empty() && fixups_.back().at == last_) fixups_.pop_back();
  words_.resize(last_);
  last_ = kUnbound;
}

bool Builder::finish() {
  for (const Fixup& f : fixups_) {
    GOVM_ASSERT(labels_[f.label] != kUnbound);
    const auto offset = static_cast<std::int64_t>(labels_[f.label]) - f.at;
    Instr& i = instr(f.at);
    if (f.wide) {
      const auto bits = static_cast<std::uint32_t>(offset);
      i.b = static_cast<std::uint16_t>(bits);
      i.c = static_cast<std::uint16_t>(bits >> 16);
    } else {
      if (offset < INT16_MIN || offset > INT16_MAX) return false;
      i.c = static_cast<std::uint16_t>(offset);
    }
  }
  for (TableFixup& f : table_fixups_) {
    auto offset = [&](Label l) { return static_cast<std::int32_t>(static_cast<std::int64_t>(labels_[l.id]) - f.at); };
    f.table->offsets.clear();
    for (Label l : f.targets) f.table->offsets.push_back(offset(l));
    f.table->default_offset = offset(f.otherwise);
  }
  return true;
}

}  // namespace govm::bc
