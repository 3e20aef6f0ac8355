// runtime.LockOSThread: a goroutine that runs on one thread, which runs nothing else.
//
// The thread is the one that it locked itself to, unless that belongs to a host who waits for another goroutine: then it is a
// new one. Other threads that come upon the goroutine give it to its own, together with their worker; the thread that has
// run it gives its worker away and waits. Not under deterministic schedules, where all goroutines share one thread.
#include <algorithm>
#include <utility>

#include "scheduler/impl.h"

namespace govm::sched {

void Scheduler::Impl::pin(Thread& t, Goroutine& g) {
  const bool wanted = g.thread_locks != 0 && !g.seat && !options.deterministic;
  if (wanted == (t.pinned == &g) || t.pinned != (wanted ? nullptr : &g)) return;
  std::lock_guard lock(mutex);
  if (!wanted) {
    t.pinned = nullptr;
  } else if (!t.host || t.awaits == &g) {
    t.pinned = &g;
  } else {
    start_thread([&](Thread& own) { own.pinned = &g; });
  }
}

bool Scheduler::Impl::give_to_owner(Thread& t, Goroutine* g) {
  std::lock_guard lock(mutex);
  const auto owns = [g](const auto& thread) { return thread->pinned == g; };
  Thread* owner = nullptr;
  if (const auto host = std::find_if(hosts.begin(), hosts.end(), owns); host != hosts.end()) owner = *host;
  if (const auto own = std::find_if(threads.begin(), threads.end(), owns); own != threads.end()) owner = own->get();
  if (owner == nullptr || owner == &t) return false;
  owner->given = g;
  owner->given_worker = t.worker;
  t.worker = nullptr;
  signal(*owner);
  return true;
}

bool Scheduler::Impl::run_pinned(Thread& t) {
  if (Worker* w = t.worker) {
    if (Goroutine* next = w->handoff) {
      w->handoff = nullptr;
      if (!s.killed()) s.ready(w, next);
    }
    std::lock_guard lock(mutex);
    t.worker = nullptr;
    const bool rests = w->retired || stopping.load(std::memory_order_relaxed) || s.killed();
    if (rests) release_worker(w);
    else if (!start_on(w, false)) put_idle(w);
  }
  Goroutine* g;
  {
    std::unique_lock lock(mutex);
    t.wake.wait(lock, [&] { return t.given != nullptr || finished(t); });
    g = std::exchange(t.given, nullptr);
    if (g == nullptr) {
      pass_on();
      return false;
    }
    t.worker = std::exchange(t.given_worker, nullptr);
  }
  execute(t, g);
  return true;
}

}  // namespace govm::sched
