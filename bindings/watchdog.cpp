#include "bindings/watchdog.h"

#include <algorithm>
#include <span>

#include "base/process_thread.h"
#include "bindings/engine.h"

namespace govm::detail {
namespace {

constexpr std::int64_t kSample = 1'000'000;    // of CPU time

class Watchdog : public ProcessThread<Watchdog, Watched> {
 public:
  std::int64_t look(std::span<Watched* const> all, std::int64_t now) {
    const std::int64_t elapsed = last_ != 0 ? now - last_ : 0;
    last_ = now;
    std::int64_t next = kNever;
    for (Watched* vm : all) {
      if (vm->engine.ended() && !vm->interrupted) continue;
      const std::int64_t deadline = vm->deadline.load(), cpu_limit = vm->cpu_limit.load();
      if (vm->interrupted.exchange(false)) {
        vm->engine.end(rt::End::kInterrupted);
      } else if (deadline != 0 && now >= deadline) {
        vm->engine.end(rt::End::kWallTime);
      } else if (cpu_limit != 0) {
        const std::int64_t used = vm->cpu_used += vm->engine.busy_workers() * std::min(elapsed, 4 * kSample);
        if (used >= cpu_limit) vm->engine.end(rt::End::kCpuTime);
        next = std::min(next, now + kSample);
      }
      if (deadline != 0) next = std::min(next, deadline);
    }
    return next;
  }

 private:
  std::int64_t last_ = 0;                      // when it looked
};

}  // namespace

void watch(Watched& vm) { Watchdog::instance().add(vm); }
void unwatch(Watched& vm) { Watchdog::instance().remove(vm); }
void wake_watchdog() noexcept { Watchdog::instance().wake(); }

}  // namespace govm::detail
