// Statements that only steer: blocks, if, for, labels and branches.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::BranchKind;
using syntax::NodeKind;
using syntax::as;

void Builder::stmts(std::span<syntax::Stmt* const> list) {
  for (const syntax::Stmt* s : list) stmt(s);
}

void Builder::stmt(const syntax::Stmt* s) {
  if (!s) return;
  PosScope pos(*this, s->pos);
  switch (s->kind) {
    case NodeKind::kEmptyStmt: break;
    case NodeKind::kLabeledStmt: return labeled(as<syntax::LabeledStmt>(s));
    case NodeKind::kBlockStmt: return stmts(as<syntax::BlockStmt>(s)->list);
    case NodeKind::kExprStmt: return effects(as<syntax::ExprStmt>(s)->x);
    case NodeKind::kSendStmt: {
      auto* send = as<syntax::SendStmt>(s);
      const syntax::Expr* const parts[] = {send->chan, send->value};
      ordered(parts);
      Value* ch = expr(send->chan);
      Value* v = expr_as(send->value, elem_type(ch->type));
      emit(Op::kSend, nullptr, {ch, v});
      break;
    }
    case NodeKind::kDeclStmt: return decl_stmt(as<syntax::DeclStmt>(s));
    case NodeKind::kAssignStmt: return assign(as<syntax::AssignStmt>(s));
    case NodeKind::kBranchStmt: return branch_stmt(as<syntax::BranchStmt>(s));
    case NodeKind::kCallStmt: return call_stmt(as<syntax::CallStmt>(s));
    case NodeKind::kReturnStmt: return return_stmt(as<syntax::ReturnStmt>(s));
    case NodeKind::kIfStmt: return if_stmt(as<syntax::IfStmt>(s));
    case NodeKind::kForStmt: return for_stmt(as<syntax::ForStmt>(s));
    case NodeKind::kSwitchStmt: return switch_stmt(as<syntax::SwitchStmt>(s));
    case NodeKind::kSelectStmt: return select_stmt(as<syntax::SelectStmt>(s));
    default: GOVM_UNREACHABLE();
  }
}

void Builder::if_stmt(const syntax::IfStmt* s) {
  stmt(s->init);
  Block* then = block();
  Block* done = block();
  Block* otherwise = s->else_stmt ? block() : done;
  cond(s->cond, then, otherwise);
  start(then);
  stmt(s->then);
  jump(done);
  if (s->else_stmt) {
    start(otherwise);
    stmt(s->else_stmt);
    jump(done);
  }
  start(done);
}

void Builder::for_stmt(const syntax::ForStmt* s) {
  if (auto* r = as<syntax::RangeClause>(s->init)) return range_stmt(s, r);
  stmt(s->init);
  // Variables that outlive an iteration are renewed by each: the cell holds the current one's address.
  std::vector<std::pair<types::Var*, Value*>> renewed;
  auto* init = as<syntax::AssignStmt>(s->init);
  if (init && init->op == syntax::Operator::kDef && s->distinct_vars && facts_) {
    for (const syntax::Expr* e : expr_list(init->lhs)) {
      auto* n = as<syntax::Name>(unparen(e));
      auto* v = n ? types::as<types::Var>(n->object) : nullptr;
      if (!v || n->value.is_blank() || !(facts_->captured(v) || facts_->addressed(v))) continue;
      Value* first = variable_address(v);
      if (by_value(v, elem_type(first->type))) continue;
      Value* cell = alloc(first->type);
      store(cell, first);
      declare_cell(v, cell);
      renewed.emplace_back(v, cell);
    }
  }
  const Loop loop = begin_loop(s, true);
  if (s->cond) {
    cond(s->cond, loop.body, loop.done);
  } else {
    jump(loop.body);
  }
  start(loop.body);
  stmt(s->body);
  jump(loop.next);
  start(loop.next);
  for (auto& [v, cell] : renewed) {
    Value* fresh = alloc(elem_type(elem_type(cell->type)), v);
    move(fresh, load(cell));
    store(cell, fresh);
  }
  stmt(s->post);
  end_loop(loop);
}

Builder::Loop Builder::begin_loop(const syntax::ForStmt* s, bool steps) {
  Loop loop;
  loop.head = block();
  loop.body = block();
  loop.next = steps ? block() : loop.head;
  loop.done = block();
  targets_[s] = {loop.done, loop.next};
  loop_depth_++;
  jump(loop.head);
  start(loop.head);
  return loop;
}

void Builder::end_loop(const Loop& loop) {
  jump(loop.head);
  loop_depth_--;
  start(loop.done);
}

void Builder::count_up(std::int64_t n, const std::function<void(Value* i)>& each) {
  Value* i = alloc(int_);
  Block* head = block();
  Block* body = block();
  Block* done = block();
  jump(head);
  start(head);
  Value* now = load(i);
  branch(emit(Op::kLt, bool_, {now, const_int(n)}), body, done);
  start(body);
  each(now);
  store(i, emit(Op::kAdd, int_, {now, const_int(1)}));
  jump(head);
  start(done);
}

Block* Builder::label_block(const syntax::Stmt* s) {
  Block*& b = labels_[s];
  if (!b) b = block();
  return b;
}

void Builder::labeled(const syntax::LabeledStmt* s) {
  Block* b = label_block(s);
  jump(b);
  start(b);
  stmt(s->stmt);
}

void Builder::branch_stmt(const syntax::BranchStmt* s) {
  if (s->tok == BranchKind::kFallthrough) {
    GOVM_ASSERT(fallthrough_);
    return jump(fallthrough_);
  }
  GOVM_ASSERT(s->target);
  branch_to(s->tok, s->target);
}

void Builder::branch_to(BranchKind kind, syntax::Stmt* target) {
  if (kind == BranchKind::kGoto) {
    bool inside = !range_loop_ || (target->pos >= range_loop_->pos && target->pos <= range_loop_->body->rbrace);
    if (inside) return jump(label_block(target));
  } else {
    if (auto* l = as<syntax::LabeledStmt>(target)) target = l->stmt;
    auto it = targets_.find(target);
    if (it != targets_.end()) return jump(kind == BranchKind::kBreak ? it->second.on_break : it->second.on_continue);
    if (target == range_loop_) return leave_range_body(kind == BranchKind::kBreak ? 0 : 1 << 30);
  }
  leave_range_body(real_function()->range_exit_code(kind, target));
}

}  // namespace govm::ir
