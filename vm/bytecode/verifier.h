// Checks code before it runs: opcodes known, slots within the frame, branches to instructions of the function, no way
// off its end, tables well formed. What it accepts cannot make the interpreter leave the function or the frame, except
// through pointers. Code the compiler made needs no check; code from outside does.
#pragma once

#include <string>

#include "vm/bytecode/function.h"

namespace govm::bc {

// The first violation, or "".
std::string verify(const Code& code, std::uint32_t frame_slots, std::uint32_t param_slots, std::uint32_t result_slots);

}  // namespace govm::bc
