// Go's own type checker tests: sources whose comments say which errors are expected where. Read from a Go tree, in
// place. Two notations: internal/types/testdata (/* ERROR "text" */ behind a token, ERRORx for regular expressions) and
// test/*.go (// ERROR "regexp" ... at the end of a line).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compiler/load/load.h"
#include "compiler/types/checker.h"

namespace govm::testing {

struct Expected {
  std::uint32_t line;
  std::string pattern;
  bool is_regex;
};

// Runs tests one after the other in one session, so that the standard library is loaded once.
class GoTestRunner {
 public:
  GoTestRunner();
  ~GoTestRunner();
  // Each returns what differs from the expectation, a line each; empty if nothing does.
  std::vector<std::string> testdata(const std::vector<std::filesystem::path>& files);
  std::vector<std::string> errorcheck(const std::filesystem::path& file);
  // Whether the file is an errorcheck test that says no more than what a type checker reports.
  static bool is_plain_errorcheck(const std::string& text);

 private:
  struct Found {
    std::uint32_t file;
    std::uint32_t line;
    std::string message;
  };
  std::vector<Found> check(const std::vector<std::filesystem::path>& files, const std::string& go_version,
                           bool gc_mode);
  types::Session session_;
  std::unique_ptr<load::Loader> loader_;
};

}  // namespace govm::testing
