// internal/cpu: what the processor can do. Few packages ask: those with kernels of ours, and TLS,
// which prefers AES where that is fast.
#include <cpuid.h>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

void cpuid(NativeFrame& frame) {
  std::uint32_t registers[4] = {};
  __cpuid_count(frame.arg<std::uint32_t>(0), frame.arg<std::uint32_t>(1), registers[0], registers[1], registers[2],
                registers[3]);
  for (int i = 0; i < 4; ++i) frame.result<std::uint32_t>(i, registers[i]);
}

// Of extended control register 0. The Go code asks only if the processor has the instruction.
void xgetbv(NativeFrame& frame) {
  std::uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  frame.result<std::uint32_t>(0, low);
  frame.result<std::uint32_t>(1, high);
}

void amd64_level(NativeFrame& frame) { frame.result<std::int32_t>(0, 1); }

constexpr Native kCpu[] = {
    {"func cpuid(eaxArg, ecxArg uint32) (eax, ebx, ecx, edx uint32)", cpuid},
    {"func xgetbv() (eax, edx uint32)", xgetbv},
    {"func getGOAMD64level() int32", amd64_level},
};

}  // namespace

void register_cpu(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"internal/cpu", kCpu};
  registry.add(kTable);
}

}  // namespace govm::natives
