#include "scheduler/monitor.h"

#include <algorithm>
#include <span>

#include "base/process_thread.h"

namespace govm::sched {

class Monitor : public ProcessThread<Monitor, Monitored> {
 public:
  std::int64_t look(std::span<Monitored* const> all, std::int64_t now) {
    std::int64_t next = kNever;
    for (Monitored* m : all) {
      if (!m->watched_.load(std::memory_order_relaxed)) continue;
      if (m->due_ <= now) {
        const std::int64_t after = m->look(now);
        m->due_ = after != Monitored::kLater ? (now / after + 1) * after : 0;  // many that sleep equally long wake it once
        if (m->due_ == 0) continue;
      }
      next = std::min(next, m->due_);
    }
    return next;
  }
};

void Monitored::register_monitored() { Monitor::instance().add(*this); }
void Monitored::unregister_monitored() { Monitor::instance().remove(*this); }

void Monitored::watch() noexcept {
  if (!watched_.load(std::memory_order_relaxed) && !watched_.exchange(true)) Monitor::instance().wake();
}

}  // namespace govm::sched
