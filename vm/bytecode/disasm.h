// Text of compiled code, a line an instruction: what `govm disasm` prints.
#pragma once

#include <string>

#include "vm/bytecode/function.h"
#include "vm/bytecode/opcode.h"

namespace govm::bc {

// One instruction (without newline); `at` is its word index, for branch targets.
std::string instruction_text(const Instr* instr, std::uint32_t at);
// The whole function: a heading, then "word  file:line  Op operands  ; meaning" lines.
std::string disassemble(const Function& function);

}  // namespace govm::bc
