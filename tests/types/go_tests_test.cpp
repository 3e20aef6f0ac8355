// Go's own type checker tests, and its standard library. known_failures.txt lists the tests that fail; it may only
// shrink. GOVM_TYPES_ONLY=SUBSTRING runs matching tests only and shows their differences.
#include <algorithm>
#include <cstdio>
#include <set>
#include <sstream>

#include "tests/catch.h"
#include "tests/syntax/go_source.h"
#include "tests/types/go_tests.h"

namespace {

namespace fs = std::filesystem;
using govm::testing::GoTestRunner;

std::set<std::string> known_failures() {
  std::istringstream in(govm::testing::read_file(fs::path(GOVM_TYPES_TESTS) / "known_failures.txt"));
  std::set<std::string> list;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') list.insert(line.substr(0, line.find(' ')));
  return list;
}

struct Tally {
  std::set<std::string> known = known_failures();
  const char* only = std::getenv("GOVM_TYPES_ONLY");
  int passed = 0;
  int failed = 0;

  bool wanted(const std::string& name) const { return !only || name.find(only) != std::string::npos; }
  void add(const std::string& name, const std::vector<std::string>& diffs, std::size_t files = 1) {
    (diffs.empty() ? passed : failed) += static_cast<int>(files);
    if (only)
      for (const std::string& d : diffs) std::printf("%s: %s\n", name.c_str(), d.c_str());
    INFO(name << (diffs.empty() ? " passes, but is listed as failing" : ": " + diffs[0]));
    CHECK(diffs.empty() == !known.contains(name));
  }
  void report(const char* what) const { std::printf("figures: %s %d of %d files\n", what, passed, passed + failed); }
};

std::vector<fs::path> sorted_entries(const fs::path& dir) {
  std::vector<fs::path> list;
  for (const auto& e : fs::directory_iterator(dir)) list.push_back(e.path());
  std::sort(list.begin(), list.end());
  return list;
}

}  // namespace

TEST_CASE("the checker reports what internal/types/testdata expects") {
  const fs::path root = govm::testing::go_root();
  if (root.empty()) {
    WARN("no Go source tree: set GOVM_GOROOT");
    return;
  }
  GoTestRunner runner;
  Tally tally;
  for (const char* dir : {"check", "examples", "fixedbugs", "spec"})
    for (const fs::path& path : sorted_entries(root / "src/internal/types/testdata" / dir)) {
      const std::string name = std::string(dir) + "/" + path.filename().string();
      if (!tally.wanted(name)) continue;
      std::vector<fs::path> files{path};
      if (fs::is_directory(path)) files = sorted_entries(path);
      const std::string text = govm::testing::read_file(files[0]);
      if (text.substr(0, text.find('\n')).find("gotypesalias=0") != std::string::npos) continue;  // not our mode
      tally.add(name, runner.testdata(files), files.size());
    }
  tally.report("internal/types/testdata");
}

TEST_CASE("the checker reports what Go's errorcheck tests expect") {
  const fs::path root = govm::testing::go_root();
  if (root.empty()) return;
  GoTestRunner runner;
  Tally tally;
  for (const char* dir : {"", "fixedbugs", "typeparam", "interface", "chan", "syntax"})
    for (const fs::path& path : sorted_entries(root / "test" / dir)) {
      const std::string name = "test/" + path.lexically_relative(root / "test").string();
      if (path.extension() != ".go" || !tally.wanted(name)) continue;
      if (!GoTestRunner::is_plain_errorcheck(govm::testing::read_file(path))) continue;
      tally.add(name, runner.errorcheck(path));
    }
  tally.report("test/*.go errorcheck");
}

TEST_CASE("the standard library checks without errors") {
  govm::types::Session session;
  std::vector<std::string> errors;
  govm::load::Options options;
  options.check_std_bodies = true;
  govm::load::Loader loader(
      session, options,
      [&](govm::types::Diagnostic d) { errors.push_back(session.sources.str(d.pos) + ": " + d.message); },
      govm::load::no_files());
  loader.load_patterns({"std"});
  CHECK(loader.packages().size() > 300);
  for (std::size_t i = 0; i < std::min<std::size_t>(errors.size(), 400); ++i) UNSCOPED_INFO(errors[i]);
  CHECK(errors.size() == 0);
}
