// The select statement: locks the channels in address order, tries the cases in random order, else queues on all.
#pragma once

#include <cstdint>

#include "scheduler/channel.h"

namespace govm::sched {

struct SelectCase {
  Channel* channel;    // null: never ready
  void* element;       // value to send, or destination (may be null)
  std::uint64_t* ok;   // receive: may be null
  bool send;
  bool slot;           // receive: see Destination
};

// kDone: *index is the chosen case, -1 for default. kParked: *index will be written before the goroutine resumes.
// kClosed: the chosen case sends on a closed channel (panic; after a park: g.wake_error). `cases` is copied; elements,
// ok and index must stay valid while parked (frame or heap). No cases and no default: parks forever.
ChanResult select_go(Worker& worker, Goroutine& g, const SelectCase* cases, int count, bool has_default,
                     std::int64_t* index);

}  // namespace govm::sched
