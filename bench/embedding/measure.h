// What the measuring programs of this folder share.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/resident.h"
#include "bindings/govm.hpp"

namespace measure {

inline double seconds(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}
inline double wall() { return seconds(CLOCK_MONOTONIC); }
inline double cpu() { return seconds(CLOCK_PROCESS_CPUTIME_ID); }   // of all threads: does not see what else the machine does
inline double thread_cpu() { return seconds(CLOCK_THREAD_CPUTIME_ID); }

struct Spread {
  double least, median, p99, most;
};
inline Spread spread(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  const auto at = [&](double q) { return all[std::min(all.size() - 1, static_cast<std::size_t>(q * static_cast<double>(all.size())))]; };
  return {all.front(), at(0.5), at(0.99), all.back()};
}

inline std::int64_t resident() { return static_cast<std::int64_t>(govm::resident_bytes()); }

template <typename T>
T need(govm::Result<T> result) {
  if (result) return std::move(result.value());
  std::fprintf(stderr, "%s\n", result.error().message.c_str());
  std::exit(1);
}

// A figure with its goal, and what the tests allow it to be (0: it is not tested, being a matter of time).
inline int failures = 0;
inline void report(const char* what, double value, const char* unit, double goal, double allowed = 0) {
  std::printf("%-58s %10.3f %-6s (goal %g)%s\n", what, value, unit, goal, value > goal ? "  MISSED" : "");
  if (allowed != 0 && value > allowed) failures++;
}

}  // namespace measure
