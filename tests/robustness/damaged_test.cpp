// Every program of Go's test tree, damaged in several ways: errors, but no crash, no endless loop, no unbounded memory.
// GOVM_TRACE=1 names each source on stderr before it is read: the last one before a crash is the culprit.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "tests/catch.h"
#include "tests/robustness/mutations.h"
#include "tests/robustness/subject.h"
#include "tests/syntax/go_source.h"

namespace fs = std::filesystem;
using namespace govm;

namespace {

std::vector<fs::path> go_files(const fs::path& root) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && entry.path().extension() == ".go" && entry.file_size() < 100'000) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void check_damaged(const fs::path& root) {
  testing::Subject subject;
  const bool trace = std::getenv("GOVM_TRACE") != nullptr;
  std::size_t sources = 0, with_errors = 0;
  for (const fs::path& path : go_files(root)) {
    testing::Random random(path.lexically_relative(root).string());
    int number = 0;
    for (const std::string& text : testing::damaged(testing::read_file(path), random)) {
      INFO(path << " damaged, number " << number++);
      if (trace) {
        std::cerr << path << ' ' << number << std::endl;
        testing::write_file("damaged.go", text);
      }
      const testing::Subject::Outcome outcome = subject.check(text);
      if (outcome.seconds > 20) FAIL_CHECK("took " << outcome.seconds << " s");
      if (outcome.bytes > std::size_t{200} << 20) FAIL_CHECK("took " << outcome.bytes << " bytes");
      sources++;
      with_errors += outcome.errors != 0;
    }
  }
  std::cout << sources << " sources, " << with_errors << " with errors\n";
  CHECK(with_errors > sources / 2);
}

}  // namespace

TEST_CASE("damaged programs of Go's test tree") {
  const fs::path root = testing::go_root();
  if (!root.empty()) check_damaged(root / "test");
}

TEST_CASE("damaged tests of Go's type checker") {
  const fs::path root = testing::go_root();
  if (!root.empty()) check_damaged(root / "src/internal/types/testdata");
}
