// Shapes of IR that other stages rely on.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "compiler/ir/program_impl.h"
#include "tests/catch.h"
#include "tests/ir/fixture.h"

using namespace govm;
using namespace govm::ir;
using namespace govm::ir::testing;

// Prints the IR of the file named by GOVM_IR_FILE: test_ir "[.print]".
TEST_CASE("print a file", "[.print]") {
  const char* path = std::getenv("GOVM_IR_FILE");
  REQUIRE(path);
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  Compilation c(text.str());
  for (const std::string& e : c.errors) std::cout << e << "\n";
  REQUIRE(c.errors.empty());
  std::size_t functions = 0;
  std::vector<std::string> bad = verify_all(c, {c.package}, 20, &functions);
  for (const Function& f : c.program.impl().owned_functions) {
    if (f.package == c.package->types) std::cout << to_string(f) << "\n";
  }
  for (const std::string& b : bad) std::cout << b;
  CHECK(bad.empty());
}
