#include <atomic>

#include "tests/catch.h"
#include "tests/scheduler/fake_executor.h"

using namespace govm;
using namespace govm::sched;

TEST_CASE("ping-pong over unbuffered channels") {
  for (int workers : {1, 3}) {
    Machine m({.workers = workers, .deterministic = false, .seed = 1});
    Channel* ping = m.channel(0);
    Channel* pong = m.channel(0);
    constexpr int kRounds = 5000;
    int step = 0, other = 0;
    std::int64_t value = 0, got = 0;
    bool started = false;
    CHECK(m.run([&](Worker& w, Goroutine& g) {
      if (!started) {
        started = true;
        m.go(w, [&](Worker& worker, Goroutine& self) {
          while (true) {
            bool receive = other++ % 2 == 0;
            if (!receive) got++;
            ChanResult r = receive ? chan_receive(worker, self, ping, {&got, true}, nullptr, true)
                                   : chan_send(worker, self, pong, &got, true);
            if (r == ChanResult::kParked) return Outcome::kParked;
          }
        });
      }
      while (step < 2 * kRounds) {
        bool send = step++ % 2 == 0;
        ChanResult r = send ? chan_send(w, g, ping, &value, true)
                            : chan_receive(w, g, pong, {&value, true}, nullptr, true);
        if (r == ChanResult::kParked) return Outcome::kParked;
      }
      return Outcome::kExited;
    }) == RunEnd::kFinished);
    CHECK(value == kRounds);
  }
}

TEST_CASE("producers and consumers over a buffered channel") {
  Machine m({.workers = 3, .deterministic = false, .seed = 1});
  Channel* c = m.channel(8);
  constexpr int kProducers = 4, kConsumers = 3, kEach = 2000;
  struct Local { std::int64_t value = 0; std::uint64_t ok = 2; int n = 0; bool waiting = false; };
  std::deque<Local> locals(kProducers + kConsumers);
  std::atomic<std::int64_t> sum{0};
  std::atomic<int> producers{kProducers}, consumers{kConsumers};
  bool started = false;
  CHECK(m.run([&](Worker& w, Goroutine&) {
    if (!started) {
      started = true;
      for (int p = 0; p < kProducers; p++) {
        m.go(w, [&, &l = locals[p]](Worker& worker, Goroutine& g) {
          while (l.n < kEach) {
            l.value = ++l.n;
            if (chan_send(worker, g, c, &l.value, true) == ChanResult::kParked) return Outcome::kParked;
          }
          if (--producers == 0) chan_close(worker, c);
          return Outcome::kExited;
        });
      }
      for (int k = 0; k < kConsumers; k++) {
        m.go(w, [&, &l = locals[kProducers + k]](Worker& worker, Goroutine& g) {
          while (true) {
            if (l.waiting) {
              l.waiting = false;
              if (l.ok == 0) break;
              sum += l.value;
            }
            l.waiting = true;
            if (chan_receive(worker, g, c, {&l.value, true}, &l.ok, true) == ChanResult::kParked) return Outcome::kParked;
          }
          consumers--;
          return Outcome::kExited;
        });
      }
    }
    return consumers.load() == 0 ? Outcome::kExited : Outcome::kYielded;
  }) == RunEnd::kFinished);
  CHECK(sum == std::int64_t{kProducers} * kEach * (kEach + 1) / 2);
}

TEST_CASE("channel corner cases") {
  Machine m({.workers = 1, .deterministic = true, .seed = 1});
  CHECK(channel_size_ok(&int_type, 5));
  CHECK_FALSE(channel_size_ok(&int_type, -1));
  CHECK_FALSE(channel_size_ok(&int_type, INT64_MAX / 8));
  m.run([&](Worker& w, Goroutine& g) {
    Channel* c = m.channel(2, &int8_type);
    std::int64_t value = -3;
    std::uint64_t ok = 9;
    CHECK(chan_receive(w, g, c, {&value, true}, &ok, false) == ChanResult::kWouldBlock);
    CHECK(ok == 9);
    CHECK(chan_send(w, g, c, &value, false) == ChanResult::kDone);
    CHECK(chan_send(w, g, c, &value, false) == ChanResult::kDone);
    CHECK(chan_send(w, g, c, &value, false) == ChanResult::kWouldBlock);
    CHECK(chan_len(w, c) == 2);
    CHECK(chan_cap(c) == 2);
    std::int64_t got = 0x7777777777777777;
    CHECK(chan_receive(w, g, c, {&got, true}, &ok, true) == ChanResult::kDone);
    CHECK(got == -3);  // sign-extended to the slot
    CHECK(ok == 1);
    CHECK(chan_close(w, c) == ChanResult::kDone);
    CHECK(chan_close(w, c) == ChanResult::kClosed);
    CHECK(chan_close(w, nullptr) == ChanResult::kNil);
    CHECK(chan_send(w, g, c, &value, true) == ChanResult::kClosed);
    CHECK(chan_receive(w, g, c, {&got, true}, &ok, true) == ChanResult::kDone);
    CHECK(ok == 1);
    CHECK(chan_receive(w, g, c, {&got, true}, &ok, true) == ChanResult::kDone);
    CHECK(ok == 0);
    CHECK(got == 0);
    CHECK(chan_len(w, nullptr) == 0);
    return Outcome::kExited;
  });
}

TEST_CASE("close wakes senders with a panic") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  Channel* c = m.channel(0);
  std::atomic<bool> panicked{false};
  std::int64_t value = 1;
  int sender = 0, step = 0;
  m.run([&](Worker& w, Goroutine& g) {
    if (step == 0) {
      m.go(w, [&](Worker& worker, Goroutine& self) {
        if (sender++ == 0) {
          CHECK(chan_send(worker, self, c, &value, true) == ChanResult::kParked);
          return Outcome::kParked;
        }
        panicked = self.wake_error == WakeError::kSendOnClosed;
        return Outcome::kExited;
      });
    }
    if (step++ == 0) return m.scheduler.timers().sleep(g, 5'000'000) ? Outcome::kParked : Outcome::kExited;
    if (step == 2) chan_close(w, c);
    return panicked.load() ? Outcome::kExited : Outcome::kYielded;
  });
  CHECK(panicked);
}

TEST_CASE("select is fair, sends and receives, and takes default") {
  Machine m({.workers = 1, .deterministic = true, .seed = 5});
  m.run([&](Worker& w, Goroutine& g) {
    Channel* a = m.channel(1);
    Channel* b = m.channel(1);
    std::int64_t x = 1, y = 2, index = 7;
    std::uint64_t ok = 0;
    int chosen[2] = {0, 0};
    for (int i = 0; i < 1000; i++) {
      chan_send(w, g, a, &x, false);
      chan_send(w, g, b, &y, false);
      std::int64_t got = 0;
      SelectCase cases[] = {{a, &got, &ok, false, true}, {nullptr, nullptr, nullptr, false, false}, {b, &got, &ok, false, true}};
      CHECK(select_go(w, g, cases, 3, false, &index) == ChanResult::kDone);
      REQUIRE((index == 0 || index == 2));
      CHECK(got == (index == 0 ? 1 : 2));
      chosen[index / 2]++;
      chan_receive(w, g, a, {nullptr, false}, nullptr, false);
      chan_receive(w, g, b, {nullptr, false}, nullptr, false);
    }
    CHECK(chosen[0] > 400);
    CHECK(chosen[1] > 400);
    SelectCase receive[] = {{a, nullptr, nullptr, false, false}};
    CHECK(select_go(w, g, receive, 1, true, &index) == ChanResult::kDone);
    CHECK(index == -1);
    chan_close(w, a);
    SelectCase send[] = {{a, &x, nullptr, true, false}};
    CHECK(select_go(w, g, send, 1, false, &index) == ChanResult::kClosed);
    return Outcome::kExited;
  });
}

TEST_CASE("goroutines selecting on both ends of the same channels") {
  constexpr int kGoroutines = 6, kEach = 1000;
  struct Local { std::int64_t out = 1, in = 0, index = -5; int n = 0; bool waiting = false; };
  // Outlives the machine: the last goroutine may still run when the first has ended.
  std::deque<Local> locals(kGoroutines);
  std::atomic<int> sent{0}, received{0}, left{kGoroutines};
  Machine m({.workers = 3, .deterministic = false, .seed = 1});
  Channel* a = m.channel(0);
  Channel* b = m.channel(0);
  bool started = false;
  RunEnd end = m.run([&](Worker& w, Goroutine&) {
    if (!started) {
      started = true;
      for (Local& l : locals) {
        m.go(w, [&](Worker& worker, Goroutine& g) {
          while (true) {
            if (l.waiting) {
              l.waiting = false;
              (l.index < 2 ? sent : received)++;
              if (++l.n >= kEach) break;
            }
            SelectCase cases[] = {{a, &l.out, nullptr, true, false}, {b, &l.out, nullptr, true, false},
                                  {a, &l.in, nullptr, false, true}, {b, &l.in, nullptr, false, true}};
            l.waiting = true;
            if (select_go(worker, g, cases, 4, false, &l.index) == ChanResult::kParked) return Outcome::kParked;
          }
          left--;
          return Outcome::kExited;
        });
      }
    }
    return left.load() > 1 ? Outcome::kYielded : Outcome::kExited;  // the last one may find no partner
  });
  CHECK(end == RunEnd::kFinished);
  int difference = sent.load() - received.load();
  CHECK(std::abs(difference) <= kGoroutines);
  CHECK(sent + received >= (kGoroutines - 1) * kEach);
}
