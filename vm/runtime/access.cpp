#include "vm/runtime/access.h"

#include <cerrno>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

namespace govm::rt {

namespace {
std::int64_t or_errno(std::int64_t result) { return result < 0 ? -errno : result; }
}  // namespace

OpenAccess::OpenAccess(std::vector<std::string> arguments, std::vector<std::string> environment, bool signals,
                       std::string test_program)
    : arguments_(std::move(arguments)), environment_(std::move(environment)), signals_(signals),
      test_program_(std::move(test_program)) {}

std::int64_t OpenAccess::write(int fd, const void* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    ssize_t n = ::write(fd, static_cast<const char*>(data) + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return done > 0 ? static_cast<std::int64_t>(done) : -errno;
    done += static_cast<std::size_t>(n);
  }
  return static_cast<std::int64_t>(done);
}

std::int64_t OpenAccess::read(int fd, void* data, std::size_t size) { return or_errno(::read(fd, data, size)); }

std::int64_t OpenAccess::syscall(std::int64_t number, const std::uint64_t a[6]) {
  return or_errno(::syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]));
}

std::int64_t OpenAccess::monotonic_nanos() { return govm::monotonic_nanos(); }
std::int64_t OpenAccess::wall_nanos() { return clock_nanos(CLOCK_REALTIME); }

bool OpenAccess::entropy(void* out, std::size_t size) {
  auto* p = static_cast<char*>(out);
  while (size > 0) {
    ssize_t n = getrandom(p, size, 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    p += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

std::int64_t ClosedAccess::syscall(std::int64_t, const std::uint64_t*) { return -EPERM; }

}  // namespace govm::rt
