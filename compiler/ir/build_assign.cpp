// Assignments and declarations. Two phases (spec: Assignment statements): operands of the left side and all values
// first, then the writes from left to right, with the checks of the left side's places.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::Operator;
using syntax::as;

namespace {

bool is_blank(const syntax::Expr* e) {
  auto* n = as<syntax::Name>(unparen(e));
  return n && n->value.is_blank();
}

// Field steps cannot panic: their address may be computed early.
bool only_fields(const Place& p) {
  if (p.kind != Place::Kind::kMemory) return false;
  for (const Place::Step& s : p.steps) {
    if (s.kind != Place::Step::Kind::kField) return false;
  }
  return true;
}

}  // namespace

void Builder::assign(const syntax::AssignStmt* a) {
  PosScope pos(*this, a->pos);
  if (a->op != Operator::kNone && a->op != Operator::kDef) return assign_op(a);
  std::span<syntax::Expr* const> lhs = expr_list(a->lhs);
  std::span<syntax::Expr* const> rhs = expr_list(a->rhs);
  if (a->op == Operator::kDef) return define(lhs, rhs);
  if (lhs.size() == 1 && rhs.size() == 1) return assign_one(lhs[0], rhs[0]);
  if (lhs.size() == rhs.size()) return assign_many(lhs, rhs);
  assign_tuple(lhs, rhs[0]);
}

void Builder::assign_one(const syntax::Expr* lhs, const syntax::Expr* rhs) {
  if (is_blank(lhs)) return effects(rhs);
  const syntax::Expr* const both[] = {lhs, rhs};
  ordered(both);
  Place p = place(lhs);
  if (only_fields(p)) {
    p.base = address(p);
    p.steps.clear();
  }
  Value* v = expr_as(rhs, p.type);
  write(p, v);
}

void Builder::assign_many(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs) {
  ordered_sides(lhs, rhs);
  std::vector<Place> places;
  for (const syntax::Expr* e : lhs) places.push_back(place(e));
  std::vector<Value*> values;
  for (std::size_t i = 0; i < rhs.size(); i++) {
    values.push_back(places[i].type ? expr_as(rhs[i], places[i].type) : expr(rhs[i]));
  }
  for (std::size_t i = 0; i < places.size(); i++) write(places[i], values[i]);
}

void Builder::ordered_sides(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs) {
  std::vector<const syntax::Expr*> all(lhs.begin(), lhs.end());
  all.insert(all.end(), rhs.begin(), rhs.end());
  ordered(all);
}

std::vector<Value*> Builder::tuple_values(const syntax::Expr* e) { return result_values(expr(e)); }

void Builder::assign_tuple(std::span<syntax::Expr* const> lhs, const syntax::Expr* rhs) {
  std::vector<Place> places;
  for (const syntax::Expr* e : lhs) places.push_back(place(e));
  std::vector<Value*> values = tuple_values(rhs);
  GOVM_ASSERT(values.size() == lhs.size());
  for (std::size_t i = 0; i < places.size(); i++) write(places[i], values[i]);
}

// Does this name of a := declare a new variable (rather than assign to one of the same scope)?
bool Builder::defines(const syntax::Expr* lhs) {
  auto* n = as<syntax::Name>(unparen(lhs));
  return n && n->object && n->object->pos == n->pos;
}

void Builder::define_or_write(const syntax::Expr* lhs, Place& p, Value* v) {
  if (is_blank(lhs)) return;
  if (defines(lhs)) {
    declare_init(as<syntax::Name>(unparen(lhs)), v);
  } else {
    write(p, v);
  }
}

void Builder::define(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs) {
  if (lhs.size() == 1 && rhs.size() == 1 && defines(lhs[0]) && !is_blank(lhs[0])) {
    auto* var = types::as<types::Var>(as<syntax::Name>(unparen(lhs[0]))->object);
    Value* a = alloc(typ(var->type), var);
    init_memory(a, rhs[0]);
    declare_at(var, a);
    return;
  }
  std::vector<Place> places(lhs.size());
  for (std::size_t i = 0; i < lhs.size(); i++) {
    if (!defines(lhs[i]) && !is_blank(lhs[i])) places[i] = place(lhs[i]);
  }
  std::vector<Value*> values;
  if (lhs.size() == rhs.size()) {
    ordered(rhs);
    for (std::size_t i = 0; i < rhs.size(); i++) {
      Value* v = expr(rhs[i]);
      if (defines(lhs[i]) && !is_blank(lhs[i])) {
        v = assign_convert(v, typ(as<syntax::Name>(unparen(lhs[i]))->object->type));
      } else if (places[i].type) {
        v = assign_convert(v, places[i].type);
      }
      values.push_back(v);
    }
  } else {
    values = tuple_values(rhs[0]);
  }
  GOVM_ASSERT(values.size() == lhs.size());
  for (std::size_t i = 0; i < lhs.size(); i++) define_or_write(lhs[i], places[i], values[i]);
}

// x op= y and x++: the operands of x are evaluated once; x is read after calls in y, as gc does.
void Builder::assign_op(const syntax::AssignStmt* a) {
  if (a->rhs && has_call(a->rhs)) {
    compute(a->lhs);
    compute(a->rhs);
  }
  Place p = place(a->lhs);
  auto right = [&] { return a->rhs ? right_operand(a->op, a->rhs) : constant(session_.constants.make_int64(1), p.type); };
  bool may_panic = a->op == Operator::kDiv || a->op == Operator::kRem || a->op == Operator::kShl || a->op == Operator::kShr;
  if (p.kind == Place::Kind::kMapElem) {
    Value* y = right();
    if (may_panic) {
      write(p, binary(a->op, read(p), y, p.type));
      return;
    }
    Value* elem = emit(Op::kMapAssign, program_.pointer_to(p.type), {p.base, p.key});
    store(elem, binary(a->op, load(elem), y, p.type));
    return;
  }
  Value* y = a->rhs && has_call(a->rhs) ? right() : nullptr;
  Value* to = address(p);
  Value* x = load(to);
  if (!y) y = right();
  store(to, binary(a->op, x, y, p.type));
}

void Builder::decl_stmt(const syntax::DeclStmt* d) {
  for (const syntax::Decl* decl : d->decls) {
    if (auto* v = as<syntax::VarDecl>(decl)) var_decl(v);
  }
}

void Builder::var_decl(const syntax::VarDecl* d) {
  PosScope pos(*this, d->pos);
  std::span<syntax::Expr* const> values = expr_list(d->values);
  auto variable = [&](std::size_t i) {
    return d->names[i]->value.is_blank() ? nullptr : types::as<types::Var>(d->names[i]->object);
  };
  if (values.empty()) {
    for (std::size_t i = 0; i < d->names.size(); i++) {
      if (auto* v = variable(i)) declare(v);
    }
    return;
  }
  if (d->names.size() == 1) {
    auto* v = variable(0);
    if (!v) {
      effects(values[0]);
      return;
    }
    Value* a = alloc(typ(v->type), v);
    init_memory(a, values[0]);
    declare_at(v, a);
    return;
  }
  std::vector<Value*> list;
  if (values.size() == d->names.size()) {
    ordered(values);
    for (std::size_t i = 0; i < values.size(); i++) {
      auto* v = variable(i);
      list.push_back(v ? expr_as(values[i], typ(v->type)) : expr(values[i]));
    }
  } else {
    list = tuple_values(values[0]);
  }
  GOVM_ASSERT(list.size() == d->names.size());
  for (std::size_t i = 0; i < list.size(); i++) declare_init(d->names[i], list[i]);
}

}  // namespace govm::ir
