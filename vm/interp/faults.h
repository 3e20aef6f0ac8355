// Memory faults of Go code: a load or store at a bad address becomes what gc makes of it, a panic of the goroutine or the
// fatal error "fault".
#pragma once

namespace govm::interp {

// Handlers lie in the section govm_handlers, C++ they call that touches Go memory in govm_touch: a fault found there, and
// on the way from there to the handler nowhere else, is the program's. Any other is passed on.

// Takes SIGSEGV and SIGBUS of this process, once; faults that are not a Go program's go to the handlers found.
void install_fault_handler();

}  // namespace govm::interp
