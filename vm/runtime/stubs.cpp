#include "vm/runtime/stubs.h"

#include "vm/bytecode/opcode.h"

namespace govm::rt {

namespace {
// Two of each: a return address is looked up as the instruction before it.
constexpr bc::Instr stub(bc::Op op) { return {static_cast<std::uint16_t>(op), 0, 0, 0}; }
constexpr bc::Instr kStubs[] = {
    stub(bc::Op::kNop), stub(bc::Op::kCompileLazily), stub(bc::Op::kEnterNative), stub(bc::Op::kResumeNative),
    stub(bc::Op::kReturn), stub(bc::Op::kStackReturn), stub(bc::Op::kGoroutineEnd),
    stub(bc::Op::kNop), stub(bc::Op::kReturnToHost),
};
}  // namespace

const bc::Instr* stub_compile_lazily() { return &kStubs[1]; }
const bc::Instr* stub_enter_native() { return &kStubs[2]; }
const bc::Instr* stub_resume_native() { return &kStubs[3]; }
const bc::Instr* stub_return() { return &kStubs[4]; }
const bc::Instr* stub_stack_return() { return &kStubs[5]; }
const bc::Instr* stub_goroutine_end() { return &kStubs[6]; }
const bc::Instr* stub_return_to_host() { return &kStubs[8]; }

}  // namespace govm::rt
