// Basic, function and composite literals (types2/literals.go).
#include <algorithm>
#include <unordered_set>

#include "compiler/types/checker_impl.h"
#include "compiler/types/const_key.h"

namespace govm::types {

using syntax::LitKind;

void Checker::lang_compat(syntax::BasicLit* lit) {
  std::string_view s = lit->value;
  if (s.size() <= 2 || allow_version(kGo1_13)) return;
  if (s.find('_') != s.npos) {
    version_errorf(lit, kGo1_13, "underscore in numeric literal");
  } else if (s[0] == '0') {
    char radix = static_cast<char>(s[1] | 0x20);
    if (radix == 'b') {
      version_errorf(lit, kGo1_13, "binary literal");
    } else if (radix == 'o') {
      version_errorf(lit, kGo1_13, "0o/0O-style octal literal");
    } else if (radix == 'x' && lit->lit != LitKind::kInt) {
      version_errorf(lit, kGo1_13, "hexadecimal floating-point literal");
    }
  }
}

void Checker::basic_lit(Operand& x, syntax::BasicLit* e) {
  if (e->lit == LitKind::kInt || e->lit == LitKind::kFloat || e->lit == LitKind::kImag) {
    lang_compat(e);
    // Scanning takes time quadratic in the length.
    constexpr std::size_t kLimit = 10000;
    if (e->value.size() > kLimit) {
      errorf(e, Code::kInvalidConstVal, "excessively long constant: %s... (%d chars)", e->value.substr(0, 10),
             static_cast<std::int64_t>(e->value.size()));
      x.invalidate();
      return;
    }
  }
  x.set_const(session, e->lit, e->value);
  if (!x.valid()) {
    errorf(e, Code::kInvalidConstVal, "malformed constant: %s", e->value);
    return;
  }
  x.expr = e;
  overflow(x, e->pos);
}

void Checker::func_lit(Operand& x, syntax::FuncLit* e) {
  auto* sig = as<Signature>(typ(e->func_type));
  if (!sig) {
    errorf(e, Code::kInvalidSyntaxTree, "invalid function literal %v", static_cast<syntax::Expr*>(e));
    x.invalidate();
    return;
  }
  if (e->body) {
    // The body is checked when the enclosing statement is done: variables must have their types.
    DeclInfo* decl = env.decl;
    const constant::Value* iota = env.iota;
    later([this, decl, sig, e, iota] { func_body(decl, sym("<function literal>"), sig, e->body, iota); });
  }
  x.mode = Mode::kValue;
  x.type = sig;
}

namespace {

using Elems = std::span<syntax::Expr*>;

void keyed_struct(Checker* check, Operand& x, Elems elems, Struct* s, Type* base) {
  std::vector<bool> visited(s->fields.size());
  for (syntax::Expr* e : elems) {
    auto* kv = syntax::as<syntax::KeyValueExpr>(e);
    if (!kv) {
      check->error(e, Code::kMixedStructLit, "mixture of field:value and value elements in struct literal");
      continue;
    }
    auto* key = syntax::as<syntax::Name>(kv->key);
    // The value first: it must be checked even if the key is wrong.
    check->expr(nullptr, x, kv->value);
    if (!key) {
      check->errorf(kv, Code::kInvalidLitField, "invalid field name %s in struct literal", kv->key);
      continue;
    }
    int i = field_index(s->fields, check->pkg, key->value, false);
    if (i < 0) {
      int j = field_index(s->fields, check->pkg, key->value, true);
      Object* alt = j >= 0 ? s->fields[static_cast<std::size_t>(j)] : nullptr;
      check->error(kv->key, Code::kMissingLitField, check->lookup_error(base, key->value.str(), alt, true));
      continue;
    }
    Var* field = s->fields[static_cast<std::size_t>(i)];
    check->record_use(key, field);
    check->assignment(x, field->type, "struct literal");
    if (visited[static_cast<std::size_t>(i)]) {
      check->errorf(kv, Code::kDuplicateLitField, "duplicate field name %s in struct literal", key->value);
      continue;
    }
    visited[static_cast<std::size_t>(i)] = true;
  }
}

void positional_struct(Checker* check, Operand& x, syntax::CompositeLit* lit, Struct* s, Type* base) {
  for (std::size_t i = 0; i < lit->elems.size(); ++i) {
    syntax::Expr* e = lit->elems[i];
    if (e->kind == syntax::NodeKind::kKeyValueExpr) {
      check->error(e, Code::kMixedStructLit, "mixture of field:value and value elements in struct literal");
      continue;
    }
    check->expr(nullptr, x, e);
    if (i >= s->fields.size()) {
      check->errorf(x, Code::kInvalidStructLit, "too many values in struct literal of type %s", base);
      break;
    }
    Var* field = s->fields[i];
    if (!field->exported() && !same_pkg(field->pkg, check->pkg)) {
      check->errorf(x, Code::kUnexportedLitField,
                    "implicit assignment to unexported field %s in struct literal of type %s", field->name, base);
      continue;
    }
    check->assignment(x, field->type, "struct literal");
  }
  if (lit->elems.size() < s->fields.size()) {
    check->errorf(lit->rbrace, Code::kInvalidStructLit, "too few values in struct literal of type %s", base);
  }
}

void map_elements(Checker* check, Operand& x, Elems elems, Map* m) {
  bool interface_key = is_non_type_param_interface(m->key);
  ConstantSet visited;
  for (syntax::Expr* e : elems) {
    auto* kv = syntax::as<syntax::KeyValueExpr>(e);
    if (!kv) {
      check->error(e, Code::kMissingLitKey, "missing key in map literal");
      continue;
    }
    check->expr_with_hint(x, kv->key, m->key);
    check->assignment(x, m->key, "map literal");
    if (!x.valid()) continue;
    if (x.mode == Mode::kConstant) {
      std::string key = constant_key(check->constants, x.val);
      if (!key.empty() && visited.insert(key, interface_key ? x.type : m->key, Pos{})) {
        check->errorf(x, Code::kDuplicateLitKey, "duplicate key %s in map literal", x.val);
        continue;
      }
    }
    check->expr_with_hint(x, kv->value, m->elem);
    check->assignment(x, m->elem, "map literal");
  }
}

}  // namespace

void Checker::composite_lit(Operand& x, syntax::CompositeLit* e, Type* hint) {
  Type *t = nullptr, *base = nullptr;
  bool is_elem = false;  // an element of an enclosing literal, without a type of its own
  if (e->type_expr) {
    if (e == late_literal_) {
      t = e->type_expr->type;  // it was looked at before the elements were read
    } else if (auto* a = syntax::as<syntax::ArrayType>(e->type_expr); a && !a->len) {
      t = arena.make<Array>(var_type(a->elem), -1);  // [...]T: the length is set below
    } else {
      t = typ(e->type_expr);
    }
    base = t;
  } else if (hint) {
    t = base = hint;
    // *T stands for &T{}.
    if (Type* core = core_type(base)) {
      if (Deref d = deref(core); d.was_pointer) base = d.type;
    }
    is_elem = true;
  } else {
    error(e, Code::kUntypedLit, "missing type in composite literal");
    t = base = invalid_type();
  }

  if (e->skipped && stays_skipped(e, base)) {
    x.mode = Mode::kValue;
    x.type = t;
    return;
  }
  read_elements(e);
  Type* u = core_type(base);
  switch (u ? u->type_kind() : TypeKind::kTuple) {
    case TypeKind::kStruct: {
      auto* s = static_cast<Struct*>(u);
      if (s->incomplete) goto recursive;
      if (e->elems.empty()) break;
      if (e->elems[0]->kind == syntax::NodeKind::kKeyValueExpr) {
        keyed_struct(this, x, e->elems, s, base);
      } else {
        positional_struct(this, x, e, s, base);
      }
      break;
    }
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(u);
      if (!a->elem) goto recursive;
      std::int64_t n = indexed_elts(e->elems, a->elem, a->len);
      if (a->len < 0) {
        a->len = n;
        if (e->type_expr) record_type_and_value(e->type_expr, Mode::kTypexpr, a, nullptr);
      }
      break;
    }
    case TypeKind::kSlice:
      if (!static_cast<Slice*>(u)->elem) goto recursive;
      indexed_elts(e->elems, static_cast<Slice*>(u)->elem, -1);
      break;
    case TypeKind::kMap: {
      auto* m = static_cast<Map*>(u);
      if (!m->key || !m->elem) goto recursive;
      map_elements(this, x, e->elems, m);
      break;
    }
    default:
      for (syntax::Expr* elem : e->elems) {
        auto* kv = syntax::as<syntax::KeyValueExpr>(elem);
        use(kv ? kv->value : elem);
      }
      if (!u || is_valid(u)) {
        errorf(e, Code::kInvalidLit, "invalid composite literal%s type %s%s", is_elem ? " element" : "", t,
               u ? "" : " (no core type)");
        x.invalidate();
        return;
      }
  }
  x.mode = Mode::kValue;
  x.type = t;
  return;
recursive:
  error(e, Code::kInvalidTypeCycle, "invalid recursive type");
  x.invalidate();
}

// The elements of an array or slice literal; returns the length they need.
std::int64_t Checker::indexed_elts(std::span<syntax::Expr*> elts, Type* t, std::int64_t length) {
  std::int64_t next = 0, max = 0;
  // Only literals with keys can have duplicates.
  bool keyed = std::any_of(elts.begin(), elts.end(),
                           [](syntax::Expr* e) { return e->kind == syntax::NodeKind::kKeyValueExpr; });
  std::unordered_set<std::int64_t> visited;
  for (syntax::Expr* e : elts) {
    bool valid = false;
    syntax::Expr* value = e;
    if (auto* kv = syntax::as<syntax::KeyValueExpr>(e)) {
      IndexValue i = index(kv->key, length);
      if (is_valid(i.type)) {
        if (i.val >= 0) {
          next = i.val;
          valid = true;
        } else {
          errorf(e, Code::kInvalidLitIndex, "index %s must be integer constant", kv->key);
        }
      }
      value = kv->value;
    } else if (length >= 0 && next >= length) {
      errorf(e, Code::kOversizeArrayLit, "index %d is out of bounds (>= %d)", next, length);
    } else {
      valid = true;
    }
    if (valid && keyed && !visited.insert(next).second) {
      errorf(e, Code::kDuplicateLitKey, "duplicate index %d in array or slice literal", next);
    }
    ++next;
    max = std::max(max, next);
    Operand x;
    expr_with_hint(x, value, t);
    assignment(x, t, "array or slice literal");
  }
  return max;
}

}  // namespace govm::types
