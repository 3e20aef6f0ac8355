// Expressions: names, selectors, indexing, slicing, places in memory.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::Mode;
using syntax::NodeKind;
using syntax::Operator;
using syntax::as;

namespace {

// Index operands are int; unsigned 64-bit ones stay unsigned, for the text of the panic.
types::Type* index_type(Program& p, types::Type* t) {
  bool wide_unsigned = types::is_unsigned(t) && types::size_of(t) == 8;
  return p.basic(wide_unsigned ? types::BasicKind::kUint : types::BasicKind::kInt);
}

}  // namespace

Value* Builder::expr_as(const syntax::Expr* e, types::Type* t) { return assign_convert(expr(e), t); }

void Builder::effects(const syntax::Expr* e) {
  if (e->mode == Mode::kConstant || e->mode == Mode::kTypexpr) return;
  const syntax::Expr* inner = unparen(e);
  if (e->mode == Mode::kVariable && types::size_of(typ(e)) > kLargeValue && inner->kind != NodeKind::kCompositeLit) {
    address(inner);  // the checks are all there is to see
    return;
  }
  expr(e);
}

Value* Builder::expr(const syntax::Expr* e) {
  if (e->mode == Mode::kConstant && e->constant) {
    PosScope pos(*this, e->pos);
    return constant(e->constant, typ(e));
  }
  if (e->mode == Mode::kNilValue) return zero(typ(e));
  if (!computed_.empty()) {
    if (auto found = computed_.find(e); found != computed_.end()) {
      Value* v = found->second;
      computed_.erase(found);
      return v;
    }
  }
  PosScope pos(*this, e->pos);
  switch (e->kind) {
    case NodeKind::kName: return name_value(as<syntax::Name>(e), e);
    case NodeKind::kParenExpr: return expr(as<syntax::ParenExpr>(e)->x);
    case NodeKind::kFuncLit: return func_lit(as<syntax::FuncLit>(e));
    case NodeKind::kCompositeLit: return composite(as<syntax::CompositeLit>(e));
    case NodeKind::kSelectorExpr: return selector(as<syntax::SelectorExpr>(e));
    case NodeKind::kIndexExpr: return index(as<syntax::IndexExpr>(e));
    case NodeKind::kSliceExpr: return slice_expr(as<syntax::SliceExpr>(e));
    case NodeKind::kAssertExpr: return type_assert(as<syntax::AssertExpr>(e));
    case NodeKind::kOperation: return operation(as<syntax::Operation>(e));
    case NodeKind::kCallExpr: return call(as<syntax::CallExpr>(e));
    default: GOVM_UNREACHABLE();
  }
}

// What n denotes; the type is recorded in e (n itself, or the qualified identifier around it).
Value* Builder::name_value(const syntax::Name* n, const syntax::Expr* e) {
  switch (n->object->object_kind()) {
    case types::ObjectKind::kVar: return load(variable_address(types::as<types::Var>(n->object)));
    case types::ObjectKind::kFunc: {
      std::vector<types::Type*> targs = type_args(n->targs);
      Function* f = program_.function(types::as<types::Func>(n->object), targs);
      return func_value(f, typ(e));
    }
    case types::ObjectKind::kNil: return zero(typ(e));
    case types::ObjectKind::kConst: return constant(types::as<types::Const>(n->object)->value, typ(e));
    default: GOVM_UNREACHABLE();
  }
}

Value* Builder::selector(const syntax::SelectorExpr* s) {
  if (!s->selection) return name_value(s->sel, s);
  switch (s->selection->kind) {
    case types::SelectionKind::kMethodVal: return method_value(s);
    case types::SelectionKind::kMethodExpr: return method_expr(s);
    case types::SelectionKind::kFieldVal: break;
  }
  if (s->mode == Mode::kVariable) {
    Place p = place(s);
    return read(p);
  }
  return walk_path(expr(s->x), s->selection->index);
}

Value* Builder::index(const syntax::IndexExpr* e) {
  const syntax::Expr* inner = unparen(e->x);
  if (e->index->mode == Mode::kTypexpr || as<syntax::ListExpr>(e->index)) {  // an instantiated function
    if (auto* s = as<syntax::SelectorExpr>(inner)) inner = s->sel;
    auto* n = as<syntax::Name>(inner);
    Function* f = program_.function(types::as<types::Func>(n->object), type_args(n->targs));
    return func_value(f, typ(e));
  }
  types::Type* t = types::under(typ(e->x));
  const syntax::Expr* const parts[] = {e->x, e->index};
  ordered(parts);
  switch (t->type_kind()) {
    case types::TypeKind::kMap: {
      Value* m = expr(e->x);
      Value* key = expr_as(e->index, canon(types::as<types::Map>(t)->key));
      types::Type* elem = elem_type(t);
      if (!e->comma_ok) return emit(Op::kMapGet, elem, {m, key});
      types::Type* results[] = {elem, bool_};
      return emit(Op::kMapGetOk, program_.tuple_of(results), {m, key});
    }
    case types::TypeKind::kBasic: {
      Value* x = expr(e->x);
      Value* i = expr(e->index);
      i = convert(i, index_type(program_, i->type));
      return assign_convert(emit(Op::kStringIndex, elem_type(t), {x, i}), typ(e));
    }
    case types::TypeKind::kSlice: {
      Value* x = expr(e->x);
      Value* i = expr(e->index);
      return load(index_addr(x, convert(i, index_type(program_, i->type))));
    }
    case types::TypeKind::kArray: {
      if (e->x->mode == Mode::kVariable) break;
      Value* x = expr(e->x);
      Value* i = expr(e->index);
      i = convert(i, index_type(program_, i->type));
      if (i->op == Op::kConst) return emit(Op::kIndexVal, elem_type(t), {x, i});
      return load(index_addr(spill(x), i));
    }
    default: break;
  }
  Place p = place(e);
  return read(p);
}

Value* Builder::slice_expr(const syntax::SliceExpr* e) {
  types::Type* t = typ(e->x);
  Value* x;
  types::Type* result = typ(e);
  const syntax::Expr* const parts[] = {e->x, e->index[0], e->index[1], e->index[2]};
  ordered(parts);
  if (types::under_as<types::Array>(t)) {
    x = e->x->mode == Mode::kVariable ? address(e->x) : spill(expr(e->x));
  } else {
    x = expr(e->x);
  }
  std::vector<Value*> args{x};
  int present = 0;
  for (int i = 0; i < 3; i++) {
    if (!e->index[i]) continue;
    Value* v = expr(e->index[i]);
    args.push_back(convert(v, index_type(program_, v->type)));
    present |= 1 << i;
  }
  if (is_pointer(x->type)) nil_check(x);
  return emit_int(Op::kSlice, result, present, std::move(args));
}

Value* Builder::type_assert(const syntax::AssertExpr* e) {
  Value* x = expr(e->x);
  types::Type* t = typ(e->type_expr);
  types::Type* result = t;
  if (e->comma_ok) {
    types::Type* parts[] = {t, bool_};
    result = program_.tuple_of(parts);
  }
  Value* v = emit_int(Op::kTypeAssert, result, e->comma_ok, {x});
  v->aux.type = t;
  return v;
}

// ---- places

namespace {

void add_step(Place& p, Place::Step step, types::Type* t) {
  p.steps.push_back(step);
  p.type = t;
}

}  // namespace

Place Builder::place(const syntax::Expr* e) {
  PosScope pos(*this, e->pos);
  e = unparen(e);
  Place p;
  p.kind = Place::Kind::kMemory;
  using Step = Place::Step;
  switch (e->kind) {
    case NodeKind::kName: {
      auto* n = as<syntax::Name>(e);
      if (!n->object || n->value.is_blank()) {
        p.kind = Place::Kind::kBlank;
        return p;
      }
      p.base = variable_address(types::as<types::Var>(n->object));
      p.type = elem_type(p.base->type);
      return p;
    }
    case NodeKind::kOperation: {  // *x
      p.base = expr(as<syntax::Operation>(e)->x);
      add_step(p, {Step::Kind::kNilCheck, 0, nullptr, pos_}, elem_type(p.base->type));
      return p;
    }
    case NodeKind::kSelectorExpr: {
      auto* s = as<syntax::SelectorExpr>(e);
      if (!s->selection) {  // package.Variable
        p.base = variable_address(types::as<types::Var>(s->sel->object));
        p.type = elem_type(p.base->type);
        return p;
      }
      if (is_pointer(typ(s->x))) {
        p.base = expr(s->x);
        add_step(p, {Step::Kind::kNilCheck, 0, nullptr, pos_}, elem_type(p.base->type));
      } else if (s->x->mode == Mode::kVariable) {
        p = place(s->x);
      } else {
        p.base = spill(expr(s->x));
        p.type = elem_type(p.base->type);
      }
      for (int field : s->selection->index) {
        if (is_pointer(p.type)) {
          p.base = read(p);
          p.steps.clear();
          add_step(p, {Step::Kind::kNilCheck, 0, nullptr, pos_}, elem_type(p.base->type));
        }
        add_step(p, {Step::Kind::kField, field, nullptr, pos_}, field_type(p.type, field));
      }
      return p;
    }
    case NodeKind::kIndexExpr: {
      auto* x = as<syntax::IndexExpr>(e);
      types::Type* t = typ(x->x);
      if (auto* m = types::under_as<types::Map>(t)) {
        p.kind = Place::Kind::kMapElem;
        p.base = expr(x->x);
        p.key = expr_as(x->index, canon(m->key));
        p.type = elem_type(t);
        return p;
      }
      if (types::under_as<types::Array>(t)) {
        if (x->x->mode == Mode::kVariable) {
          p = place(x->x);
        } else {
          p.base = spill(expr(x->x));
        }
      } else {
        p.base = expr(x->x);
        if (is_pointer(t)) {
          add_step(p, {Step::Kind::kNilCheck, 0, nullptr, pos_}, elem_type(t));
          t = elem_type(t);
        }
      }
      Value* i = expr(x->index);
      add_step(p, {Step::Kind::kIndex, 0, convert(i, index_type(program_, i->type)), pos_}, elem_type(t));
      return p;
    }
    case NodeKind::kCompositeLit:
      p.base = spill(expr(e));
      p.type = elem_type(p.base->type);
      return p;
    default:
      p.base = spill(expr(e));
      p.type = elem_type(p.base->type);
      return p;
  }
}

Value* Builder::address(Place& p) {
  Value* a = p.base;
  for (const Place::Step& s : p.steps) {
    PosScope pos(*this, s.pos);
    switch (s.kind) {
      case Place::Step::Kind::kNilCheck: nil_check(a); break;
      case Place::Step::Kind::kField: a = field_addr(a, s.field); break;
      case Place::Step::Kind::kIndex: a = index_addr(a, s.index); break;
    }
  }
  return a;
}

Value* Builder::address(const syntax::Expr* e) {
  PosScope pos(*this, e->pos);
  Place p = place(e);
  return address(p);
}

Value* Builder::read(Place& p) {
  if (p.kind == Place::Kind::kMapElem) return emit(Op::kMapGet, p.type, {p.base, p.key});
  return load(address(p));
}

void Builder::write(Place& p, Value* v) {
  switch (p.kind) {
    case Place::Kind::kBlank: break;
    case Place::Kind::kMapElem: emit(Op::kMapSet, nullptr, {p.base, p.key, assign_convert(v, p.type)}); break;
    case Place::Kind::kMemory: {
      Value* converted = assign_convert(v, p.type);
      store(address(p), converted);
      break;
    }
  }
}

}  // namespace govm::ir
