// The poller: readiness, deadlines, closing, wake-ups, deadlocks. Goroutines wait for pipes.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <thread>

#include "base/clock.h"
#include "scheduler/netpoll_asio.h"
#include "scheduler/poll_desc.h"
#include "scheduler/signals.h"
#include "tests/catch.h"
#include "tests/scheduler/fake_executor.h"

using namespace govm::sched;

namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

// A pipe whose reading end is at the poller.
struct Pipe {
  explicit Pipe(Machine& machine) : machine_(machine) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0);
    read_end = ends[0];
    write_end = ends[1];
    REQUIRE(machine.scheduler.netpoll().open(read_end, &desc) == 0);
  }
  ~Pipe() {
    if (desc != nullptr) close();
    ::close(read_end);
    ::close(write_end);
  }
  void close() {
    desc->unblock(nullptr);
    machine_.scheduler.netpoll().close(*desc);
    desc = nullptr;
  }
  void write() const { REQUIRE(::write(write_end, "x", 1) == 1); }
  bool read() const {
    char c;
    return ::read(read_end, &c, 1) == 1;
  }
  Machine& machine_;
  PollDesc* desc = nullptr;
  int read_end, write_end;
};

// Waits for the pipe once, then calls `then` with how it ended.
Step waiter(Pipe& pipe, std::function<void(PollError)> then) {
  return [&pipe, then, woken = false](Worker&, Goroutine& g) mutable {
    const auto error = pipe.desc->wait(g, PollMode::kRead, woken);
    if (!error) {
      woken = true;
      return Outcome::kParked;
    }
    then(*error);
    return Outcome::kExited;
  };
}

}  // namespace

TEST_CASE("a goroutine waits for a descriptor that becomes ready") {
  Machine machine;
  Pipe pipe(machine);
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    pipe.write();
  });
  PollError error{PollError::kTimeout};
  CHECK(machine.run(waiter(pipe, [&](PollError e) { error = e; })) == RunEnd::kFinished);
  CHECK(error == PollError::kNone);
  CHECK(pipe.read());
  writer.join();
}

TEST_CASE("readiness that came before the wait is not lost") {
  Machine machine;
  Pipe pipe(machine);
  for (int i = 0; i < 3; i++) {
    pipe.write();
    CHECK(pipe.desc->reset(PollMode::kRead) == PollError::kNone);
    PollError error{PollError::kTimeout};
    CHECK(machine.run(waiter(pipe, [&](PollError e) { error = e; })) == RunEnd::kFinished);
    CHECK(error == PollError::kNone);
    CHECK(pipe.read());
  }
}

TEST_CASE("deadlines end waits and can be moved") {
  Machine machine;
  Pipe pipe(machine);
  PollError error{};
  const std::int64_t start = govm::monotonic_nanos();
  pipe.desc->set_deadline(nullptr, 10 * kMillisecond, PollMode::kBoth);
  machine.run(waiter(pipe, [&](PollError e) { error = e; }));
  CHECK(error == PollError::kTimeout);
  CHECK(govm::monotonic_nanos() - start >= 10 * kMillisecond);
  CHECK(pipe.desc->reset(PollMode::kRead) == PollError::kTimeout);
  CHECK(pipe.desc->reset(PollMode::kWrite) == PollError::kTimeout);

  pipe.desc->set_deadline(nullptr, 0, PollMode::kBoth);
  CHECK(pipe.desc->reset(PollMode::kRead) == PollError::kNone);
  pipe.desc->set_deadline(nullptr, 3600 * 1000 * kMillisecond, PollMode::kBoth);
  std::thread mover([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    pipe.desc->set_deadline(nullptr, -1, PollMode::kRead);
  });
  machine.run(waiter(pipe, [&](PollError e) { error = e; }));
  CHECK(error == PollError::kTimeout);
  CHECK(pipe.desc->reset(PollMode::kWrite) == PollError::kNone);
  mover.join();
}

TEST_CASE("closing ends a wait; the handle is used again") {
  Machine machine;
  Pipe pipe(machine);
  PollDesc* desc = pipe.desc;
  PollError error{};
  CHECK(desc->close_error() != nullptr);
  std::thread closer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    CHECK(desc->unblock(nullptr));
  });
  machine.run(waiter(pipe, [&](PollError e) { error = e; }));
  closer.join();
  CHECK(error == PollError::kClosing);
  CHECK(!desc->unblock(nullptr));
  CHECK(desc->close_error() == nullptr);
  pipe.close();
  for (int i = 0; i < 100; i++) {
    Pipe other(machine);
    other.write();
    machine.run(waiter(other, [&](PollError e) { error = e; }));
    CHECK(error == PollError::kNone);
  }
}

TEST_CASE("regular files are refused, descriptors that do not wait are known") {
  Machine machine;
  Netpoll& poll = machine.scheduler.netpoll();
  PollDesc* desc = nullptr;
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  CHECK(poll.open(file, &desc) == EPERM);
  CHECK(poll.open(-1, &desc) == EBADF);
  ::close(file);
  Pipe pipe(machine);
  CHECK(poll.descriptors().never_blocks(static_cast<std::uint64_t>(pipe.read_end)));
  CHECK(!poll.descriptors().never_blocks(static_cast<std::uint64_t>(pipe.write_end)));
  poll.descriptors().set_nonblocking(pipe.read_end, false);
  CHECK(!poll.descriptors().never_blocks(static_cast<std::uint64_t>(pipe.read_end)));
  pipe.close();
  poll.descriptors().set_nonblocking(pipe.read_end, true);
  CHECK(!poll.descriptors().never_blocks(static_cast<std::uint64_t>(pipe.read_end)));
}

TEST_CASE("a wait for a descriptor is no deadlock, its end may be one") {
  Machine machine;
  Pipe pipe(machine);
  // Another goroutine waits for the pipe; when that has ended only one is left, which nobody will wake.
  const std::int64_t start = govm::monotonic_nanos();
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    pipe.write();
  });
  std::int64_t ended = 0;
  bool started = false;
  const RunEnd end = machine.run([&](Worker& w, Goroutine& g) {
    if (!started) {
      started = true;
      machine.go(w, waiter(pipe, [&](PollError) { ended = govm::monotonic_nanos(); }));
    }
    Scheduler::prepare_park(g, WaitReason::kChanReceive);
    return Outcome::kParked;
  });
  writer.join();
  CHECK(end == RunEnd::kDeadlock);
  CHECK(ended - start >= 19 * kMillisecond);
}

TEST_CASE("kill ends a run that waits for a descriptor") {
  Machine machine;
  Pipe pipe(machine);
  pipe.desc->set_deadline(nullptr, 3600 * 1000 * kMillisecond, PollMode::kRead);
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    machine.scheduler.kill();
  });
  CHECK(machine.run(waiter(pipe, [](PollError) {})) == RunEnd::kKilled);
  killer.join();
}

TEST_CASE("busy workers do not keep a descriptor from being noticed") {
  Machine machine({.workers = 1, .deterministic = false, .seed = 1});
  Pipe pipe(machine);
  std::atomic<bool> noticed{false};
  bool started = false;
  CHECK(machine.run([&](Worker& w, Goroutine&) {
          if (!started) {
            started = true;
            machine.go(w, waiter(pipe, [&](PollError) { noticed = true; }));
            machine.go(w, [&](Worker& busy, Goroutine&) {  // always runnable
              if (noticed) return Outcome::kExited;
              while (busy.poll.load() == 0) std::this_thread::yield();
              return Outcome::kYielded;
            });
            return Outcome::kYielded;
          }
          static_cast<void>(::write(pipe.write_end, "x", 1));
          return noticed ? Outcome::kExited : Outcome::kYielded;
        }) == RunEnd::kFinished);
}

TEST_CASE("many goroutines, sockets back and forth") {
  Machine machine;
  constexpr int kPairs = 20, kRounds = 200;
  struct End {
    int fd = -1;
    PollDesc* desc = nullptr;
    int rounds = 0;
    bool woken = false, sent = false;
  };
  std::vector<End> ends(kPairs * 2);
  for (int i = 0; i < kPairs; i++) {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    for (int j = 0; j < 2; j++) {
      ends[2 * i + j].fd = fds[j];
      REQUIRE(machine.scheduler.netpoll().open(fds[j], &ends[2 * i + j].desc) == 0);
    }
  }
  std::atomic<int> running{kPairs * 2};
  auto step = [&](End& end, bool first) -> Step {
    return [&, first](Worker&, Goroutine& g) {
      while (end.rounds < kRounds) {
        char c = 'x';
        if (first && !end.sent) {
          if (::write(end.fd, &c, 1) != 1) return Outcome::kExited;
          end.sent = true;
        }
        if (::read(end.fd, &c, 1) == 1) {
          end.rounds++;
          end.sent = end.woken = false;
          end.desc->reset(PollMode::kRead);
          if (!first && ::write(end.fd, &c, 1) != 1) return Outcome::kExited;
          continue;
        }
        if (!end.desc->wait(g, PollMode::kRead, end.woken)) {
          end.woken = true;
          return Outcome::kParked;
        }
        end.woken = false;
      }
      running.fetch_sub(1);
      return Outcome::kExited;
    };
  };
  bool started = false;
  CHECK(machine.run([&](Worker& w, Goroutine&) {
          if (!started) {
            for (int i = 0; i < kPairs * 2; i++) machine.go(w, step(ends[i], i % 2 == 0));
          }
          started = true;
          return running.load() > 0 ? Outcome::kYielded : Outcome::kExited;
        }) == RunEnd::kFinished);
  for (End& end : ends) {
    CHECK(end.rounds == kRounds);
    end.desc->unblock(nullptr);
    machine.scheduler.netpoll().close(*end.desc);
    ::close(end.fd);
  }
}

TEST_CASE("signals reach the goroutine that receives them") {
  Machine machine;
  Signals& signals = machine.scheduler.signals();
  signals.enable(SIGUSR1);
  std::thread sender([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(::getpid(), SIGUSR1);
  });
  std::uint32_t got = 0;
  CHECK(machine.run([&](Worker&, Goroutine& g) {
          const auto signal = signals.receive(g);
          if (!signal) return Outcome::kParked;
          got = *signal;
          return Outcome::kExited;
        }) == RunEnd::kFinished);
  CHECK(got == SIGUSR1);
  sender.join();
  signals.disable(SIGUSR1);
  struct sigaction now;
  ::sigaction(SIGUSR1, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
  signals.ignore(SIGUSR1);
  CHECK(signals.ignored(SIGUSR1));
  ::kill(::getpid(), SIGUSR1);
  signals.stop();
  ::sigaction(SIGUSR1, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
}
