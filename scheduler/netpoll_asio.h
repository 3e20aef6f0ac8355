// The poller on Boost.Asio's reactor. Asio stays inside netpoll_asio.cpp.
#pragma once

#include <memory>

#include "scheduler/netpoll.h"

namespace govm::sched {

// Until the first descriptor is opened it waits for time and wake-ups only, on a condition variable: a program without
// network costs no descriptors. Destroying it closes the descriptors that are still open at it, but for 0 to 2.
std::unique_ptr<Netpoll> new_asio_netpoll(Scheduler& scheduler);

}  // namespace govm::sched
