// Every function of the standard library keeps the IR's rules.
#include <cstdlib>

#include "tests/catch.h"
#include "tests/ir/fixture.h"

using namespace govm;
using namespace govm::ir::testing;

TEST_CASE("all of std builds to valid IR", "[std]") {
  Compilation c;
  const char* pattern = std::getenv("GOVM_IR_PATTERN");  // e.g. "fmt": only that package and its imports
  c.loader.load_patterns({pattern ? pattern : "std"});
  for (const std::string& e : c.errors) UNSCOPED_INFO(e);
  CHECK(c.errors.empty());
  std::size_t functions = 0;
  std::vector<std::string> bad = verify_all(c, c.loader.packages(), 20, &functions);
  for (const std::string& b : bad) UNSCOPED_INFO(b);
  CHECK(bad.empty());
  CHECK(functions > 10);
  if (!pattern) CHECK(functions > 15000);
}
