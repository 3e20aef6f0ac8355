// Index and slice expressions (types2/index.go).
#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

// What indexing a value of some type gives.
struct Indexed {
  Type* elem = nullptr;  // null: cannot be indexed
  Type* key = nullptr;   // maps
  std::int64_t length = -1;
  bool variable = false; // the element is addressable
};

// An element of a type within its own declaration is not known yet.
Type* known(Type* elem) { return elem ? elem : invalid_type(); }

Indexed indexed(Type* u, bool addressable) {
  switch (u->type_kind()) {
    case TypeKind::kBasic:
      if (is_string(u)) return {universe_byte(), nullptr, -1, false};
      return {};
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(u);
      return {known(a->elem), nullptr, a->len, addressable};
    }
    case TypeKind::kPointer:
      if (auto* a = as<Array>(under(static_cast<Pointer*>(u)->base))) return {known(a->elem), nullptr, a->len, true};
      return {};
    case TypeKind::kSlice: return {known(static_cast<Slice*>(u)->elem), nullptr, -1, true};
    case TypeKind::kMap: return {known(static_cast<Map*>(u)->elem), known(static_cast<Map*>(u)->key), -1, false};
    default: return {};
  }
}

// For a type parameter: all types of the set must agree.
Indexed indexed_type_param(Type* t, bool addressable) {
  Indexed all;
  all.variable = true;
  bool ok = under_is(t, [&](Type* u) {
    if (!u) return false;
    Indexed one = indexed(u, addressable);
    if (!one.elem) return false;
    all.variable = all.variable && one.variable;
    if (!all.elem) {
      all.length = one.length;
      all.key = one.key;
      all.elem = one.elem;
      return true;
    }
    // All maps with identical keys, or no map at all.
    if (!all.key != !one.key || (all.key && !identical(all.key, one.key))) return false;
    if (!identical(all.elem, one.elem)) return false;
    if (one.length >= 0 && one.length < all.length) all.length = one.length;
    return true;
  });
  return ok ? all : Indexed{};
}

}  // namespace

bool Checker::index_expr(Operand& x, syntax::IndexExpr* e) {
  expr_or_type(x, e->x, true);
  switch (x.mode) {
    case Mode::kInvalid:
      use(e->index);
      return false;
    case Mode::kTypexpr:
      x.invalidate();
      x.type = var_type(e);
      if (is_valid(x.type)) x.mode = Mode::kTypexpr;
      return false;
    case Mode::kValue:
      if (auto* sig = as<Signature>(under(x.type)); sig && sig->tparams) return true;
      break;
    default: break;
  }
  non_generic(nullptr, x);
  if (!x.valid()) return false;

  bool addressable = x.mode == Mode::kVariable;
  Type* u = under(x.type);
  Indexed what = is_type_param(x.type) ? indexed_type_param(x.type, addressable) : indexed(u, addressable);
  if (!what.elem) {
    errorf(e->pos, Code::kNonSliceableOperand, "invalid operation: cannot index %s", x);
    use(e->index);
    x.invalidate();
    return false;
  }
  syntax::Expr* index_e = single_index(e);
  if (!index_e) {
    x.invalidate();
    return false;
  }
  if (what.key) {
    Operand key;
    expr(nullptr, key, index_e);
    assignment(key, what.key, "map index");
    x.mode = Mode::kMapIndex;
    x.type = what.elem;
    x.expr = e;
    return false;
  }
  if (x.mode == Mode::kConstant && as<Basic>(u)) {
    what.length = static_cast<std::int64_t>(constant::string_value(x.val).size());
  }
  if (is_untyped(x.type)) update_expr_type(e->x, default_type(x.type), true);
  x.mode = what.variable ? Mode::kVariable : Mode::kValue;
  x.type = what.elem;
  index(index_e, what.length);
  return false;
}

namespace {

// Sets x to the type a slice of it has; length receives the bound for constant indices. False after an error.
bool sliceable(Checker* check, Operand& x, syntax::SliceExpr* e, std::int64_t& length) {
  Type* u = core_string(x.type);
  if (!u) {
    check->errorf(x, Code::kNonSliceableOperand, "invalid operation: cannot slice %s: %s has no core type", x, x.type);
    return false;
  }
  switch (u->type_kind()) {
    case TypeKind::kBasic:
      if (!is_string(u)) break;
      if (e->full) {
        At at = e->index[2] ? e->index[2] : static_cast<syntax::Expr*>(e);
        check->error(at, Code::kInvalidSliceExpr, "invalid operation: 3-index slice of string");
        return false;
      }
      if (x.mode == Mode::kConstant) length = static_cast<std::int64_t>(constant::string_value(x.val).size());
      // An untyped string operand becomes a string.
      if (is_untyped(x.type)) x.type = basic_type(BasicKind::kString);
      return true;
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(u);
      length = a->len;
      if (x.mode != Mode::kVariable) {
        check->errorf(x, Code::kNonSliceableOperand, "invalid operation: %s (slice of unaddressable value)", x);
        return false;
      }
      x.type = check->arena.make<Slice>(a->elem);
      return true;
    }
    case TypeKind::kPointer:
      if (auto* a = as<Array>(under(static_cast<Pointer*>(u)->base))) {
        length = a->len;
        x.type = check->arena.make<Slice>(a->elem);
        return true;
      }
      break;
    case TypeKind::kSlice: return true;
    default: break;
  }
  check->errorf(x, Code::kNonSliceableOperand, "invalid operation: cannot slice %s", x);
  return false;
}

}  // namespace

void Checker::slice_expr(Operand& x, syntax::SliceExpr* e) {
  expr(nullptr, x, e->x);
  if (!x.valid()) {
    for (syntax::Expr* i : e->index) use(i);
    return;
  }
  std::int64_t length = -1;
  bool untyped = is_untyped(x.type);
  if (!sliceable(this, x, e, length)) {
    x.invalidate();
    return;
  }
  if (untyped) update_expr_type(e->x, x.type, true);
  x.mode = Mode::kValue;
  if (e->full && (!e->index[1] || !e->index[2])) {
    error(e, Code::kInvalidSyntaxTree, "2nd and 3rd index required in 3-index slice");
    x.invalidate();
    return;
  }
  std::int64_t values[3];
  for (int i = 0; i < 3; ++i) {
    values[i] = -1;
    if (e->index[i]) {
      values[i] = index(e->index[i], length >= 0 ? length + 1 : -1).val;
    } else if (i == 0) {
      values[i] = 0;
    } else if (length >= 0) {
      values[i] = length;
    }
  }
  // Constant indices must not decrease; one report is enough.
  for (int i = 0; i < 2; ++i) {
    if (values[i] <= 0) continue;
    for (int j = i + 1; j < 3; ++j) {
      if (values[j] < 0 || values[j] >= values[i]) continue;
      At at = e->index[j] ? e->index[j] : static_cast<syntax::Expr*>(e);
      errorf(at, Code::kSwappedSliceIndices, "invalid slice indices: %d < %d", values[j], values[i]);
      return;
    }
  }
}

syntax::Expr* Checker::single_index(syntax::IndexExpr* e) {
  if (!e->index) {
    errorf(e, Code::kInvalidSyntaxTree, "missing index for %s", e->x);
    return nullptr;
  }
  auto* list = syntax::as<syntax::ListExpr>(e->index);
  if (!list) return e->index;
  error(list->elems[1], Code::kInvalidIndex, "invalid operation: more than one index");
  return list->elems[0];
}

Checker::IndexValue Checker::index(syntax::Expr* e, std::int64_t max) {
  Operand x;
  expr(nullptr, x, e);
  if (!is_valid_index(x, Code::kInvalidIndex, "index", false)) return {invalid_type(), -1};
  if (x.mode != Mode::kConstant) return {x.type, -1};
  auto v = constant::int64_value(x.val);
  if (!v) return {invalid_type(), -1};  // unknown
  if (max >= 0 && *v >= max) {
    errorf(x, Code::kInvalidIndex, "invalid argument: index %s out of bounds [0:%d]", constant::to_string(x.val), max);
    return {invalid_type(), -1};
  }
  return {x.type, *v};
}

bool Checker::is_valid_index(Operand& x, Code code, std::string_view what, bool allow_negative) {
  if (!x.valid()) return false;
  Basic* int_type = basic_type(BasicKind::kInt);
  convert_untyped(x, int_type);
  if (!x.valid()) return false;
  if (!all_integer(x.type)) {
    errorf(x, code, "invalid argument: %s %s must be integer", what, x);
    return false;
  }
  if (x.mode == Mode::kConstant) {
    if (!allow_negative && constant::sign(x.val) < 0) {
      errorf(x, code, "invalid argument: %s %s must not be negative", what, x);
      return false;
    }
    if (!representable_const(x.val, int_type, &x.val)) {
      errorf(x, code, "invalid argument: %s %s overflows int", what, x);
      return false;
    }
  }
  return true;
}

}  // namespace govm::types
