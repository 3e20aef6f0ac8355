#include <atomic>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "tests/catch.h"
#include "tests/scheduler/fake_executor.h"

using namespace govm;
using namespace govm::sched;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

// Yields until `flag`.
Outcome wait_for(std::atomic<bool>& flag) {
  return flag.load() ? Outcome::kExited : Outcome::kYielded;
}

}  // namespace

TEST_CASE("a goroutine runs to its end") {
  for (bool deterministic : {false, true}) {
    Machine m({.workers = 2, .deterministic = deterministic, .seed = 3});
    int steps = 0;
    CHECK(m.run([&](Worker&, Goroutine& g) {
      CHECK(g.id == 1);
      return ++steps < 5 ? Outcome::kYielded : Outcome::kExited;
    }) == RunEnd::kFinished);
    CHECK(steps == 5);
    CHECK(m.scheduler.goroutine_count() == 0);
    CHECK(m.run([&](Worker&, Goroutine&) { return Outcome::kExited; }) == RunEnd::kFinished);
  }
}

TEST_CASE("many goroutines on several workers, each runs once") {
  Machine m({.workers = 4, .deterministic = false, .seed = 1});
  constexpr int kCount = 20000;
  std::atomic<int> ran{0};
  int spawned = 0;
  m.run([&](Worker& w, Goroutine&) {
    while (spawned < kCount) {
      spawned++;
      int round = 0;
      m.go(w, [&ran, round](Worker&, Goroutine&) mutable {
        if (round++ == 0) return Outcome::kYielded;
        ran++;
        return Outcome::kExited;
      });
      if (w.poll.load() != 0) return Outcome::kYielded;
    }
    return m.scheduler.goroutine_count() == 1 ? Outcome::kExited : Outcome::kYielded;
  });
  CHECK(ran == kCount);
  CHECK(m.scheduler.goroutine_count() == 0);
}

TEST_CASE("deadlock is found, and only then") {
  for (bool deterministic : {false, true}) {
    Machine m({.workers = 2, .deterministic = deterministic, .seed = 1});
    CHECK(m.run([&](Worker& w, Goroutine& g) {
      Channel* none = nullptr;
      chan_receive(w, g, none, {nullptr, false}, nullptr, true);
      return Outcome::kParked;
    }) == RunEnd::kDeadlock);
    int blocked = 0;
    m.scheduler.for_each_goroutine([&](Goroutine& g) {
      blocked++;
      CHECK(std::string(wait_reason_text(g.wait_reason)) == "chan receive (nil chan)");
    });
    CHECK(blocked == 1);

    Machine n({.workers = 2, .deterministic = deterministic, .seed = 1});
    CHECK(n.run([&](Worker& w, Goroutine& g) {
      n.go(w, [](Worker&, Goroutine&) { return Outcome::kExited; });
      g.goexit = true;
      return Outcome::kExited;
    }) == RunEnd::kGoexitDeadlock);

    Machine s({.workers = 2, .deterministic = deterministic, .seed = 1});
    int step = 0;
    auto start = govm::monotonic_nanos();
    CHECK(s.run([&](Worker&, Goroutine& g) {
      if (step++ != 0) return Outcome::kExited;
      CHECK(s.scheduler.timers().sleep(g, 20 * kMillisecond));
      return Outcome::kParked;
    }) == RunEnd::kFinished);
    CHECK(govm::monotonic_nanos() - start >= 20 * kMillisecond);
  }
}

TEST_CASE("kill ends a busy program") {
  Machine m;
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    m.scheduler.kill();
  });
  CHECK(m.run([&](Worker& w, Goroutine&) {
    while (w.stack_limit.load(std::memory_order_relaxed) != 0) {
    }
    return Outcome::kYielded;
  }) == RunEnd::kKilled);
  killer.join();
  CHECK(m.run([](Worker&, Goroutine&) { return Outcome::kExited; }) == RunEnd::kKilled);
}

TEST_CASE("the monitor shares one worker between busy goroutines") {
  Machine m({.workers = 1, .deterministic = false, .seed = 1, .slice_ns = 2 * kMillisecond});
  std::atomic<bool> other{false};
  bool started = false;
  m.run([&](Worker& w, Goroutine&) {
    if (other.load()) return Outcome::kExited;
    if (!started) {
      started = true;
      m.go(w, [&](Worker&, Goroutine&) {
        other = true;
        return Outcome::kExited;
      });
    }
    while (w.poll.load(std::memory_order_relaxed) == 0) {
    }
    return Outcome::kYielded;
  });
  CHECK(other);
}

TEST_CASE("goroutines that the collector asks for turns share their worker nevertheless") {
  Machine m({.workers = 1, .deterministic = false, .seed = 1, .slice_ns = 2 * kMillisecond});
  std::jthread collector([&](const std::stop_token& over) {
    while (!over.stop_requested()) {
      m.scheduler.ask_for_turn();
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  constexpr int kSwitches = 20;
  int switches = 0, rounds = 0;
  std::uint64_t last = 0;
  bool started = false;
  const auto busy = [&](Worker& w, Goroutine& g) {
    rounds++;
    switches += std::exchange(last, g.id) != g.id;
    if (switches >= kSwitches) return Outcome::kExited;
    while (w.poll.load(std::memory_order_relaxed) == 0) {
    }
    return Outcome::kYielded;
  };
  m.run([&](Worker& w, Goroutine& g) {
    if (!std::exchange(started, true)) m.go(w, busy);
    return busy(w, g);
  });
  CHECK(rounds < 1000 * kSwitches);  // a slice is over after some 40
}

TEST_CASE("a blocking native gives its worker away") {
  Machine m({.workers = 1, .deterministic = false, .seed = 1});
  std::atomic<bool> release{false};
  int step = 0;
  CHECK(m.run([&](Worker& w, Goroutine& g) {
    if (step++ != 0) return Outcome::kExited;
    m.go(w, [&](Worker&, Goroutine&) {
      release = true;
      return Outcome::kExited;
    });
    g.blocking_context = &release;
    g.blocking = [](Goroutine&, void* context) {
      while (!static_cast<std::atomic<bool>*>(context)->load()) std::this_thread::yield();
    };
    return Outcome::kBlocking;
  }) == RunEnd::kFinished);
}

TEST_CASE("the world stops while goroutines run, block and idle") {
  Machine m({.workers = 4, .deterministic = false, .seed = 1});
  std::atomic<int> inside{0};
  std::atomic<bool> stop{false};
  std::atomic<int> ended{0};
  int step = 0;
  m.run([&](Worker& w, Goroutine&) {
    if (step++ == 0) {
      for (int i = 0; i < 6; i++) {
        m.go(w, [&, i](Worker& worker, Goroutine& g) {
          inside++;
          for (int n = 0; n < 1000 && worker.poll.load(std::memory_order_relaxed) == 0; n++) {
          }
          inside--;
          if (stop.load()) {
            ended++;
            return Outcome::kExited;
          }
          if (i % 2 == 0) return Outcome::kYielded;
          g.blocking = [](Goroutine&, void*) { std::this_thread::sleep_for(std::chrono::microseconds(50)); };
          return Outcome::kBlocking;
        });
      }
    }
    if (step < 200) {
      m.scheduler.stop();
      CHECK(inside == 0);
      m.scheduler.start();
      return Outcome::kYielded;
    }
    stop = true;
    return ended == 6 ? Outcome::kExited : Outcome::kYielded;
  });
}

TEST_CASE("who gets the worker of a blocked goroutine after a stop is stopped by the next") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  std::atomic<int> inside{0};
  std::atomic<bool> stop{false}, ended{false};
  int step = 0;
  m.run([&](Worker& w, Goroutine&) {
    if (step++ == 0) {
      m.go(w, [&](Worker& worker, Goroutine& g) {
        if (stop.load()) {
          ended = true;
          return Outcome::kExited;
        }
        for (int i = 0; i < 2; i++) {  // they wait in the queue of the worker that is left
          m.go(worker, [&](Worker&, Goroutine&) {
            inside++;
            std::this_thread::sleep_for(std::chrono::microseconds(300));
            inside--;
            return Outcome::kExited;
          });
        }
        g.blocking = [](Goroutine&, void*) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
        return Outcome::kBlocking;
      });
    }
    for (int i = 0; i < 3; i++) {
      m.scheduler.stop();
      CHECK(inside == 0);
      m.scheduler.start();
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    if (step < 60) return Outcome::kYielded;
    stop = true;
    return wait_for(ended);
  });
}

TEST_CASE("several goroutines collect at once") {
  Machine m({.workers = 3, .deterministic = false, .seed = 1});
  std::atomic<int> left{4};
  std::atomic<bool> done{false};
  bool started = false;
  m.run([&](Worker& w, Goroutine&) {
    if (!started) {
      started = true;
      for (int i = 0; i < 4; i++) {
        m.go(w, [&, n = 0](Worker& worker, Goroutine&) mutable {
          for (int k = 0; k < 100; k++) m.heap->allocate(*worker.cache, 100, nullptr);
          m.heap->collect(n % 2 == 0);
          if (++n < 50) return Outcome::kYielded;
          if (--left == 0) done = true;
          return Outcome::kExited;
        });
      }
    }
    return wait_for(done);
  });
  CHECK(m.heap->verify(nullptr));
}

TEST_CASE("runs nest in time: several hosts at once") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  std::atomic<int> finished{0};
  std::vector<std::thread> hosts;
  for (int h = 0; h < 4; h++) {
    hosts.emplace_back([&] {
      for (int i = 0; i < 50; i++) {
        int step = 0;
        if (m.run([&](Worker&, Goroutine& g) {
              if (step++ > 3) return Outcome::kExited;
              return m.scheduler.timers().sleep(g, 1000) ? Outcome::kParked : Outcome::kYielded;
            }) == RunEnd::kFinished) {
          finished++;
        }
      }
    });
  }
  for (auto& t : hosts) t.join();
  CHECK(finished == 200);
}

TEST_CASE("GOMAXPROCS can change") {
  Machine m({.workers = 4, .deterministic = false, .seed = 1});
  CHECK(m.scheduler.set_worker_count(1) == 4);
  CHECK(m.run([](Worker&, Goroutine&) { return Outcome::kExited; }) == RunEnd::kFinished);
  CHECK(m.scheduler.set_worker_count(3) == 1);
  CHECK(m.scheduler.worker_count() == 3);
  CHECK(m.run([](Worker&, Goroutine&) { return Outcome::kExited; }) == RunEnd::kFinished);
  CHECK(available_processors() >= 1);
}

TEST_CASE("stack chunks grow, stay put and are kept once") {
  alignas(16) std::byte first[512];
  Stack stack;
  stack.init(first, sizeof(first));
  std::uint64_t* bottom = stack.begin();
  bottom[0] = 7;
  std::uint64_t* second = stack.grow(100);
  REQUIRE(second != nullptr);
  CHECK(stack.limit() - second >= 100);
  stack.shrink();
  CHECK(stack.begin() == bottom);
  CHECK(stack.grow(100) == second);
  CHECK(stack.grow(5000) != nullptr);
  CHECK(stack.grow(std::size_t{1} << 30, 1 << 20) == nullptr);
  stack.shrink_to(bottom);
  CHECK(stack.begin() == bottom);
  CHECK(bottom[0] == 7);
  stack.release();
}

TEST_CASE("switching speed", "[.bench]") {
  Machine m({.workers = 1, .deterministic = false, .seed = 1});
  constexpr int kRounds = 2000000;
  Channel* ping = m.channel(0);
  Channel* pong = m.channel(0);
  int step = 0, other = 0;
  std::int64_t value = 0, got = 0;
  auto start = govm::monotonic_nanos();
  m.run([&](Worker& w, Goroutine& g) {
    if (step == 0) {
      m.go(w, [&](Worker& worker, Goroutine& self) {
        while (true) {
          Channel* c = other % 2 == 0 ? ping : pong;
          bool receive = other++ % 2 == 0;
          ChanResult r = receive ? chan_receive(worker, self, c, {&got, true}, nullptr, true)
                                 : chan_send(worker, self, c, &got, true);
          if (r == ChanResult::kParked) return Outcome::kParked;
        }
      });
    }
    while (step < 2 * kRounds) {
      bool send = step++ % 2 == 0;
      ChanResult r = send ? chan_send(w, g, ping, &value, true) : chan_receive(w, g, pong, {&value, true}, nullptr, true);
      if (r == ChanResult::kParked) return Outcome::kParked;
    }
    return Outcome::kExited;
  });
  std::printf("ping-pong: %.1f ns a round trip\n", static_cast<double>(govm::monotonic_nanos() - start) / kRounds);
}
