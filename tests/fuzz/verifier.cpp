// Bytecode that the verifier accepts stays inside its function: it can be listed, and every branch leads to an instruction.
//
// An input is a sequence of 16-bit numbers: slots of the frame, of parameters, of results, the recover entry; then how
// many switch tables with how many offsets each, then words of code, four numbers a word. Where code refers to a table,
// the word's value chooses one of them.
#include "tests/fuzz/target.h"
#include "vm/bytecode/disasm.h"
#include "vm/bytecode/verifier.h"

namespace {

using namespace govm;

class Numbers {
 public:
  Numbers(const std::uint8_t* data, std::size_t size) : data_(data), left_(size / 2) {}
  std::size_t left() const { return left_; }
  std::uint16_t next() {
    if (left_ == 0) return 0;
    const auto value = static_cast<std::uint16_t>(data_[0] | data_[1] << 8);
    data_ += 2;
    --left_;
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

void add_tables(Numbers& in, bc::Code& code) {
  for (unsigned n = in.next() % 4; n > 0; --n) {
    auto table = std::make_unique<bc::SwitchTable>();
    table->default_offset = static_cast<std::int16_t>(in.next());
    for (unsigned k = in.next() % 8; k > 0; --k) table->offsets.push_back(static_cast<std::int16_t>(in.next()));
    code.switches.push_back(std::move(table));
  }
  for (unsigned n = in.next() % 3; n > 0; --n) {
    auto table = std::make_unique<bc::SelectTable>();
    for (unsigned k = in.next() % 4; k > 0; --k) table->cases.push_back({in.next() % 2 == 0, in.next(), in.next(), nullptr});
    code.selects.push_back(std::move(table));
  }
}

// A word that names a table, made the address of one; types and functions that are not null become plausible.
std::uint64_t operand(bc::Word kind, std::uint64_t value, const bc::Code& code) {
  if (kind == bc::Word::kSwitch && !code.switches.empty()) {
    return reinterpret_cast<std::uint64_t>(code.switches[value % code.switches.size()].get());
  }
  if (kind == bc::Word::kSelect && !code.selects.empty()) {
    return reinterpret_cast<std::uint64_t>(code.selects[value % code.selects.size()].get());
  }
  static bc::Function function{};
  static abi::Type type{};
  if (kind == bc::Word::kFunc && value != 0) return reinterpret_cast<std::uint64_t>(&function);
  if (kind == bc::Word::kType && value != 0) return reinterpret_cast<std::uint64_t>(&type);
  return value;
}

void add_words(Numbers& in, bc::Code& code) {
  while (in.left() >= 4) {
    std::uint64_t word = 0;
    for (int shift = 0; shift < 64; shift += 16) word |= std::uint64_t{in.next()} << shift;
    code.words.push_back(word);
    const auto op = static_cast<std::uint16_t>(word);
    if (op >= bc::kOpCount) continue;
    const bc::OpInfo& info = bc::op_info(static_cast<bc::Op>(op));
    for (int k = 0; k < bc::word_count(info.words) && in.left() > 0; ++k) {
      code.words.push_back(operand(bc::word_kind(info.words, k), in.next(), code));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Numbers in(data, size);
  const std::uint32_t frame = in.next(), params = in.next(), results = in.next();
  bc::Code code;
  code.recover_entry = in.next();
  add_tables(in, code);
  add_words(in, code);
  if (!bc::verify(code, frame, params, results).empty()) return 0;
  testing::require(params + results <= frame, "parameters and results inside the frame");
  bc::Function function{};
  function.name = "fuzz";
  function.frame_slots = frame;
  function.code = &code;
  testing::require(!bc::disassemble(function).empty(), "a listing");
  return 0;
}
