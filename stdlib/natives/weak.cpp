// weak, unique: pointers that do not keep their object alive.
#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

void register_weak_pointer(NativeFrame& frame) {
  frame.result<void*>(0, frame.runtime().heap().weak_handle(frame.cache(), frame.arg<void*>(0)));
}
void make_strong(NativeFrame& frame) {
  frame.result<void*>(0, frame.runtime().heap().weak_to_strong(frame.arg<void*>(0)));
}
void register_unique_cleanup(NativeFrame& frame) { frame.runtime().set_unique_cleanup(frame.arg<void*>(0)); }

constexpr Native kWeak[] = {
    {"func runtime_registerWeakPointer(unsafe.Pointer) unsafe.Pointer", register_weak_pointer},
    {"func runtime_makeStrongFromWeak(unsafe.Pointer) unsafe.Pointer", make_strong},
};
constexpr Native kUnique[] = {{"func runtime_registerUniqueMapCleanup(cleanup func())", register_unique_cleanup}};

}  // namespace

void register_weak(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTables[] = {{"weak", kWeak}, {"unique", kUnique}};
  for (const NativeTable& table : kTables) registry.add(table);
}

}  // namespace govm::natives
