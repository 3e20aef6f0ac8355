// GODEBUG=schedtrace=N (and scheddetail=1): the scheduler's state, every N ms.
#pragma once

#include <functional>
#include <string_view>

namespace govm::sched {

class Scheduler;

// Before the first run. `write` is called by a thread of its own until the scheduler is shut down.
void set_schedtrace(Scheduler& scheduler, int interval_ms, bool detail, std::function<void(std::string_view)> write);

}  // namespace govm::sched
