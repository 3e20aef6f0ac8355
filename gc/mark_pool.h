// Grey objects nobody scans yet: what markers leave to each other, and what write barriers found.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/abi.h"
#include "gc/span.h"

namespace govm::gc {

// A marked object that is to be scanned.
struct GreyObject { Span* span; std::uint32_t index; };
// The rest of a large array that is being scanned piece by piece.
struct GreyArray { std::uintptr_t begin; std::size_t bytes; const abi::Type* type; };

struct GreyList {
  std::vector<GreyObject> objects;
  std::vector<GreyArray> arrays;
  bool empty() const { return objects.empty() && arrays.empty(); }
};

class MarkPool {
 public:
  // Adds all of `list`, which is empty then.
  void put(GreyList& list);
  // Adds up to half of a long list: its oldest entries, from which most is to be found.
  void share(GreyList& list);
  // Takes a batch; the caller is busy until it says done(). False: there is none.
  bool take(GreyList& list);
  bool take_more(GreyList& list);    // by who is busy already
  void done();
  // Few wait here: who has some shares them.
  bool hungry() const { return waiting_.load(std::memory_order_relaxed) < kFew; }
  bool idle();                       // nothing waits and nobody is busy

  // From a write barrier, on any thread.
  void shade(GreyObject object, std::size_t bytes, bool noscan);
  // Moves what barriers found to `list`; returns the bytes they have marked since the last call.
  std::size_t take_shaded(GreyList& list);
  void release();                    // after a cycle: the memory of lists that were long
  void clear();                      // world stopped: what barriers that came too late for the last cycle left

  static constexpr std::size_t kBatch = 64, kFew = 16;

 private:
  bool take_locked(GreyList& list);
  void count() { waiting_.store(list_.objects.size() + list_.arrays.size(), std::memory_order_relaxed); }

  std::mutex mutex_;
  GreyList list_;
  std::atomic<std::size_t> waiting_{0};
  int busy_ = 0;

  // Barriers of different threads seldom meet.
  struct alignas(64) Stripe {
    std::mutex mutex;
    std::vector<GreyObject> objects;
    std::size_t bytes = 0;
  };
  std::array<Stripe, 8> stripes_;
};

}  // namespace govm::gc
