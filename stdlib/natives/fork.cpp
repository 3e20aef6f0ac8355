// syscall.forkAndExecInChild1: starting processes. What the child does before exec happens here, because with CLONE_VM
// it shares this process's memory: it runs on a stack of its own, allocates nothing and makes raw system calls only.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <memory>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

// syscall.forkRequest of stdlib/overlay/syscall/fork.go.
struct Request {
  const char* argv0;
  char** argv;
  char** envv;
  const char *chroot, *dir;
  std::int64_t* fd;
  std::int64_t fd_count, nextfd, pipe;
  std::uint64_t flags;
  clone_args* clone3;
  std::int32_t* pidfd;
  bool id_maps;
  std::int64_t map_read, map_write;
  const char *setgroups, *gidmap, *uidmap;
  std::int64_t sizes[3];
  std::uint64_t unshare;
  bool setsid, setpgid, foreground, noctty, setctty, ptrace;
  std::int64_t pgid, ctty, pdeathsig;
  bool has_credential, set_groups;
  std::uint32_t uid, gid;
  const std::uint32_t* groups;
  std::int64_t group_count;
  const std::uint64_t* ambient_caps;
  std::int64_t ambient_count;
  const rlimit* limit;
};

constexpr std::size_t kChildStack = 64 << 10;

struct Child {
  Request* request;
  sigset_t mask;      // of the parent, for the program
  pid_t parent;
};

template <typename... Args>
long raw(long number, Args... args) {
  const long value = ::syscall(number, (long)(args)...);
  return value < 0 ? -errno : value;
}

// Each step returns 0 or an errno.
#define GOVM_STEP(call)                                        \
  do {                                                         \
    if (const long step_value = (call); step_value < 0) return static_cast<int>(-step_value); \
  } while (false)

int write_file(const char* path, const char* text, std::int64_t size) {
  const long fd = raw(SYS_openat, AT_FDCWD, path, O_WRONLY, 0);
  GOVM_STEP(fd);
  GOVM_STEP(raw(SYS_write, fd, text, size));
  GOVM_STEP(raw(SYS_close, fd));
  return 0;
}

int await_mappings(const Request& r) {
  GOVM_STEP(raw(SYS_close, r.map_write));
  std::uint64_t verdict = 0;
  const long n = raw(SYS_read, r.map_read, &verdict, sizeof verdict);
  GOVM_STEP(n);
  return n == sizeof verdict ? static_cast<int>(verdict) : EINVAL;
}

int set_group_of_process(const Request& r) {
  if (r.setsid) GOVM_STEP(raw(SYS_setsid));
  if (r.setpgid || r.foreground) GOVM_STEP(raw(SYS_setpgid, 0, r.pgid));
  if (r.foreground) {
    const auto group = static_cast<std::int32_t>(r.pgid != 0 ? r.pgid : raw(SYS_getpid));
    GOVM_STEP(raw(SYS_ioctl, r.ctty, TIOCSPGRP, &group));
  }
  return 0;
}

// Handlers belong to the parent: none may run in the child. Ignored signals stay ignored, as exec leaves them.
void restore_signals(const sigset_t& mask) {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action;
    if (::sigaction(number, nullptr, &action) != 0) continue;
    if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) continue;
    action.sa_handler = SIG_DFL;
    action.sa_flags = 0;
    ::sigaction(number, &action, nullptr);
  }
  raw(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, 8);
}

int unshare_spaces(const Request& r) {
  if (r.unshare == 0) return 0;
  GOVM_STEP(raw(SYS_unshare, r.unshare));
  if (r.setgroups) {
    if (const int e = write_file("/proc/self/setgroups", r.setgroups, r.sizes[0])) return e;
    if (const int e = write_file("/proc/self/gid_map", r.gidmap, r.sizes[1])) return e;
  }
  if (r.uidmap) {
    if (const int e = write_file("/proc/self/uid_map", r.uidmap, r.sizes[2])) return e;
  }
  if (r.unshare & CLONE_NEWNS) GOVM_STEP(raw(SYS_mount, "none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
  return 0;
}

int raise_capabilities(const Request& r) {
  if (r.ambient_count == 0) return 0;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  GOVM_STEP(raw(SYS_capget, &header, data));
  for (std::int64_t i = 0; i < r.ambient_count; ++i) {
    const std::uint64_t c = r.ambient_caps[i];
    if (c >= 64) return EINVAL;
    data[c >> 5].permitted |= 1U << (c & 31);
    data[c >> 5].inheritable |= 1U << (c & 31);
  }
  GOVM_STEP(raw(SYS_capset, &header, data));
  for (std::int64_t i = 0; i < r.ambient_count; ++i) {
    GOVM_STEP(raw(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, r.ambient_caps[i], 0, 0));
  }
  return 0;
}

int set_identity(const Request& r) {
  if (r.chroot) GOVM_STEP(raw(SYS_chroot, r.chroot));
  if (r.has_credential) {
    if (r.set_groups) GOVM_STEP(raw(SYS_setgroups, r.group_count, r.groups));
    GOVM_STEP(raw(SYS_setgid, r.gid));
    GOVM_STEP(raw(SYS_setuid, r.uid));
  }
  if (const int e = raise_capabilities(r)) return e;
  if (r.dir) GOVM_STEP(raw(SYS_chdir, r.dir));
  return 0;
}

int set_death_signal(const Request& r, pid_t parent) {
  if (r.pdeathsig == 0) return 0;
  GOVM_STEP(raw(SYS_prctl, PR_SET_PDEATHSIG, r.pdeathsig, 0, 0, 0));
  if (raw(SYS_getppid) != parent) GOVM_STEP(raw(SYS_kill, raw(SYS_getpid), r.pdeathsig));
  return 0;
}

// Moves fd[i] onto i: first those that others would overwrite are moved up, then all down.
int place_files(Request& r) {
  if (r.pipe < r.nextfd) {
    GOVM_STEP(raw(SYS_dup3, r.pipe, r.nextfd, O_CLOEXEC));
    r.pipe = r.nextfd++;
  }
  for (std::int64_t i = 0; i < r.fd_count; ++i) {
    if (r.fd[i] < 0 || r.fd[i] >= i) continue;
    if (r.nextfd == r.pipe) ++r.nextfd;
    GOVM_STEP(raw(SYS_dup3, r.fd[i], r.nextfd, O_CLOEXEC));
    r.fd[i] = r.nextfd++;
  }
  for (std::int64_t i = 0; i < r.fd_count; ++i) {
    if (r.fd[i] == -1) raw(SYS_close, i);
    else if (r.fd[i] == i) GOVM_STEP(raw(SYS_fcntl, i, F_SETFD, 0));
    else GOVM_STEP(raw(SYS_dup3, r.fd[i], i, 0));
  }
  for (std::int64_t i = r.fd_count; i < 3; ++i) raw(SYS_close, i);
  return 0;
}

int set_terminal(const Request& r) {
  if (r.noctty) GOVM_STEP(raw(SYS_ioctl, 0, TIOCNOTTY, 0));
  if (r.setctty) GOVM_STEP(raw(SYS_ioctl, r.ctty, TIOCSCTTY, 1));
  return 0;
}

// The limit std raised at start goes back to what the process was started with, unless somebody else changed it.
void restore_limit(const rlimit* original) {
  if (original == nullptr) return;
  rlimit now{};
  const bool known = raw(SYS_prlimit64, 0, RLIMIT_NOFILE, nullptr, &now) == 0;
  if (!known || (now.rlim_cur == original->rlim_max - 1 && now.rlim_max == original->rlim_max)) {
    raw(SYS_prlimit64, 0, RLIMIT_NOFILE, original, nullptr);
  }
}

int become_program(Child& child) {
  Request& r = *child.request;
  if (r.ambient_count > 0) GOVM_STEP(raw(SYS_prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0));
  if (r.id_maps) {
    if (const int e = await_mappings(r)) return e;
  }
  if (const int e = set_group_of_process(r)) return e;
  restore_signals(child.mask);
  if (const int e = unshare_spaces(r)) return e;
  if (const int e = set_identity(r)) return e;
  if (const int e = set_death_signal(r, child.parent)) return e;
  if (const int e = place_files(r)) return e;
  if (const int e = set_terminal(r)) return e;
  restore_limit(r.limit);
  if (r.ptrace) GOVM_STEP(raw(SYS_ptrace, PTRACE_TRACEME, 0, nullptr, nullptr));
  return static_cast<int>(-raw(SYS_execve, r.argv0, r.argv, r.envv));
}
#undef GOVM_STEP

int child_main(void* data) {
  auto& child = *static_cast<Child*>(data);
  const auto error = static_cast<std::uint64_t>(become_program(child));
  raw(SYS_write, child.request->pipe, &error, sizeof error);
  ::_exit(253);
}

// ThreadSanitizer's clone does not expect a child to share its parent's memory.
#if __has_feature(thread_sanitizer)
constexpr std::uint64_t kSharing = 0;
#else
constexpr std::uint64_t kSharing = CLONE_VM | CLONE_VFORK;
#endif

// pid or -errno.
long start_child(Request& r) {
  sigset_t all;
  sigfillset(&all);
  Child child{&r, {}, ::getpid()};
  ::pthread_sigmask(SIG_BLOCK, &all, &child.mask);
  long pid;
  if (r.clone3) {
    r.clone3->flags &= ~std::uint64_t{CLONE_VM | CLONE_VFORK};     // a copy of this stack, not this stack
    pid = raw(SYS_clone3, r.clone3, sizeof *r.clone3);
    if (pid == 0) child_main(&child);
  } else {
    const auto stack = std::make_unique_for_overwrite<char[]>(kChildStack);
    auto top = reinterpret_cast<std::uintptr_t>(stack.get() + kChildStack) & ~std::uintptr_t{15};
    const int flags = static_cast<int>(r.flags & (kSharing | ~std::uint64_t{CLONE_VM | CLONE_VFORK}));
    pid = ::clone(child_main, reinterpret_cast<void*>(top), flags | SIGCHLD, &child, r.pidfd);
    if (pid < 0) pid = -errno;
  }
  ::pthread_sigmask(SIG_SETMASK, &child.mask, nullptr);
  return pid;
}

// func forkExecNative(request *forkRequest) (pid uintptr, err Errno)
void fork_exec(NativeFrame& frame) {
  bc::Slot* results = frame.results();
  if (!access(frame).may_start_processes()) {
    results[0].u = 0;
    results[1].u = EPERM;
    return;
  }
  auto* request = frame.arg<Request*>(0);
  frame.blocking([request, results] {
    const long pid = start_child(*request);
    results[0].u = pid < 0 ? 0 : static_cast<std::uint64_t>(pid);
    results[1].u = pid < 0 ? static_cast<std::uint64_t>(-pid) : 0;
  });
}

int end_at_once(void*) { ::_exit(0); }

// func doCheckClonePidfd(pidfd *int32) (pid uintptr, errno Errno): does clone give a pidfd?
void check_clone_pidfd(NativeFrame& frame) {
  bc::Slot* results = frame.results();
  long pid = -EPERM;
  if (access(frame).may_start_processes()) {
    const auto stack = std::make_unique_for_overwrite<char[]>(kChildStack);
    auto top = reinterpret_cast<std::uintptr_t>(stack.get() + kChildStack) & ~std::uintptr_t{15};
    pid = ::clone(end_at_once, reinterpret_cast<void*>(top), static_cast<int>(kSharing) | CLONE_PIDFD, nullptr,
                  frame.arg<std::int32_t*>(0));
    if (pid < 0) pid = -errno;
  }
  results[0].u = pid < 0 ? 0 : static_cast<std::uint64_t>(pid);
  results[1].u = pid < 0 ? static_cast<std::uint64_t>(-pid) : 0;
}

constexpr Native kSyscall[] = {
    {"func forkExecNative(request *forkRequest) (pid uintptr, err Errno)", fork_exec},
    {"func doCheckClonePidfd(pidfd *int32) (pid uintptr, errno Errno)", check_clone_pidfd},
};

}  // namespace

void register_fork(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"syscall", kSyscall};
  registry.add(kTable);
}

}  // namespace govm::natives
