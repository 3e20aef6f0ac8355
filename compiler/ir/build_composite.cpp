// Composite literals. Those of fresh variables are built in place; long constant ones are copied from static data.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/composite_literal.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using syntax::as;

namespace {

constexpr std::size_t kStaticElements = 8;  // more constant elements than this are copied
constexpr std::size_t kMapLoop = 25;        // more constant entries than this are inserted by a loop

}  // namespace

std::int64_t literal_length(const syntax::CompositeLit* lit) {
  std::int64_t next = 0, length = 0;
  for (const syntax::Expr* e : lit->elems) {
    if (auto* kv = as<syntax::KeyValueExpr>(e)) next = constant::int64_value(kv->key->constant).value_or(0);
    next++;
    length = std::max(length, next);
  }
  return length;
}

LiteralField literal_field(const syntax::CompositeLit* lit, const types::Struct* type, std::size_t i) {
  auto* kv = as<syntax::KeyValueExpr>(lit->elems[i]);
  if (!kv) return {i, lit->elems[i]};
  auto* key = as<syntax::Name>(kv->key);
  std::size_t field = 0;
  while (field < type->fields.size() && type->fields[field]->name != key->value) field++;
  GOVM_ASSERT(field < type->fields.size());
  return {field, kv->value};
}

Value* Builder::composite(const syntax::CompositeLit* lit) { return composite_of(lit, typ(lit)); }

Value* Builder::composite_of(const syntax::CompositeLit* lit, types::Type* t) {
  PosScope pos(*this, lit->pos);
  ordered_elements(lit, t);
  types::Type* u = types::under(t);
  switch (u->type_kind()) {
    case types::TypeKind::kPointer: return composite_pointer(lit);
    case types::TypeKind::kMap: return map_literal(lit, t);
    case types::TypeKind::kSlice: {
      types::Type* array = canon(types::new_array(session_, elem_type(t), literal_length(lit)));
      Value* a = static_array(lit, array);
      if (!a) {
        a = alloc(array);
        array_elements(a, lit, elem_type(t));
      }
      return emit(Op::kSlice, t, {a});
    }
    case types::TypeKind::kStruct: {
      if (lit->elems.empty()) return zero(t);
      auto* s = types::as<types::Struct>(u);
      if (types::size_of(t) > kLargeValue || s->fields.size() > 8) break;
      std::vector<Value*> fields(s->fields.size(), nullptr);
      for (std::size_t i = 0; i < lit->elems.size(); i++) {
        const auto [field, e] = literal_field(lit, s, i);
        fields[field] = expr_as(e, field_type(t, static_cast<int>(field)));
        if (s->fields[field]->name.is_blank()) fields[field] = nullptr;
      }
      for (std::size_t i = 0; i < fields.size(); i++) {
        if (!fields[i]) fields[i] = zero(field_type(t, static_cast<int>(i)));
      }
      return emit(Op::kStructMake, t, std::move(fields));
    }
    default: break;
  }
  if (lit->elems.empty()) return zero(t);
  Value* a = alloc(t);
  composite_into(a, lit);
  return load(a);
}

// &T{...}, also where "&T" is elided in an outer literal.
Value* Builder::composite_pointer(const syntax::CompositeLit* lit) {
  types::Type* t = typ(lit);
  if (is_pointer(t)) t = elem_type(t);
  types::Type* u = types::under(t);
  Value* a = lit->elems.empty() ? alloc_new(t) : alloc(t);
  if (types::as<types::Struct>(u) || types::as<types::Array>(u)) {
    composite_into(a, lit);
  } else {
    store(a, composite_of(lit, t));
  }
  return a;
}

void Builder::ordered_elements(const syntax::CompositeLit* lit, types::Type* t) {
  if (lit->elems.size() < 2 || types::under_as<types::Map>(t)) return;
  std::vector<const syntax::Expr*> values;
  for (const syntax::Expr* e : lit->elems) {
    auto* kv = as<syntax::KeyValueExpr>(e);
    values.push_back(kv ? kv->value : e);
  }
  ordered(values);
}

// *address is zero and not mentioned by the literal.
void Builder::composite_into(Value* address, const syntax::CompositeLit* lit) {
  types::Type* t = elem_type(address->type);
  auto* s = types::under_as<types::Struct>(t);
  ordered_elements(lit, t);
  if (!s) {
    if (Value* data = static_array(lit, t)) {
      move(address, data);
    } else {
      array_elements(address, lit, elem_type(t));
    }
    return;
  }
  for (std::size_t i = 0; i < lit->elems.size(); i++) {
    const auto [field, e] = literal_field(lit, s, i);
    PosScope pos(*this, e->pos);
    if (s->fields[field]->name.is_blank()) {
      effects(e);
      continue;
    }
    init_memory(field_addr(address, static_cast<int>(field)), e);
  }
}

void Builder::init_memory(Value* address, const syntax::Expr* e) {
  types::Type* t = elem_type(address->type);
  if (auto* lit = as<syntax::CompositeLit>(unparen(e)); lit && typ(lit) == t) {
    types::Type* u = types::under(t);
    if (types::as<types::Struct>(u) || types::as<types::Array>(u)) return composite_into(address, lit);
  }
  Value* v = expr_as(e, t);
  if ((v->op == Op::kZero || (v->op == Op::kConst && v->aux_int == 0)) && v->block == cur_ && cur_->values.back() == v) {
    cur_->values.pop_back();
    return;
  }
  store(address, v);
}

void Builder::array_elements(Value* array, const syntax::CompositeLit* lit, types::Type*) {
  std::int64_t i = 0;
  for (const syntax::Expr* e : lit->elems) {
    if (auto* kv = as<syntax::KeyValueExpr>(e)) {
      i = constant::int64_value(kv->key->constant).value_or(0);
      e = kv->value;
    }
    PosScope pos(*this, e->pos);
    init_memory(index_addr(array, const_int(i), true), e);
    i++;
  }
}

// Address of a fresh array with the literal's constant elements; null if they are few or not constant.
Value* Builder::static_array(const syntax::CompositeLit* lit, types::Type* array) {
  if (lit->elems.size() <= kStaticElements || is_generic()) return nullptr;
  StaticData* data = constant_data(program_, lit, array);
  if (!data) return nullptr;
  Value* from = global_addr(static_global(program_, data));
  Value* a = alloc(array);
  move(a, from);
  return a;
}

Value* Builder::map_literal(const syntax::CompositeLit* lit, types::Type* t) {
  Value* m = emit(Op::kMakeMap, t, {const_int(static_cast<std::int64_t>(lit->elems.size()))});
  auto* map = types::under_as<types::Map>(t);
  if (lit->elems.size() > kMapLoop && !is_generic() && static_map(m, lit, t)) return m;
  for (const syntax::Expr* e : lit->elems) {
    auto* kv = as<syntax::KeyValueExpr>(e);
    PosScope pos(*this, kv->pos);
    const syntax::Expr* const parts[] = {kv->key, kv->value};
    ordered(parts);
    Value* k = expr_as(kv->key, canon(map->key));
    Value* v = expr_as(kv->value, canon(map->elem));
    emit(Op::kMapSet, nullptr, {m, k, v});
  }
  return m;
}

bool Builder::static_map(Value* m, const syntax::CompositeLit* lit, types::Type* t) {
  auto* map = types::under_as<types::Map>(t);
  auto n = static_cast<std::int64_t>(lit->elems.size());
  types::Type* key_array = canon(types::new_array(session_, canon(map->key), n));
  types::Type* elem_array = canon(types::new_array(session_, canon(map->elem), n));
  StaticData* keys = constant_map_part(program_, lit, key_array, MapPart::kKeys);
  StaticData* elems = keys ? constant_map_part(program_, lit, elem_array, MapPart::kElems) : nullptr;
  if (!elems) return false;
  auto address_of = [&](StaticData* data) {
    return global_addr(static_global(program_, data));
  };
  Value* key_base = address_of(keys);
  Value* elem_base = address_of(elems);
  count_up(n, [&](Value* i) {
    Value* k = load(index_addr(key_base, i, true));
    Value* v = load(index_addr(elem_base, i, true));
    emit(Op::kMapSet, nullptr, {m, k, v});
  });
  return true;
}

}  // namespace govm::ir
