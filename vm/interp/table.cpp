#include "vm/interp/table.h"

#include "vm/bytecode/tables.h"
#include "vm/interp/support.h"

namespace govm::interp {

const void* const kDispatchTable[] = {
#define OP(name, a, b, c, words, flags, meaning) reinterpret_cast<const void*>(&op_##name),
#include "vm/bytecode/ops.def"
#undef OP
};

namespace {

// The slice is over: the goroutine is left at this instruction, unless it is pinned.
GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slice_over(GOVM_HANDLER_ARGS) {
  if (rt::state_of(*w->current).pins != 0) {
    w->budget = 1;
    GOVM_MUSTTAIL return reinterpret_cast<Handler>(const_cast<void*>(w->counted_table[pc->op]))(pc, fp, w, table);
  }
  w->current->between = true;
  LEAVE(kYielded);
}

GOVM_PRESERVE_NONE void count_off(GOVM_HANDLER_ARGS) {
  if (w->budget == 0) [[unlikely]] TAIL(slice_over);
  --w->budget;
  GOVM_MUSTTAIL return reinterpret_cast<Handler>(const_cast<void*>(w->counted_table[pc->op]))(pc, fp, w, table);
}

// Entry stubs are no places to stop at.
constexpr bool is_stub(bc::Op op) { return op >= bc::Op::kCompileLazily && op <= bc::Op::kReturnToHost; }

}  // namespace

const void* const kCountingTable[] = {
#define OP(name, a, b, c, words, flags, meaning) \
  is_stub(bc::Op::k##name) ? reinterpret_cast<const void*>(&op_##name) : reinterpret_cast<const void*>(&count_off),
#include "vm/bytecode/ops.def"
#undef OP
};

}  // namespace govm::interp
