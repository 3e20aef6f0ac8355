// syscall.AllThreadsSyscall: one system call in every thread of the process, through a signal handler.
#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

// The last real-time signal: ours only while a call is under way.
int call_signal() { return SIGRTMAX; }

struct ThreadCall {
  long number;
  std::array<std::uint64_t, 6> args;
  std::atomic<pid_t> thread{0};     // that is to make the call; 0 once it has
  std::atomic<std::int64_t> result{0};
};
std::atomic<ThreadCall*> current_call{nullptr};

std::int64_t make_call(const ThreadCall& call) {
  const auto& a = call.args;
  const long result = ::syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
  return result == -1 ? -errno : result;
}

void on_signal(int) {
  ThreadCall* call = current_call.load();
  if (!call || call->thread.load() != static_cast<pid_t>(::syscall(SYS_gettid))) return;
  const int saved = errno;
  call->result = make_call(*call);
  errno = saved;
  call->thread = 0;
}

std::set<pid_t> threads() {
  std::set<pid_t> out;
  DIR* folder = ::opendir("/proc/self/task");
  if (!folder) return out;
  while (const dirent* entry = ::readdir(folder)) {
    if (const pid_t id = std::atoi(entry->d_name); id > 0) out.insert(id);
  }
  ::closedir(folder);
  return out;
}

// False: the thread made the call with another result.
bool call_in(ThreadCall& call, pid_t thread, std::int64_t wanted) {
  call.thread = thread;
  if (::syscall(SYS_tgkill, ::getpid(), thread, call_signal()) != 0) return true;  // it has ended
  while (call.thread.load() != 0) {
    std::this_thread::yield();
    if (::syscall(SYS_tgkill, ::getpid(), thread, 0) != 0) return true;
  }
  return call.result.load() == wanted;
}

// The first thread's result; all others must have the same.
bool call_in_all(ThreadCall& call, std::int64_t* result) {
  static std::mutex one_at_a_time;
  std::lock_guard guard(one_at_a_time);
  *result = make_call(call);
  if (*result < 0) return true;
  struct sigaction action {}, old {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  ::sigaction(call_signal(), &action, &old);
  current_call = &call;
  std::set<pid_t> done = {static_cast<pid_t>(::syscall(SYS_gettid))};
  bool same = true;
  for (bool fresh = true; fresh;) {  // until no thread is new: one that began meanwhile may have a parent not yet called
    fresh = false;
    for (const pid_t thread : threads()) {
      if (!done.insert(thread).second) continue;
      fresh = true;
      same = call_in(call, thread, *result) && same;
    }
  }
  current_call = nullptr;
  ::sigaction(call_signal(), &old, nullptr);
  return same;
}

// func runtime_doAllThreadsSyscall(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr)
void all_threads_syscall(NativeFrame& frame) {
  if (!access(frame).may_start_processes()) {
    frame.result<std::uint64_t>(0, ~std::uint64_t{0});
    frame.result<std::uint64_t>(1, 0);
    frame.result<std::uint64_t>(2, EPERM);
    return;
  }
  ThreadCall call;
  call.number = frame.arg<std::int64_t>(0);
  for (int i = 0; i < 6; ++i) call.args[static_cast<std::size_t>(i)] = frame.arg<std::uint64_t>(i + 1);
  std::int64_t result = 0;
  if (!call_in_all(call, &result)) return frame.throw_error("AllThreadsSyscall results differ between threads; runtime corrupted");
  frame.result<std::uint64_t>(0, result < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(result));
  frame.result<std::uint64_t>(1, 0);
  frame.result<std::uint64_t>(2, result < 0 ? static_cast<std::uint64_t>(-result) : 0);
}

constexpr Native kSyscall[] = {
    {"func runtime_doAllThreadsSyscall(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr)", all_threads_syscall},
};

}  // namespace

void register_all_threads(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"syscall", kSyscall};
  registry.add(kTable);
}

}  // namespace govm::natives
