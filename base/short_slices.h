// For threads that do little and shall do it soon after they are woken, though all processors are busy.
#pragma once

namespace govm {

// The calling thread asks the kernel for its shortest time slices; among threads of equal right those begin sooner. By
// Linux 6.12 or newer; without effect elsewhere.
void ask_for_short_slices() noexcept;

}  // namespace govm
