#include "scheduler/process_signals.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

#include "base/assert.h"
#include "base/clock.h"
#include "scheduler/signals.h"

namespace govm::sched {
namespace {

// What the handler uses; it may run on any thread at any time.
std::atomic<int> write_end{-1};
std::atomic<int> on_the_way{0};
std::atomic<std::uint32_t> arrived{0};
std::array<std::atomic<bool>, 65> queued{};      // the pipe has the number already, so it never gets full

void on_signal(int signal) {
  const int saved = errno;
  if (!queued[static_cast<std::size_t>(signal)].exchange(true)) {
    on_the_way.fetch_add(1);
    arrived.fetch_add(1);
    const auto number = static_cast<unsigned char>(signal);
    while (::write(write_end.load(), &number, 1) < 0 && errno == EINTR) {
    }
  }
  errno = saved;
}

// Go's table. Faults are the implementation's own, KILL and STOP cannot be caught, and glibc uses 32 and 33.
bool may_be_wanted(std::uint32_t signal) {
  switch (signal) {
    case SIGILL: case SIGTRAP: case SIGBUS: case SIGFPE: case SIGKILL: case SIGSEGV: case SIGSTKFLT: case SIGSTOP:
    case SIGSYS: case 32: case 33: case 34:
      return false;
    default:
      return signal >= 1 && signal <= 64;
  }
}

// Caught by a Go program that does not want them; the others keep the system's action, which ends it or does nothing.
bool is_caught(std::uint32_t signal) {
  switch (signal) {
    case SIGQUIT: case SIGUSR1: case SIGUSR2: case SIGPIPE: case SIGALRM: case SIGXCPU: case SIGXFSZ: case SIGVTALRM:
    case SIGPROF: case SIGIO: case SIGPWR:
      return true;
    default:
      return signal >= 35;
  }
}

}  // namespace

ProcessSignals& ProcessSignals::instance() {
  static auto* const process = new ProcessSignals;
  return *process;
}

bool ProcessSignals::delivering() const { return on_the_way.load() != 0; }

void ProcessSignals::settle() {
  constexpr std::int64_t kLongest = 10'000'000;  // in the child of a fork nobody reads
  const std::uint32_t all = arrived.load();
  const auto open = [&] { return static_cast<std::int32_t>(all - decided_.load()) > 0; };
  if (!open()) return;
  for (const std::int64_t until = monotonic_nanos() + kLongest; open() && monotonic_nanos() < until;) sched_yield();
}

// The pipe and the thread, which takes no signals itself.
void ProcessSignals::start_locked() {
  if (started_) return;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;     // no descriptors left: signals keep their actions
  started_ = true;
  read_end_ = ends[0];
  write_end = ends[1];
  sigset_t all, before;
  sigfillset(&all);
  sigdelset(&all, SIGRTMAX);                     // syscall.AllThreadsSyscall reaches every thread by it
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([this] { read_loop(); }).detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ProcessSignals::read_loop() {
  while (true) {
    unsigned char signal;
    const ssize_t n = ::read(read_end_, &signal, 1);
    if (n < 0 && errno == EINTR) continue;
    GOVM_ASSERT(n == 1);
    queued[signal].store(false);
    dispatch(signal);
    on_the_way.fetch_sub(1);
  }
}

void ProcessSignals::dispatch(std::uint32_t signal) {
  std::unique_lock lock(mutex_);
  bool wanted = false;
  for (Signals* user : users_) {
    if (!user->wants(signal)) continue;
    wanted = true;
    user->deliver(signal);
  }
  decided_.fetch_add(1);
  if (wanted) return;
  if (signal == SIGQUIT) {
    auto owner = std::find_if(users_.begin(), users_.end(), [](Signals* user) { return user->takes_over(); });
    if (owner == users_.end()) return;
    quitting_ = *owner;
    lock.unlock();
    quitting_->quit();
    lock.lock();
    quitting_ = nullptr;
    unused_.notify_all();
  } else if (action_[signal] == Action::kOriginal && original_[signal].sa_handler == SIG_DFL) {
    ::kill(::getpid(), static_cast<int>(signal));  // it came just before it was not wanted any more
  }
}

void ProcessSignals::add(Signals& signals) {
  std::lock_guard lock(mutex_);
  start_locked();
  users_.push_back(&signals);
}

void ProcessSignals::remove(Signals& signals) {
  std::unique_lock lock(mutex_);
  unused_.wait(lock, [&] { return quitting_ != &signals; });
  std::erase(users_, &signals);
  for (std::uint32_t s = 1; s <= kMost; s++) update_locked(s);
}

void ProcessSignals::remember_locked(std::uint32_t signal) {
  if (known_[signal]) return;
  known_[signal] = true;
  ::sigaction(static_cast<int>(signal), nullptr, &original_[signal]);
}

bool ProcessSignals::was_ignored(std::uint32_t signal) {
  std::lock_guard lock(mutex_);
  remember_locked(signal);
  return original_[signal].sa_handler == SIG_IGN;
}

ProcessSignals::Action ProcessSignals::wanted_action_locked(std::uint32_t signal) const {
  auto any = [&](auto test) { return std::any_of(users_.begin(), users_.end(), test); };
  if (any([&](Signals* user) { return user->wants(signal); })) return Action::kHandle;
  if (any([&](Signals* user) { return user->ignored(signal); })) return Action::kIgnore;
  if (is_caught(signal) && any([](Signals* user) { return user->takes_over(); })) return Action::kHandle;
  if (signal == SIGPIPE && survive_pipes_) return Action::kHandle;
  return Action::kOriginal;
}

void ProcessSignals::update_locked(std::uint32_t signal) {
  if (!started_ || !may_be_wanted(signal)) return;
  const Action action = wanted_action_locked(signal);
  if (action == action_[signal]) return;
  remember_locked(signal);
  action_[signal] = action;
  struct sigaction next = original_[signal];
  if (action != Action::kOriginal) {
    next = {};
    next.sa_handler = action == Action::kIgnore ? SIG_IGN : on_signal;
    next.sa_flags = SA_RESTART;
    sigfillset(&next.sa_mask);
  }
  ::sigaction(static_cast<int>(signal), &next, nullptr);
}

void ProcessSignals::update(std::uint32_t signal) {
  std::lock_guard lock(mutex_);
  if (signal >= 1 && signal <= kMost) update_locked(signal);
}

void ProcessSignals::update_all() {
  std::lock_guard lock(mutex_);
  for (std::uint32_t s = 1; s <= kMost; s++) update_locked(s);
}

void ProcessSignals::survive_broken_pipes() {
  std::lock_guard lock(mutex_);
  if (survive_pipes_) return;
  remember_locked(SIGPIPE);
  if (original_[SIGPIPE].sa_handler != SIG_DFL) return;
  start_locked();
  survive_pipes_ = true;
  update_locked(SIGPIPE);
}

}  // namespace govm::sched
