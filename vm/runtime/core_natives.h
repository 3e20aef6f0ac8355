// Natives behind the runtime overlay that are the VM's own: panics, callers, tracebacks, maps as reflect sees them.
#pragma once

#include "vm/runtime/native.h"

namespace govm::rt {

const NativeRegistry& core_natives();   // made at the first call

}  // namespace govm::rt
