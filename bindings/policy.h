// The door of an embedded Vm: every system call of the program is refused, or done on what govm::Access gives it.
#pragma once

#include <netinet/in.h>

#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "bindings/files.h"
#include "vm/runtime/access.h"

struct sockaddr;

namespace govm::detail {

class PolicyAccess final : public rt::Access {
 public:
  explicit PolicyAccess(const govm::Access& access);
  ~PolicyAccess() override;

  std::int64_t write(int fd, const void* data, std::size_t size) override;
  std::int64_t read(int fd, void* data, std::size_t size) override;
  std::int64_t syscall(std::int64_t number, const std::uint64_t args[6]) override;
  bool may_poll() override { return !rules_.empty(); }
  std::int64_t monotonic_nanos() override;
  std::int64_t wall_nanos() override;
  bool entropy(void* out, std::size_t size) override;
  std::vector<std::string> arguments() override { return access_.arguments; }
  std::vector<std::string> environment() override { return access_.environment; }
  std::string executable() override { return "/govm"; }

 private:
  struct Rule {
    bool any = false;
    std::set<std::string> addresses;     // 4 or 16 bytes each; 4 also for IPv4 in IPv6
    std::uint16_t port = 0;
  };
  using FilePtr = std::shared_ptr<OpenFile>;
  using Args = const std::uint64_t*;

  void add_rule(const Network::Rule& rule);
  bool allowed(const sockaddr* address, std::size_t size) const;
  FilePtr file(std::uint64_t fd);
  bool is_socket(std::uint64_t fd);
  std::int64_t file_call(std::int64_t number, Args a);     // -ENOSYS: not one of these
  std::int64_t path_call(std::int64_t number, Args a);
  std::int64_t socket_call(std::int64_t number, Args a);
  std::int64_t other_call(std::int64_t number, Args a);
  std::int64_t open(std::int64_t dir, const char* path, int flags, unsigned mode);
  std::int64_t close(std::uint64_t fd);
  std::int64_t vectored(bool writes, std::uint64_t fd, std::uint64_t vectors, std::uint64_t count);
  std::string full_path(std::int64_t dir, const char* path, std::int64_t& error);

  govm::Access access_;
  rt::OpenAccess real_{{}, {}};            // clock and entropy
  std::vector<Rule> rules_;
  std::string hosts_file_;                 // names of the rules, as the program's resolver reads them
  std::mutex lock_;
  std::map<std::uint64_t, FilePtr> files_;
  std::set<std::uint64_t> sockets_;
  std::uint64_t next_file_;
  std::string directory_ = "/";
  std::mutex output_lock_, errors_lock_, input_lock_, entropy_lock_;
  std::mt19937_64 seeded_;
};

}  // namespace govm::detail
