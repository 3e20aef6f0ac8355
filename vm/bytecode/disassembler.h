// Bytecode as text, from what ops.def says about operands.
#pragma once

#include <string>

#include "vm/bytecode/function.h"

namespace govm::bc {

// A line an instruction: word offset, source line where it changes, name, operands, meaning. Compiled functions only.
std::string disassemble(const Function& function);
// One instruction; `code` may be null (then offsets of branches are relative).
std::string disassemble(const Instr* instr);

}  // namespace govm::bc
