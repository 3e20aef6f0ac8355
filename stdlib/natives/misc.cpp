// Leaves: hooks of crypto that are off.
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"
#include "vm/runtime/panic.h"

namespace govm::natives {
namespace {

void nothing(NativeFrame&) {}
void throw_error(NativeFrame& frame) { frame.throw_error(view(frame.arg<abi::String>(0))); }
void fips_indicator(NativeFrame& frame) {
  frame.result(0, static_cast<std::uint8_t>(rt::state_of(*frame.goroutine()).fips_indicator));
}
void set_fips_indicator(NativeFrame& frame) {
  rt::state_of(*frame.goroutine()).fips_indicator = frame.arg<std::uint8_t>(0);
}
void register_cache(NativeFrame& frame) { frame.runtime().add_cleared_pointer(frame.arg<void**>(0)); }

constexpr Native kFips[] = {
    {"func fatal(string)", throw_error},
    {"func getIndicator() uint8", fips_indicator},
    {"func setIndicator(uint8)", set_fips_indicator},
};
constexpr Native kFatal[] = {{"func fatal(string)", throw_error}};
constexpr Native kBoringSig[] = {
    {"func BoringCrypto()", nothing}, {"func FIPSOnly()", nothing}, {"func StandardCrypto()", nothing}};
constexpr Native kBoringCache[] = {{"func registerCache(unsafe.Pointer)", register_cache}};

}  // namespace

void register_misc(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {
      {"crypto/internal/fips140", kFips},
      {"crypto/internal/sysrand", kFatal},
      {"crypto/rand", kFatal},
      {"crypto/internal/boring/sig", kBoringSig},
      {"crypto/internal/boring/bcache", kBoringCache},
  };
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
