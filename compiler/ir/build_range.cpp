// for range over integers, arrays, slices, strings, maps and channels. The range expression is evaluated once; new
// variables are new in every iteration unless the file's language version is older than go1.22.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::as;

namespace {

const syntax::Expr* range_operand(const syntax::RangeClause* r, std::size_t i) {
  std::span<syntax::Expr* const> list = expr_list(r->lhs);
  if (i >= list.size()) return nullptr;
  auto* n = as<syntax::Name>(unparen(list[i]));
  return n && n->value.is_blank() ? nullptr : list[i];
}

}  // namespace

void Builder::range_stmt(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  types::Type* t = typ(r->x);
  types::Type* u = types::under(t);
  if (types::as<types::Signature>(u)) return range_func(s, r);
  range_vars(s, r);
  switch (u->type_kind()) {
    case types::TypeKind::kArray: case types::TypeKind::kPointer: return range_array(s, r, t);
    case types::TypeKind::kSlice: return range_slice(s, r);
    case types::TypeKind::kMap: return range_map(s, r);
    case types::TypeKind::kChan: return range_chan(s, r);
    default: return types::is_string(t) ? range_string(s, r) : range_int(s, r, t);
  }
}

// Old files: one set of variables for the whole loop.
void Builder::range_vars(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  if (!r->def || s->distinct_vars) return;
  for (const syntax::Expr* e : expr_list(r->lhs)) {
    auto* n = as<syntax::Name>(unparen(e));
    auto* v = n && !n->value.is_blank() ? types::as<types::Var>(n->object) : nullptr;
    if (v) declare(v);
  }
}

// Gives the clause's variables their values for this iteration. Null values are those nobody asked for.
void Builder::range_assign(const syntax::RangeClause* r, std::initializer_list<Value*> values) {
  std::span<syntax::Expr* const> lhs = expr_list(r->lhs);
  std::vector<Value*> list(values);
  if (r->def) {
    for (std::size_t i = 0; i < lhs.size(); i++) {
      auto* n = as<syntax::Name>(unparen(lhs[i]));
      auto* v = n && !n->value.is_blank() ? types::as<types::Var>(n->object) : nullptr;
      if (!v) continue;
      if (locals_.contains(v)) {
        Value* a = variable_address(v);
        store(a, assign_convert(list[i], elem_type(a->type)));
      } else {
        declare_init(n, list[i]);
      }
    }
    return;
  }
  std::vector<Place> places;
  for (const syntax::Expr* e : lhs) places.push_back(place(e));
  for (std::size_t i = 0; i < lhs.size(); i++) {
    if (places[i].type) write(places[i], list[i]);
  }
}

void Builder::range_int(const syntax::ForStmt* s, const syntax::RangeClause* r, types::Type* t) {
  const syntax::Expr* key = range_operand(r, 0);
  if (key && r->x->mode == syntax::Mode::kConstant) {
    t = r->def ? typ(as<syntax::Name>(unparen(key))->object->type) : typ(key);
  }
  Value* n = expr(r->x);
  if (n->type != t) n = n->op == Op::kConst ? constant(r->x->constant, t) : convert(n, t);
  Value* i = alloc(t);
  store(i, const_int(0, t));
  const Loop loop = begin_loop(s, true);
  Value* now = load(i);
  branch(emit(Op::kLt, bool_, {now, n}), loop.body, loop.done);
  start(loop.body);
  if (r->lhs) range_assign(r, {now});
  stmt(s->body);
  jump(loop.next);
  start(loop.next);
  store(i, emit(Op::kAdd, t, {load(i), const_int(1, t)}));
  end_loop(loop);
}

// Values come from a copy of the array, unless it is ranged over by pointer.
void Builder::range_array(const syntax::ForStmt* s, const syntax::RangeClause* r, types::Type* t) {
  bool by_pointer = is_pointer(t);
  types::Type* array = by_pointer ? elem_type(t) : t;
  std::int64_t n = types::under_as<types::Array>(array)->len;
  Value* base = nullptr;
  if (!range_operand(r, 1)) {
    if (has_call(r->x)) effects(r->x);
  } else if (by_pointer) {
    base = expr(r->x);
    if (n > 0) nil_check(base);
  } else {
    base = alloc(t);
    store(base, expr(r->x));
  }
  range_indexed(s, r, base, const_int(n));
}

void Builder::range_slice(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  Value* x = expr(r->x);
  range_indexed(s, r, range_operand(r, 1) ? x : nullptr, emit(Op::kLen, int_, {x}));
}

void Builder::range_indexed(const syntax::ForStmt* s, const syntax::RangeClause* r, Value* base, Value* length) {
  Value* i = alloc(int_);
  const Loop loop = begin_loop(s, true);
  Value* now = load(i);
  branch(emit(Op::kLt, bool_, {now, length}), loop.body, loop.done);
  start(loop.body);
  if (r->lhs) range_assign(r, {now, base ? load(index_addr(base, now, true)) : nullptr});
  stmt(s->body);
  jump(loop.next);
  start(loop.next);
  store(i, emit(Op::kAdd, int_, {load(i), const_int(1)}));
  end_loop(loop);
}

void Builder::range_string(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  Value* x = expr(r->x);
  Value* length = emit(Op::kLen, int_, {x});
  types::Type* rune = program_.basic(types::BasicKind::kInt32);
  types::Type* parts[] = {rune, int_};
  Value* i = alloc(int_);
  Value* behind = alloc(int_);
  const Loop loop = begin_loop(s, true);
  Value* now = load(i);
  branch(emit(Op::kLt, bool_, {now, length}), loop.body, loop.done);
  start(loop.body);
  Value* decoded = emit(Op::kDecodeRune, program_.tuple_of(parts), {x, now});
  Value* value = extract(decoded, 0);
  store(behind, extract(decoded, 1));
  if (r->lhs) range_assign(r, {now, value});
  stmt(s->body);
  jump(loop.next);
  start(loop.next);
  store(i, load(behind));
  end_loop(loop);
}

void Builder::range_map(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  Value* m = expr(r->x);
  auto* map = types::under_as<types::Map>(m->type);
  Value* it = alloc(program_.map_iter_type());
  emit(Op::kMapIterInit, nullptr, {it, m});
  const Loop loop = begin_loop(s, false);
  branch(emit(Op::kMapIterNext, bool_, {it}), loop.body, loop.done);
  start(loop.body);
  Value* k = range_operand(r, 0) ? emit(Op::kMapIterKey, canon(map->key), {it}) : nullptr;
  Value* v = range_operand(r, 1) ? emit(Op::kMapIterElem, canon(map->elem), {it}) : nullptr;
  if (r->lhs) range_assign(r, {k, v});
  stmt(s->body);
  end_loop(loop);
}

void Builder::range_chan(const syntax::ForStmt* s, const syntax::RangeClause* r) {
  Value* ch = expr(r->x);
  types::Type* parts[] = {elem_type(ch->type), bool_};
  const Loop loop = begin_loop(s, false);
  Value* pair = emit_int(Op::kRecv, program_.tuple_of(parts), 1, {ch});
  Value* v = extract(pair, 0);
  branch(extract(pair, 1), loop.body, loop.done);
  start(loop.body);
  if (r->lhs) range_assign(r, {v});
  stmt(s->body);
  end_loop(loop);
}

}  // namespace govm::ir
