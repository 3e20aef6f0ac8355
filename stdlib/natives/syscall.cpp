// syscall, internal/runtime/syscall, os: system calls, process start and end. Every call goes through rt::Access.
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

using rt::Slot;

// System calls that never wait: not worth handing on the worker's place.
bool is_always_quick(std::uint64_t number) {
  switch (number) {
    case SYS_getpid: case SYS_getppid: case SYS_getuid: case SYS_geteuid: case SYS_getgid: case SYS_getegid:
    case SYS_gettid: case SYS_close: case SYS_fcntl: case SYS_lseek: case SYS_fstat: case SYS_getcwd: case SYS_uname:
    case SYS_dup: case SYS_dup2: case SYS_dup3: case SYS_pipe2: case SYS_sched_getaffinity: case SYS_getrlimit:
    case SYS_prlimit64: case SYS_setsockopt: case SYS_getsockopt: case SYS_socket: case SYS_bind: case SYS_listen:
    case SYS_getsockname: case SYS_getpeername: case SYS_umask: case SYS_epoll_create1: case SYS_epoll_ctl:
    case SYS_eventfd2: case SYS_ioctl: case SYS_madvise: case SYS_kill: case SYS_getpgid: case SYS_getgroups:
    case SYS_shutdown:
      return true;
    default:
      return false;
  }
}

// Those that never wait on a non-blocking descriptor, their first argument.
bool is_transfer(std::uint64_t number) {
  switch (number) {
    case SYS_read: case SYS_write: case SYS_readv: case SYS_writev: case SYS_accept4: case SYS_accept: case SYS_connect:
    case SYS_recvfrom: case SYS_sendto: case SYS_recvmsg: case SYS_sendmsg:
      return true;
    default:
      return false;
  }
}

bool is_quick(std::uint64_t number, std::uint64_t fd) {
  return is_always_quick(number) || (is_transfer(number) && scheduler().netpoll().descriptors().never_blocks(fd));
}

// What becomes of descriptors the poller knows. Closing: before the number can be somebody else's.
void before_syscall(std::uint64_t number, const std::array<std::uint64_t, 6>& args) {
  if (number == SYS_close) scheduler().netpoll().descriptors().forget(static_cast<int>(args[0]));
  if (number == SYS_dup2 || number == SYS_dup3) scheduler().netpoll().descriptors().forget(static_cast<int>(args[1]));
  if (number == SYS_fcntl && args[1] == F_SETFL) {
    scheduler().netpoll().descriptors().set_nonblocking(static_cast<int>(args[0]), (args[2] & O_NONBLOCK) != 0);
  }
}

struct SyscallResult {
  std::uint64_t r1, errno_value;
};

SyscallResult split(std::int64_t value) {
  if (value < 0 && value > -4096) return {~std::uint64_t{0}, static_cast<std::uint64_t>(-value)};
  return {static_cast<std::uint64_t>(value), 0};
}

// Makes the call and writes its results: r1, r2 (always 0 on amd64 as Go uses it) and, if wanted, errno. A call that may
// wait is made after the native has returned, with the worker handed on (NativeFrame::blocking).
void make_syscall(NativeFrame& frame, std::uint64_t number, const std::array<std::uint64_t, 6>& args, bool with_errno) {
  rt::Access& door = access(frame);
  Slot* results = frame.results();
  before_syscall(number, args);
  auto call = [&door, number, args, results, with_errno] {
    const SyscallResult result = split(door.syscall(static_cast<std::int64_t>(number), args.data()));
    results[0].u = result.r1;
    results[1].u = 0;
    if (with_errno) results[2].u = result.errno_value;
  };
  if (is_quick(number, args[0])) call();
  else frame.blocking(call);
}

void syscall6(NativeFrame& frame) {
  std::array<std::uint64_t, 6> args;
  for (int i = 0; i < 6; ++i) args[i] = frame.arg<std::uint64_t>(i + 1);
  make_syscall(frame, frame.arg<std::uint64_t>(0), args, true);
}

void raw_syscall_no_error(NativeFrame& frame) {
  const std::array<std::uint64_t, 6> args = {frame.arg<std::uint64_t>(1), frame.arg<std::uint64_t>(2),
                                             frame.arg<std::uint64_t>(3)};
  make_syscall(frame, frame.arg<std::uint64_t>(0), args, false);
}

// func gettimeofday(timeval *Timeval) (err Errno)
void gettimeofday(NativeFrame& frame) {
  const std::int64_t wall = access(frame).wall_nanos();
  const std::int64_t timeval[2] = {wall / 1'000'000'000, wall % 1'000'000'000 / 1000};
  std::memcpy(frame.arg<void*>(0), timeval, sizeof timeval);
  frame.result<std::uint64_t>(0, 0);
}

// func fcntl(fd, cmd, arg int32) (int32, int32): value or -1, and errno.
void fcntl(NativeFrame& frame) {
  const std::array<std::uint64_t, 6> args = {frame.arg<std::uint64_t>(0), frame.arg<std::uint64_t>(1),
                                             frame.arg<std::uint64_t>(2)};
  before_syscall(SYS_fcntl, args);
  const SyscallResult result = split(access(frame).syscall(SYS_fcntl, args.data()));
  frame.result<std::int32_t>(0, result.errno_value ? -1 : static_cast<std::int32_t>(result.r1));
  frame.result<std::int32_t>(1, static_cast<std::int32_t>(result.errno_value));
}

// func vgetrandom(p []byte, flags uint32) (ret int, supported bool)
void vgetrandom(NativeFrame& frame) {
  frame.result<std::int64_t>(0, -1);
  frame.result<bool>(1, false);
}

void nothing(NativeFrame&) {}

void page_size(NativeFrame& frame) { frame.result<std::int64_t>(0, ::getpagesize()); }

void exit(NativeFrame& frame) { frame.exit(static_cast<int>(frame.arg<std::int64_t>(0))); }

// A []string of the list, in result slots 0..2.
void string_list(NativeFrame& frame, const std::vector<std::string>& list) {
  const auto count = static_cast<std::int64_t>(list.size());
  const abi::Type* type = frame.runtime().types().basic(abi::kString);
  auto* strings = static_cast<abi::String*>(frame.allocate(sizeof(abi::String) * list.size(), type));
  frame.result<abi::Slice>(0, {strings, count, count});
  for (std::size_t i = 0; i < list.size(); ++i) {
    const abi::String s = frame.new_string(list[i]);
    frame.store_pointer(&strings[i].data, s.data);
    strings[i].len = s.len;
  }
}

void environment(NativeFrame& frame) { string_list(frame, access(frame).environment()); }
void arguments(NativeFrame& frame) { string_list(frame, access(frame).arguments()); }

void executable(NativeFrame& frame) { frame.result(0, frame.new_string(access(frame).executable())); }
void is_test(NativeFrame& frame) { frame.result<bool>(0, access(frame).is_test()); }

// Writes for internal/godebug: func write(fd uintptr, p unsafe.Pointer, n int32) int32
void write(NativeFrame& frame) {
  const std::int64_t n = access(frame).write(static_cast<int>(frame.arg<std::uint64_t>(0)), frame.arg<void*>(1),
                                             static_cast<std::size_t>(frame.arg<std::int32_t>(2)));
  frame.result<std::int32_t>(0, static_cast<std::int32_t>(n));
}

constexpr Native kRuntimeSyscall[] = {
    {"func Syscall6(num, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, errno uintptr)", syscall6},
};
constexpr Native kSyscall[] = {
    {"func rawSyscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr)", raw_syscall_no_error},
    {"func gettimeofday(timeval *Timeval) (err Errno)", gettimeofday},
    {"func runtime_envs() []string", environment},
    {"func Getpagesize() int", page_size},
    {"func Exit(code int)", exit},
    {"func runtime_BeforeFork()", nothing},
    {"func runtime_AfterFork()", nothing},
    {"func runtime_AfterForkInChild()", nothing},
    {"func runtime_BeforeExec()", nothing},
    {"func runtime_AfterExec()", nothing},
};
constexpr Native kRuntime[] = {
    {"func entersyscall()", nothing},
    {"func exitsyscall()", nothing},
    {"func fcntl(fd, cmd, arg int32) (int32, int32)", fcntl},
    {"func vgetrandom(p []byte, flags uint32) (ret int, supported bool)", vgetrandom},
    {"func write(fd uintptr, p unsafe.Pointer, n int32) int32", write},
};
constexpr Native kOs[] = {
    {"func vmExecutable() string", executable},
    {"func runtime_args() []string", arguments},
    {"func runtime_beforeExit(exitCode int)", nothing},
    {"func ignoreSIGSYS()", nothing},
    {"func restoreSIGSYS()", nothing},
};

constexpr Native kTesting[] = {{"func Testing() bool", is_test}};

}  // namespace

void register_syscall(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"internal/runtime/syscall", kRuntimeSyscall}, {"syscall", kSyscall}, {"runtime", kRuntime},
      {"os", kOs},
      {"testing", kTesting},
  };
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
