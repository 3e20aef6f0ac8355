#include <atomic>

#include "base/clock.h"
#include "tests/catch.h"
#include "tests/scheduler/fake_executor.h"

using namespace govm;
using namespace govm::sched;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

}  // namespace

TEST_CASE("a semaphore excludes") {
  Machine m({.workers = 3, .deterministic = false, .seed = 1});
  std::uint32_t semaphore = 1;
  int inside = 0, total = 0;
  std::atomic<int> left{8};
  bool started = false;
  CHECK(m.run([&](Worker& w, Goroutine&) {
    if (!started) {
      started = true;
      for (int i = 0; i < 8; i++) {
        m.go(w, [&, n = 0, held = false](Worker& worker, Goroutine& g) mutable {
          while (n < 500) {
            if (!held) {
              held = true;
              if (!m.scheduler.semaphores().acquire(g, &semaphore, false, WaitReason::kSyncMutexLock)) return Outcome::kParked;
            }
            CHECK(++inside == 1);
            total++;
            inside--;
            held = false;
            n++;
            if (m.scheduler.semaphores().release(&worker, &semaphore, n % 3 == 0)) return Outcome::kYielded;
          }
          left--;
          return Outcome::kExited;
        });
      }
    }
    return left.load() == 0 ? Outcome::kExited : Outcome::kYielded;
  }) == RunEnd::kFinished);
  CHECK(total == 4000);
  CHECK(semaphore == 1);
}

TEST_CASE("a notify list wakes in order of tickets") {
  Machine m({.workers = 1, .deterministic = false, .seed = 1});
  NotifyList list{};
  std::vector<int> order;
  int step = 0;
  m.run([&](Worker& w, Goroutine&) {
    if (step == 0) {
      for (int i = 0; i < 3; i++) {
        m.go(w, [&, i, waited = false](Worker&, Goroutine& g) mutable {
          if (!waited) {
            waited = true;
            if (!notify_list_wait(g, &list, notify_list_add(&list))) return Outcome::kParked;
          }
          order.push_back(i);
          return Outcome::kExited;
        });
      }
    }
    step++;
    if (step == 2) notify_list_notify_one(w, &list);
    if (step == 3) {
      CHECK(order.size() == 1);
      notify_list_notify_all(w, &list);
    }
    return order.size() == 3 ? Outcome::kExited : Outcome::kYielded;
  });
  CHECK(order.size() == 3);
}

TEST_CASE("channel timers fire for a waiting receiver and look unbuffered") {
  for (bool deterministic : {false, true}) {
    Machine m({.workers = 2, .deterministic = deterministic, .seed = 1});
    Channel* c = m.channel(1, &time_type);
    std::int64_t value[3] = {0, 0, 0};
    int step = 0;
    TimeTimer* timer = nullptr;
    m.executor.roots = [&](gc::Marker& marker) { marker.mark_pointer(timer); };
    CHECK(m.run([&](Worker& w, Goroutine& g) {
      Timers& timers = m.scheduler.timers();
      switch (step++) {
        case 0:
          timer = timers.new_timer(w, govm::monotonic_nanos() + 5 * kMillisecond, 0, c, nullptr);
          CHECK(timers.next_when() == INT64_MAX);  // nobody waits
          CHECK(chan_cap(c) == 0);
          CHECK(chan_receive(w, g, c, {value, false}, nullptr, true) == ChanResult::kParked);
          return Outcome::kParked;
        case 1:
          CHECK(value[1] == 42);
          CHECK(value[0] >= 0);
          CHECK_FALSE(timers.stop_timer(w, timer));
          CHECK_FALSE(timers.reset_timer(w, timer, govm::monotonic_nanos() + kMillisecond, 0));
          return timers.sleep(g, 3 * kMillisecond) ? Outcome::kParked : Outcome::kExited;
        default: {
          // Expired while nobody waited: stop still counts it as pending, and no stale value stays behind.
          CHECK(timers.stop_timer(w, timer));
          CHECK(chan_receive(w, g, c, {value, false}, nullptr, false) == ChanResult::kWouldBlock);
          timers.reset_timer(w, timer, govm::monotonic_nanos(), kMillisecond);
          CHECK(chan_receive(w, g, c, {value, false}, nullptr, false) == ChanResult::kDone);
          CHECK(timers.stop_timer(w, timer));
          return Outcome::kExited;
        }
      }
    }) == RunEnd::kFinished);
    CHECK(m.scheduler.timers().next_when() == INT64_MAX);
  }
}

TEST_CASE("select with a timeout") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  Channel* c = m.channel(1, &time_type);
  Channel* never = m.channel(0);
  std::int64_t index = -9, value[3];
  int rounds = 0;
  TimeTimer* timer = nullptr;
  CHECK(m.run([&](Worker& w, Goroutine& g) {
    if (rounds != 0) CHECK(index == 1);
    if (rounds == 5) return Outcome::kExited;
    if (rounds++ == 0) timer = m.scheduler.timers().new_timer(w, govm::monotonic_nanos() + kMillisecond, kMillisecond, c, nullptr);
    SelectCase cases[] = {{never, value, nullptr, false, true}, {c, value, nullptr, false, false}};
    while (select_go(w, g, cases, 2, false, &index) == ChanResult::kDone) {
      if (rounds++ == 5) return Outcome::kExited;
    }
    return Outcome::kParked;
  }) == RunEnd::kFinished);
  CHECK(m.scheduler.timers().next_when() == INT64_MAX);
}

TEST_CASE("many sleepers and functions wake in time") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  std::atomic<int> awake{0}, called{0};
  bool started = false;
  CHECK(m.run([&](Worker& w, Goroutine& g) {
    Timers& timers = m.scheduler.timers();
    if (!started) {
      started = true;
      for (int i = 0; i < 500; i++) {
        m.go(w, [&, i, slept = false](Worker&, Goroutine& self) mutable {
          if (!slept) {
            slept = true;
            if (timers.sleep(self, (500 - i) * 20000)) return Outcome::kParked;
          }
          awake++;
          return Outcome::kExited;
        });
      }
      void* body = m.executor.body([&](Worker&, Goroutine&) {
        called++;
        return Outcome::kExited;
      });
      for (int i = 0; i < 50; i++) timers.new_timer(w, govm::monotonic_nanos() + i * 100000, 0, nullptr, body);
      TimeTimer* stopped = timers.new_timer(w, govm::monotonic_nanos() + 1000 * kMillisecond, 0, nullptr, body);
      CHECK(timers.stop_timer(w, stopped));
      CHECK_FALSE(timers.stop_timer(w, stopped));
    }
    if (awake == 500 && called == 50) return Outcome::kExited;
    timers.sleep(g, kMillisecond);
    return Outcome::kParked;
  }) == RunEnd::kFinished);
}

TEST_CASE("coroutines switch directly") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  Coroutine coroutine{nullptr, nullptr};
  int produced = 0, consumed = 0;
  bool started = false, finished = false;
  CHECK(m.run([&](Worker& w, Goroutine& g) {
    if (!started) {
      started = true;
      start_coroutine(w, &coroutine, m.executor.body([&](Worker& worker, Goroutine& self) {
        if (produced == 100) {
          finished = true;
          coroutine_exit(worker, &coroutine);
          return Outcome::kExited;
        }
        produced++;
        CHECK(coroutine_switch(worker, self, &coroutine));
        return Outcome::kParked;
      }), nullptr);
    } else if (!finished) {
      CHECK(produced == ++consumed);
    }
    if (finished) {
      CHECK_FALSE(coroutine_switch(w, g, &coroutine));
      return Outcome::kExited;
    }
    CHECK(coroutine_switch(w, g, &coroutine));
    return Outcome::kParked;
  }) == RunEnd::kFinished);
  CHECK(consumed == 100);
}
