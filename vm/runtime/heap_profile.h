// The heap profile: where sampled objects were allocated, and how many of them are gone.
//
// What is read is as of the beginning of the last cycle, in which all that it lists had its chance to be freed: an
// allocation counts from the end of the first cycle that begins after it. So counts are kept for each of the two latest
// spaces between beginnings of cycles (epochs), apart from what was allocated before.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "gc/sampler.h"
#include "vm/runtime/traceback.h"

namespace govm::rt {

class Runtime;

// Frames of a goroutine that a profile keeps: as many as Go by default ($GODEBUG profstackdepth).
constexpr std::size_t kProfiledFrames = 128;

class HeapProfile final : public gc::AllocationObserver {
 public:
  explicit HeapProfile(Runtime& runtime) : runtime_(runtime) {}

  // Begins to sample, one in *rate bytes: runtime.MemProfileRate, which Go code may change.
  void start(const std::int64_t* rate);

  struct Record {
    std::vector<std::uint64_t> pcs;
    std::uint64_t size, allocated, freed;      // objects
  };
  std::vector<Record> records();

  std::int64_t rate() override { return std::atomic_ref(*rate_).load(std::memory_order_relaxed); }
  void* allocated(std::size_t bytes) override;
  void cycle_begun() override;
  void cycle_ended(std::span<void* const> gone) override;

 private:
  struct Place {
    NotedStack stack;
    std::uint64_t size;                          // of the objects allocated there
    bool operator==(const Place&) const = default;
  };
  struct PlaceHash {
    std::size_t operator()(const Place& place) const;
  };
  struct Counts {
    std::uint64_t freed = 0, allocated = 0;      // before the two epochs
    std::uint64_t recent[2] = {}, epochs[2] = {};
    std::uint64_t* of(std::uint64_t epoch);
  };

  Runtime& runtime_;
  std::int64_t* rate_ = nullptr;
  std::mutex lock_;
  std::unordered_map<Place, Counts, PlaceHash> table_;   // values never move
  std::uint64_t epoch_ = 0, published_ = 0;      // epochs before published_ have had their cycle
};

}  // namespace govm::rt
