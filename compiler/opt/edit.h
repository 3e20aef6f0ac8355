// Small edits every pass needs. There are no use lists: a value that is replaced becomes a Copy, and remove_copies
// rewrites its users once at the end of the pass.
#pragma once

#include "compiler/ir/ir.h"

namespace govm::opt {

using ir::Block;
using ir::Function;
using ir::Op;
using ir::Value;

// v without the copies it went through.
inline Value* resolve(Value* v) {
  while (v->op == Op::kCopy && v->args[0] != v) v = v->args[0];
  return v;
}

// v's users shall use `of` instead (v may also be a check without a result that is no longer needed).
void become_copy(Value* v, Value* of);
// v becomes another operation in its place; flags and aux are cleared.
void become(Value* v, Op op, std::initializer_list<Value*> args);
void become_const(Value* v, std::int64_t bits);
// Users see through copies, copies leave their blocks. Returns whether there were any.
bool remove_copies(Function& fn);
void recount_uses(Function& fn);

// A new value with the position of `like`, not in a block yet.
Value* make_like(const Value* like, Op op, types::Type* type, std::initializer_list<Value*> args);
Value* make_const(Function& fn, types::Type* type, std::int64_t bits);
// The zero value of t: Const for booleans and numbers that fit in one, else Zero.
Value* make_zero(Function& fn, types::Type* t);
// Puts v at the start of the entry block, where it dominates everything.
void insert_at_entry(Function& fn, Value* v);
void insert_at_entry(Function& fn, const std::vector<Value*>& values);

std::size_t phi_count(const Block* b);
// Index in succ->preds of the edge block->succs[succ_index]. Several edges between two blocks pair up in order.
std::size_t pred_index(const Block* block, std::size_t succ_index);
// Takes the index-th predecessor and its phi arguments away; the predecessor's succs are the caller's business.
void remove_pred(Block* b, std::size_t index);
// Ends b with a jump to its succ_index-th successor; the other edges go.
void jump_only_to(Block* b, std::size_t succ_index);

inline bool is_const(const Value* v) { return v->op == Op::kConst; }
inline bool is_const(const Value* v, std::int64_t bits) { return v->op == Op::kConst && v->aux_int == bits; }
inline bool is_terminator(const Value* v) { return (ir::op_flags(v->op) & ir::kTerm) != 0; }
// The Alloc, or another value that makes an address, below FieldAddr, IndexAddr of arrays and the like.
Value* base_address(Value* address);

}  // namespace govm::opt
