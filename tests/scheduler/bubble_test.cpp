#include "scheduler/bubble.h"
#include "scheduler/schedtrace.h"
#include "tests/catch.h"
#include "tests/scheduler/fake_executor.h"

namespace govm::sched {

TEST_CASE("a bubble's clock jumps to the next timer when all its goroutines wait") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  int phase = 0, woken = 0;
  bool alone = false;
  std::int64_t begin = 0, end = 0;
  m.run([&](Worker& w, Goroutine& g) {
    if (phase++ == 0) {
      g.bubble = &m.scheduler.new_bubble(g);
      begin = g.bubble->now();
      for (int i = 1; i <= 3; i++) {
        m.go(w, [&, i, slept = false](Worker&, Goroutine& child) mutable {
          if (slept) {
            woken++;
            return Outcome::kExited;
          }
          slept = true;
          timers_of(m.scheduler, child).sleep(child, i * 3'600'000'000'000);
          return Outcome::kParked;
        });
      }
      g.bubble->start_run();
    } else if (!g.bubble->advance(w)) {
      end = g.bubble->now();
      alone = g.bubble->alone();
      g.bubble = nullptr;
      return Outcome::kExited;
    }
    Scheduler::prepare_park(g, WaitReason::kSynctestRun);
    return Outcome::kParked;
  });
  CHECK(woken == 3);
  CHECK(alone);
  CHECK(end - begin == 3 * 3'600'000'000'000);
}

TEST_CASE("latencies are sampled") {
  Machine m({.workers = 1, .deterministic = false, .seed = 1});
  int left = 100;
  m.run([&](Worker& w, Goroutine&) {
    if (left > 0) m.go(w, [&](Worker&, Goroutine&) { return --left, Outcome::kExited; });
    return left > 0 ? Outcome::kYielded : Outcome::kExited;
  });
  std::uint64_t counts[Scheduler::kLatencyBuckets] = {}, sum = 0;
  m.scheduler.latencies(counts);
  for (std::uint64_t n : counts) sum += n;
  CHECK(sum >= 5);
}

}  // namespace govm::sched
