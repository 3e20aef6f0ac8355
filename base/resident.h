// What the process occupies.
#pragma once

#include <cstddef>

namespace govm {

std::size_t resident_bytes();   // pages of main memory, shared ones included; 0 if the system does not tell. Any thread

}  // namespace govm
