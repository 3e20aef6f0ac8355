// The watchdog: one thread of the process that ends programs in time, and on behalf of signal handlers.
#pragma once

#include <atomic>
#include <cstdint>

namespace govm::detail {

class Engine;

// What it knows of one Vm. Times are monotonic nanoseconds; 0: no limit.
struct Watched {
  explicit Watched(Engine& e) : engine(e) {}
  Engine& engine;
  std::atomic<bool> interrupted{false};
  std::atomic<std::int64_t> deadline{0};
  std::atomic<std::int64_t> cpu_limit{0};
  std::atomic<std::int64_t> cpu_used{0};
};

void watch(Watched& vm);
void unwatch(Watched& vm);        // waits while the watchdog looks at it
void wake_watchdog() noexcept;    // something of a Watched has changed; async-signal-safe

}  // namespace govm::detail
