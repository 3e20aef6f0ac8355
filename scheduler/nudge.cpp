// System calls that nobody waits for any more: of a Vm that has ended, or of a host whose call was interrupted. A signal
// makes them return EINTR. It is SIGURG, as gc uses for preemption: by default it is ignored, so one too many does no harm.
#include <pthread.h>
#include <signal.h>

#include "scheduler/impl.h"

namespace govm::sched {
namespace {

// SIGURG must have a handler to interrupt anything; one of the host's own, or os/signal's, is left in place.
void ensure_handler() {
  struct sigaction now {};
  if (::sigaction(SIGURG, nullptr, &now) != 0 || (now.sa_flags & SA_SIGINFO) != 0) return;
  if (now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = [](int) {};
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_ONSTACK;  // no SA_RESTART
  ::sigaction(SIGURG, &action, nullptr);
}

}  // namespace

// A thread that has left its native needs the mutex before it can end, so its id is good here.
bool Scheduler::Impl::nudge_blocked() {
  bool any = false;
  const auto nudge = [&](Thread& t) {
    if (!t.in_native.load(std::memory_order_seq_cst) || !finished(t)) return;
    if (!any) ensure_handler();
    any = true;
    ::pthread_kill(t.id, SIGURG);
  };
  for (Thread* t : hosts) nudge(*t);
  if (s.killed()) {
    for (const auto& t : threads) nudge(*t);
  }
  return any;
}

}  // namespace govm::sched
