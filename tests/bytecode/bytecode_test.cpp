// The assembler, the verifier and the disassembler.
#include "tests/catch.h"
#include "vm/bytecode/builder.h"
#include "vm/bytecode/disasm.h"
#include "vm/bytecode/verifier.h"

using namespace govm::bc;

namespace {

Code finished(Builder& b) {
  REQUIRE(b.finish());
  Code code;
  code.words = b.take_words();
  return code;
}

Code counting_loop() {
  Builder b;
  const Label top = b.new_label(), out = b.new_label();
  b.emit_imm32(Op::kConstI32, 1, 0);
  b.jump(Op::kJump, 0, out);
  b.bind(top);
  b.emit(Op::kAddKI64, 1, 1, 1);
  b.bind(out);
  b.branch(Op::kLoopLtI64, 1, 0, top);
  b.emit(Op::kReturn);
  return finished(b);
}

}  // namespace

TEST_CASE("rows of the table are consistent") {
  for (int i = 0; i < kOpCount; ++i) {
    const OpInfo& info = op_info(static_cast<Op>(i));
    CHECK_FALSE(info.name.empty());
    CHECK_FALSE(info.meaning.empty());
    CHECK(op_length(static_cast<Op>(i)) == 1 + word_count(info.words));
    for (int w = 0; w < word_count(info.words); ++w) CHECK(word_kind(info.words, w) != Word::kNone);
  }
}

TEST_CASE("branches go where their labels are bound") {
  const Code code = counting_loop();
  CHECK(verify(code, 2, 1, 0).empty());
  Function f;
  f.name = "loop";
  f.code = &code;
  f.frame_slots = 2;
  const std::string text = disassemble(f);
  CHECK(text.find("LoopLtI64       r1, r0, ->2") != std::string::npos);
  CHECK(text.find("Jump            ->3") != std::string::npos);
}

TEST_CASE("far branches need the long form") {
  for (const bool longer : {false, true}) {
    Builder b(longer);
    const Label out = b.new_label();
    b.branch(Op::kJLtKI64, 0, 5, out);
    for (int i = 0; i < 40000; ++i) b.emit(Op::kNop);
    b.bind(out);
    b.emit(Op::kReturn);
    CHECK(b.finish() == longer);
    if (!longer) continue;
    Code code;
    code.words = b.take_words();
    CHECK(verify(code, 1, 0, 0).empty());
  }
}

TEST_CASE("the verifier refuses code that would leave the function or the frame") {
  SECTION("slot outside the frame") { CHECK_FALSE(verify(counting_loop(), 1, 1, 0).empty()); }
  SECTION("unknown opcode") {
    Code code = counting_loop();
    code.words[0] = 0xffff;
    CHECK_FALSE(verify(code, 2, 1, 0).empty());
  }
  SECTION("branch out of the function") {
    Code code = counting_loop();
    code.words[3] = (code.words[3] & 0x0000ffffffffffffu) | 0x7000000000000000u;
    CHECK_FALSE(verify(code, 2, 1, 0).empty());
  }
  SECTION("branch into an instruction") {
    Builder b;
    const Label inside = b.new_label();
    b.jump(Op::kJump, 0, inside);
    b.emit(Op::kConstI64, 0, 0, 0, {7});
    b.emit(Op::kReturn);
    b.bind(inside);
    b.emit(Op::kReturn);
    Code code = finished(b);
    reinterpret_cast<Instr&>(code.words[0]).b = 2;
    CHECK_FALSE(verify(code, 1, 0, 0).empty());
  }
  SECTION("no end") {
    Code code = counting_loop();
    code.words.pop_back();
    CHECK_FALSE(verify(code, 2, 1, 0).empty());
  }
  SECTION("cut off") {
    Builder b;
    b.emit(Op::kConstI64, 0, 0, 0, {7});
    Code code = finished(b);
    code.words.pop_back();
    CHECK_FALSE(verify(code, 1, 0, 0).empty());
  }
}

TEST_CASE("the last instruction can be replaced until a label is bound") {
  Builder b;
  b.emit(Op::kAddKI64, 1, 1, 1);
  REQUIRE(b.last(Op::kAddKI64) != nullptr);
  CHECK(b.last(Op::kMove) == nullptr);
  const Label l = b.new_label();
  b.bind(l);
  CHECK(b.last(Op::kAddKI64) == nullptr);
}
