// What a program may use besides memory, and why it ended.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace govm::rt {

// The first reason wins.
enum class End : std::uint8_t {
  kNone, kExit, kPanic, kFatal, kDeadlock, kStackOverflow, kOutOfMemory, kGoroutines, kWallTime, kCpuTime, kFuel, kOutput,
  kInterrupted,
};

// Fuel: words of code that may still be executed, counted where code goes back or calls (vm/interp/fuel.cpp). While it is
// off nothing is counted, by other handlers. Workers take it in portions and return what is left when they stop, so a
// program of one goroutine stops at the same place every time. Thread safe.
class Fuel {
 public:
  static constexpr std::int64_t kPortion = 100000;

  bool on() const { return on_.load(std::memory_order_relaxed); }
  std::int64_t left() const { return left_.load(std::memory_order_relaxed); }
  std::int64_t used() const { return used_.load(std::memory_order_relaxed); }
  void set(std::int64_t amount) {
    left_.store(amount);
    on_.store(true);
  }
  void add(std::int64_t amount) { left_.fetch_add(amount); }
  void off() { on_.store(false); }
  // Called when there is none left, by the thread that needs some, in the midst of Go code; gives more, or 0.
  std::function<std::int64_t()> refill;     // set before the program runs

  // A portion, perhaps small; 0: there is none.
  std::int64_t take() {
    std::int64_t have = left_.load(std::memory_order_relaxed);
    while (have > 0) {
      const std::int64_t portion = have < kPortion ? have : kPortion;
      if (!left_.compare_exchange_weak(have, have - portion)) continue;
      used_.fetch_add(portion, std::memory_order_relaxed);
      return portion;
    }
    return 0;
  }
  void give_back(std::int64_t amount) {
    left_.fetch_add(amount);
    used_.fetch_sub(amount, std::memory_order_relaxed);
  }

 private:
  std::atomic<bool> on_{false};
  std::atomic<std::int64_t> left_{0}, used_{0};
};

}  // namespace govm::rt
