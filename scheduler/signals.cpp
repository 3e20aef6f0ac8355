#include "scheduler/signals.h"

#include <csignal>

#include "scheduler/process_signals.h"
#include "scheduler/scheduler.h"

namespace govm::sched {

void Signals::stop() {
  if (registered_.exchange(false)) ProcessSignals::instance().remove(*this);
}

void Signals::take_over() {
  takes_over_ = true;
  registered_ = true;
  ProcessSignals& process = ProcessSignals::instance();
  process.add(*this);
  for (std::uint32_t s : {SIGHUP, SIGINT}) {
    if (process.was_ignored(s)) ignored_.fetch_or(bit(s));
  }
  process.update_all();
}

void Signals::enable(std::uint32_t signal) {
  ProcessSignals::instance().settle();
  wanted_.fetch_or(bit(signal));
  ignored_.fetch_and(~bit(signal));
  if (!registered_.exchange(true)) ProcessSignals::instance().add(*this);
  ProcessSignals::instance().update(signal);
}

void Signals::disable(std::uint32_t signal) {
  wanted_.fetch_and(~bit(signal));
  if (registered_) ProcessSignals::instance().update(signal);
}

void Signals::ignore(std::uint32_t signal) {
  ignored_.fetch_or(bit(signal));
  wanted_.fetch_and(~bit(signal));
  if (!registered_.exchange(true)) ProcessSignals::instance().add(*this);
  ProcessSignals::instance().update(signal);
}

std::optional<std::uint32_t> Signals::receive(Goroutine& g) {
  std::lock_guard lock(mutex_);
  if (pending_ != 0) {
    const auto index = static_cast<std::uint32_t>(__builtin_ctzll(pending_));
    pending_ &= pending_ - 1;
    return index + 1;
  }
  g.wait_reason = WaitReason::kSyscall;
  receiver_ = &g;
  scheduler_.hold();
  return std::nullopt;
}

void Signals::deliver(std::uint32_t signal) {
  Goroutine* g;
  {
    std::lock_guard lock(mutex_);
    pending_ |= bit(signal);
    g = receiver_;
    receiver_ = nullptr;
  }
  if (g == nullptr) return;
  scheduler_.ready(nullptr, g);
  scheduler_.release();
}

bool Signals::idle() const {
  if (ProcessSignals::instance().delivering()) return false;
  std::lock_guard lock(mutex_);
  return pending_ == 0 && receiver_ != nullptr;
}

void Signals::broken_pipe() {
  if (!takes_over() || ignored(SIGPIPE)) return;
  if (wants(SIGPIPE)) return deliver(SIGPIPE);
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  std::raise(SIGPIPE);
}

void Signals::survive_broken_pipes() { ProcessSignals::instance().survive_broken_pipes(); }

void Signals::quit() {
  scheduler_.stop();
  scheduler_.executor().quit("SIGQUIT: quit");
  scheduler_.start();
  scheduler_.kill();
}

}  // namespace govm::sched
