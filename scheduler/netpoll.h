// Waiting for the outside: what an idle thread blocks in, and where goroutines wait for descriptors. netpoll_asio is the
// implementation; poll_desc.h has a descriptor's state, which is the same for all implementations.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "scheduler/goroutine.h"

namespace govm::sched {

class PollDesc;
class Scheduler;
enum class PollMode : int;

// Which descriptors were opened at the poller and are non-blocking: a system call on those never waits, so it need not
// hand the worker on. Any thread. Descriptors beyond the table count as blocking.
class DescriptorFlags {
 public:
  bool never_blocks(std::uint64_t fd) const { return fd < kMost && flags_[fd].load(std::memory_order_relaxed) == 3; }
  bool opened(int fd) const { return in_table(fd) && (flags_[fd].load(std::memory_order_relaxed) & kOpened) != 0; }
  void set_opened(int fd, bool nonblocking);
  void set_nonblocking(int fd, bool nonblocking);   // the program changed the status flags
  void forget(int fd);                              // closed, or another file took the number

 private:
  static constexpr int kMost = 1 << 16;
  static constexpr std::uint8_t kOpened = 1, kNonblocking = 2;
  static bool in_table(int fd) { return fd >= 0 && fd < kMost; }
  std::unique_ptr<std::atomic<std::uint8_t>[]> flags_ = std::make_unique<std::atomic<std::uint8_t>[]>(kMost);
};

class Netpoll {
 public:
  virtual ~Netpoll() = default;

  // Blocks until a goroutine became ready, wake() was called, or the monotonic time `deadline_ns` (< 0: none; 0: do not
  // block). Appends what became ready to `ready`: runnable, and in no queue yet. One thread at a time waits.
  virtual void wait(std::int64_t deadline_ns, GoroutineList& ready) = 0;
  virtual void wake() = 0;               // any thread; also ends the next wait if none is in progress
  // Goroutines wait for readiness: then there is no deadlock. A goroutine just taken out by wait() is not counted.
  bool has_waiters() const { return waiters_.load(std::memory_order_seq_cst) != 0; }

  // Begins to watch fd. 0, or an errno: EPERM for files that are always ready. *out is the poller's, until close().
  virtual int open(int fd, PollDesc** out) = 0;
  // desc was unblocked, nobody waits on it; the descriptor itself stays open.
  virtual void close(PollDesc& desc) = 0;

  DescriptorFlags& descriptors() { return descriptors_; }

 protected:
  friend class PollDesc;
  // Asks for one PollDesc::completed(mode), once desc is ready for it. Under desc's lock.
  virtual void arm(PollDesc& desc, PollMode mode) = 0;
  virtual void recycle(PollDesc& desc) = 0;   // closed, and nothing refers to it any more

 private:
  std::atomic<std::int64_t> waiters_{0};
  DescriptorFlags descriptors_;
};

}  // namespace govm::sched
