#include "scheduler/netpoll.h"

namespace govm::sched {

void DescriptorFlags::set_opened(int fd, bool nonblocking) {
  if (in_table(fd)) flags_[fd].store(nonblocking ? kOpened | kNonblocking : kOpened, std::memory_order_relaxed);
}

void DescriptorFlags::set_nonblocking(int fd, bool nonblocking) {
  if (!in_table(fd)) return;
  if (nonblocking) {
    flags_[fd].fetch_or(kNonblocking, std::memory_order_relaxed);
  } else {
    flags_[fd].fetch_and(static_cast<std::uint8_t>(~kNonblocking), std::memory_order_relaxed);
  }
}

void DescriptorFlags::forget(int fd) {
  if (in_table(fd)) flags_[fd].store(0, std::memory_order_relaxed);
}

}  // namespace govm::sched
