// What $GOGC and $GOMEMLIMIT may say.
#include "tests/catch.h"
#include "vm/runtime/gc_settings.h"

using namespace govm::rt;

TEST_CASE("GOGC is a percentage or off") {
  CHECK(parse_gc_percent("100") == 100);
  CHECK(parse_gc_percent("off") == -1);
  CHECK_FALSE(parse_gc_percent("").has_value());
  CHECK_FALSE(parse_gc_percent("10%").has_value());
}

TEST_CASE("GOMEMLIMIT takes gc's units") {
  CHECK(parse_memory_limit("12345") == 12345);
  CHECK(parse_memory_limit("12345B") == 12345);
  CHECK(parse_memory_limit("3KiB") == 3 << 10);
  CHECK(parse_memory_limit("64MiB") == 64 << 20);
  CHECK(parse_memory_limit("2GiB") == std::int64_t{2} << 30);
  CHECK(parse_memory_limit("1TiB") == std::int64_t{1} << 40);
  CHECK(parse_memory_limit("off") == INT64_MAX);
  for (const char* bad : {"", "B", "iB", "KiB", "1XiB", "1KB", "-1", "9999999999TiB", "1 MiB"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_memory_limit(bad).has_value());
  }
}
