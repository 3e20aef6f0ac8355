// Instructions that are not part of any function: where frames begin and return to without bytecode of their own.
#pragma once

#include "vm/bytecode/instruction.h"

namespace govm::rt {

const bc::Instr* stub_compile_lazily();  // entry of functions without code yet
const bc::Instr* stub_enter_native();    // entry of natives
const bc::Instr* stub_resume_native();   // runs the native of the current frame again
const bc::Instr* stub_return();          // returns from the current frame
const bc::Instr* stub_stack_return();    // return address of the first frame of a stack chunk (frames.h)
const bc::Instr* stub_goroutine_end();   // return address of a goroutine's first frame
const bc::Instr* stub_return_to_host();  // return address of calls from a seat's first frame

}  // namespace govm::rt
