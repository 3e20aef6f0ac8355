// What a Go program may reach outside of its Vm. Part of govm.hpp.
//
//   govm::Access access = govm::Access::none();                      // deny everything: the default
//   access.files = govm::Files::directory("/srv/data");              // the program's "/", read-only
//   access.network.allow.push_back({"127.0.0.1", 8080});
//   access.output = [](std::string_view text) { log(text); };
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govm {

// A tree of files: the program's "/". It sees nothing else. Made once, it may be given to several Vms.
class Files {
 public:
  class Tree;
  Files() = default;                                           // none: every path is refused
  // A directory of the host, and what is below it. Neither ".." nor symbolic links lead out of it.
  static Files directory(std::string path, bool writable = false);
  // In memory, shared by the Vms it is given to: path ("/conf/a.json") to contents.
  static Files memory(const std::map<std::string, std::string>& contents = {}, bool writable = true);
  // Asked for each file that is opened: its contents, or nothing if there is none. May be called by any thread.
  static Files callback(std::function<std::optional<std::string>(std::string_view path)> read);

  // What a tree in memory holds now; empty for others.
  std::map<std::string, std::string> contents() const;
  Tree* tree() const { return tree_.get(); }

 private:
  std::shared_ptr<Tree> tree_;
};

struct Network {
  // Whom the program may connect to, send to, listen at. host: an IPv4 or IPv6 address, a name (looked up when the Vm is
  // made, and known to the program), "loopback", or "*". port 0: any.
  struct Rule {
    std::string host;
    std::uint16_t port = 0;
  };
  std::vector<Rule> allow;
  bool listen = false;                    // accept connections at allowed addresses
};

struct Access {
  bool open = false;                      // everything: files, processes, environment, network, streams of this process.
                                          // Then most of what follows does not matter
  std::vector<std::string> arguments;     // os.Args; [0] is the program's name
  bool signals = false;                   // signals of the process are the program's (if open): os/signal works, and
                                          // unwanted ones do what they do to a Go program (QUIT prints goroutines)
  std::string test_program = {};          // for programs of `govm test`: what starts this one again

  Files files;
  Network network;
  std::vector<std::string> environment;   // "KEY=value"
  std::function<std::int64_t()> clock;    // wall time, nanoseconds since 1970 UTC; null: the real one
  std::function<std::int64_t()> monotonic;  // nanoseconds; null: the real one. Timers always use the real one
  std::optional<std::uint64_t> entropy_seed;  // crypto/rand and random seeds repeat themselves; not set: real entropy
  // Standard streams. Null: nothing to read, what is written is dropped. May be called by any thread, one at a time each.
  std::function<void(std::string_view)> output, errors;
  std::function<std::size_t(char* to, std::size_t size)> input;   // bytes read; 0: the end

  // Packages that the program's own packages may import. Empty: any. "encoding/..." stands for all below.
  std::vector<std::string> imports;
  std::vector<std::string> refused_imports;
  bool unsafe = false;                    // packages unsafe and syscall, and //go:linkname (if open: always)

  static Access none() { return {}; }
  static Access all(std::vector<std::string> args = {"govm"}) {
    Access a;
    a.open = true;
    a.arguments = std::move(args);
    return a;
  }
};

}  // namespace govm
