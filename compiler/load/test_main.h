// The source of a test program's main package, made from the declarations of the _test.go files.
#pragma once

#include <string>
#include <vector>

#include "compiler/load/cover.h"
#include "compiler/load/load.h"
#include "compiler/syntax/ast.h"

namespace govm::load {

// What `go test` runs, in the order of the files (cmd/go/internal/load/test.go).
struct TestFunctions {
  struct Test {
    std::string package;   // how main names the package
    std::string name;
  };
  struct Example : Test {
    std::string output;
    bool unordered = false;
  };
  std::vector<Test> tests, benchmarks, fuzz_targets;
  std::vector<Example> examples;   // those that say what they print
  std::string test_main;           // the package that declares TestMain; empty: none does
};

// Adds what the file declares. `package` is the name main gives to the file's package.
void collect_tests(const syntax::File& file, const std::string& package, TestFunctions& out);

// The text of package main for the tests of import path `path`.
std::string test_main_source(const TestFunctions& functions, const std::string& path, bool has_internal, bool has_external,
                             const Options::Cover& cover, const std::vector<CoveredFile>& covered);

}  // namespace govm::load
