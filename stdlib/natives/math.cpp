// math: what Go has in assembly on amd64 with results that differ from its portable code.
#include <bit>
#include <cmath>
#include <limits>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

double power_of_two(std::int32_t biased) { return std::bit_cast<double>(static_cast<std::uint64_t>(biased) << 52); }

// x * 2**exponent; results below the normal range are rounded once more, as in Go.
double scale(double x, std::int32_t exponent) {
  std::int32_t biased = exponent + 0x3ff;
  if (biased >= 0x7ff) return std::numeric_limits<double>::infinity();
  if (biased > 0) return x * power_of_two(biased);
  if (biased < -52) return 0;
  return x * power_of_two(biased + 0x3fe) * power_of_two(1);
}

// N. Shibata's method: x = k*ln2 + r, a Taylor polynomial of expm1(r/16), squared back four times as (y+2)*y.
double exp(double x) {
  constexpr double kLn2High = 0.69314718055966295651160180568695068359375;
  constexpr double kLn2Low = 0.28235290563031577122588448175013436025525412068e-12;
  constexpr double kLog2E = 1.4426950408889634073599246810018920;
  constexpr double kTaylor[] = {1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3,
                                4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1.0};
  if (std::isnan(x)) return x;
  if (x > 7.09782712893384e+02) return std::numeric_limits<double>::infinity();
  const double exponent = std::nearbyint(x * kLog2E);
  if (!(exponent > -2000)) return 0;
  x = std::fma(-kLn2High, exponent, x);
  x = std::fma(-kLn2Low, exponent, x);
  x *= 0.0625;
  double sum = 2.4801587301587301587e-5;
  for (const double term : kTaylor) sum = std::fma(sum, x, term);
  x *= sum;
  for (int i = 0; i < 3; ++i) x *= x + 2.0;
  x = std::fma(x, x + 2.0, 1.0);
  return scale(x, static_cast<std::int32_t>(exponent));
}

void arch_exp(NativeFrame& frame) { frame.result<double>(0, exp(frame.arg<double>(0))); }

constexpr Native kMath[] = {{"func archExp(x float64) float64", arch_exp}};

}  // namespace

void register_math(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"math", kMath};
  registry.add(kTable);
}

}  // namespace govm::natives
