// The collector's thread: runs the cycles that are wanted, one after the other, beside the program.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "gc/world.h"

namespace govm::gc {

class Collector {
 public:
  // cycle(forced) runs one; afterwards() is called when nobody waits for more, and returns early when busy().
  Collector(World& world, std::function<void(bool)> cycle, std::function<void()> afterwards)
      : world_(world), cycle_(std::move(cycle)), afterwards_(std::move(afterwards)) {}
  ~Collector() { end(); }

  void request();                    // a cycle shall begin, unless one runs
  void run_and_wait(bool forced);    // until one has ended that began after the call
  // As run_and_wait, but tells by `then` on the collector's thread; not if collections end before.
  void run_and_tell(bool forced, std::function<void()> then);
  void end();                        // no more cycles; the running one is to end soon: see ending()
  bool ending() const { return ending_.load(std::memory_order_relaxed); }
  bool busy() const { return wanted_.load(std::memory_order_relaxed) || ending(); }
  // For a cycle on the calling thread instead: no other one begins before unclaim. False: one runs, or is wanted.
  bool claim();
  void unclaim();

 private:
  std::uint64_t want(bool forced);   // under mutex_; the number of the cycle it will be
  void tell(std::unique_lock<std::mutex>& lock);
  void run();

  World& world_;
  std::function<void(bool)> cycle_;
  std::function<void()> afterwards_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
  std::atomic<bool> wanted_{false}, running_{false}, ending_{false};  // changed under mutex_
  bool forced_ = false, claimed_ = false, held_ = false;
  std::uint64_t begun_ = 0, ended_ = 0;
  struct Listener { std::uint64_t number; std::function<void()> then; };
  std::vector<Listener> listeners_;
};

}  // namespace govm::gc
