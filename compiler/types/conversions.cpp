// Conversions T(x) (types2/conversions.go).
#include "base/utf8.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

// Whether the constant x is representable in t, or an integer becoming a string; val receives the converted value.
bool const_convertible_to(Checker* check, Operand& x, Type* t, const constant::Value** val) {
  auto* b = as<Basic>(under(t));
  if (!b) return false;
  if (check->representable_const(x.val, b, val)) return true;
  if (!is_integer(x.type) || !is_string(b)) return false;
  char32_t rune = utf8::kRuneError;
  if (auto i = constant::uint64_value(x.val); i && *i <= utf8::kMaxRune) rune = static_cast<char32_t>(*i);
  if (val) {
    std::string text;
    utf8::append(text, rune);
    *val = check->constants.make_string(text);
  }
  return true;
}

template <typename... Args>
void prepend_cause(Checker* check, std::string* cause, std::string_view pattern, const Args&... args) {
  if (!check || !cause) return;
  std::string message = check->sprintf(pattern, args...);
  if (!cause->empty()) message += "\n\t" + *cause;
  *cause = std::move(message);
}

bool version_allows(Checker* check, GoVersion v, std::string_view reason, std::string* cause) {
  if (!check || check->allow_version(v)) return true;
  if (cause) *cause = reason;
  return false;
}

// Slices to arrays and array pointers; nullopt if it is no such conversion.
std::optional<bool> slice_to_array(Checker* check, Type* vu, Type* tu, std::string* cause) {
  auto* s = as<Slice>(vu);
  if (!s) return std::nullopt;
  if (auto* a = as<Array>(tu); a && identical(s->elem, a->elem)) {
    return version_allows(check, kGo1_20, "conversion of slice to array requires go1.20 or later", cause);
  }
  if (auto* p = as<Pointer>(tu)) {
    if (auto* a = as<Array>(under(p->base)); a && identical(s->elem, a->elem)) {
      return version_allows(check, kGo1_17, "conversion of slice to array pointer requires go1.17 or later", cause);
    }
  }
  return std::nullopt;
}

bool convertible_type_params(Session& session, Checker* check, const Operand& x, Type* v, Type* t, Type* orig,
                             std::string* cause) {
  auto *vp = as<TypeParam>(v), *tp = as<TypeParam>(t);
  Operand copy = x;
  if (vp && tp) {
    return type_param_is(vp, [&](const Term* vt) {
      if (!vt || !vt->type) return false;
      copy.type = vt->type;
      return type_param_is(tp, [&](const Term* tt) {
        if (!tt || !tt->type) return false;
        if (convertible_to(session, check, copy, tt->type, cause)) return true;
        prepend_cause(check, cause, "cannot convert %s (in %s) to type %s (in %s)", vt->type, v, tt->type, t);
        return false;
      });
    });
  }
  if (vp) {
    return type_param_is(vp, [&](const Term* vt) {
      if (!vt || !vt->type) return false;
      copy.type = vt->type;
      if (convertible_to(session, check, copy, t, cause)) return true;
      prepend_cause(check, cause, "cannot convert %s (in %s) to type %s", vt->type, v, orig);
      return false;
    });
  }
  return type_param_is(tp, [&](const Term* tt) {
    if (!tt || !tt->type) return false;
    if (convertible_to(session, check, copy, tt->type, cause)) return true;
    prepend_cause(check, cause, "cannot convert %s to type %s (in %s)", x.type, tt->type, t);
    return false;
  });
}

}  // namespace

bool convertible_to(Session& session, Checker* check, Operand& x, Type* t, std::string* cause) {
  if (assignable_to(session, check, x, t, cause).ok) return true;
  Type* orig = t;
  Type* v = unalias(x.type);
  t = unalias(t);
  Type *vu = under(v), *tu = under(t);
  bool params = as<TypeParam>(v) || as<TypeParam>(t);

  if (!params && identical_ignore_tags(vu, tu)) return true;
  if (auto *vptr = as<Pointer>(v), *tptr = as<Pointer>(t); vptr && tptr) {
    if (identical_ignore_tags(under(vptr->base), under(tptr->base)) && !is_type_param(vptr->base) &&
        !is_type_param(tptr->base)) {
      return true;
    }
  }
  if (is_integer_or_float(vu) && is_integer_or_float(tu)) return true;
  if (is_complex(vu) && is_complex(tu)) return true;
  if ((is_integer(vu) || is_bytes_or_runes(vu)) && is_string(tu)) return true;
  if (is_string(vu) && is_bytes_or_runes(tu)) return true;
  if ((is_pointer(vu) || is_uintptr(vu)) && is_unsafe_pointer(tu)) return true;
  if (is_unsafe_pointer(vu) && (is_pointer(tu) || is_uintptr(tu))) return true;
  if (auto decided = slice_to_array(check, vu, tu, cause)) return *decided;
  return params && convertible_type_params(session, check, x, v, t, orig, cause);
}

void Checker::conversion(Operand& x, Type* t) {
  bool const_arg = x.mode == Mode::kConstant;
  bool ok = false;
  std::string cause;
  if (const_arg && is_const_type(t)) {
    ok = const_convertible_to(this, x, t, &x.val);
    // gc's words for this frequent mistake.
    if (!ok && is_integer(x.type) && is_integer(t)) {
      errorf(x, Code::kInvalidConversion, "constant %s overflows %s", x.val, t);
      x.invalidate();
      return;
    }
  } else if (const_arg && is_type_param(t)) {
    ok = under_is(t, [&](Type* u) {
      if (!u) {
        cause = sprintf("%s does not contain specific types", t);
        return false;
      }
      if (is_string(x.type) && is_bytes_or_runes(u)) return true;
      if (const_convertible_to(this, x, u, nullptr)) return true;
      cause = is_integer(x.type) && is_integer(u) ? sprintf("constant %s overflows %s (in %s)", x.val, u, t)
                                                  : sprintf("cannot convert %s to type %s (in %s)", x, u, t);
      return false;
    });
    x.mode = Mode::kValue;  // type parameters are not constants
  } else if (convertible_to(session, this, x, t, &cause)) {
    ok = true;
    x.mode = Mode::kValue;
  }
  if (!ok) {
    if (cause.empty()) {
      errorf(x, Code::kInvalidConversion, "cannot convert %s to type %s", x, t);
    } else {
      errorf(x, Code::kInvalidConversion, "cannot convert %s to type %s: %s", x, t, cause);
    }
    x.invalidate();
    return;
  }
  // The argument keeps its untyped type no longer; its final type is what it has before the conversion.
  if (is_untyped(x.type)) {
    Type* final_type = t;
    if (x.type == basic_type(BasicKind::kUntypedNil)) {
      // nil gets the type it is converted to.
    } else if (is_non_type_param_interface(t) || (const_arg && !is_const_type(t))) {
      final_type = default_type(x.type);
    } else if (x.mode == Mode::kConstant && is_integer(x.type) && all_string(t)) {
      final_type = x.type;
    }
    update_expr_type(x.expr, final_type, true);
  }
  x.type = t;
}

}  // namespace govm::types
