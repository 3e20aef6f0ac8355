// A profile of where time goes: at a rate, the world is stopped for the moment it takes to note the stacks of the
// goroutines that run.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace govm::gc {
class Marker;
}

namespace govm::rt {

class Runtime;

class CpuProfile {
 public:
  explicit CpuProfile(Runtime& runtime) : runtime_(runtime) {}
  ~CpuProfile() { stop(); }

  // Samples are taken hz times a second from now on; nothing if they are already. Any thread.
  void start(int hz);
  // No sample is taken after it has returned; those there are remain. Not by a thread that the world waits for.
  void stop();

  // What a goroutine was doing, and its profiler labels.
  struct Stack {
    void* labels;
    std::vector<std::uint64_t> pcs;
    auto operator<=>(const Stack&) const = default;
  };
  using Samples = std::map<Stack, std::uint64_t>;  // how often each was seen
  // Calls use with the samples since they were last dropped, which are dropped if it returns true.
  template <typename Use>
  void samples(Use use) {
    std::lock_guard guard(lock_);
    if (use(std::as_const(samples_))) samples_.clear();
  }
  // World stopped.
  void visit_roots(gc::Marker& marker);

 private:
  void work(std::chrono::nanoseconds period);
  void sample();

  Runtime& runtime_;
  std::mutex lock_;                  // never held while the world is stopped by another thread
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
  Samples samples_;
};

}  // namespace govm::rt
