#include "vm/bytecode/verifier.h"

#include <fmt/format.h>

#include <algorithm>

#include "vm/bytecode/opcode.h"

namespace govm::bc {

namespace {

class Verifier {
 public:
  Verifier(const Code& code, std::uint32_t frame_slots) : code_(code), frame_slots_(frame_slots) {}

  std::string run() {
    if (!find_starts()) return error_;
    for (at_ = 0; at_ < size(); at_ += length(at_)) {
      if (!instruction()) return fmt::format("word {} ({}): {}", at_, op_info(op(at_)).name, error_);
    }
    if (code_.recover_entry >= size() || !starts_[code_.recover_entry]) return "recover entry is no instruction";
    return lines();
  }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(code_.words.size()); }
  const Instr& instr(std::uint32_t at) const { return reinterpret_cast<const Instr&>(code_.words[at]); }
  Op op(std::uint32_t at) const { return static_cast<Op>(instr(at).op); }
  std::uint32_t length(std::uint32_t at) const { return static_cast<std::uint32_t>(op_length(op(at))); }
  bool fail(std::string text) {
    if (error_.empty()) error_ = std::move(text);
    return false;
  }

  bool find_starts() {
    if (size() == 0) return fail("no code");
    starts_.resize(size());
    std::uint32_t last = 0;
    for (std::uint32_t at = 0; at < size(); at += length(at)) {
      if (instr(at).op >= kOpCount) return fail(fmt::format("word {}: unknown opcode {}", at, instr(at).op));
      if (at + length(at) > size()) return fail(fmt::format("word {}: instruction cut off", at));
      starts_[at] = true;
      last = at;
    }
    if ((op_info(op(last)).flags & kTerm) == 0) return fail("control runs off the end");
    return true;
  }

  bool slots(std::uint32_t first, std::uint32_t count) {
    if (first + count <= frame_slots_) return true;
    return fail(fmt::format("slot {} outside a frame of {}", first + count - 1, frame_slots_));
  }

  bool target(std::int64_t offset) {
    const std::int64_t to = static_cast<std::int64_t>(at_) + offset;
    if (to >= 0 && to < size() && starts_[static_cast<std::size_t>(to)]) return true;
    return fail(fmt::format("branch to {}, which is no instruction", to));
  }

  static std::uint32_t printed(PrintKind kind) {
    switch (kind) {
      case PrintKind::kSpace: case PrintKind::kNewline: return 0;
      case PrintKind::kString: case PrintKind::kInterface: case PrintKind::kComplex128: case PrintKind::kComplex64: return 2;
      case PrintKind::kSlice: return 3;
      default: return 1;
    }
  }

  // Slots behind an N operand, where the row tells their number.
  std::uint32_t extent(const OpInfo& info, const Instr& i) const {
    switch (static_cast<Op>(i.op)) {
      case Op::kZeroN: return i.b;
      case Op::kConcat: case Op::kConcatTmp: return 2u * i.c;
      case Op::kPrint: return printed(static_cast<PrintKind>(i.b));
      default: return info.c == Operand::kCount ? i.c : 1;
    }
  }

  static bool is_concat(const Instr& i) {
    return static_cast<Op>(i.op) == Op::kConcat || static_cast<Op>(i.op) == Op::kConcatTmp;
  }
  // Slots from the one a word names on.
  std::uint32_t named(const Instr& i) const {
    switch (static_cast<Op>(i.op)) {
      case Op::kConcatTmp: case Op::kStrFromRuneTmp: case Op::kStrFromBytesTmp: case Op::kStrFromRunesTmp:
      case Op::kBytesFromStrTmp: return kTextBytes / 8;
      case Op::kRunesFromStrTmp: return kTextRunes / 2;
      default: return 1;
    }
  }

  bool operand(Operand kind, std::uint16_t value, const OpInfo& info, const Instr& i) {
    switch (kind) {
      case Operand::kDst: case Operand::kSrc: case Operand::kMod: return slots(value, 1);
      case Operand::kDst2: case Operand::kSrc2: return slots(value, 2);
      case Operand::kDst3: case Operand::kSrc3: return slots(value, 3);
      case Operand::kDstN: case Operand::kSrcN: case Operand::kModN: {
        // A value without size has no slots; its operand may be anything.
        const std::uint32_t n = extent(info, i);
        const bool concat_result = is_concat(i) && kind == Operand::kDstN;
        return n == 0 || slots(value, concat_result ? 2 : n);
      }
      case Operand::kBase:
        return value >= kHeaderSlots ? slots(value, 0) : fail("call frame without a header");
      case Operand::kOff: return target(i.imm16());
      case Operand::kOff32: return target(i.imm32());
      default: return true;
    }
  }

  bool word(Word kind, std::uint64_t value) {
    switch (kind) {
      case Word::kSlot: return value <= 0xffff && slots(static_cast<std::uint32_t>(value), named(instr(at_)));
      case Word::kSwitch: {
        const auto* table = reinterpret_cast<const SwitchTable*>(value);
        const bool known = std::any_of(code_.switches.begin(), code_.switches.end(), [&](auto& t) { return t.get() == table; });
        if (!known) return fail("a switch table of other code");
        for (std::int32_t offset : table->offsets) {
          if (!target(offset)) return false;
        }
        return target(table->default_offset);
      }
      case Word::kSelect: {
        const auto* table = reinterpret_cast<const SelectTable*>(value);
        const bool known = std::any_of(code_.selects.begin(), code_.selects.end(), [&](auto& t) { return t.get() == table; });
        if (!known) return fail("a select table of other code");
        for (const SelectCase& c : table->cases) {
          if (!slots(c.chan, 1) || (c.value != kNoSlot && !slots(c.value, 0))) return false;
        }
        return true;
      }
      case Word::kType: case Word::kFunc: return value != 0 || fail("null descriptor");
      default: return true;
    }
  }

  bool instruction() {
    const Instr& i = instr(at_);
    const OpInfo& info = op_info(op(at_));
    switch (op(at_)) {
      case Op::kCompileLazily: case Op::kEnterNative: case Op::kGoroutineEnd: case Op::kReturnToHost:
        return fail("an entry stub inside a function");
      case Op::kPrint:
        if (i.b > static_cast<std::uint16_t>(PrintKind::kNewline)) return fail("print of an unknown kind");
        break;
      default: break;
    }
    if (!operand(info.a, i.a, info, i) || !operand(info.b, i.b, info, i) || !operand(info.c, i.c, info, i)) return false;
    for (int k = 0; k < word_count(info.words); ++k) {
      if (!word(word_kind(info.words, k), i.word(k + 1))) return false;
    }
    return true;
  }

  std::string lines() const {
    std::uint32_t last = 0;
    for (const LineRow& row : code_.lines) {
      if (row.word < last || row.word >= size()) return "line rows out of order";
      if (row.file < 0 || static_cast<std::size_t>(row.file) >= code_.files.size()) return "line row with an unknown file";
      if (row.inline_index >= static_cast<int>(code_.inlines.size())) return "line row with an unknown inlined call";
      last = row.word;
    }
    for (std::size_t i = 0; i < code_.inlines.size(); ++i) {
      if (code_.inlines[i].parent >= static_cast<int>(i)) return "inlined call before the one around it";
    }
    return "";
  }

  const Code& code_;
  std::uint32_t frame_slots_;
  std::vector<bool> starts_;
  std::string error_;
  std::uint32_t at_ = 0;
};

}  // namespace

std::string verify(const Code& code, std::uint32_t frame_slots, std::uint32_t param_slots, std::uint32_t result_slots) {
  if (param_slots + result_slots > frame_slots) return "frame smaller than parameters and results";
  return Verifier(code, frame_slots).run();
}

}  // namespace govm::bc
