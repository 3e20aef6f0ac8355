#include "tests/catch.h"
#include "tests/ir/function_maker.h"

using namespace govm;
using namespace govm::test;
using ir::Op;
using ir::Value;

namespace {

// for i := 0; i < limit; i++ { body(i) }; the maker continues behind the loop. i is a variable, as the builder does it.
template <typename Body>
void counted_loop(World& w, FunctionMaker& m, Value* limit, Body body) {
  Value* i = m.alloc(w.int_type);
  m.store(i, m.integer(0));
  ir::Block *head = m.new_block(), *inside = m.new_block(), *done = m.new_block();
  m.jump(head);
  m.block = head;
  m.branch(m.emit(Op::kLt, w.bool_type, {m.load(i, w.int_type), limit}), inside, done);
  m.block = inside;
  body(m.load(i, w.int_type));
  m.store(i, m.emit(Op::kAdd, w.int_type, {m.load(i, w.int_type), m.integer(1)}));
  m.jump(head);
  m.block = done;
}

}  // namespace

TEST_CASE("variables become phis, constants fold") {
  World w;
  FunctionMaker m(w, "f", {w.bool_type}, {w.int_type});
  Value* cond = m.param(0);
  Value* x = m.alloc(w.int_type);
  m.store(x, m.emit(Op::kAdd, w.int_type, {m.integer(40), m.integer(2)}));
  ir::Block *yes = m.new_block(), *join = m.new_block();
  m.branch(cond, yes, join);
  m.block = yes;
  m.store(x, m.integer(7));
  m.jump(join);
  m.block = join;
  m.ret({m.load(x, w.int_type)});
  m.optimize();
  CHECK(m.count(Op::kAlloc) == 0);
  CHECK(m.count(Op::kLoad) == 0);
  REQUIRE(m.count(Op::kPhi) == 1);
  CHECK(m.find(Op::kPhi)->args[0]->aux_int == 42);
  CHECK(m.count(Op::kAdd) == 0);
}

TEST_CASE("an Alloc in a loop is zero each time") {
  World w;
  FunctionMaker m(w, "f", {w.int_type}, {w.int_type});
  Value* n = m.param(0);
  Value* sum = m.alloc(w.int_type);
  counted_loop(w, m, n, [&](Value* i) {
    Value* x = m.alloc(w.int_type);
    Value* before = m.load(x, w.int_type);
    m.store(x, i);
    m.store(sum, m.emit(Op::kAdd, w.int_type, {m.load(sum, w.int_type), before}));
  });
  m.ret({m.load(sum, w.int_type)});
  m.optimize();
  // sum stays 0: the only phi is the counter's.
  CHECK(m.count(Op::kPhi) == 1);
  const Value* ret = m.find(Op::kReturn);
  CHECK(ret->args[0]->op == Op::kConst);
  CHECK(ret->args[0]->aux_int == 0);
}

TEST_CASE("a branch on a constant goes, with the code behind it") {
  World w;
  FunctionMaker m(w, "f", {w.int_type}, {w.int_type});
  Value* n = m.param(0);
  ir::Block *yes = m.new_block(), *no = m.new_block();
  m.branch(m.emit(Op::kLt, w.bool_type, {m.integer(3), m.integer(2)}), yes, no);
  m.block = yes;
  m.ret({m.integer(1)});
  m.block = no;
  m.ret({n});
  m.optimize();
  CHECK(m.fn.blocks.size() == 1);
  CHECK(m.find(Op::kReturn)->args[0]->op == Op::kParam);
}

TEST_CASE("division by zero and overflowing shifts are not folded wrongly") {
  World w;
  types::Type* int8 = types::basic(w.session, types::BasicKind::kInt8);
  FunctionMaker m(w, "f", {}, {w.int_type, int8, int8});
  Value* quotient = m.emit(Op::kDiv, w.int_type, {m.integer(1), m.integer(0)});
  Value* big = m.emit(Op::kConst, int8, {}, 127);
  Value* wrapped = m.emit(Op::kAdd, int8, {big, m.emit(Op::kConst, int8, {}, 1)});
  Value* lowest = m.emit(Op::kConst, int8, {}, -128);
  Value* negated = m.emit(Op::kDiv, int8, {lowest, m.emit(Op::kConst, int8, {}, -1)});
  m.ret({quotient, wrapped, negated});
  m.optimize();
  const Value* ret = m.find(Op::kReturn);
  CHECK(ret->args[0]->op == Op::kDiv);
  CHECK(ret->args[1]->aux_int == -128);
  CHECK(ret->args[2]->aux_int == -128);
}

TEST_CASE("an index below len needs no check") {
  World w;
  types::Type* ints = w.slice(w.int_type);
  FunctionMaker m(w, "f", {ints}, {w.int_type});
  Value* s = m.param(0);
  Value* sum = m.alloc(w.int_type);
  counted_loop(w, m, m.emit(Op::kLen, w.int_type, {s}), [&](Value* i) {
    Value* element = m.load(m.emit(Op::kIndexAddr, w.pointer(w.int_type), {s, i}), w.int_type);
    m.store(sum, m.emit(Op::kAdd, w.int_type, {m.load(sum, w.int_type), element}));
  });
  m.ret({m.load(sum, w.int_type)});
  m.optimize();
  REQUIRE(m.find(Op::kIndexAddr) != nullptr);
  INFO(ir::to_string(m.fn));
  CHECK((m.find(Op::kIndexAddr)->flags & ir::kNoBounds) != 0);
}

TEST_CASE("an index one past a proven one keeps its check") {
  World w;
  types::Type* ints = w.slice(w.int_type);
  FunctionMaker m(w, "f", {ints}, {});
  Value* s = m.param(0);
  counted_loop(w, m, m.emit(Op::kLen, w.int_type, {s}), [&](Value* i) {
    Value* next = m.emit(Op::kAdd, w.int_type, {i, m.integer(1)});
    m.store(m.emit(Op::kIndexAddr, w.pointer(w.int_type), {s, next}), i);
  });
  m.ret();
  m.optimize();
  CHECK((m.find(Op::kIndexAddr)->flags & ir::kNoBounds) == 0);
}

TEST_CASE("a larger constant index proves smaller ones") {
  World w;
  types::Type* ints = w.slice(w.int_type);
  FunctionMaker m(w, "f", {ints}, {w.int_type});
  Value* s = m.param(0);
  m.emit(Op::kIndexAddr, w.pointer(w.int_type), {s, m.integer(7)});
  Value* third = m.emit(Op::kIndexAddr, w.pointer(w.int_type), {s, m.integer(3)});
  m.ret({m.load(third, w.int_type)});
  m.optimize();
  CHECK((third->flags & ir::kNoBounds) != 0);
  CHECK(m.count(Op::kIndexAddr) == 2);  // the check of 7 stays
}

TEST_CASE("struct variables are split") {
  World w;
  auto* pair = w.session.arena.make<types::Struct>();
  std::vector<types::Var*> fields;
  for (const char* name : {"a", "b"}) {
    fields.push_back(w.session.arena.make<types::Var>(Pos{}, nullptr, w.session.symbols.intern(name), w.int_type));
  }
  pair->fields = w.session.arena.copy(fields);
  types::Type* type = types::canonical(w.session, pair);
  FunctionMaker m(w, "f", {w.int_type}, {w.int_type});
  Value* x = m.param(0);
  Value *p = m.alloc(type), *q = m.alloc(type);
  m.store(m.emit(Op::kFieldAddr, w.pointer(w.int_type), {p}, 1), x);
  m.store(q, m.load(p, type));
  m.ret({m.load(m.emit(Op::kFieldAddr, w.pointer(w.int_type), {q}, 1), w.int_type)});
  m.optimize();
  CHECK(m.count(Op::kAlloc) == 0);
  CHECK(m.find(Op::kReturn)->args[0] == x);
}

TEST_CASE("small callees are inlined, with their call site") {
  World w;
  FunctionMaker callee(w, "max", {w.int_type, w.int_type}, {w.int_type});
  Value *x = callee.param(0), *y = callee.param(1);
  ir::Block *yes = callee.new_block(), *no = callee.new_block();
  callee.branch(callee.emit(Op::kLt, w.bool_type, {x, y}), yes, no);
  callee.block = yes;
  callee.ret({y});
  callee.block = no;
  callee.ret({x});

  FunctionMaker m(w, "f", {w.int_type}, {w.int_type});
  Value* call = m.call(callee.fn, w.int_type, {m.param(0), m.integer(3)});
  const Pos call_pos = call->pos;
  m.ret({call});
  m.optimize();
  CHECK(m.count(Op::kCall) == 0);
  const Value* compare = m.find(Op::kLt);
  if (compare == nullptr) compare = m.find(Op::kGt);
  REQUIRE(compare != nullptr);
  REQUIRE(compare->inlined != nullptr);
  CHECK(compare->inlined->callee == &callee.fn);
  CHECK(compare->inlined->call_pos == call_pos);
  CHECK(compare->inlined->outer == nullptr);
}

TEST_CASE("recursion is not inlined for ever") {
  World w;
  FunctionMaker m(w, "f", {w.int_type}, {w.int_type});
  m.ret({m.call(m.fn, w.int_type, {m.param(0)})});
  m.optimize();
  CHECK(m.count(Op::kCall) == 1);
}

TEST_CASE("variables passed to what keeps them escape, others do not") {
  World w;
  types::Type* pointer = w.pointer(w.int_type);
  FunctionMaker reader(w, "reader", {pointer}, {w.int_type});
  reader.fn.no_inline = true;
  reader.ret({reader.load(reader.param(0), w.int_type)});
  FunctionMaker identity(w, "identity", {pointer}, {pointer});
  identity.fn.no_inline = true;
  identity.ret({identity.param(0)});

  FunctionMaker m(w, "f", {}, {w.int_type, pointer});
  Value *read = m.alloc(w.int_type), *returned = m.alloc(w.int_type);
  Value* x = m.call(reader.fn, w.int_type, {read});
  Value* p = m.call(identity.fn, pointer, {returned});
  m.ret({x, p});
  m.optimize();
  CHECK((read->aux_int & 1) == 0);
  CHECK((returned->aux_int & 1) == 1);
}

TEST_CASE("a variable of a loop whose address outlives the iteration goes to the heap") {
  World w;
  types::Type* pointer = w.pointer(w.int_type);
  FunctionMaker reader(w, "reader", {pointer}, {w.int_type});
  reader.fn.no_inline = true;
  reader.ret({reader.load(reader.param(0), w.int_type)});

  FunctionMaker m(w, "f", {w.int_type}, {});
  Value* n = m.param(0);
  Value* last = m.alloc(pointer);
  m.store(last, m.alloc(w.int_type));
  Value *kept = nullptr, *local = nullptr;
  counted_loop(w, m, n, [&](Value*) {
    m.call(reader.fn, w.int_type, {m.load(last, pointer)});
    kept = m.alloc(w.int_type);
    local = m.alloc(w.int_type);
    m.store(last, kept);
    m.call(reader.fn, w.int_type, {local});
  });
  m.ret();
  m.optimize();
  CHECK((kept->aux_int & 1) == 1);
  CHECK((local->aux_int & 1) == 0);
}

TEST_CASE("loads are forwarded unless something may have written") {
  World w;
  types::Type* pointer = w.pointer(w.int_type);
  FunctionMaker m(w, "f", {pointer, pointer}, {w.int_type, w.int_type});
  Value *p = m.param(0), *q = m.param(1);
  m.store(p, m.integer(1));
  Value* first = m.load(p, w.int_type);
  m.store(q, m.integer(2));
  Value* second = m.load(p, w.int_type);
  m.ret({first, second});
  m.optimize();
  const Value* ret = m.find(Op::kReturn);
  CHECK(ret->args[0]->op == Op::kConst);
  CHECK(ret->args[1]->op == Op::kLoad);
}

TEST_CASE("invariant arithmetic leaves the loop, checks stay") {
  World w;
  FunctionMaker m(w, "f", {w.int_type, w.int_type}, {w.int_type});
  Value *n = m.param(0), *k = m.param(1);
  Value* sum = m.alloc(w.int_type);
  Value *square = nullptr, *quotient = nullptr;
  counted_loop(w, m, n, [&](Value*) {
    square = m.emit(Op::kMul, w.int_type, {k, k});
    quotient = m.emit(Op::kDiv, w.int_type, {n, k});
    Value* both = m.emit(Op::kAdd, w.int_type, {square, quotient});
    m.store(sum, m.emit(Op::kAdd, w.int_type, {m.load(sum, w.int_type), both}));
  });
  m.ret({m.load(sum, w.int_type)});
  m.optimize();
  CHECK(square->block == m.fn.blocks[0].get());
  CHECK(quotient->block != m.fn.blocks[0].get());
}

TEST_CASE("nested loops that count down and up prove neighbouring indices") {
  World w;
  types::Type* ints = w.slice(w.int_type);
  FunctionMaker m(w, "f", {ints}, {});
  Value* s = m.param(0);
  Value* i = m.alloc(w.int_type);
  m.store(i, m.emit(Op::kSub, w.int_type, {m.emit(Op::kLen, w.int_type, {s}), m.integer(1)}));
  ir::Block *head = m.new_block(), *inside = m.new_block(), *done = m.new_block();
  m.jump(head);
  m.block = head;
  m.branch(m.emit(Op::kGt, w.bool_type, {m.load(i, w.int_type), m.integer(0)}), inside, done);
  m.block = inside;
  counted_loop(w, m, m.load(i, w.int_type), [&](Value* j) {
    Value* next = m.emit(Op::kAdd, w.int_type, {j, m.integer(1)});
    Value* x = m.load(m.emit(Op::kIndexAddr, w.pointer(w.int_type), {s, next}), w.int_type);
    m.store(m.emit(Op::kIndexAddr, w.pointer(w.int_type), {s, j}), x);
  });
  m.store(i, m.emit(Op::kSub, w.int_type, {m.load(i, w.int_type), m.integer(1)}));
  m.jump(head);
  m.block = done;
  m.ret();
  m.optimize();
  INFO(ir::to_string(m.fn));
  int checked = 0;
  for (auto& b : m.fn.blocks) {
    for (const Value* v : b->values) checked += v->op == Op::kIndexAddr && (v->flags & ir::kNoBounds) == 0;
  }
  CHECK(checked == 0);
}
