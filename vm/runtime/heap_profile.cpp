#include "vm/runtime/heap_profile.h"

#include <utility>

#include "gc/heap.h"
#include "scheduler/scheduler.h"
#include "vm/runtime/runtime.h"

namespace govm::rt {

void HeapProfile::start(const std::int64_t* rate) {
  rate_ = const_cast<std::int64_t*>(rate);
  runtime_.heap().observe(*this);
}

void* HeapProfile::allocated(std::size_t bytes) {
  sched::Worker* worker = sched::Scheduler::current_worker();
  if (worker == nullptr || worker->current == nullptr || worker->current->fp == nullptr) return nullptr;
  Place place{note_stack(runtime_, *worker->current, kProfiledFrames), bytes};
  std::lock_guard guard(lock_);
  Counts& counts = table_[std::move(place)];
  ++*counts.of(epoch_);
  return &counts;
}

std::size_t HeapProfile::PlaceHash::operator()(const Place& place) const {
  std::uint64_t h = place.size;
  const auto mix = [&](const void* p) {
    h = (h ^ reinterpret_cast<std::uint64_t>(p)) * 0x9e3779b97f4a7c15;
    h ^= h >> 29;
  };
  for (const NotedFrame& frame : place.stack) {
    mix(frame.function);
    mix(frame.instruction);
  }
  return h;
}

std::uint64_t* HeapProfile::Counts::of(std::uint64_t epoch) {
  const std::size_t i = epoch % 2;
  if (epochs[i] != epoch) {
    allocated += std::exchange(recent[i], 0);
    epochs[i] = epoch;
  }
  return &recent[i];
}

void HeapProfile::cycle_begun() {
  std::lock_guard guard(lock_);
  epoch_++;
}

// Before the first cycle has ended everything counts, so that there is a profile without a collector, too.
void HeapProfile::cycle_ended(std::span<void* const> gone) {
  std::lock_guard guard(lock_);
  for (void* tag : gone) static_cast<Counts*>(tag)->freed++;
  published_ = epoch_;
}

std::vector<HeapProfile::Record> HeapProfile::records() {
  std::lock_guard guard(lock_);
  std::vector<Record> out;
  for (const auto& [place, counts] : table_) {
    Record record{{}, place.size, counts.allocated, counts.freed};
    for (int i = 0; i < 2; i++) {
      if (published_ == 0 || counts.epochs[i] < published_) record.allocated += counts.recent[i];
    }
    if (record.allocated == 0) continue;
    append_pcs(place.stack, &record.pcs);
    if (record.pcs.size() > kProfiledFrames) record.pcs.resize(kProfiledFrames);
    out.push_back(std::move(record));
  }
  return out;
}

}  // namespace govm::rt
