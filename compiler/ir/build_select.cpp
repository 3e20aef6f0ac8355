// select. One communication without default is a plain send or receive.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::Operator;
using syntax::as;

namespace {

// The receive operation of a communication clause; null for a send.
const syntax::Operation* receive_of(const syntax::SimpleStmt* s) {
  const syntax::Expr* e = nullptr;
  if (auto* x = as<syntax::ExprStmt>(s)) e = x->x;
  if (auto* a = as<syntax::AssignStmt>(s)) e = a->rhs;
  return e ? as<syntax::Operation>(unparen(e)) : nullptr;
}

}  // namespace

// Assigns what was received to the clause's left side.
void Builder::receive_assign(const syntax::CommClause* c, Value* v, Value* ok) {
  auto* a = as<syntax::AssignStmt>(c->comm);
  if (!a) return;
  std::span<syntax::Expr* const> lhs = expr_list(a->lhs);
  Value* values[] = {v, ok};
  std::vector<Place> places(lhs.size());
  for (std::size_t i = 0; i < lhs.size(); i++) {
    if (a->op != Operator::kDef || !defines(lhs[i])) places[i] = place(lhs[i]);
  }
  for (std::size_t i = 0; i < lhs.size(); i++) {
    if (a->op == Operator::kDef) {
      define_or_write(lhs[i], places[i], values[i]);
    } else {
      write(places[i], values[i]);
    }
  }
}

void Builder::select_single(const syntax::SelectStmt* s, const syntax::CommClause* c) {
  Block* done = block();
  targets_[s] = {done, nullptr};
  if (auto* r = receive_of(c->comm)) {
    Value* ch = expr(r->x);
    types::Type* parts[] = {elem_type(ch->type), bool_};
    Value* pair = emit_int(Op::kRecv, program_.tuple_of(parts), 1, {ch});
    receive_assign(c, extract(pair, 0), extract(pair, 1));
  } else {
    stmt(c->comm);
  }
  stmts(c->body);
  jump(done);
  start(done);
}

void Builder::select_stmt(const syntax::SelectStmt* s) {
  if (s->body.size() == 1 && s->body[0]->comm) return select_single(s, s->body[0]);
  std::vector<SelectInfo::Case> cases;
  std::vector<Value*> args;
  std::vector<types::Type*> parts{int_, bool_};
  std::vector<const syntax::CommClause*> clauses;
  const syntax::CommClause* otherwise = nullptr;
  for (const syntax::CommClause* c : s->body) {
    if (!c->comm) {
      otherwise = c;
      continue;
    }
    clauses.push_back(c);
    SelectInfo::Case k{false, static_cast<int>(args.size()), -1, -1};
    if (auto* r = receive_of(c->comm)) {
      args.push_back(expr(r->x));
      if (as<syntax::AssignStmt>(c->comm)) {
        k.result = static_cast<int>(parts.size());
        parts.push_back(elem_type(args.back()->type));
      }
    } else {
      auto* send = as<syntax::SendStmt>(c->comm);
      k.send = true;
      args.push_back(expr(send->chan));
      k.value_arg = static_cast<int>(args.size());
      args.push_back(expr_as(send->value, elem_type(args.back()->type)));
    }
    cases.push_back(k);
  }
  auto* info = program_.arena.make<SelectInfo>();
  info->cases = program_.arena.copy(cases);
  info->blocking = otherwise == nullptr;
  Value* v = emit(Op::kSelect, program_.tuple_of(parts), std::move(args));
  v->aux.select = info;
  if (s->body.empty()) {
    terminate(Op::kUnreachable);
    return;
  }
  Value* chosen = extract(v, 0);
  Value* ok = extract(v, 1);
  Block* done = block();
  targets_[s] = {done, nullptr};
  for (std::size_t i = 0; i < clauses.size(); i++) {
    const syntax::CommClause* c = clauses[i];
    PosScope pos(*this, c->pos);
    Block* body = block();
    Block* next = block();
    bool last = i + 1 == clauses.size() && !otherwise;
    if (last) {
      jump(body);
    } else {
      branch(emit(Op::kEq, bool_, {chosen, const_int(static_cast<std::int64_t>(i))}), body, next);
    }
    start(body);
    if (cases[i].result >= 0) receive_assign(c, extract(v, cases[i].result), ok);
    stmts(c->body);
    jump(done);
    start(next);
  }
  if (otherwise) stmts(otherwise->body);
  jump(done);
  start(done);
}

}  // namespace govm::ir
