#include "compiler/opt/effects.h"
#include "compiler/opt/fold.h"
#include "compiler/opt/rewrite.h"

namespace govm::opt {

bool Rewriter::change_type(Value* v) {
  Value* x = v->args[0];
  if (x->type == v->type) return to_copy(v, x);
  if (x->op == Op::kChangeType && !shape_of(x->type).is_int()) {
    v->args[0] = resolve(x->args[0]);
    return true;
  }
  const Shape s = shape_of(v->type);
  if (x->op == Op::kConst && shape_of(x->type).kind == s.kind) return become_const(v, x->aux_int), true;
  if (x->op == Op::kZero && shape_of(x->type).kind == s.kind) return become(v, Op::kZero, {}), true;
  if (x->op == Op::kConstString) {
    const std::string_view* text = x->aux.string;
    become(v, Op::kConstString, {});
    v->aux.string = text;
    return true;
  }
  return false;
}

bool Rewriter::extract(Value* v) {
  Value* tuple = v->args[0];
  if (tuple->op != Op::kTypeAssert || tuple->args[0]->op != Op::kMakeIface) return false;
  // x.(T), ok of an interface just made: T is the dynamic type or not.
  Value* x = resolve(tuple->args[0]->args[0]);
  if (types::is_interface(tuple->aux.type)) return false;
  const bool same = x->type == tuple->aux.type;
  if (v->aux_int == 1) return become_const(v, same), true;
  if (same) return to_copy(v, x);
  Value* zero = make_zero(fn_, v->type);
  become(v, zero->op, {});
  return true;
}

bool Rewriter::part_of_aggregate(Value* v) {
  Value* x = v->args[0];
  if (x->op == Op::kZero) {
    if (may_panic(v)) return false;
    Value* zero = make_zero(fn_, v->type);
    become(v, zero->op, {});
    return true;
  }
  if (v->op == Op::kFieldVal) {
    return x->op == Op::kStructMake && to_copy(v, resolve(x->args[static_cast<std::size_t>(v->aux_int)]));
  }
  if (v->op == Op::kIndexVal) {
    Value* i = v->args[1];
    const bool known = x->op == Op::kArrayMake && is_const(i) && i->aux_int >= 0 &&
                       i->aux_int < static_cast<std::int64_t>(x->args.size());
    return known && to_copy(v, resolve(x->args[static_cast<std::size_t>(i->aux_int)]));
  }
  return x->op == Op::kComplexMake && to_copy(v, resolve(x->args[v->op == Op::kReal ? 0 : 1]));
}

bool Rewriter::header_part(Value* v) {
  Value* x = v->args[0];
  auto same_type = [&](Value* part) { return part->type == v->type && to_copy(v, part); };
  switch (x->op) {
    case Op::kZero:
      return v->op == Op::kDataPtr ? (become(v, Op::kZero, {}), true) : (become_const(v, 0), true);
    case Op::kConstString:
      return v->op == Op::kLen && (become_const(v, static_cast<std::int64_t>(x->aux.string->size())), true);
    case Op::kStringMake: case Op::kSliceMake: {
      const std::size_t i = v->op == Op::kDataPtr ? 0 : v->op == Op::kLen ? 1 : 2;
      return i < x->args.size() && same_type(resolve(x->args[i]));
    }
    case Op::kMakeSlice:
      if (v->op == Op::kDataPtr) return false;
      return same_type(resolve(v->op == Op::kLen || x->args.size() == 1 ? x->args[0] : x->args[1]));
    case Op::kUnsafeSlice: case Op::kUnsafeString:
      return v->op != Op::kDataPtr && same_type(resolve(x->args[1]));
    case Op::kChangeType: {
      const Shape::Kind kind = shape_of(x->args[0]->type).kind;
      if (v->op == Op::kDataPtr || (kind != Shape::kSlice && kind != Shape::kString)) return false;
      v->args[0] = resolve(x->args[0]);
      return true;
    }
    case Op::kSlice: {
      // s[:hi] and s[0:hi] have length hi.
      const bool lo = (x->aux_int & 1) != 0, hi = (x->aux_int & 2) != 0;
      if (v->op != Op::kLen || !hi || (lo && !is_const(resolve(x->args[1]), 0))) return false;
      return same_type(resolve(x->args[lo ? 2 : 1]));
    }
    default: return false;
  }
}

bool Rewriter::interface_part(Value* v) {
  Value* x = v->args[0];
  switch (x->op) {
    case Op::kZero: return become(v, Op::kZero, {}), true;
    case Op::kChangeIface:
      v->args[0] = resolve(x->args[0]);
      return true;
    case Op::kMakeIface: {
      if (v->op != Op::kIfaceType) return false;
      types::Type* dynamic = x->args[0]->type;
      become(v, Op::kTypeDesc, {});
      v->aux.type = dynamic;
      return true;
    }
    default: return false;
  }
}

bool Rewriter::type_assert(Value* v) {
  Value* x = v->args[0];
  if (x->op == Op::kChangeIface && v->aux_int == 1) {  // without ok, the panic's text names x's static type
    v->args[0] = resolve(x->args[0]);
    return true;
  }
  if (v->aux_int == 1 || x->op != Op::kMakeIface) return false;
  Value* dynamic = resolve(x->args[0]);
  return dynamic->type == v->aux.type && to_copy(v, dynamic);
}

// Drops empty parts. Constants are not joined: as in gc, what is put together at run time is a new string.
bool Rewriter::string_concat(Value* v) {
  std::vector<Value*> parts;
  for (Value* arg : v->args) {
    const bool empty = arg->op == Op::kZero || (arg->op == Op::kConstString && arg->aux.string->empty());
    if (!empty) parts.push_back(arg);
  }
  if (parts.size() == v->args.size()) return false;
  if (parts.empty()) return become(v, Op::kZero, {}), true;
  if (parts.size() == 1) return to_copy(v, parts[0]);
  v->args = std::move(parts);
  return true;
}

namespace {

// Length of what v indexes, if it is a constant; else -1.
std::int64_t constant_length(const Value* indexed) {
  switch (indexed->op) {
    case Op::kConstString: return static_cast<std::int64_t>(indexed->aux.string->size());
    case Op::kMakeSlice: return is_const(resolve(indexed->args[0])) ? resolve(indexed->args[0])->aux_int : -1;
    default: break;
  }
  types::Type* t = pointee(indexed->type);
  auto* array = types::under_as<types::Array>(t != nullptr ? t : indexed->type);
  return array != nullptr ? array->len : -1;
}

}  // namespace

bool Rewriter::index(Value* v) {
  Value *x = v->args[0], *i = v->args[1];
  if ((v->op == Op::kStringIndex || v->op == Op::kIndexAddr) && x->op == Op::kChangeType) {
    const Shape::Kind kind = shape_of(x->args[0]->type).kind;
    if (kind == Shape::kSlice || kind == Shape::kString) {
      v->args[0] = resolve(x->args[0]);
      return true;
    }
  }
  if (!is_const(i) || i->aux_int < 0) return false;
  const std::int64_t length = constant_length(x);
  if (i->aux_int >= length) return false;
  if (v->op == Op::kStringIndex && x->op == Op::kConstString) {
    const auto byte = static_cast<std::uint8_t>((*x->aux.string)[static_cast<std::size_t>(i->aux_int)]);
    return become_const(v, byte), true;
  }
  if ((v->flags & ir::kNoBounds) != 0) return false;
  v->flags |= ir::kNoBounds;
  return true;
}

bool Rewriter::check(Value* v) {
  Value* x = v->args[0];
  if (v->op == Op::kNilCheck) return known_non_nil(x) && to_copy(v, x);
  Value* limit = v->args[1];
  const bool in_range = is_const(x) && is_const(limit) && x->aux_int >= 0 && x->aux_int < limit->aux_int;
  return in_range && to_copy(v, x);
}

bool Rewriter::phi(Value* v) {
  Value* same = nullptr;
  for (Value* arg : v->args) {
    arg = resolve(arg);
    if (arg == v || arg == same) continue;
    if (same != nullptr) return false;
    same = arg;
  }
  if (same == nullptr) return false;
  become_copy(v, same);
  return true;
}

bool Rewriter::select(Value* v) {
  Value* cond = v->args[0];
  if (is_const(cond)) return to_copy(v, v->args[cond->aux_int != 0 ? 1 : 2]);
  return v->args[1] == v->args[2] && to_copy(v, v->args[1]);
}

}  // namespace govm::opt
