// Profiles of waiting: where goroutines were blocked (block), and who held the mutex that others waited for (mutex).
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "scheduler/goroutine.h"
#include "scheduler/worker.h"
#include "vm/bytecode/function.h"

namespace govm::rt {

class Runtime;

// How often and how long something was waited for, by stack.
class WaitProfile {
 public:
  using Stack = std::vector<std::uint64_t>;    // pcs as Go code sees them
  struct Counts {
    double count = 0, ns = 0;
  };
  using Table = std::map<Stack, Counts>;

  void add(Stack stack, Counts counts);
  Table table();                               // a copy

 private:
  std::mutex lock_;
  Table table_;
};

// Both, and how much of what happens they take. Any thread.
class WaitProfiles {
 public:
  explicit WaitProfiles(Runtime& runtime);

  // Waits of `ns` and longer are all taken, shorter ones as if one in `ns` of time were; 0: none.
  void set_block_rate(std::int64_t ns);
  // One in n contentions is taken; 0: none. Below 0: as before. Returns the previous n.
  std::int64_t set_mutex_fraction(std::int64_t n);

  // g, which its worker is about to run again, has waited.
  void waited(sched::Worker& worker, sched::Goroutine& g, sched::WaitReason reason, std::int64_t ns);
  // As if g had waited in the caller of its running function, or `skip` callers above that.
  void blocked(sched::Worker& worker, sched::Goroutine& g, std::size_t skip, std::int64_t ns);
  // The running goroutine has released a mutex that others have waited for, `ns` together.
  void contended(sched::Worker& worker, std::int64_t ns);

  WaitProfile block, mutex;

 private:
  bool takes(sched::Worker& worker, std::int64_t ns) const;
  void add_block(WaitProfile::Stack stack, std::int64_t ns);
  std::uint64_t pc_of(sched::WaitReason reason) const;

  Runtime& runtime_;
  std::atomic<std::int64_t> block_rate_{0}, mutex_fraction_{0};
  std::mutex settings_;
  // The runtime's functions that wait, which have no code here.
  const bc::Function* receive_;
  const bc::Function* send_;
  const bc::Function* select_;
};

}  // namespace govm::rt
