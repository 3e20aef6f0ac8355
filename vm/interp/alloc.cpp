// New objects and closures.
#include "vm/interp/support.h"
#include "vm/runtime/slices.h"

namespace govm::interp {

HANDLER(New) {
  const abi::Type* type = type_at(pc, 1);
  save(w, pc, fp);
  void* p = rt::allocate(*w, type->size, type);
  if (p == nullptr) [[unlikely]] TAIL(slow_out_of_memory);
  RA.p = p;
  NEXT(2);
}
HANDLER(MakeClosure) {
  const abi::Type* type = type_at(pc, 2);
  save(w, pc, fp);
  auto* closure = static_cast<Slot*>(rt::allocate(*w, type->size, type));
  if (closure == nullptr) [[unlikely]] TAIL(slow_out_of_memory);
  closure[0].u = pc->word(1);
  std::memcpy(closure + 1, &RB, pc->c * sizeof(Slot));
  RA.p = closure;
  NEXT(3);
}

}  // namespace govm::interp
