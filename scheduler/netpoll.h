// Waiting for the outside: what an idle thread blocks in. The default waits for time only; the network poller
// (netpoll_asio) replaces it and readies goroutines when descriptors become ready.
#pragma once

#include <cstdint>
#include <memory>

namespace govm::sched {

class Scheduler;

class Netpoll {
 public:
  virtual ~Netpoll() = default;
  // Blocks until something was readied (through Scheduler::ready), wake() was called, or the monotonic time
  // `deadline_ns` (< 0: none; 0: do not block). One thread at a time blocks.
  virtual void wait(Scheduler& scheduler, std::int64_t deadline_ns) = 0;
  virtual void wake() = 0;               // any thread; also ends the next wait if none is in progress
  virtual bool has_waiters() const = 0;  // goroutines wait for readiness: then there is no deadlock
};

std::unique_ptr<Netpoll> new_sleep_poller();

}  // namespace govm::sched
