// A directory of the host as a program's root. The kernel keeps every path beneath it (openat2, RESOLVE_IN_ROOT).
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "bindings/files.h"

namespace govm {
namespace {

std::int64_t or_errno(std::int64_t result) { return result < 0 ? -errno : result; }

class DiskFile final : public detail::OpenFile {
 public:
  explicit DiskFile(int fd) : fd_(fd) {}
  ~DiskFile() override { ::close(fd_); }
  std::int64_t read(void* data, std::size_t size, std::int64_t offset) override {
    return or_errno(offset < 0 ? ::read(fd_, data, size) : ::pread(fd_, data, size, offset));
  }
  std::int64_t write(const void* data, std::size_t size, std::int64_t offset) override {
    return or_errno(offset < 0 ? ::write(fd_, data, size) : ::pwrite(fd_, data, size, offset));
  }
  std::int64_t seek(std::int64_t offset, int whence) override { return or_errno(::lseek(fd_, offset, whence)); }
  std::int64_t stat(struct ::stat& out) override { return or_errno(::fstat(fd_, &out)); }
  std::int64_t list(void* data, std::size_t size) override { return or_errno(::syscall(SYS_getdents64, fd_, data, size)); }
  std::int64_t truncate(std::int64_t size) override { return or_errno(::ftruncate(fd_, size)); }
  std::int64_t sync() override { return or_errno(::fsync(fd_)); }
  std::int64_t chmod(unsigned mode) override { return or_errno(::fchmod(fd_, mode)); }

 private:
  int fd_;
};

class Descriptor {
 public:
  explicit Descriptor(std::int64_t fd) : fd_(static_cast<int>(fd)) {}
  ~Descriptor() { if (fd_ >= 0) ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class Directory final : public Files::Tree {
 public:
  Directory(const std::string& path, bool writable)
      : root_(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), writable_(writable) {}

  std::int64_t open(const std::string& path, int flags, unsigned mode, std::shared_ptr<detail::OpenFile>& out) override {
    const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
    if (writes && !writable_) return -EROFS;
    constexpr int kFlags = O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY | O_NOFOLLOW | O_SYNC | O_CLOEXEC;
    // Without O_NONBLOCK a named pipe would block, and devices have no business here.
    const std::int64_t fd = resolve(path, (flags & kFlags) | O_CLOEXEC | O_NONBLOCK, (flags & O_CREAT) != 0 ? mode & 07777 : 0);
    if (fd < 0) return fd;
    struct ::stat s;
    if (::fstat(static_cast<int>(fd), &s) != 0 || (!S_ISREG(s.st_mode) && !S_ISDIR(s.st_mode))) {
      ::close(static_cast<int>(fd));
      return -EACCES;
    }
    out = std::make_shared<DiskFile>(static_cast<int>(fd));
    return 0;
  }
  std::int64_t stat(const std::string& path, bool follow, struct ::stat& out) override {
    const Descriptor fd(resolve(path, O_PATH | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW), 0));
    if (fd.get() < 0) return fd.get();
    return or_errno(::fstatat(fd.get(), "", &out, AT_EMPTY_PATH));
  }
  std::int64_t unlink(const std::string& path, bool directory) override {
    return in_parent(path, [&](int at, const char* name) { return ::unlinkat(at, name, directory ? AT_REMOVEDIR : 0); });
  }
  std::int64_t mkdir(const std::string& path, unsigned mode) override {
    return in_parent(path, [&](int at, const char* name) { return ::mkdirat(at, name, mode); });
  }
  std::int64_t rename(const std::string& from, const std::string& to) override {
    return in_parent(from, [&](int at, const char* name) {
      const std::int64_t done = in_parent(to, [&](int to_at, const char* to_name) { return ::renameat(at, name, to_at, to_name); });
      if (done < 0) errno = static_cast<int>(-done);
      return done < 0 ? -1 : 0;
    });
  }
  std::int64_t chmod(const std::string& path, unsigned mode) override {
    std::shared_ptr<detail::OpenFile> file;
    if (!writable_) return -EROFS;
    const std::int64_t error = open(path, O_RDONLY, 0, file);
    return error < 0 ? error : file->chmod(mode & 0777);
  }
  std::int64_t truncate(const std::string& path, std::int64_t size) override {
    std::shared_ptr<detail::OpenFile> file;
    const std::int64_t error = open(path, O_WRONLY, 0, file);
    return error < 0 ? error : file->truncate(size);
  }
  std::int64_t read_link(const std::string& path, char* to, std::size_t size) override {
    const Descriptor fd(resolve(path, O_PATH | O_CLOEXEC | O_NOFOLLOW, 0));
    if (fd.get() < 0) return fd.get();
    return or_errno(::readlinkat(fd.get(), "", to, size));
  }
  std::int64_t set_times(const std::string& path, const timespec* times) override {
    return in_parent(path, [&](int at, const char* name) { return ::utimensat(at, name, times, AT_SYMLINK_NOFOLLOW); });
  }

 private:
  // A descriptor, or -errno.
  std::int64_t resolve(const std::string& path, int flags, unsigned mode) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.mode = mode;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return or_errno(::syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof(how)));
  }
  template <typename Do>
  std::int64_t in_parent(const std::string& path, Do change) {
    if (!writable_) return -EROFS;
    const std::size_t slash = path.rfind('/');
    if (slash + 1 == path.size()) return -EBUSY;     // the root
    const Descriptor at(resolve(slash == 0 ? "/" : path.substr(0, slash), O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
    if (at.get() < 0) return at.get();
    return or_errno(change(at.get(), path.c_str() + slash + 1));
  }

  Descriptor root_;
  bool writable_;
};

}  // namespace

Files Files::directory(std::string path, bool writable) {
  Files files;
  files.tree_ = std::make_shared<Directory>(path, writable);
  return files;
}

}  // namespace govm
