// Sampling: which allocations the observer is told of, and which frees.
#ifndef GOVM_GC_STRESS
#include <map>
#include <vector>

#include "gc/sampler.h"
#include "tests/catch.h"
#include "tests/gc/fake_world.h"

using namespace govm;
using namespace govm::gc;

namespace {

struct Counter final : AllocationObserver {
  std::int64_t bytes_a_sample = 1;
  std::map<std::size_t, int> live, all;        // by size
  int begun = 0, ended = 0;
  std::int64_t rate() override { return bytes_a_sample; }
  void* allocated(std::size_t bytes) override {
    all[bytes]++;
    live[bytes]++;
    return &*live.find(bytes);
  }
  void cycle_begun() override { begun++; }
  void cycle_ended(std::span<void* const> gone) override {
    for (void* tag : gone) static_cast<std::pair<const std::size_t, int>*>(tag)->second--;
    ended++;
  }
};

constexpr std::uint8_t kPointerMask[] = {1};
const abi::Type kPointer = make_type(8, 8, kPointerMask);

bool near(int n, double expected) { return n > expected * 0.9 && n < expected * 1.1; }

struct Fixture {
  FakeWorld world;
  Heap heap{world, {}};
  Cache* cache = heap.new_cache();
  Counter counter;
  void* make(std::size_t size, bool keep = false) {
    void* p = heap.allocate(*cache, size, size % 16 == 0 ? &kPointer : nullptr);
    if (keep) world.roots.push_back(p);
    return p;
  }
};

}  // namespace

TEST_CASE("at a rate of one every object is told of, alive and gone") {
  Fixture f;
  f.heap.set_gc_percent(-1);
  f.heap.observe(f.counter);
  f.heap.observed_rate_changed();
  for (int i = 0; i < 300; i++) {
    for (std::size_t size : {16, 24, 112, 1024, 8192, 100 << 10}) f.make(size, i % 3 == 0);
  }
  for (const auto& [size, n] : f.counter.all) CHECK(n == 300);
  CHECK(f.counter.all.size() == 6);
  CHECK(f.counter.live == f.counter.all);
  f.heap.collect(true);
  for (const auto& [size, n] : f.counter.live) CHECK(n == 100);
  CHECK(f.counter.begun == 1);
  CHECK(f.counter.ended == 1);
  f.world.roots.clear();
  f.heap.collect(true);
  for (const auto& [size, n] : f.counter.live) CHECK(n == 0);
  std::string_view why;
  CHECK(f.heap.verify(&why));
}

TEST_CASE("a change of the rate holds at once, and cut spans lose no slots") {
  Fixture f;
  f.heap.observe(f.counter);
  for (int round = 0; round < 50; round++) {
    f.counter.bytes_a_sample = round % 2 == 0 ? 1 : 0;
    f.heap.observed_rate_changed();
    for (int i = 0; i < 37; i++) f.make(48);
    if (round % 7 == 0) f.heap.collect(true);
  }
  CHECK(f.counter.all[48] == 25 * 37);
  f.counter.bytes_a_sample = 100;
  f.heap.observed_rate_changed();
  for (int i = 0; i < 1000; i++) f.make(48);
  f.counter.bytes_a_sample = 0;
  f.heap.observed_rate_changed();
  const HeapStats stats = f.heap.stats();
  CHECK(stats.mallocs == 50 * 37 + 1000);
  CHECK(stats.total_alloc == stats.mallocs * 48);
}

TEST_CASE("samples are as frequent as asked for, whatever the size") {
  Fixture f;
  f.counter.bytes_a_sample = 10'000;
  f.heap.observe(f.counter);
  f.heap.observed_rate_changed();
  constexpr int kBytes = 20'000'000;
  for (std::size_t size : {32, 1008, 20472}) {
    for (std::size_t done = 0; done < kBytes; done += size) f.make(size);
  }
  // An object of s bytes is sampled with chance 1 - exp(-s / 10000).
  CHECK(near(f.counter.all[32], 625000 * 0.0031949));
  CHECK(near(f.counter.all[1024], 19842 * 0.09733));
  CHECK(near(f.counter.all[20480], 977 * 0.87098));
}
#endif
