#include "compiler/load/semver.h"
#include "tests/catch.h"

using govm::load::compare_versions;

TEST_CASE("versions are ordered as semver says") {
  const char* ascending[] = {"bad", "v1.2.3-0.2024", "v1.2.3-alpha", "v1.2.3-alpha.1", "v1.2.3-alpha.beta", "v1.2.3-beta", "v1.2.3-rc.2",
                             "v1.2.3-rc.11", "v1.2.3", "v1.2.10", "v1.11.0", "v2.0.0+incompatible", "v10.0.0"};
  for (std::size_t i = 0; i < std::size(ascending); ++i) {
    for (std::size_t k = 0; k < std::size(ascending); ++k) {
      INFO(ascending[i] << " and " << ascending[k]);
      const int order = compare_versions(ascending[i], ascending[k]);
      CHECK((order < 0) == (i < k));
      CHECK((order > 0) == (i > k));
    }
  }
  CHECK(compare_versions("v1.2.0+meta", "v1.2.0") == 0);
  CHECK(compare_versions("v1.2", "v1.2.0") == 0);
}
