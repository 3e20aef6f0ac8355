// What is made only to be copied at once. Conversions between string and []byte that need no copy: their result is only looked at while nothing can write to
// the bytes (as gc's slicebytetostringtmp and stringtoslicebytetmp).
#include <algorithm>

#include "compiler/opt/passes.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

// Whether `user` is done with the bytes of operand i when it ends, and cannot write to them meanwhile.
bool only_looks(const Value* user, std::size_t i) {
  switch (user->op) {
    case Op::kEq: case Op::kNe: case Op::kLt: case Op::kLe: case Op::kGt: case Op::kGe: return true;
    case Op::kMapGet: case Op::kMapGetOk: return i == 1;
    case Op::kLen: return true;
    default: return false;
  }
}

bool may_write(const Value* v) { return (ir::op_flags(v->op) & (ir::kWrites | ir::kCall)) != 0; }

class Borrower {
 public:
  explicit Borrower(Function& fn) : fn_(fn) {}

  bool run() {
    bool changed = false;
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op == Op::kBytesFromString) changed |= pass_string(v);
      }
    }
    recount_uses(fn_);
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op == Op::kAppendSlice) append_zeroes(v->args[1]);
      }
    }
    for (auto& b : fn_.blocks) {
      for (std::size_t i = 0; i < b->values.size(); ++i) {
        if (b->values[i]->op == Op::kStringFromBytes && borrowed_at(*b, i)) {
          b->values[i]->aux_int = 1;
        }
      }
    }
    return changed;
  }

 private:
  // append(b, []byte(s)...) and copy(b, []byte(s)) take the string itself.
  bool pass_string(Value* v) {
    if (!types::is_string(v->args[0]->type)) return false;
    bool changed = false;
    for (Value* user : v->block->values) {
      if ((user->op == Op::kAppendSlice || user->op == Op::kCopySlice) && user->args[1] == v) {
        user->args[1] = v->args[0];
        changed = true;
      }
    }
    return changed;
  }

  // append(x, make([]T, n)...) makes nothing but room.
  void append_zeroes(Value* made) const {
    if (made->op == Op::kMakeSlice && made->uses == 1 && made->args[0] == made->args[1]) made->aux_int |= ir::kZeroesOnly;
  }

  bool borrowed_at(const Block& b, std::size_t i) const {
    const Value* v = b.values[i];
    std::uint32_t seen = 0;
    for (std::size_t k = i + 1; k < b.values.size() && seen < v->uses; ++k) {
      const Value* user = b.values[k];
      for (std::size_t a = 0; a < user->args.size(); ++a) {
        if (user->args[a] != v) continue;
        if (!only_looks(user, a)) return false;
        ++seen;
      }
      if (seen < v->uses && may_write(user)) return false;
    }
    return seen == v->uses;
  }

  Function& fn_;
};

}  // namespace

bool borrow_bytes(Function& fn) { return Borrower(fn).run(); }

}  // namespace govm::opt
