// The process's signal handlers: one object a process, as there is one table of handlers. It lives for ever.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <vector>

namespace govm::sched {

class Signals;

// Thread safe.
class ProcessSignals {
 public:
  static ProcessSignals& instance();

  void add(Signals& signals);
  void remove(Signals& signals);                 // afterwards it is not used any more
  // Sets what shall happen on a signal by what the schedulers say now: handled if one wants it, else ignored if one
  // ignores it, else as a Go program does if one took over, else as it was in the beginning.
  void update(std::uint32_t signal);
  void update_all();
  bool was_ignored(std::uint32_t signal);        // before anybody changed it
  bool delivering() const;                       // a signal came and has not reached the schedulers
  // Waits, if shortly, until those that have come reached who wants them now: who wants them later does not get them.
  void settle();
  void survive_broken_pipes();

 private:
  static constexpr std::uint32_t kMost = 64;
  enum class Action : std::uint8_t { kOriginal, kIgnore, kHandle };

  ProcessSignals() = default;
  void start_locked();
  void remember_locked(std::uint32_t signal);
  Action wanted_action_locked(std::uint32_t signal) const;
  void update_locked(std::uint32_t signal);
  void read_loop();
  void dispatch(std::uint32_t signal);

  std::mutex mutex_;
  std::condition_variable unused_;
  std::vector<Signals*> users_;
  std::atomic<std::uint32_t> decided_{0};        // signals given to those who want them
  Signals* quitting_ = nullptr;                  // in quit(), under no lock
  bool started_ = false;
  bool survive_pipes_ = false;
  int read_end_ = -1;
  std::array<struct sigaction, kMost + 1> original_{};
  std::array<bool, kMost + 1> known_{};
  std::array<Action, kMost + 1> action_{};
};

}  // namespace govm::sched
