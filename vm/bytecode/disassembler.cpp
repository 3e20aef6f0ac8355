#include "vm/bytecode/disassembler.h"

#include <fmt/format.h>

#include <iterator>

#include "vm/bytecode/opcode.h"

namespace govm::bc {
namespace {

void append_operand(std::string& out, Operand kind, std::uint16_t value, const Instr& instr) {
  const auto to = std::back_inserter(out);
  switch (kind) {
    case Operand::kNone: return;
    case Operand::kImm: fmt::format_to(to, " #{}", static_cast<std::int16_t>(value)); return;
    case Operand::kUimm: case Operand::kCount: fmt::format_to(to, " #{}", value); return;
    case Operand::kImm32: fmt::format_to(to, " #{}", instr.imm32()); return;
    case Operand::kOff: fmt::format_to(to, " @{:+}", static_cast<std::int16_t>(value)); return;
    case Operand::kOff32: fmt::format_to(to, " @{:+}", instr.imm32()); return;
    case Operand::kBase: fmt::format_to(to, " fp+{}", value); return;
    default: fmt::format_to(to, " r{}", value); return;
  }
}

void append_word(std::string& out, Word kind, std::uint64_t value) {
  const auto to = std::back_inserter(out);
  switch (kind) {
    case Word::kNone: return;
    case Word::kInt: fmt::format_to(to, " {}", static_cast<std::int64_t>(value)); return;
    case Word::kSlot: fmt::format_to(to, " r{}", value); return;
    case Word::kFunc:
      fmt::format_to(to, " {}", value ? reinterpret_cast<const Function*>(value)->name : std::string_view("nil"));
      return;
    default: fmt::format_to(to, " {:#x}", value); return;
  }
}

}  // namespace

std::string disassemble(const Instr* instr) {
  const OpInfo& info = op_info(static_cast<Op>(instr->op));
  std::string out(info.name);
  append_operand(out, info.a, instr->a, *instr);
  append_operand(out, info.b, instr->b, *instr);
  if (info.b != Operand::kImm32 && info.b != Operand::kOff32) append_operand(out, info.c, instr->c, *instr);
  for (int i = 0; i < word_count(info.words); ++i) append_word(out, word_kind(info.words, i), instr->word(i + 1));
  return out;
}

std::string disassemble(const Function& function) {
  std::string out = fmt::format("{}: {} parameter slots, {} result slots, frame of {}\n", function.name,
                                function.param_slots, function.result_slots, function.frame_slots);
  if (!function.code) return out + "  (no code)\n";
  const Code& code = *function.code;
  std::size_t row = 0;
  for (std::size_t word = 0; word < code.words.size();) {
    while (row < code.lines.size() && code.lines[row].word <= word) {
      if (code.lines[row].word == word) fmt::format_to(std::back_inserter(out), "  ; line {}\n", code.lines[row].line);
      ++row;
    }
    const auto* instr = reinterpret_cast<const Instr*>(&code.words[word]);
    const Op op = static_cast<Op>(instr->op);
    fmt::format_to(std::back_inserter(out), "  {:5}  {:<44} {}\n", word, disassemble(instr), op_info(op).meaning);
    word += static_cast<std::size_t>(op_length(op));
  }
  return out;
}

}  // namespace govm::bc
