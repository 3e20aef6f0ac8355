// The system's clocks, in nanoseconds.
#pragma once

#include <time.h>

#include <cstdint>

namespace govm {

inline std::int64_t clock_nanos(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}
inline std::int64_t monotonic_nanos() { return clock_nanos(CLOCK_MONOTONIC); }
inline std::int64_t coarse_nanos() { return clock_nanos(CLOCK_MONOTONIC_COARSE); }  // monotonic, a few milliseconds late
inline std::int64_t thread_cpu_nanos() { return clock_nanos(CLOCK_THREAD_CPUTIME_ID); }

}  // namespace govm
