#include "vm/bytecode/disasm.h"

#include <fmt/format.h>

namespace govm::bc {

namespace {

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void operand(std::string& out, Operand kind, std::uint16_t value, const Instr& i, std::uint32_t at) {
  const char* gap = out.empty() ? "" : ", ";
  switch (kind) {
    case Operand::kNone: break;
    case Operand::kDst: case Operand::kSrc: case Operand::kMod: out += fmt::format("{}r{}", gap, value); break;
    case Operand::kDst2: case Operand::kSrc2: out += fmt::format("{}r{}:2", gap, value); break;
    case Operand::kDst3: case Operand::kSrc3: out += fmt::format("{}r{}:3", gap, value); break;
    case Operand::kDstN: case Operand::kSrcN: case Operand::kModN: out += fmt::format("{}r{}..", gap, value); break;
    case Operand::kImm: out += fmt::format("{}{}", gap, static_cast<std::int16_t>(value)); break;
    case Operand::kUimm: case Operand::kCount: out += fmt::format("{}{}", gap, value); break;
    case Operand::kImm32: out += fmt::format("{}{}", gap, i.imm32()); break;
    case Operand::kOff: out += fmt::format("{}->{}", gap, at + static_cast<std::uint32_t>(static_cast<std::int32_t>(i.imm16()))); break;
    case Operand::kOff32: out += fmt::format("{}->{}", gap, at + static_cast<std::uint32_t>(i.imm32())); break;
    case Operand::kBase: out += fmt::format("{}fp+{}", gap, value); break;
  }
}

void word(std::string& out, Word kind, std::uint64_t value, std::uint32_t at) {
  const char* gap = out.empty() ? "" : ", ";
  switch (kind) {
    case Word::kNone: break;
    case Word::kInt: out += fmt::format("{}#{}", gap, static_cast<std::int64_t>(value)); break;
    case Word::kSlot: out += fmt::format("{}r{}", gap, value); break;
    case Word::kAddr: out += fmt::format("{}@{:#x}", gap, value); break;
    case Word::kType: out += fmt::format("{}type {:#x}", gap, value); break;
    case Word::kFunc: out += fmt::format("{}{}", gap, reinterpret_cast<const Function*>(value)->name); break;
    case Word::kSwitch: {
      const auto* table = reinterpret_cast<const SwitchTable*>(value);
      out += fmt::format("{}{}+{{", gap, table->low);
      for (std::size_t k = 0; k < table->offsets.size(); ++k) {
        out += fmt::format("{}{}", k ? " " : "", at + static_cast<std::uint32_t>(table->offsets[k]));
      }
      out += fmt::format("}} else {}", at + static_cast<std::uint32_t>(table->default_offset));
      break;
    }
    case Word::kSelect: {
      const auto* table = reinterpret_cast<const SelectTable*>(value);
      out += gap;
      for (const SelectCase& c : table->cases) {
        out += fmt::format("{}r{}{}", c.send ? "send " : "recv ", c.chan, c.value == kNoSlot ? "" : fmt::format(" r{}", c.value));
        out += " | ";
      }
      out += table->blocking ? "blocking" : "default";
      break;
    }
  }
}

}  // namespace

std::string instruction_text(const Instr* instr, std::uint32_t at) {
  const OpInfo& info = op_info(static_cast<Op>(instr->op));
  std::string operands;
  operand(operands, info.a, instr->a, *instr, at);
  operand(operands, info.b, instr->b, *instr, at);
  operand(operands, info.c, instr->c, *instr, at);
  for (int i = 0; i < word_count(info.words); ++i) word(operands, word_kind(info.words, i), instr->word(i + 1), at);
  return fmt::format("{:<16}{}", info.name, operands);
}

std::string disassemble(const Function& function) {
  std::string out = fmt::format("{}  params {} results {} frame {}\n", function.name, function.param_slots,
                                function.result_slots, function.frame_slots);
  const Code* code = function.code;
  if (code == nullptr) return out + (function.native != nullptr ? "  native\n" : "  not compiled\n");
  std::size_t row = 0;
  for (std::uint32_t at = 0; at < code->words.size();) {
    while (row + 1 < code->lines.size() && code->lines[row + 1].word <= at) ++row;
    std::string place;
    if (!code->lines.empty()) {
      const LineRow& line = code->lines[row];
      place = fmt::format("{}:{}", file_name(code->files[static_cast<std::size_t>(line.file)]), line.line);
    }
    const auto* instr = reinterpret_cast<const Instr*>(&code->words[at]);
    out += fmt::format("{:5}  {:<18} {}\n", at, place, instruction_text(instr, at));
    at += static_cast<std::uint32_t>(op_length(static_cast<Op>(instr->op)));
  }
  return out;
}

}  // namespace govm::bc
