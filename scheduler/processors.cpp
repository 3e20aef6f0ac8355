// How many processors this process may use.
#include <sched.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "scheduler/scheduler.h"

namespace govm::sched {
namespace {

// Processors granted by a cgroup's quota, 0: unlimited.
int cgroup_quota() {
  auto whole = [](double quota, double period) {
    return quota > 0 && period > 0 ? std::max(1, static_cast<int>(quota / period + 0.999)) : 0;
  };
  std::string quota;
  double period = 0;
  if (std::ifstream v2("/sys/fs/cgroup/cpu.max"); v2 >> quota >> period) {
    if (quota == "max" || quota.empty() || quota.find_first_not_of("0123456789") != std::string::npos) return 0;
    return whole(std::stod(quota), period);
  }
  double v1_quota = 0;
  std::ifstream v1("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"), v1_period("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
  if (v1 >> v1_quota && v1_period >> period) return whole(v1_quota, period);
  return 0;
}

}  // namespace

int available_processors() {
  cpu_set_t set;
  int n = 1;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) n = std::max(1, CPU_COUNT(&set));
  static const int quota = cgroup_quota();
  return quota > 0 ? std::min(n, quota) : n;
}

}  // namespace govm::sched
