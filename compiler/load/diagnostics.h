// Diagnostics as the go command prints them: by package, in order of position, each once, at most ten a package.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/load/load.h"

namespace govm::load {

class DiagnosticList {
 public:
  static constexpr int kDefaultLimit = 10;
  void add(types::Diagnostic d) { items_.push_back(std::move(d)); }
  bool empty() const { return items_.empty(); }
  const std::vector<types::Diagnostic>& items() const { return items_; }
  void clear() { items_.clear(); }

  // What gc shows of them: packages in the order in which they were checked, each sorted by position and given up at
  // the limit-th error reported (0: none), where "too many errors" ends it.
  struct Shown {
    const Package* package;
    Pos pos;
    std::string message;
  };
  std::vector<Shown> shown(const types::Session& session, const Loader& loader, int limit = kDefaultLimit) const;

  // Lines of text, each ended by a newline. File names below directory are shown relative to it. limit 0: no limit.
  std::string text(const types::Session& session, const Loader& loader, std::string_view directory,
                   int limit = kDefaultLimit) const;

 private:
  std::vector<types::Diagnostic> items_;
};

// path as shown to someone in directory: "./x.go", "sub/x.go" or unchanged. `dot` is what stands for the directory.
std::string short_path(std::string_view path, std::string_view directory, std::string_view dot = "./");
// The same for the positions within a message ("already declared at /dir/x.go:3:4").
std::string shorten_message(std::string message, std::string_view directory, std::string_view dot = "./");

}  // namespace govm::load
