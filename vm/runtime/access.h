// The one door of a Vm to the outside world. Natives reach files, processes, the clock, entropy and the standard streams
// only through this object; an embedder supplies its own. Methods may be called from any worker thread at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace govm::rt {

class Access {
 public:
  virtual ~Access() = default;

  // Runtime's own output and print(): write to file descriptor fd. Bytes written, or -errno.
  virtual std::int64_t write(int fd, const void* data, std::size_t size) = 0;
  virtual std::int64_t read(int fd, void* data, std::size_t size) = 0;

  // A Linux system call of the program: result or -errno. may_block tells whether the worker was handed on before.
  virtual std::int64_t syscall(std::int64_t number, const std::uint64_t args[6]) = 0;

  // Whether the program may start other programs. The natives that do need a clone of their own.
  virtual bool may_start_processes() { return false; }
  // Whether goroutines may wait for descriptors; refused, system calls on them block.
  virtual bool may_poll() { return false; }
  // Whether the process's signals are the program's.
  virtual bool may_handle_signals() { return false; }

  virtual std::int64_t monotonic_nanos() = 0;
  virtual std::int64_t wall_nanos() = 0;                        // since 1970-01-01 UTC
  virtual bool entropy(void* out, std::size_t size) = 0;        // false: refused

  virtual std::vector<std::string> arguments() = 0;             // os.Args
  virtual std::vector<std::string> environment() = 0;           // "KEY=value"
  // What starts this program again when executed (os.Executable); empty: the process's own file.
  virtual std::string executable() { return {}; }
  // Whether the program is one of `govm test` (testing.Testing).
  virtual bool is_test() { return false; }
};

// Full access to the process: what `govm run` uses. Owned by the caller.
class OpenAccess : public Access {
 public:
  OpenAccess(std::vector<std::string> arguments, std::vector<std::string> environment, bool signals = false,
             std::string test_program = {});
  std::int64_t write(int fd, const void* data, std::size_t size) override;
  std::int64_t read(int fd, void* data, std::size_t size) override;
  std::int64_t syscall(std::int64_t number, const std::uint64_t args[6]) override;
  bool may_start_processes() override { return true; }
  bool may_poll() override { return true; }
  bool may_handle_signals() override { return signals_; }
  std::int64_t monotonic_nanos() override;
  std::int64_t wall_nanos() override;
  bool entropy(void* out, std::size_t size) override;
  std::vector<std::string> arguments() override { return arguments_; }
  std::vector<std::string> environment() override { return environment_; }
  std::string executable() override { return test_program_; }
  bool is_test() override { return !test_program_.empty(); }

 private:
  std::vector<std::string> arguments_, environment_;
  bool signals_;
  std::string test_program_;
};

// Nothing but the clock and entropy; writes are swallowed, system calls give EPERM.
class ClosedAccess : public OpenAccess {
 public:
  ClosedAccess() : OpenAccess({}, {}) {}
  std::int64_t write(int, const void*, std::size_t size) override { return static_cast<std::int64_t>(size); }
  std::int64_t read(int, void*, std::size_t) override { return 0; }
  std::int64_t syscall(std::int64_t number, const std::uint64_t args[6]) override;
  bool may_start_processes() override { return false; }
  bool may_poll() override { return false; }
};

}  // namespace govm::rt
