// Expression switches and type switches.
#include <algorithm>
#include <unordered_set>

#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using syntax::Mode;
using syntax::as;

namespace {
constexpr std::size_t kMinTable = 4;  // fewer integer cases are compared one by one
}

void Builder::switch_stmt(const syntax::SwitchStmt* s) {
  stmt(s->init);
  if (as<syntax::TypeSwitchGuard>(s->tag)) return type_switch(s);
  Value* tag = s->tag ? expr(s->tag) : nullptr;
  Block* done = block();
  Block* otherwise = done;
  std::vector<Block*> bodies;
  for (const syntax::CaseClause* c : s->body) {
    bodies.push_back(block());
    if (!c->cases) otherwise = bodies.back();
  }
  targets_[s] = {done, nullptr};
  if (!(tag && integer_switch(s, tag, bodies, otherwise))) {
    for (std::size_t i = 0; i < bodies.size(); i++) {
      const syntax::CaseClause* c = s->body[i];
      for (const syntax::Expr* e : expr_list(c->cases)) {
        Block* next = block();
        PosScope pos(*this, e->pos);
        if (!tag) {
          cond(e, bodies[i], next);
        } else {
          Value* v = expr(e);
          branch(compare(syntax::Operator::kEql, tag, v), bodies[i], next);
        }
        start(next);
      }
    }
    jump(otherwise);
  }
  switch_bodies(s, bodies, done);
}

void Builder::switch_bodies(const syntax::SwitchStmt* s, std::span<Block* const> bodies, Block* done) {
  Block* saved = fallthrough_;
  for (std::size_t i = 0; i < bodies.size(); i++) {
    start(bodies[i]);
    fallthrough_ = i + 1 < bodies.size() ? bodies[i + 1] : nullptr;
    stmts(s->body[i]->body);
    jump(done);
  }
  fallthrough_ = saved;
  start(done);
}

// A Switch terminator where all cases are integer constants. Each value has a block of its own on the way to its
// clause, so that no block is twice a predecessor of another.
bool Builder::integer_switch(const syntax::SwitchStmt* s, Value* tag, std::span<Block* const> bodies, Block* otherwise) {
  if (!types::is_integer(tag->type)) return false;
  std::vector<std::pair<std::int64_t, std::size_t>> values;
  std::unordered_set<std::int64_t> seen;
  for (std::size_t i = 0; i < bodies.size(); i++) {
    for (const syntax::Expr* e : expr_list(s->body[i]->cases)) {
      if (e->mode != Mode::kConstant || !types::is_integer(typ(e))) return false;
      auto v = static_cast<std::int64_t>(constant::int_bits(session_.constants.to_int(e->constant)));
      if (seen.insert(v).second) values.emplace_back(v, i);
    }
  }
  if (values.size() < kMinTable) return false;
  auto& cases = program_.impl().owned_cases.emplace_back();
  Value* terminator = emit(Op::kSwitch, nullptr, {tag});
  terminator->aux.cases = &cases;
  Block* from = cur_;
  std::unordered_set<Block*> used;
  for (auto& [v, body] : values) {
    cases.push_back(v);
    if (used.insert(bodies[body]).second) {
      edge(from, bodies[body]);
      continue;
    }
    Block* way = block();
    edge(from, way);
    start(way);
    jump(bodies[body]);
  }
  edge(from, otherwise);
  start(block());
  return true;
}

// Tests whether x (of dynamic type `dynamic`) is of the type e denotes; *unpacked is its value if the test computes it.
Value* Builder::type_case(Value* x, Value* dynamic, const syntax::Expr* e, types::Type** t, Value** unpacked) {
  *t = nullptr;
  *unpacked = nullptr;
  auto* n = as<syntax::Name>(unparen(e));
  if (e->mode == Mode::kNilValue || (n && types::as<types::Nil>(n->object))) {
    return emit(Op::kEq, bool_, {dynamic, zero(pointer_)});
  }
  *t = typ(e);
  if (!types::is_interface(*t)) return emit(Op::kEq, bool_, {dynamic, type_desc(*t)});
  types::Type* parts[] = {*t, bool_};
  Value* pair = emit_int(Op::kTypeAssert, program_.tuple_of(parts), 1, {x});
  pair->aux.type = *t;
  *unpacked = extract(pair, 0);
  return extract(pair, 1);
}

void Builder::type_switch(const syntax::SwitchStmt* s) {
  auto* guard = as<syntax::TypeSwitchGuard>(s->tag);
  Value* x = expr(guard->x);
  Value* dynamic = emit(Op::kIfaceType, pointer_, {x});
  Block* done = block();
  Block* otherwise = done;
  std::vector<Block*> bodies;
  targets_[s] = {done, nullptr};
  for (const syntax::CaseClause* c : s->body) {
    bodies.push_back(block());
    if (!c->cases) otherwise = bodies.back();
  }
  auto bind = [&](const syntax::CaseClause* c, Value* v) {
    auto* var = types::as<types::Var>(c->implicit_var);
    if (!var) return;
    Value* a = declare(var);
    store(a, assign_convert(v, elem_type(a->type)));
  };
  for (std::size_t i = 0; i < bodies.size(); i++) {
    const syntax::CaseClause* c = s->body[i];
    std::span<syntax::Expr* const> list = expr_list(c->cases);
    for (const syntax::Expr* e : list) {
      PosScope pos(*this, e->pos);
      types::Type* t;
      Value* unpacked;
      Value* test = type_case(x, dynamic, e, &t, &unpacked);
      Block* next = block();
      if (list.size() == 1 && t && c->implicit_var) {
        Block* matched = block();
        branch(test, matched, next);
        start(matched);
        bind(c, unpacked ? unpacked : unpack_iface(x, t));
        jump(bodies[i]);
      } else {
        branch(test, bodies[i], next);
      }
      start(next);
    }
  }
  jump(otherwise);
  for (std::size_t i = 0; i < bodies.size(); i++) {
    const syntax::CaseClause* c = s->body[i];
    start(bodies[i]);
    auto* var = types::as<types::Var>(c->implicit_var);
    if (var && !locals_.contains(var)) bind(c, x);
    stmts(c->body);
    jump(done);
  }
  start(done);
}

}  // namespace govm::ir
