#include "bindings/policy.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace govm::detail {
namespace {

constexpr std::uint64_t kFirstFile = 1 << 20;    // numbers of files that are no descriptors of the process
constexpr std::int64_t kNotMine = -ENOSYS;

std::int64_t or_errno(std::int64_t result) { return result < 0 ? -errno : result; }
template <typename T>
T* pointer(std::uint64_t word) { return reinterpret_cast<T*>(word); }

// Whether memory of this process can be read, and written if wanted, found out by system calls.
bool accessible(std::uint64_t address, std::size_t size, bool writes) {
  char buffer[4096];
  if (size > std::size_t{1} << 30) return false;
  while (size > 0) {
    const std::size_t part = std::min(size, sizeof(buffer));
    const iovec local{buffer, part}, remote{pointer<void>(address), part};
    if (::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) != static_cast<ssize_t>(part)) return false;
    if (writes && ::process_vm_writev(::getpid(), &local, 1, &remote, 1, 0) != static_cast<ssize_t>(part)) return false;
    address += part;
    size -= part;
  }
  return true;
}
bool is_string(std::uint64_t address) {
  for (std::size_t i = 0; i < 4096; i++) {
    if (!accessible(address + i, 1, false)) return false;
    if (*pointer<const char>(address + i) == 0) return true;
  }
  return false;
}

// Programs that may use package syscall may give any number for a pointer.
bool pointers_are_good(std::int64_t number, const std::uint64_t* a) {
  switch (number) {
    case SYS_read: case SYS_pread64: case SYS_getdents64: return accessible(a[1], a[2], true);
    case SYS_write: case SYS_pwrite64: case SYS_connect: case SYS_bind: return accessible(a[1], a[2], false);
    case SYS_sendto: return a[4] == 0 || accessible(a[4], a[5], false);
    case SYS_sendmsg: {
      if (!accessible(a[1], sizeof(msghdr), false)) return false;
      const auto* m = pointer<const msghdr>(a[1]);
      return m->msg_name == nullptr || accessible(reinterpret_cast<std::uint64_t>(m->msg_name), m->msg_namelen, false);
    }
    case SYS_fstat: return accessible(a[1], sizeof(struct ::stat), true);
    case SYS_readv: case SYS_writev: return a[2] <= 1024 && accessible(a[1], a[2] * sizeof(iovec), false);
    case SYS_getcwd: case SYS_getrandom: return accessible(a[0], a[1], true);
    case SYS_open: case SYS_access: case SYS_unlink: case SYS_rmdir: case SYS_mkdir: case SYS_chdir: case SYS_chmod: case SYS_truncate:
      return is_string(a[0]);
    case SYS_stat: case SYS_lstat: return is_string(a[0]) && accessible(a[1], sizeof(struct ::stat), true);
    case SYS_readlink: return is_string(a[0]) && accessible(a[1], a[2], true);
    case SYS_rename: return is_string(a[0]) && is_string(a[1]);
    case SYS_openat: case SYS_faccessat: case SYS_faccessat2: case SYS_unlinkat: case SYS_mkdirat: case SYS_fchmodat: return is_string(a[1]);
    case SYS_newfstatat: return is_string(a[1]) && accessible(a[2], sizeof(struct ::stat), true);
    case SYS_readlinkat: return is_string(a[1]) && accessible(a[2], a[3], true);
    case SYS_renameat: case SYS_renameat2: return is_string(a[1]) && is_string(a[3]);
    case SYS_utimensat: return is_string(a[1]) && (a[2] == 0 || accessible(a[2], 2 * sizeof(timespec), false));
    default: return true;
  }
}

// The address's bytes, IPv4 ones in IPv6 as IPv4; empty: another family.
std::string bytes_of(const sockaddr* address, std::size_t size, std::uint16_t& port) {
  if (address == nullptr || size < sizeof(sockaddr_in)) return {};
  if (address->sa_family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(address);
    port = ntohs(in->sin_port);
    return std::string(reinterpret_cast<const char*>(&in->sin_addr), 4);
  }
  if (address->sa_family != AF_INET6 || size < sizeof(sockaddr_in6)) return {};
  const auto* in = reinterpret_cast<const sockaddr_in6*>(address);
  port = ntohs(in->sin6_port);
  const auto* b = reinterpret_cast<const char*>(&in->sin6_addr);
  if (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr)) return std::string(b + 12, 4);
  return std::string(b, 16);
}

std::string clean(const std::string& path) {
  std::vector<std::string_view> parts;
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string out;
  for (std::string_view part : parts) (out += '/') += part;
  return out.empty() ? "/" : out;
}

}  // namespace

PolicyAccess::PolicyAccess(const govm::Access& access)
    : access_(access), next_file_(kFirstFile), seeded_(access.entropy_seed.value_or(0)) {
  for (const Network::Rule& rule : access_.network.allow) add_rule(rule);
}

PolicyAccess::~PolicyAccess() {
  for (const std::uint64_t fd : sockets_) ::close(static_cast<int>(fd));
}

void PolicyAccess::add_rule(const Network::Rule& rule) {
  Rule r;
  r.port = rule.port;
  if (rule.host == "*") {
    r.any = true;
  } else if (rule.host == "loopback") {
    r.addresses = {std::string("\x7f\0\0\1", 4), std::string(15, '\0') + '\1'};
  } else {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (::getaddrinfo(rule.host.c_str(), nullptr, &hints, &found) != 0) return;   // a name nobody knows: nothing to allow
    for (addrinfo* a = found; a != nullptr; a = a->ai_next) {
      std::uint16_t port;
      const std::string bytes = bytes_of(a->ai_addr, a->ai_addrlen, port);
      char text[INET6_ADDRSTRLEN];
      if (bytes.empty() || !r.addresses.insert(bytes).second) continue;
      if (::getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text), nullptr, 0, NI_NUMERICHOST) == 0) {
        hosts_file_ += std::string(text) + " " + rule.host + "\n";
      }
    }
    ::freeaddrinfo(found);
  }
  rules_.push_back(std::move(r));
}

bool PolicyAccess::allowed(const sockaddr* address, std::size_t size) const {
  std::uint16_t port = 0;
  const std::string bytes = bytes_of(address, size, port);
  if (bytes.empty()) return false;
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& r) {
    return (r.any || r.addresses.contains(bytes)) && (r.port == 0 || r.port == port);
  });
}

// ---- streams, clock, entropy

std::int64_t PolicyAccess::write(int fd, const void* data, std::size_t size) {
  const bool errors = fd == STDERR_FILENO;
  if (fd != STDOUT_FILENO && !errors) return -EBADF;
  const auto& to = errors ? access_.errors : access_.output;
  if (to) {
    std::lock_guard guard(errors ? errors_lock_ : output_lock_);
    to({static_cast<const char*>(data), size});
  }
  return static_cast<std::int64_t>(size);
}

std::int64_t PolicyAccess::read(int fd, void* data, std::size_t size) {
  if (fd != STDIN_FILENO) return -EBADF;
  if (!access_.input || size == 0) return 0;
  std::lock_guard guard(input_lock_);
  return static_cast<std::int64_t>(std::min(size, access_.input(static_cast<char*>(data), size)));
}

std::int64_t PolicyAccess::monotonic_nanos() { return access_.monotonic ? access_.monotonic() : real_.monotonic_nanos(); }
std::int64_t PolicyAccess::wall_nanos() { return access_.clock ? access_.clock() : real_.wall_nanos(); }

bool PolicyAccess::entropy(void* out, std::size_t size) {
  if (!access_.entropy_seed) return real_.entropy(out, size);
  std::lock_guard guard(entropy_lock_);
  for (std::size_t i = 0; i < size; i++) static_cast<unsigned char*>(out)[i] = static_cast<unsigned char>(seeded_() >> 56);
  return true;
}

// ---- system calls

std::int64_t PolicyAccess::syscall(std::int64_t number, Args a) {
  if (access_.unsafe && !pointers_are_good(number, a)) return -EFAULT;
  for (auto handler : {&PolicyAccess::file_call, &PolicyAccess::path_call, &PolicyAccess::socket_call, &PolicyAccess::other_call}) {
    const std::int64_t result = (this->*handler)(number, a);
    if (result != kNotMine) return result;
  }
  return -EPERM;
}

PolicyAccess::FilePtr PolicyAccess::file(std::uint64_t fd) {
  std::lock_guard guard(lock_);
  auto it = files_.find(fd);
  return it == files_.end() ? nullptr : it->second;
}

bool PolicyAccess::is_socket(std::uint64_t fd) {
  std::lock_guard guard(lock_);
  return sockets_.contains(fd);
}

std::int64_t PolicyAccess::close(std::uint64_t fd) {
  FilePtr dead;       // destroyed outside of the lock
  std::lock_guard guard(lock_);
  if (auto it = files_.find(fd); it != files_.end()) {
    dead = std::move(it->second);
    files_.erase(it);
    return 0;
  }
  if (sockets_.erase(fd) != 0) return or_errno(::close(static_cast<int>(fd)));
  return fd <= 2 ? 0 : -EBADF;
}

std::int64_t PolicyAccess::vectored(bool writes, std::uint64_t fd, std::uint64_t vectors, std::uint64_t count) {
  std::int64_t total = 0;
  if (count > 1024) return -EINVAL;
  if (fd > 2 && !is_socket(fd) && file(fd) == nullptr) return -EBADF;
  for (std::uint64_t i = 0; i < count; i++) {
    const iovec& v = pointer<const iovec>(vectors)[i];
    const std::uint64_t args[6] = {fd, reinterpret_cast<std::uint64_t>(v.iov_base), v.iov_len};
    const std::int64_t n = syscall(writes ? SYS_write : SYS_read, args);
    if (n < 0) return total > 0 ? total : n;
    total += n;
    if (static_cast<std::size_t>(n) < v.iov_len) break;
  }
  return total;
}

// Calls on a descriptor: a stream or an open file.
std::int64_t PolicyAccess::file_call(std::int64_t number, Args a) {
  switch (number) {
    case SYS_read: case SYS_write: case SYS_pread64: case SYS_pwrite64: case SYS_lseek: case SYS_fstat: case SYS_getdents64:
    case SYS_ftruncate: case SYS_fsync: case SYS_fdatasync: case SYS_fchmod: case SYS_fcntl: case SYS_fchdir: break;
    case SYS_close: return close(a[0]);
    case SYS_readv: return vectored(false, a[0], a[1], a[2]);
    case SYS_writev: return vectored(true, a[0], a[1], a[2]);
    default: return kNotMine;
  }
  if (is_socket(a[0])) return kNotMine;
  if (a[0] <= 2) {
    if (number == SYS_write) return write(static_cast<int>(a[0]), pointer<void>(a[1]), a[2]);
    if (number == SYS_read) return read(static_cast<int>(a[0]), pointer<void>(a[1]), a[2]);
    if (number == SYS_fcntl) return a[1] == F_GETFL ? O_RDWR : 0;
    if (number != SYS_fstat) return number == SYS_lseek ? -ESPIPE : -EPERM;
    auto* out = pointer<struct ::stat>(a[1]);
    std::memset(out, 0, sizeof(*out));
    out->st_mode = S_IFCHR | 0600;
    return 0;
  }
  const FilePtr f = file(a[0]);
  if (f == nullptr) return files_.empty() && access_.files.tree() == nullptr ? -EPERM : -EBADF;
  switch (number) {
    case SYS_read: return f->read(pointer<void>(a[1]), a[2], -1);
    case SYS_write: return f->write(pointer<void>(a[1]), a[2], -1);
    case SYS_pread64: return static_cast<std::int64_t>(a[3]) < 0 ? -EINVAL : f->read(pointer<void>(a[1]), a[2], static_cast<std::int64_t>(a[3]));
    case SYS_pwrite64: return static_cast<std::int64_t>(a[3]) < 0 ? -EINVAL : f->write(pointer<void>(a[1]), a[2], static_cast<std::int64_t>(a[3]));
    case SYS_lseek: return f->seek(static_cast<std::int64_t>(a[1]), static_cast<int>(a[2]));
    case SYS_fstat: return f->stat(*pointer<struct ::stat>(a[1]));
    case SYS_getdents64: return f->list(pointer<void>(a[1]), a[2]);
    case SYS_ftruncate: return f->truncate(static_cast<std::int64_t>(a[1]));
    case SYS_fsync: case SYS_fdatasync: return f->sync();
    case SYS_fchmod: return f->chmod(static_cast<unsigned>(a[1]));
    case SYS_fcntl:
      if (a[1] == F_DUPFD || a[1] == F_DUPFD_CLOEXEC) {
        std::lock_guard guard(lock_);
        files_[next_file_] = f;
        return static_cast<std::int64_t>(next_file_++);
      }
      return a[1] == F_GETFL ? O_RDWR : 0;
    case SYS_fchdir: {
      std::lock_guard guard(lock_);
      directory_ = f->path;
      return 0;
    }
  }
  return -EPERM;
}

std::string PolicyAccess::full_path(std::int64_t dir, const char* path, std::int64_t& error) {
  error = 0;
  if (path == nullptr) {
    error = -EFAULT;
    return {};
  }
  if (*path == '/') return clean(path);
  if (static_cast<int>(dir) == AT_FDCWD) {
    std::lock_guard guard(lock_);
    return clean(directory_ + "/" + path);
  }
  const FilePtr f = file(static_cast<std::uint64_t>(dir));
  if (f == nullptr) error = -EBADF;
  return f != nullptr ? clean(f->path + "/" + path) : std::string();
}

std::int64_t PolicyAccess::open(std::int64_t dir, const char* path, int flags, unsigned mode) {
  std::int64_t error;
  const std::string full = full_path(dir, path, error);
  if (error != 0) return error;
  FilePtr opened;
  if (full == "/etc/hosts" && !hosts_file_.empty() && (flags & O_ACCMODE) == O_RDONLY) {
    opened = text_file(hosts_file_);
  } else if (access_.files.tree() == nullptr) {
    return -EPERM;
  } else if (error = access_.files.tree()->open(full, flags, mode, opened); error < 0) {
    return error;
  }
  opened->path = full;
  std::lock_guard guard(lock_);
  files_[next_file_] = std::move(opened);
  return static_cast<std::int64_t>(next_file_++);
}

std::int64_t PolicyAccess::path_call(std::int64_t number, Args a) {
  const auto at = [&](int i) { return static_cast<std::int64_t>(static_cast<int>(a[i])); };
  std::int64_t dir = AT_FDCWD, error = 0;
  const char* path = nullptr;
  switch (number) {
    case SYS_open: return open(AT_FDCWD, pointer<char>(a[0]), static_cast<int>(a[1]), static_cast<unsigned>(a[2]));
    case SYS_openat: return open(at(0), pointer<char>(a[1]), static_cast<int>(a[2]), static_cast<unsigned>(a[3]));
    case SYS_stat: case SYS_lstat: case SYS_access: case SYS_readlink: case SYS_unlink: case SYS_rmdir: case SYS_mkdir: case SYS_chdir:
    case SYS_chmod: case SYS_truncate: case SYS_rename: path = pointer<char>(a[0]); break;
    case SYS_newfstatat: case SYS_faccessat: case SYS_faccessat2: case SYS_readlinkat: case SYS_unlinkat: case SYS_mkdirat:
    case SYS_fchmodat: case SYS_renameat: case SYS_renameat2: case SYS_utimensat: dir = at(0); path = pointer<char>(a[1]); break;
    case SYS_getcwd: {
      std::lock_guard guard(lock_);
      if (access_.files.tree() == nullptr) return -EPERM;
      if (a[1] < directory_.size() + 1) return -ERANGE;
      std::memcpy(pointer<char>(a[0]), directory_.c_str(), directory_.size() + 1);
      return static_cast<std::int64_t>(directory_.size() + 1);
    }
    default: return kNotMine;
  }
  Files::Tree* tree = access_.files.tree();
  if (tree == nullptr) return -EPERM;
  const std::string full = full_path(dir, path, error);
  if (error != 0) return error;
  struct ::stat found;
  switch (number) {
    case SYS_stat: case SYS_lstat: return tree->stat(full, number == SYS_stat, *pointer<struct ::stat>(a[1]));
    case SYS_newfstatat: return tree->stat(full, (a[3] & AT_SYMLINK_NOFOLLOW) == 0, *pointer<struct ::stat>(a[2]));
    case SYS_access: case SYS_faccessat: case SYS_faccessat2: return tree->stat(full, true, found);
    case SYS_readlink: return tree->read_link(full, pointer<char>(a[1]), a[2]);
    case SYS_readlinkat: return tree->read_link(full, pointer<char>(a[2]), a[3]);
    case SYS_unlink: case SYS_rmdir: return tree->unlink(full, number == SYS_rmdir);
    case SYS_unlinkat: return tree->unlink(full, (a[2] & AT_REMOVEDIR) != 0);
    case SYS_mkdir: return tree->mkdir(full, static_cast<unsigned>(a[1]));
    case SYS_mkdirat: return tree->mkdir(full, static_cast<unsigned>(a[2]));
    case SYS_chmod: return tree->chmod(full, static_cast<unsigned>(a[1]));
    case SYS_fchmodat: return tree->chmod(full, static_cast<unsigned>(a[2]));
    case SYS_truncate: return tree->truncate(full, static_cast<std::int64_t>(a[1]));
    case SYS_utimensat: return tree->set_times(full, pointer<timespec>(a[2]));
    case SYS_rename: case SYS_renameat: case SYS_renameat2: {
      const bool plain = number == SYS_rename;
      const std::string to = plain ? full_path(AT_FDCWD, pointer<char>(a[1]), error) : full_path(at(2), pointer<char>(a[3]), error);
      return error != 0 ? error : tree->rename(full, to);
    }
    case SYS_chdir: {
      error = tree->stat(full, true, found);
      if (error < 0) return error;
      if (!S_ISDIR(found.st_mode)) return -ENOTDIR;
      std::lock_guard guard(lock_);
      directory_ = full;
      return 0;
    }
  }
  return -EPERM;
}

// Sockets are real ones, to allowed addresses.
std::int64_t PolicyAccess::socket_call(std::int64_t number, Args a) {
  if (rules_.empty()) return kNotMine;
  const auto done = [&] { return or_errno(::syscall(number, a[0], a[1], a[2], a[3], a[4], a[5])); };
  const auto keep = [&](std::int64_t fd) {
    std::lock_guard guard(lock_);
    if (fd >= 0) sockets_.insert(static_cast<std::uint64_t>(fd));
    return fd;
  };
  if (number == SYS_socket) {
    const int type = static_cast<int>(a[1]) & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    const bool plain = (a[0] == AF_INET || a[0] == AF_INET6) && (type == SOCK_STREAM || type == SOCK_DGRAM);
    return plain ? keep(done()) : -EPERM;
  }
  if (!is_socket(a[0])) return kNotMine;
  switch (number) {
    case SYS_connect: return allowed(pointer<sockaddr>(a[1]), a[2]) ? done() : -EPERM;
    case SYS_bind: {
      std::uint16_t port = 0;
      const std::string bytes = bytes_of(pointer<sockaddr>(a[1]), a[2], port);
      // A client's own address: any, and no port of its choice.
      const bool of_client = !bytes.empty() && port == 0 && bytes.find_first_not_of('\0') == std::string::npos;
      return of_client || (access_.network.listen && allowed(pointer<sockaddr>(a[1]), a[2])) ? done() : -EPERM;
    }
    case SYS_listen: return access_.network.listen ? done() : -EPERM;
    case SYS_accept4: return access_.network.listen ? keep(done()) : -EPERM;
    case SYS_sendto: return a[4] == 0 || allowed(pointer<sockaddr>(a[4]), a[5]) ? done() : -EPERM;
    case SYS_sendmsg: {
      const auto* m = pointer<const msghdr>(a[1]);
      if (m->msg_controllen != 0) return -EPERM;
      return m->msg_name == nullptr || allowed(static_cast<const sockaddr*>(m->msg_name), m->msg_namelen) ? done() : -EPERM;
    }
    case SYS_read: case SYS_write: case SYS_recvfrom: case SYS_recvmsg: case SYS_shutdown: case SYS_getsockname:
    case SYS_getpeername: case SYS_getsockopt: case SYS_fstat: return done();
    case SYS_setsockopt: {
      const bool usual = a[1] == SOL_SOCKET || a[1] == IPPROTO_TCP || a[1] == IPPROTO_IPV6 || a[1] == IPPROTO_IP;
      return usual ? done() : -EPERM;
    }
    case SYS_fcntl: return a[1] == F_GETFL || a[1] == F_SETFL || a[1] == F_GETFD || a[1] == F_SETFD ? done() : -EPERM;
    default: return -EPERM;
  }
}

// Harmless, and asked for by programs that do nothing else.
std::int64_t PolicyAccess::other_call(std::int64_t number, Args a) {
  switch (number) {
    case SYS_getpid: case SYS_gettid: return 1;
    case SYS_getppid: return 0;
    case SYS_getuid: case SYS_geteuid: case SYS_getgid: case SYS_getegid: return 65534;
    case SYS_getrandom: return entropy(pointer<void>(a[0]), a[1]) ? static_cast<std::int64_t>(a[1]) : -EPERM;
    default: return kNotMine;
  }
}

}  // namespace govm::detail
