// Signals of the process for the goroutines of a Vm: what os/signal asks of a runtime.
//
// Handlers belong to the process, which may have several schedulers: each says which signals it wants or ignores, and a
// signal goes to all that want it. A handler only writes the number to a pipe; a thread of the process reads it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "scheduler/goroutine.h"

namespace govm::sched {

class Scheduler;

// Thread safe. Signals are numbered as the system does, 1 to 64; others are ignored.
class Signals {
 public:
  explicit Signals(Scheduler& scheduler) : scheduler_(scheduler) {}
  ~Signals() { stop(); }
  // For good: nothing is delivered any more; what it changed is as before, unless another scheduler wants it.
  void stop();
  Signals(const Signals&) = delete;

  // The program is the whole process: unwanted signals do what they do to a Go program. SIGQUIT ends it through
  // Executor::quit, those that have no meaning to it are caught and dropped, HUP and INT stay ignored if they were.
  void take_over();

  void enable(std::uint32_t signal);
  void disable(std::uint32_t signal);
  void ignore(std::uint32_t signal);
  bool ignored(std::uint32_t signal) const { return (ignored_.load() & bit(signal)) != 0; }

  // The next signal that came; nothing: g parks and asks again when it resumes. One goroutine at a time. While it waits
  // there is no deadlock.
  std::optional<std::uint32_t> receive(Goroutine& g);
  // No signal is on its way and the receiver waits.
  bool idle() const;
  // A write to standard output or error failed with EPIPE: SIGPIPE arrives. Ends the process unless somebody wants it.
  void broken_pipe();
  // Protects the process from SIGPIPE if nobody has done so yet; a write fails with EPIPE instead.
  static void survive_broken_pipes();

  // ---- for the process's table
  bool wants(std::uint32_t signal) const { return (wanted_.load() & bit(signal)) != 0; }
  bool takes_over() const { return takes_over_.load(); }
  void deliver(std::uint32_t signal);
  void quit();                       // under no lock

 private:
  static std::uint64_t bit(std::uint32_t signal) {
    return signal >= 1 && signal <= 64 ? std::uint64_t{1} << (signal - 1) : 0;
  }

  Scheduler& scheduler_;
  std::atomic<std::uint64_t> wanted_{0}, ignored_{0};
  std::atomic<bool> registered_{false}, takes_over_{false};
  mutable std::mutex mutex_;
  std::uint64_t pending_ = 0;
  Goroutine* receiver_ = nullptr;    // parked
};

}  // namespace govm::sched
