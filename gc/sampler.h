// Which allocations are sampled, for heap profiles: on average one in every `rate` bytes, each byte with the same chance.
//
// The fast path of allocation does not know. Every class of a cache counts for itself the bytes up to its next sample,
// exponentially distributed: together that is the same as one count for all. When a cache takes a span in which the sample
// lies, the span's free slots are cut off before it (Span::cut_after), so that allocation takes the slow path there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "gc/mark.h"

namespace govm::gc {

// Who wants to know of sampled allocations.
class AllocationObserver {
 public:
  // One in how many bytes is sampled; 1: every allocation; at most 0: none. Any thread.
  virtual std::int64_t rate() = 0;
  // The calling thread allocates an object that takes `bytes`; its goroutine's pc and fp are saved. What it returns is its
  // tag; null: no need to tell when it is gone. Must not allocate on the heap.
  virtual void* allocated(std::size_t bytes) = 0;
  // A cycle has begun; it will find what of that allocated before is gone. The world is stopped.
  virtual void cycle_begun() = 0;
  // It has ended, and objects with these tags are gone. The world runs; any thread.
  virtual void cycle_ended(std::span<void* const> gone) = 0;

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

// The sampled objects that are alive. There may be thousands, so a stop of the world is too short to look at them.
class SampledObjects {
 public:
  void add(std::uintptr_t base, void* tag);
  // When marking is nearly over, `marked` bytes so far: notes which may be dead. Counted before, so that what is marked in
  // between is noticed.
  void find_candidates(const MarkStack& marker, std::size_t marked);
  // All is marked, the world stopped: the candidates are dead, but for those marked since.
  void settle(const MarkStack& marker, std::size_t marked);
  // Afterwards, beside the program: forgets the dead.
  void end_cycle(AllocationObserver& observer);

 private:
  struct Sample { void* tag; std::uint64_t number; };
  struct Candidate { std::uintptr_t base; Sample sample; };

  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, Sample> samples_;   // by the object's address, which may be used again before end_cycle
  std::uint64_t last_ = 0;                               // number given
  std::vector<Candidate> candidates_;
  std::size_t marked_ = 0;                               // when they were found
};

}  // namespace govm::gc
