#include "compiler/codegen/live.h"

#include <algorithm>
#include <map>

#include "vm/bytecode/opcode.h"

namespace govm::codegen {

namespace {

// Where a branch goes, in words from itself.
std::int32_t branch_offset(const bc::Instr& instr, const bc::OpInfo& info) {
  return info.b == bc::Operand::kOff32 ? instr.imm32() : instr.imm16();
}

}  // namespace

void LiveMarks::value(std::uint32_t at, const Value* v) {
  const std::uint32_t p = frame_.position(v);
  marks_.push_back({at, p, p + 1});
}
void LiveMarks::call(std::uint32_t at, const Value* v) {
  const std::uint32_t p = frame_.position(v);
  marks_.push_back({at, p + 1, p});
}
void LiveMarks::block(std::uint32_t at, const Block* b) {
  const std::uint32_t p = frame_.block_position(b);
  marks_.push_back({at, p, p + 1, 0, true});
}
void LiveMarks::always(std::uint32_t at) { marks_.push_back({at, Frame::kEnd, 0}); }

// Marks whose code calls, allocates or waits, and blocks that are polled at.
std::vector<bool> LiveMarks::safepoints(const bc::Code& code) const {
  std::vector<bool> wanted(marks_.size());
  std::vector<std::uint32_t> polled;
  std::size_t current = 0;
  for (std::uint32_t at = 0; at < code.words.size();) {
    const auto& instr = *reinterpret_cast<const bc::Instr*>(&code.words[at]);
    const auto op = static_cast<bc::Op>(instr.op);
    const bc::OpInfo& info = bc::op_info(op);
    while (current + 1 < marks_.size() && marks_[current + 1].word <= at) ++current;
    if ((info.flags & (bc::kCollects | bc::kParks | bc::kCalls)) != 0) wanted[current] = true;
    if ((info.flags & bc::kPolls) != 0) {
      polled.push_back(static_cast<std::uint32_t>(static_cast<std::int64_t>(at) + branch_offset(instr, info)));
    }
    at += static_cast<std::uint32_t>(bc::op_length(op));
  }
  std::sort(polled.begin(), polled.end());
  for (std::size_t i = 0; i < marks_.size(); ++i) {
    if (marks_[i].block && std::binary_search(polled.begin(), polled.end(), marks_[i].word)) wanted[i] = true;
  }
  return wanted;
}

std::vector<std::uint8_t> LiveMarks::map(const Mark& m, std::size_t bytes) const {
  std::vector<std::uint8_t> bits(bytes);
  frame_.live(m.low, m.high, bits);
  for (std::uint32_t s = frame_.top(); s < frame_.top() + m.scratch; ++s) bits[s / 8] |= static_cast<std::uint8_t>(1u << (s % 8));
  return bits;
}

void LiveMarks::finish(bc::Code& code, std::uint32_t slots) const {
  if (marks_.empty()) return;
  const std::vector<bool> wanted = safepoints(code);
  const std::size_t bytes = (slots + 7) / 8;
  std::map<std::vector<std::uint8_t>, std::uint32_t> known;
  for (std::size_t i = 0; i < marks_.size();) {
    // Several marks of one word all hold: of a block and its first instruction.
    const std::uint32_t word = marks_[i].word;
    std::vector<std::uint8_t> bits;
    for (; i < marks_.size() && marks_[i].word == word; ++i) {
      if (!wanted[i]) continue;
      const std::vector<std::uint8_t> more = map(marks_[i], bytes);
      bits.resize(bytes);
      for (std::size_t b = 0; b < bytes; ++b) bits[b] |= more[b];
    }
    if (bits.empty() && bytes != 0) continue;
    const auto [it, fresh] = known.try_emplace(bits, static_cast<std::uint32_t>(code.live_maps.size()));
    if (fresh) code.live_maps.insert(code.live_maps.end(), bits.begin(), bits.end());
    if (code.live.empty() || code.live.back().map != it->second) code.live.push_back({word, it->second});
  }
  code.live.shrink_to_fit();
  code.live_maps.shrink_to_fit();
}

}  // namespace govm::codegen
