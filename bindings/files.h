// Inside of govm::Files.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <string>

#include "bindings/access.h"

namespace govm {

namespace detail {

// An open file or directory. Results are bytes, positions, or -errno. Used by any thread.
class OpenFile {
 public:
  virtual ~OpenFile() = default;
  virtual std::int64_t read(void* data, std::size_t size, std::int64_t offset) = 0;   // offset < 0: at its position
  virtual std::int64_t write(const void* data, std::size_t size, std::int64_t offset) = 0;
  virtual std::int64_t seek(std::int64_t offset, int whence) = 0;
  virtual std::int64_t stat(struct ::stat& out) = 0;
  virtual std::int64_t list(void* data, std::size_t size) = 0;                        // getdents64
  virtual std::int64_t truncate(std::int64_t size) = 0;
  virtual std::int64_t sync() { return 0; }
  virtual std::int64_t chmod(unsigned) { return -EPERM; }
  std::string path;                      // that it was opened by
};

}  // namespace detail

// Paths are absolute and clean: "/a/b", no "." or "..".
class Files::Tree {
 public:
  virtual ~Tree() = default;
  virtual std::int64_t open(const std::string& path, int flags, unsigned mode, std::shared_ptr<detail::OpenFile>& out) = 0;
  virtual std::int64_t stat(const std::string& path, bool follow, struct ::stat& out) = 0;
  virtual std::int64_t unlink(const std::string&, bool /*directory*/) { return -EROFS; }
  virtual std::int64_t mkdir(const std::string&, unsigned) { return -EROFS; }
  virtual std::int64_t rename(const std::string&, const std::string&) { return -EROFS; }
  virtual std::int64_t chmod(const std::string&, unsigned) { return -EROFS; }
  virtual std::int64_t truncate(const std::string&, std::int64_t) { return -EROFS; }
  virtual std::int64_t read_link(const std::string&, char*, std::size_t) { return -EINVAL; }
  virtual std::int64_t link(const std::string&, const std::string&, bool /*symbolic*/) { return -EPERM; }
  virtual std::int64_t set_times(const std::string&, const timespec*) { return -EROFS; }
  virtual std::map<std::string, std::string> contents() { return {}; }
};

namespace detail {
std::shared_ptr<OpenFile> text_file(std::string text);      // read-only
}

}  // namespace govm
