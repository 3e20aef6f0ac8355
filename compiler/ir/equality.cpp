// Equality of types as functions, and in expressions of what is compared part by part.
#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

namespace {

// Equal exactly when the bytes are: no padding, blank fields, floats, strings or interfaces.
bool plain_equality(types::Type* t) {
  t = types::under(t);
  switch (t->type_kind()) {
    case types::TypeKind::kBasic:
      return !(types::as<types::Basic>(t)->info & (types::kIsFloat | types::kIsComplex | types::kIsString));
    case types::TypeKind::kPointer: case types::TypeKind::kChan: return true;
    case types::TypeKind::kArray: {
      auto* a = types::as<types::Array>(t);
      return a->len == 0 || plain_equality(a->elem);
    }
    case types::TypeKind::kStruct: {
      std::int64_t size = 0;
      for (types::Var* f : types::as<types::Struct>(t)->fields) {
        if (f->name.is_blank() || !plain_equality(f->type)) return false;
        size += types::size_of(f->type);
      }
      return size == types::size_of(t);
    }
    default: return false;
  }
}

}  // namespace

Function* Program::equal_function(types::Type* t) {
  t = canonical(t);
  if (plain_equality(t)) return nullptr;
  Function*& slot = impl_->equals[t];
  if (slot) return slot;
  Function* f = impl_->new_function(*this, FunctionKind::kEqual, "type:.eq." + types::type_string(t));
  slot = f;
  f->is_wrapper = true;
  types::Type* p = basic(types::BasicKind::kUnsafePointer);
  f->params = {p, p};
  f->results = {basic(types::BasicKind::kBool)};
  Builder(*this, f, nullptr, nullptr).build_equal(t);
  return f;
}

// Variables of type t at p and q.
Value* Builder::equal_memory(types::Type* t, Value* p, Value* q) {
  types::Type* u = types::under(t);
  bool aggregate = types::as<types::Struct>(u) || types::as<types::Array>(u);
  if (!aggregate) return equal(load(p), load(q));
  if (types::size_of(t) == 0) return const_bool(true);
  if (Function* f = program_.equal_function(t)) {
    auto raw = [&](Value* v) { return assign_convert(v, pointer_); };
    Value* v = emit(Op::kCall, bool_, {raw(p), raw(q)});
    v->aux.function = f;
    return v;
  }
  Value* v = emit(Op::kMemEqual, bool_, {p, q});
  v->aux.type = t;
  return v;
}

void Builder::build_equal(types::Type* t) {
  types::Type* pt = program_.pointer_to(t);
  auto parameter = [&](std::size_t i) {
    Value* v = emit(Op::kChangeType, pt, {param(i)});
    v->flags |= kNonNil;
    return v;
  };
  Value* p = parameter(0);
  Value* q = parameter(1);
  types::Type* u = types::under(t);
  auto unless = [&](Value* same) {
    Block* differ = block();
    Block* next = block();
    branch(same, next, differ);
    start(differ);
    terminate(Op::kReturn, {const_bool(false)});
    start(next);
  };
  if (auto* s = types::as<types::Struct>(u)) {
    for (std::size_t i = 0; i < s->fields.size(); i++) {
      if (s->fields[i]->name.is_blank()) continue;
      auto k = static_cast<int>(i);
      unless(equal_memory(field_type(t, k), field_addr(p, k), field_addr(q, k)));
    }
  } else if (auto* a = types::as<types::Array>(u)) {
    count_up(a->len, [&](Value* i) {
      unless(equal_memory(elem_type(t), index_addr(p, i, true), index_addr(q, i, true)));
    });
  } else {
    unless(equal(load(p), load(q)));
  }
  terminate(Op::kReturn, {const_bool(true)});
  finish();
}

}  // namespace govm::ir
