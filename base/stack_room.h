// Recursion over what a program's text decides must end in an error, not in an overflow of the thread's stack.
#pragma once

namespace govm {

// Whether the calling thread has used half of its stack.
bool stack_half_full() noexcept;

}  // namespace govm
