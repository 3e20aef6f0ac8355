// Which allocations are sampled, for heap profiles: on average one in every `rate` bytes, each byte with the same chance.
//
// The fast path of allocation does not know. Every class of a cache counts for itself the bytes up to its next sample,
// exponentially distributed: together that is the same as one count for all. When a cache takes a span in which the sample
// lies, the span's free slots are cut off before it (Span::cut_after), so that allocation takes the slow path there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gc/mark.h"

namespace govm::gc {

// Who wants to know of sampled allocations.
class AllocationObserver {
 public:
  // One in how many bytes is sampled; 1: every allocation; at most 0: none. Any thread.
  virtual std::int64_t rate() = 0;
  // The calling thread allocates an object that takes `bytes`; its goroutine's pc and fp are saved. What it returns is given
  // to freed when the object is gone; null: it need not be. Must not allocate on the heap.
  virtual void* allocated(std::size_t bytes) = 0;
  // The following are called with the world stopped. A cycle has begun; it will find what of that allocated before is gone.
  virtual void cycle_begun() = 0;
  virtual void freed(void* tag) = 0;
  virtual void cycle_ended() = 0;

 protected:
  ~AllocationObserver() = default;
};

// A point in a stream of allocated bytes: how far it is to the next sample.
class SampleClock {
 public:
  explicit SampleClock(std::uint64_t seed) : random_(seed * 2 + 1) {}
  // Bytes that pass before the next sampled one.
  std::int64_t draw(std::int64_t rate);

 private:
  std::uint64_t random_;
};

// The sampled objects that are alive.
class SampledObjects {
 public:
  void add(std::uintptr_t base, void* tag);
  // As Specials: notes which may be dead when marking is nearly over, and tells of those that are with the world stopped.
  void find_candidates(const MarkStack& marker);
  void process_dead(const MarkStack& marker, AllocationObserver& observer);

 private:
  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, void*> tags_;   // by the object's address
  std::vector<std::uintptr_t> candidates_;
};

}  // namespace govm::gc
