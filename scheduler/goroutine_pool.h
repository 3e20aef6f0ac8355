// Blocks of goroutines: 1 KiB each, with the first stack chunk inside. Never returned before the scheduler goes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "scheduler/goroutine.h"

namespace govm::sched {

constexpr std::size_t kGoroutineBytes = 1024;

class GoroutinePool {
 public:
  ~GoroutinePool();
  // A chain (through link) of `count` dead goroutines.
  Goroutine* take(std::size_t count);
  void give(Goroutine* first, Goroutine* last);
  // Dead ones too. Blocks that are added meanwhile may be missed.
  void for_each(const std::function<void(Goroutine&)>& visit);

 private:
  static constexpr std::size_t kSlabBlocks = 64;
  void add_slab();
  std::mutex mutex_;
  Goroutine* free_ = nullptr;
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
};

}  // namespace govm::sched
