// Any text is a package with types, or has errors.
#include "tests/fuzz/target.h"
#include "tests/robustness/subject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static govm::testing::Subject subject;
  const auto outcome = subject.check(std::string(govm::testing::text_of(data, size)));
  govm::testing::require(outcome.bytes < std::size_t{200} << 20, "memory in proportion");
  return 0;
}
